"""What a dry run says of synonyms."""

from malmoi.recipe.synonyms import SynonymsSection
from malmoi.synonyms import plan
from malmoi.synonyms.verification import verdicts
from malmoi.synonyms.verification.verify import TRIAL


def test_a_chat_teacher_is_asked_about_each_pair_in_each_phrasing() -> None:
    section = SynonymsSection(enabled=True, judge=True, max_terms=10)
    assert plan.pairs(section) == TRIAL + 30
    assert len(plan.requests(section, chat=True)) == (TRIAL + 30) * len(verdicts.QUESTIONS)
    assert plan.requests(section, chat=False) == []  # likelihoods, no requests


def test_each_english_term_is_asked_for_as_often_as_there_are_samples() -> None:
    section = SynonymsSection(enabled=True, ask=True, samples=3, max_terms=10)
    assert plan.pairs(section) == 0
    for chat in (True, False):
        assert len(plan.requests(section, chat)) == 30


def test_what_is_off_costs_nothing() -> None:
    for section in (SynonymsSection(judge=True, ask=True), SynonymsSection(enabled=True)):
        assert plan.pairs(section) == 0
        assert plan.requests(section, chat=True) == []
