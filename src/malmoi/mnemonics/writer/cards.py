"""Cards at once, from the facts alone or with a trained student.

A student's draft goes through the same checks as a teacher's; where it fails them the log says
why, and the lexicon writer's card stands in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Card, Draft, make_card
from malmoi.mnemonics.compose.senses import by_learner
from malmoi.mnemonics.list_sense import sense_of
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.rewards import assess
from malmoi.mnemonics.writer.card import write_card
from malmoi.reports.plots import visible

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon
    from malmoi.teachers import Request

logger = logging.getLogger(__name__)

MAX_TOKENS = 160


def write_cards(
    words: Iterable[str],
    lexicon: Lexicon,
    student: Path | None = None,
    learner: str = "en",
    meanings: Mapping[str, str] | None = None,
) -> Iterator[Card]:
    """A card for each word, in the sense that a learner meets first, as soon as it is written.

    A word without a known meaning or a good mnemonic has none; that is logged.

    Args:
        words: English words; one that stands twice is written once.
        lexicon: what is known of words.
        student: a trained student's folder or GGUF (None: the facts alone).
        learner: "en", or "ko" for cards with Korean keywords.
        meanings: word → what the learner wrote of its meaning, in whatever language: it chooses the
            sense.

    Raises:
        SourceError: no word has a known meaning.
        TeacherError, StudentError: the student can't be loaded.
    """
    known: list[tuple[Word, Sense]] = []
    told: dict[str, Sense | None] = {}
    for word in {found.term: found for found in map(lexicon.word, words)}.values():
        if word.senses:
            meant = sense_of(word, (meanings or {}).get(word.term, ""), "", lexicon)
            told[word.term] = meant
            known.append((word, meant or by_learner(word, lexicon)[0]))
        else:
            logger.info(f"{visible(word.term)}: no meaning of it is in the lexicon")
    if not known:
        raise SourceError("none of the words is in the lexicon; `malmoi word WORD` says what is")
    drafts = _of_student(student, known, lexicon) if student else [None] * len(known)
    for (word, sense), draft in zip(known, drafts, strict=True):
        card = _by_student(word, sense, draft, lexicon, str(student or ""))
        # Where nobody said which sense is meant, the writer may choose of those as likely.
        card = card or write_card(word.term, lexicon, told[word.term], learner)
        if card is None:
            logger.info(f"{word.term}: no good mnemonic (a missing hook is better than a bad one)")
        else:
            yield card


def _of_student(
    model: Path, known: Sequence[tuple[Word, Sense]], lexicon: Lexicon
) -> list[Draft | None]:
    """What the student writes, open book, greedily; None where it isn't in the form."""
    from malmoi.mnemonics.prompting.brief import student_brief
    from malmoi.mnemonics.prompting.prompts import student_messages
    from malmoi.teachers import Request

    requests = [
        Request(
            messages=student_messages(student_brief(word, sense, lexicon)), max_tokens=MAX_TOKENS
        )
        for word, sense in known
    ]
    drafts: list[Draft | None] = []
    for (word, _), text in zip(known, _texts(model, requests), strict=True):
        try:
            drafts.append(form.parse(text))
        except form.FormError as error:
            logger.info(f"{word.term}: the student's answer is no card ({error})")
            drafts.append(None)
    return drafts


def _texts(model: Path, requests: Sequence[Request]) -> Iterator[str]:
    """The student by llama.cpp where it is a GGUF, else by transformers."""
    if model.suffix == ".gguf":
        from malmoi.recipe.teacher import TeacherSection
        from malmoi.teachers.open import open_teacher

        section = TeacherSection(preset="", kind="embedded", model=str(model), chat=True)
        with open_teacher(section, None, None) as teacher:
            yield from (reply.text for reply in teacher.write(requests))
    else:
        from malmoi.mnemonics.student.generate import generate

        yield from (reply.text for reply in generate(model, requests))


def _by_student(
    word: Word, sense: Sense, draft: Draft | None, lexicon: Lexicon, writer: str
) -> Card | None:
    if draft:
        found = assess(DraftAnalysis(draft, word, sense, lexicon))
        if not found.problem:
            return make_card(word, sense, draft, found.claims, found.score, writer)
        logger.info(f"{word.term}: the student's card was rejected: {found.problem}")
    return None
