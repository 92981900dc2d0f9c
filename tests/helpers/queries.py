"""A query encoder's folder whose vocabulary is given word by word."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

LETTERS = [chr(c) for c in (*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3))]
FUNCTION = ("은", "는", "이", "가", "을", "를", "의", "에서", "하", "ᆸ니다", "고", "싶")


def query_folder(
    folder: Path,
    words: Mapping[str, float],
    absent: Iterable[str] = (),
    other: Iterable[str] = (),
) -> Path:
    """Write tokenizer.json, idf.json and absent.json: Unigram over decomposed text, as in a model.

    Args:
        folder: is made if it isn't there.
        words: those that documents have, with their weights.
        absent: words that the vocabulary has and no document.
        other: pieces without a weight beside particles and letters.
    """
    rules = normalizers.Sequence([normalizers.NFKD(), normalizers.Lowercase()])
    weights = {rules.normalize_str(word): weight for word, weight in words.items()}
    lacking = [rules.normalize_str(word) for word in absent]
    letters = [*LETTERS, *"abcdefghijklmnopqrstuvwxyz0123456789?!.,"]
    pieces = dict.fromkeys(letters, -30.0)
    pieces |= {rules.normalize_str(piece): -4.0 for piece in (*FUNCTION, *other)}
    pieces |= dict.fromkeys([*weights, *lacking], -8.0)
    tokenizer = Tokenizer(models.Unigram([("[PAD]", 0.0), ("[UNK]", -100.0), *pieces.items()], 1))
    tokenizer.normalizer = rules
    split = Regex(r"[a-z]+|[0-9]+|[^\w\s]")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(split, "isolated")]
    )
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "idf.json").write_text(json.dumps(weights, ensure_ascii=False), encoding="utf-8")
    if lacking:
        ids = [tokenizer.token_to_id(token) for token in lacking]
        (folder / "absent.json").write_text(json.dumps([[i, i] for i in ids]), encoding="utf-8")
    return folder
