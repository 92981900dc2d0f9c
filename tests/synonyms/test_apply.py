"""The three uses of verified pairs, on pairs and texts small enough to work out by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from malmoi.core.errors import StudentError
from malmoi.encoder.vocabulary import Vocabulary, build
from malmoi.retrieval.bm25 import BM25, analyse
from malmoi.retrieval.query import QueryEncoder
from malmoi.synonyms import apply
from malmoi.synonyms.verification.verify import Verdict

TEXTS = ["행을 삭제합니다", "열의 너비를 바꿉니다", "상황 메뉴를 고릅니다", "행과 열을 바꿉니다"]


def verdict(korean: str, english: str, direction: str = "both", p: float = 0.9) -> Verdict:
    return Verdict(korean, english, p, direction, p >= 0.5, (), "by hand")  # type: ignore[arg-type]


VERDICTS = [
    verdict("행", "row"),
    verdict("열", "column", "en=>ko"),
    verdict("너비", "width", "ko=>en"),
    verdict("행", "column", p=0.1),
    verdict("상황 메뉴", "context menu", p=0.8),
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return build(TEXTS, apply.english_terms(VERDICTS))


def test_pairs_work_in_their_direction_and_rejected_ones_never() -> None:
    entries = apply.word_synonyms(VERDICTS).entries
    assert entries["row",] == {("행",): 1.0}
    assert entries["행",] == {("row",): 1.0}
    assert entries["column",] == {("열",): 1.0}
    assert ("열",) not in entries
    assert ("width",) not in entries
    assert entries["너비",] == {("width",): 1.0}
    assert entries["context", "menu"] == {("상황", "메뉴"): 1.0}
    assert "row" not in {t for (t, *_) in apply.word_synonyms(VERDICTS, ["ko=>en"]).entries}


def test_the_most_probable_alternatives_are_kept() -> None:
    many = [verdict(k, "open", p=p) for k, p in (("열기", 0.9), ("펼치기", 0.6), ("개방", 0.8))]
    (alternatives,) = apply.word_synonyms(many, ["en=>ko"], limit=2).entries.values()
    assert len(alternatives) == 2
    assert ("개방",) in alternatives


def test_english_queries_find_korean_documents() -> None:
    model = BM25(analyse((str(n), "", text) for n, text in enumerate(TEXTS)))
    ((plain, _),) = model.search(["column width"])
    ((found, _),) = model.search(["column width"], synonyms=apply.word_synonyms(VERDICTS))
    assert plain == []
    assert sorted(found) == ["1", "3"]


def test_queries_are_expanded_with_scaled_weights(vocabulary: Vocabulary) -> None:
    weights = np.full(len(vocabulary), 2.0, np.float32)
    made = apply.expansion(VERDICTS, vocabulary, weights, {"en=>ko": 0.5})
    row = vocabulary.tokenizer.encode("행", add_special_tokens=False).tokens[0]
    assert made.entries["row",] == {row: 1.0}
    assert len(made.entries["context", "menu"]) == 2
    assert all(term[0].isascii() for term in made.entries), "one direction was asked for"
    assert not apply.expansion(
        VERDICTS, vocabulary, weights, {"en=>ko": 0.0, "ko=>en": 0.0}
    ).entries


def test_a_piece_that_weighs_nothing_is_not_added(vocabulary: Vocabulary) -> None:
    nothing = np.zeros(len(vocabulary), np.float32)
    assert not apply.expansion(VERDICTS, vocabulary, nothing, {"en=>ko": 1.0}).entries


def test_documents_with_the_korean_term_get_the_english_one(vocabulary: Vocabulary) -> None:
    table = apply.to_table(VERDICTS, vocabulary)
    piece = {
        text: tuple(vocabulary.encode([text])[0]) for text in ("행", "열", "상황 메뉴", "너비")
    }
    assert table[piece["행"]] == {vocabulary.encode(["row"])[0][0]: 0.9}
    assert table[piece["너비"]] == {vocabulary.encode(["width"])[0][0]: 0.9}
    assert set(table[piece["상황 메뉴"]].values()) == {0.8}
    assert len(table[piece["상황 메뉴"]]) == 2
    assert piece["열"] not in table, "열 means more than column: its documents must not get it"


def test_a_models_queries_are_expanded(tmp_path: Path) -> None:
    tokenizer = build(["행을 검색합니다", "row"], ["search"]).tokenizer
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    piece = tokenizer.encode("행", add_special_tokens=False).tokens
    assert len(piece) == 1
    weights = {"▁row▁": 4.0, piece[0]: 2.0}
    (tmp_path / "idf.json").write_text(json.dumps(weights), encoding="utf-8")
    pairs = [verdict("행", "row"), verdict("검색", "search", "en=>ko")]
    assert len(apply.expand_queries(pairs, tmp_path, scale=0.5)) == 1
    encoder = QueryEncoder(tmp_path)
    assert encoder.encode("rows") == {"▁row▁": 4.0, piece[0]: 1.0}
    assert encoder.encode("행") == {piece[0]: 2.0}  # documents are Korean: nothing to add
    with pytest.raises(StudentError):
        apply.expand_queries(pairs, tmp_path / "none")
