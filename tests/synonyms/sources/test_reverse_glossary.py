"""The glossary from English to Korean: what is asked, and which answers count."""

from __future__ import annotations

import pytest

from malmoi.recipe.synonyms import SynonymsSection
from malmoi.synonyms.sources import reverse_glossary
from malmoi.synonyms.sources.reverse_glossary import EnglishTerm
from malmoi.teachers import Reply
from tests.helpers.toy_sources import make_sources

SECTION = SynonymsSection(samples=2)
TERM = EnglishTerm("row", "Deletes the row")


def test_a_term_is_asked_for_in_its_shortest_sentence() -> None:
    terms = reverse_glossary.find_terms(make_sources(), ["row", "nowhere"])
    assert terms == [EnglishTerm("row", "Inserts a row"), EnglishTerm("nowhere", "")]


def test_a_base_model_completes_a_line() -> None:
    first, second = reverse_glossary.requests(
        [TERM], SECTION, chat=False, subject="office software"
    )
    assert first.prompt.endswith("Deletes the row\nrow =")
    assert first.prompt.startswith("English–Korean dictionary of office software")
    assert (first.temperature, second.temperature) == (0.0, SECTION.temperature)
    assert first.stop == ("\n",)


def test_a_chat_model_is_asked_in_turns() -> None:
    request = reverse_glossary.requests([TERM], SECTION, chat=True)[0]
    assert request.prompt == ""
    assert request.messages[-1].content == "row\n(Deletes the row)"


def test_spellings_of_one_answer_are_one() -> None:
    outcome = reverse_glossary.read(
        TERM, [Reply(" 글꼴 색\n"), Reply("글꼴색"), Reply("행"), Reply("행")]
    )
    (record,) = outcome.records
    assert record["korean"] == {"글꼴 색": 0.5, "행": 0.5}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("row"), "not Korean"),
        (Reply("가로로 늘어선 셀의 모임, 곧 행"), "a definition"),
        (Reply("가로로 늘어선 셀들의 긴 모임입니다"), "a definition"),
        (Reply("행", finish="length"), "truncated"),
        (Reply("", finish="error"), "no reply"),
        (Reply(""), "not Korean"),
    ],
)
def test_other_answers_are_rejected_with_the_reason(reply: Reply, reason: str) -> None:
    outcome = reverse_glossary.read(TERM, [reply])
    assert outcome.records == []
    assert [reject.reason for reject in outcome.rejects] == [reason]
