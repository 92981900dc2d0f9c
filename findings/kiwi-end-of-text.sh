#!/bin/sh
# kiwipiepy 0.24.1 (kiwipiepy_model 0.24.0): the last word of a text is analysed otherwise without a
# full stop than with one.
#
# "핸들을 끕니다" ends in 끄 (turn off), "핸들을 끕니다." in 끌 (drag). A query has no full stop and a
# document has, so a search by kiwi's morphemes misses the sentence that the query repeats word for
# word. 18 of 1,500 sentences of a manual that end in 니다 differ so. A mark that ends a sentence, put
# behind both, makes them the same.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet kiwipiepy==0.24.1 kiwipiepy_model==0.24.0
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from kiwipiepy import Kiwi

kiwi = Kiwi(num_workers=1)


def words(text: str) -> list[tuple[str, str]]:
    return [(token.form, token.tag) for token in kiwi.tokenize(text) if token.tag != "SF"]


cases = {
    "개체를 회전하려는 방향으로 핸들을 끕니다": (("끄", "VV"), ("끌", "VV")),
    "가능한 한 많은 속성을 가져옵니다": (("가지", "VV"), ("가져오", "VV")),
}
print("kiwipiepy", version("kiwipiepy"))
for text, (bare, stopped) in cases.items():
    without, with_stop = words(text), words(text + ".")
    print(text, "|", [w for w in without if w not in with_stop], "| with a full stop:",
          [w for w in with_stop if w not in without])
    assert bare in without and bare not in with_stop, "the text without a full stop changed"
    assert stopped in with_stop and stopped not in without, "the text with a full stop changed"
PYTHON
