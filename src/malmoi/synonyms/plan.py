"""What a run would ask its teacher for synonyms, for a dry run: candidates aren't known yet."""

from __future__ import annotations

from malmoi.recipe.synonyms import SynonymsSection
from malmoi.synonyms.sources import reverse_glossary
from malmoi.synonyms.verification import verdicts
from malmoi.synonyms.verification.verify import TRIAL
from malmoi.teachers import Request

CANDIDATES = 3
"""Candidates that a run is taken to have for each of `max_terms` (the help pages: 2.99)."""
KOREAN, ENGLISH = "검색 함수", "search function"
"""Of usual length."""
SENTENCE = "Opens the dialog box of this search function, where you set its options."


def pairs(section: SynonymsSection) -> int:
    """Pairs that a teacher is asked about where it helps: known ones, and about all candidates."""
    return TRIAL + CANDIDATES * section.max_terms if section.enabled and section.judge else 0


def requests(section: SynonymsSection, chat: bool, subject: str = "") -> list[Request]:
    """Requests of usual length, as many as there would be about; a base teacher's verdicts are none
    (it compares likelihoods, in this process).
    """
    planned: list[Request] = []
    if chat:
        planned += pairs(section) * verdicts.requests(KOREAN, ENGLISH)
    if section.enabled and section.ask:
        term = reverse_glossary.EnglishTerm(ENGLISH, SENTENCE)
        planned += section.max_terms * reverse_glossary.requests([term], section, chat, subject)
    return planned
