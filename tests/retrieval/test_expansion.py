"""Query-side synonyms of the sparse encoder: kept beside its query table, and added to queries."""

import json
import unicodedata
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from malmoi.core.errors import StudentError
from malmoi.encoder.vocabulary import build
from malmoi.retrieval.expansion import Expansion, units
from malmoi.retrieval.query import QueryEncoder

ENTRIES = {
    ("kern",): {"자간": 2.0},
    ("row",): {"행": 1.0, "줄": 0.5},
    ("context", "menu"): {"메뉴": 3.0},
}


def pieces(weights: dict[str, float]) -> dict[str, float]:
    """Weights by token: the tokenizer's pieces are decomposed."""
    return {unicodedata.normalize("NFKD", token): weight for token, weight in weights.items()}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    texts = ["자간을 바꾸고 행과 줄을 넣습니다", "메뉴에서 row를 고릅니다"]
    return build(texts, ["row", "menu"]).tokenizer


def test_an_english_word_is_one_unit_even_where_it_is_spelled_out(tokenizer: Tokenizer) -> None:
    encoding = tokenizer.encode("Kerning, rows", add_special_tokens=False)
    assert len(encoding.tokens) > 3  # k e r n …
    assert units(encoding) == ["kern", ",", "row"]


def test_tokens_of_terms_are_added_and_the_most_is_kept() -> None:
    expansion = Expansion(ENTRIES)
    assert expansion.expand({"row": 4.0}, ["row"]) == {"row": 4.0, "행": 1.0, "줄": 0.5}
    assert expansion.expand({"행": 2.0}, ["행", "row"]) == {"행": 2.0, "줄": 0.5}
    assert expansion.expand({}, ["context", "menu"]) == {"메뉴": 3.0}
    assert expansion.expand({}, ["menu", "context"]) == {}


def test_it_is_saved_and_loaded(tmp_path: Path) -> None:
    Expansion(ENTRIES).save(tmp_path)
    assert Expansion.load(tmp_path).entries == ENTRIES
    assert len(Expansion.load(tmp_path / "none")) == 0


@pytest.mark.parametrize("text", ["[1]", '{"row": 1}', '{"row": {"행": "x"}}', "{"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "synonyms.json").write_text(text, encoding="utf-8")
    with pytest.raises(StudentError, match=r"synonyms\.json"):
        Expansion.load(tmp_path)


def test_a_query_encoder_expands_with_what_stands_beside_it(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    row = "▁row▁"
    table = pieces({row: 4.0, "행": 2.0, "자간": 1.0})
    (tmp_path / "idf.json").write_text(json.dumps(table), encoding="utf-8")
    assert QueryEncoder(tmp_path).encode("rows") == {row: 4.0}
    Expansion({term: pieces(to) for term, to in ENTRIES.items()}).save(tmp_path)
    encoder = QueryEncoder(tmp_path)
    assert encoder.encode("rows") == pieces({row: 4.0, "행": 1.0, "줄": 0.5})
    assert encoder.encode("kerning") == pieces({"자간": 2.0})  # a word without a piece of its own
    assert encoder.encode("kernel") == {}
    assert encoder.encode("행") == pieces({"행": 2.0})
