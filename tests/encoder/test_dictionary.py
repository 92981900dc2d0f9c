from __future__ import annotations

import numpy as np
import pytest

from malmoi.encoder import dictionary
from malmoi.encoder.dictionary import (
    MAX_TRANSLATIONS,
    MIN_SHARE,
    Dictionary,
    Source,
    aligned_values,
    languages,
    merge_sources,
    pairs_table,
    trust_in,
)
from malmoi.encoder.lexical import Table
from malmoi.encoder.vocabulary import Vocabulary, build

VOCABULARY = build(
    ["학교에서 물을 마십니다. 학교와 물, 고양이. 로봇을 봅니다. 자료 저장. 문서"],
    ["school water cat robot document file paper text page record robust save data"],
)


class Vectors:
    """Words of one meaning share an axis."""

    MEANINGS = (("학교", "school"), ("물", "water"), ("고양이", "cat"), ("문서", "document"))

    def embed_queries(self, texts: list[str]) -> np.ndarray:
        rows = np.full((len(texts), len(self.MEANINGS) + 1), 0.05, np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[next((i for i, m in enumerate(self.MEANINGS) if text in m), -1)] = 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def one(word: str) -> int:
    ((piece,),) = VOCABULARY.encode([word])
    return piece


def table(*pairs: tuple[str, str, float]) -> Table:
    found: Table = {}
    for korean, english, value in pairs:
        found.setdefault((one(korean),), {})[one(english)] = value
    return found


def readable(found: Dictionary, vocabulary: Vocabulary = VOCABULARY) -> dict[str, dict[str, float]]:
    return {
        " ".join(map(vocabulary.readable, term)): {vocabulary.readable(i): s for i, s in to.items()}
        for term, to in found.table.items()
    }


def best(found: Dictionary, word: str) -> str:
    to = readable(found)[word]
    return max(to, key=to.__getitem__)


def test_nearest_words_are_translations() -> None:
    found = merge_sources([], VOCABULARY, Vectors())
    assert [best(found, w) for w in ("학교", "물", "고양이")] == ["school", "water", "cat"]
    assert found.sources[(one("학교"),), one("school")] == ("vectors",)


def test_without_vectors_other_sources_stand_alone() -> None:
    found = merge_sources([Source("packages", table(("물", "water", 1.0)))], VOCABULARY)
    assert readable(found)["물"] == {"water": 1.0}
    assert found.sources[(one("물"),), one("water")] == ("packages",)
    assert "학교" not in readable(found)


def test_what_a_source_says_decides_where_vectors_say_nothing() -> None:
    # To the vectors 자료 is as near to one of these as to the others.
    known = Source("verified", table(("자료", "record", 1.0)))
    found = merge_sources([known], VOCABULARY, Vectors())
    to = readable(found)["자료"]
    assert to["record"] > 0.8
    assert all(share < 0.5 for word, share in to.items() if word != "record")
    assert {"vectors", "verified"} <= {n for names in found.sources.values() for n in names}


def test_a_name_is_found_by_its_sound_alone() -> None:
    found = merge_sources([], VOCABULARY)
    assert "robot" in readable(found)["로봇"]
    assert found.sources[(one("로봇"),), one("robot")] == ("sound",)
    assert "school" not in readable(found).get("로봇", {})


def test_an_only_translation_counts_though_it_is_one_of_many() -> None:
    # 문서 has four equivalents that compete; "page" has no other Korean word than 문서.
    many = table(*(("문서", e, 1.0) for e in ("document", "paper", "text", "page")))
    many[(one("자료"),)] = {one("document"): 1.0}
    to = readable(merge_sources([Source("packages", many)], VOCABULARY))["문서"]
    assert to["page"] == pytest.approx(1.0)
    assert to["document"] == pytest.approx(0.5)


def test_shares_have_bounds_and_words_few_translations() -> None:
    many = table(*(("문서", e, 1.0) for e in "document file paper text page record save".split()))
    found = merge_sources([Source("teacher", many)], VOCABULARY, Vectors(), reverse=True)
    for to in found.table.values():
        assert len(to) <= max(MAX_TRANSLATIONS)
        assert all(MIN_SHARE <= share <= 1 for share in to.values())
    assert set(found.sources) == {
        (term, piece) if dictionary._LATIN.fullmatch(VOCABULARY.readable(piece)) else ((piece,), t)
        for term, to in found.table.items()
        for piece in to
        for t in term
    }


def test_english_words_have_korean_ones_on_request() -> None:
    source = Source("packages", table(("물", "water", 1.0)))
    assert "water" not in readable(merge_sources([source], VOCABULARY))
    assert readable(merge_sources([source], VOCABULARY, reverse=True))["water"] == {"물": 1.0}


def test_terms_of_several_words_keep_what_their_sources_say() -> None:
    long = (one("자료"), one("저장"))
    sources = [
        Source("packages", {long: {one("save"): 0.5, one("data"): 0.5}}),
        Source("teacher", {long: {one("save"): 0.8}}),
    ]
    found = merge_sources(sources, VOCABULARY)
    assert found.table[long] == {one("save"): 0.8, one("data"): 0.5}
    assert found.sources[long, one("save")] == ("packages", "teacher")
    assert found.counts()["teacher"] == 1
    (row,) = [r for r in found.rows(VOCABULARY) if r["english"] == "save"]
    assert row == {
        "korean": "자료 저장",
        "english": "save",
        "share": 0.8,
        "sources": ["packages", "teacher"],
    }


def test_merging_twice_gives_the_same() -> None:
    source = Source("packages", table(("물", "water", 1.0), ("문서", "file", 1.0)))
    first, again = (merge_sources([source], VOCABULARY, Vectors(), True) for _ in range(2))
    assert list(first.table.items()) == list(again.table.items())
    assert merge_sources([], build(["1588"])).table == {}


def test_pairs_of_terms_as_a_table() -> None:
    pairs = [("물", "water"), ("자료 저장", "save data"), ("자료 저장", "record"), ("물", "뭐")]
    found = pairs_table([*pairs, ("없던말", "school"), ("물", "unheard")], VOCABULARY)
    long = (one("자료"), one("저장"))
    assert found[one("물"),] == {one("water"): 1.0}
    assert found[long] == {one("save"): 0.5, one("data"): 0.5, one("record"): 0.5}
    assert set(found) == {(one("물"),), long}


def test_aligned_text_is_believed_as_far_as_it_knows_the_corpus() -> None:
    known = table(("물", "water", 1.0), ("학교", "school", 1.0))
    assert trust_in(known, VOCABULARY, ["학교 물 학교"]) == 1
    assert trust_in(known, VOCABULARY, ["학교 물 물 문서"]) == pytest.approx(0.5)
    assert trust_in(known, VOCABULARY, ["문서 자료 물"]) == 0
    assert trust_in(known, VOCABULARY, ["water school water paper"]) == pytest.approx(0.5)
    assert trust_in({}, VOCABULARY, ["학교"]) == trust_in(known, VOCABULARY, []) == 0


def test_a_source_that_is_not_believed_decides_nothing() -> None:
    listed = table(("자료", "record", 1.0))
    listed[(one("문서"),)] = {one("record"): 1.0, one("data"): 1.0}
    two = listed, table(("자료", "data", 1.0))
    for trust, expected in ((1.0, "data"), (0.0, "record")):
        sources = [Source("packages", two[0]), Source("aligned", two[1], trust)]
        assert best(merge_sources(sources, VOCABULARY), "자료") == expected


def test_probabilities_of_an_alignment_as_values() -> None:
    ((values,),) = [aligned_values({(1,): {2: 1.0, 3: 0.1, 4: 0.0}}).values()]
    assert values[2] == pytest.approx(1)
    assert 0.4 < values[3] < 0.5
    assert values[4] == 0


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["한국어 문서"], (True, False)),
        (["an English page"], (False, True)),
        (["한국어 문서", "an English page"], (True, True)),
        (["한국어"] * 99 + ["one"], (True, False)),
        ([], (False, False)),
        (["LibreOffice에서 Calc 열기"], (False, True)),
    ],
)
def test_the_languages_of_texts(texts: list[str], expected: tuple[bool, bool]) -> None:
    assert languages(texts) == expected
