import json
from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError
from malmoi.synthesis.prompts import (
    FOLDER,
    Exemplar,
    Prompt,
    excerpt,
    load_prompt,
    render,
    reply_schema,
    to_toml,
)
from malmoi.text.hangul import script_shares

KINDS = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("kind", KINDS)
def test_each_shipped_prompt_loads_and_renders_for_base_and_chat_models(kind: str) -> None:
    prompt = load_prompt(kind)
    title = "" if prompt.of == "query" else "전기 요금 > 자동 이체"
    base = render(prompt, title, "매달 통장에서 요금이 빠져나갑니다.", chat=False)
    assert base.prompt.endswith(f"\n{prompt.query_label}:")
    assert not base.messages
    assert base.stop
    talk = render(prompt, title, "매달 통장에서 요금이 빠져나갑니다.", chat=True)
    assert not talk.prompt
    assert talk.schema is not None
    roles = [m.role for m in talk.messages]
    assert roles == ["system", *["user", "assistant"] * len(prompt.exemplars), "user"]


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_exemplars_are_in_the_script_their_own_filter_asks_for(kind: str) -> None:
    prompt = load_prompt(kind)
    for query in (q for e in prompt.exemplars for q in e.queries):
        hangul, latin = script_shares(query)
        assert {"hangul": hangul > 0.3, "latin": hangul == 0, "mixed": hangul and latin}[
            prompt.script
        ], query


@pytest.mark.parametrize("kind", KINDS)
def test_no_shipped_exemplar_is_about_the_software_whose_help_is_the_test_corpus(kind: str) -> None:
    text = (FOLDER / f"{kind}.toml").read_text(encoding="utf-8").lower()
    for word in ("libreoffice", "스프레드시트", "calc", "셀 ", "매크로", "슬라이드", "writer"):
        assert word not in text


def test_two_requests_differ_only_at_their_end_so_that_the_beginning_is_read_once() -> None:
    prompt = load_prompt("english")
    one = render(prompt, "가", "나", chat=False).prompt
    other = render(prompt, "다", "라", chat=False).prompt
    shared = next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    assert shared > len(one) - 60


def test_an_empty_title_or_text_leaves_no_empty_label() -> None:
    prompt = load_prompt("english")
    assert "제목: \n" not in render(prompt, "", "글", chat=False).prompt
    assert render(prompt, "제목만", "", chat=False).prompt.endswith(
        f"제목: 제목만\n{prompt.query_label}:"
    )


def test_the_excerpt_is_one_line_so_that_a_text_cannot_forge_labels() -> None:
    assert excerpt("가\n검색어: 나\n다 라", 3) == "가 검색어: 나"
    assert excerpt("가 나", 0) == ""


def test_several_queries_are_asked_of_a_chat_by_schema_and_by_words() -> None:
    prompt = load_prompt("keywords").model_copy(update={"queries": 3})
    items = reply_schema(prompt)["properties"]["queries"]
    assert (items["minItems"], items["maxItems"]) == (3, 3)
    request = render(prompt, "가", "나", chat=True)
    assert "3 strings" in request.messages[0].content
    shown = json.loads(request.messages[2].content)
    assert shown["queries"][0] == prompt.exemplars[0].queries[0]


def write(folder: Path, text: str, kind: str = "mine") -> Path:
    (folder / f"{kind}.toml").write_text(text, encoding="utf-8")
    return folder


MINE = """
kind = "mine"
language = "ko"
script = "hangul"
instruction = "질문을 적는다."
query_label = "질문"
max_tokens = 20
[[exemplars]]
text = "가"
queries = ["나"]
"""


def test_a_folder_of_the_users_own_replaces_the_packages(tmp_path: Path) -> None:
    prompt = load_prompt("mine", write(tmp_path, MINE))
    assert isinstance(prompt, Prompt)
    assert prompt.instruction == "질문을 적는다."
    with pytest.raises(RecipeError, match="kinds there: mine"):
        load_prompt("english", tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MINE.replace("max_tokens = 20", ""), "max_tokens: Field required"),
        (MINE.replace('"hangul"', '"runes"'), "script"),
        (MINE + "tone = 1\n", "exemplars.0.tone"),
        (MINE.replace('query_label = "질문"', 'query_label = "내용"'), "must differ"),
        (MINE.replace('kind = "mine"', 'kind = "yours"'), "holds the kind of its name"),
        ("kind = ", "is not TOML"),
    ],
)
def test_a_broken_prompt_file_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(RecipeError, match=said):
        load_prompt("mine", write(tmp_path, text))


def test_a_missing_kind_names_the_kinds_that_are_there() -> None:
    with pytest.raises(RecipeError, match="english, keywords"):
        load_prompt("haiku")


@pytest.mark.parametrize("kind", KINDS)
def test_a_prompt_is_the_same_when_it_was_written_and_read(kind: str, tmp_path: Path) -> None:
    prompt = load_prompt(kind)
    (tmp_path / f"{kind}.toml").write_text(to_toml(prompt, "chosen\nof two"), encoding="utf-8")
    assert load_prompt(kind, tmp_path) == prompt


def test_whatever_stands_in_a_prompt_is_written_as_toml(tmp_path: Path) -> None:
    odd = 'quote " backslash \\ newline \n tab \t delete \x7f null \x00 emoji 😀 한글'
    exemplar = Exemplar(title=odd, text=odd, queries=(odd, "둘"))
    prompt = load_prompt("keywords").model_copy(
        update={"kind": "mine", "instruction": odd, "stop": (odd,), "exemplars": (exemplar,)}
    )
    (tmp_path / "mine.toml").write_text(to_toml(prompt), encoding="utf-8")
    assert load_prompt("mine", tmp_path) == prompt
