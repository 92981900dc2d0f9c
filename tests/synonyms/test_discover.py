"""Each source proposes, a pair is proposed once, and it carries what all of them say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from malmoi.corpora.corpus import Corpus, Document, Section
from malmoi.recipe.synonyms import SynonymsSection
from malmoi.synonyms import discover as discover_module
from malmoi.synonyms.discover import (
    _parts,
    discover,
    english_terms,
    from_glossary,
    from_text,
    from_vectors,
    is_pair,
    merge,
)
from malmoi.synonyms.sources.candidates import Evidence, Pair
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.packaged import Packaged, TermPair
from malmoi.synonyms.sources.vectors import WordVectors
from tests.helpers.toy_sources import make_sources

TEXT = "행을 삭제하고 열을 삽입합니다. 데이터베이스(database)에 셀을 저장합니다."


@pytest.fixture(scope="module")
def sources() -> Sources:
    return make_sources()


@pytest.fixture(scope="module")
def pairs(sources: Sources) -> list[Pair]:
    documents = tuple(Document(str(i), "표", (Section("", TEXT),)) for i in range(3))
    glossary = [
        {"term": "삭제", "stem": "삭제", "documents": 3, "english": {"erase": 0.6, "soap": 0.2}},
        {"term": "row", "context": "Inserts a row", "korean": {"행": 1.0}},
    ]
    return discover(Corpus("toy", documents), glossary, SynonymsSection(), sources)


def _find(pairs: list[Pair], korean: str, english: str) -> Pair:
    (found,) = [p for p in pairs if (p.korean, p.english) == (korean, english)]
    return found


def test_aligned_text_proposes_what_stands_together(sources: Sources) -> None:
    texts = {found[:2] for found in from_text(sources, SynonymsSection())}
    assert ("삽입", "inserts") in texts
    assert not any(korean == "행 삭제" for korean, _ in texts)


def test_a_package_says_how_a_term_is_written(pairs: list[Pair]) -> None:
    assert "alignment" in _find(pairs, "삽입", "insert").sources


def test_packages_propose_what_the_corpus_holds(pairs: list[Pair]) -> None:
    texts = {(p.korean, p.english) for p in pairs}
    assert ("행", "row") in texts
    assert not any(korean == "병원" for korean, _ in texts)


def test_brackets_propose(pairs: list[Pair]) -> None:
    found = _find(pairs, "데이터베이스", "database")
    assert {"parentheses", "transliteration"} <= set(found.sources)
    bracket = next(e for e in found.evidence if e.source == "parentheses")
    assert bracket.value == 0.75
    assert "데이터베이스(database)" in bracket.detail


def test_a_glossary_proposes_what_enough_samples_gave(pairs: list[Pair]) -> None:
    assert "glossary" in _find(pairs, "삭제", "erase").sources
    assert not any(p.english == "soap" for p in pairs)


def test_a_glossary_the_other_way_carries_its_sentence(pairs: list[Pair]) -> None:
    (said,) = [e for e in _find(pairs, "행", "row").evidence if e.source == "glossary"]
    assert (said.direction, said.detail) == ("en→ko", "Inserts a row")


def test_a_pair_stands_once_in_a_fixed_order(pairs: list[Pair]) -> None:
    texts = [(p.korean, p.english) for p in pairs]
    assert texts == sorted(set(texts))


def test_the_better_of_two_pieces_of_evidence_is_kept(sources: Sources) -> None:
    weak, strong = (Evidence("glossary", v, "ko→en") for v in (0.3, 0.8))
    (pair,) = merge([("행", "row", (weak,)), ("행", "Rows", (strong,))], sources)
    assert (pair.korean, pair.english) == ("행", "row")
    assert strong in pair.evidence
    assert weak not in pair.evidence


def test_a_piece_of_a_longer_term_is_left_out() -> None:
    counts = {("매개", "parameter"): 9, ("매개변수", "parameter"): 9, ("변수", "variable"): 5}
    assert _parts(counts) == {("매개", "parameter")}


def test_a_term_that_also_stands_alone_is_kept() -> None:
    assert _parts({("행", "row"): 90, ("행", "row header"): 5}) == set()


@pytest.mark.parametrize(("korean", "english"), [("행", "row"), ("PDF 파일", "PDF file")])
def test_pairs(korean: str, english: str) -> None:
    assert is_pair(korean, english)


@pytest.mark.parametrize(
    ("korean", "english"), [("row", "row"), ("행", "행"), ("행", "=A1"), ("행", "")]
)
def test_no_pairs(korean: str, english: str) -> None:
    assert not is_pair(korean, english)


def test_an_english_term_is_written_as_shortly_as_packages_write_it(sources: Sources) -> None:
    listed = (
        TermPair("행 2", "row 2", "p"),
        TermPair("행", "row", "p"),
        TermPair("행", "rows", "p"),
    )
    found = Sources(Packaged(listed), sources.bitext)
    terms = english_terms(found, SynonymsSection())
    assert "row" in terms
    assert not {"row 2", "rows"} & set(terms)
    assert "column" in terms  # a word that no package has


def test_a_teachers_korean_counts_where_it_stands_in_the_corpus() -> None:
    records = [{"term": "error", "korean": {"오류": 0.4, "디터 오류": 0.4, "에러": 0.2}}]
    found = [f[:2] for f in from_glossary(records, SynonymsSection(), {"오류", "에러"})]
    assert found == [("오류", "error")]


def test_words_that_are_nearest_in_the_vectors_are_proposed(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among the corpus's English terms and common English words; not what can't be read."""

    class Encoder:
        identity = "toy"

        def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
            places = {"물": 0, "water": 0, "불": 1, "fire": 1, "row": 2}
            rows = np.eye(4, dtype=np.float32)[[places.get(text, 3) for text in texts]]
            return rows

        embed_passages = embed_queries

    monkeypatch.setattr(discover_module, "english_words", lambda _: ["fire", "stone"])
    found = Sources(sources.packaged, sources.bitext, None, WordVectors(Encoder()))
    proposed = from_vectors(found, ["물", "불", "흙"], ["water", "row"])
    assert sorted(proposed) == [("물", "water", ()), ("불", "fire", ())]
    assert from_vectors(sources, ["물"], ["water"]) == []
