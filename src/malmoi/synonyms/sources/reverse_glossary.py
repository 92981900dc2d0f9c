"""A teacher's glossary the other way: Korean equivalents of English terms, each in a sentence.

    terms = find_terms(sources, korean_terms, section)
    for batch in batches(terms, section):
        replies = teacher.write(requests(batch, section, teacher.chat, subject))
        outcomes = [read(term, its replies) for term in batch]

`synthesis/glossary.py` asks for the English of Korean terms, with one line on what the corpus is
about. Here the English term is asked for, with the shortest sentence of the aligned text that it
stands in. An answer counts where it is a Korean term; the share of the samples that gave it is the
value of its evidence ("glossary", en→ko).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from malmoi.core.ledger import Outcome, Reject, groups
from malmoi.recipe.synonyms import SynonymsSection
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.terms import english_keys, korean_keys
from malmoi.synthesis.glossary import sampled
from malmoi.teachers import Message, Reply, Request
from malmoi.text.hangul import has_hangul, script_shares
from malmoi.text.morphemes import clean

BATCH_SIZE = 192
"""Requests that are sent together."""
MAX_SENTENCE_WORDS = 15
"""Words of the longest sentence that is shown; a term without one so short is asked for alone."""
MAX_ANSWER_CHARACTERS = 12
"""Characters of the longest Korean equivalent without spaces; a longer one is a definition."""

_QUOTES = "\"'“”‘’.,:;·-– "
EXAMPLES = (
    ("The hotel has a free car park.", "car park", "주차장"),
    ("Your invoice is attached.", "invoice", "청구서"),
    ("Boil the water first.", "boil", "끓이다"),
    ("Pay by credit card.", "credit card", "신용 카드"),
    ("The weather is mild in spring.", "mild", "온화하다"),
    ("She opened a bank account.", "bank account", "은행 계좌"),
    ("Send the parcel by air mail.", "air mail", "항공 우편"),
    ("The train leaves from platform two.", "platform", "승강장"),
)
"""Few-shot examples: a sentence, an English term of it, its Korean equivalent."""


@dataclass(frozen=True, slots=True)
class EnglishTerm:
    """A term to be asked for, and a sentence that it stands in ("" where none is short enough)."""

    text: str
    sentence: str


class EnglishTermRecord(TypedDict):
    """A term as the stage `synonyms-asked` keeps it; `korean`: equivalent → share, 0 to 1."""

    term: str
    context: str
    korean: dict[str, float]


def find_terms(sources: Sources, english: Sequence[str]) -> list[EnglishTerm]:
    """The terms with their shortest sentence, in order of length (prompts then need less padding).

    Args:
        sources: give the aligned text.
        english: terms, as `discover.english_terms` gives them.
    """
    bitext = sources.bitext
    found = []
    for text in english:
        places = [
            place
            for key in english_keys(text)
            if (number := bitext.english.index.get(key)) is not None
            for place in bitext.english.segments_of(number).tolist()
        ]
        sentences = [clean(bitext.segments[bitext.kept[place]].english) for place in places]
        fitting = [s for s in sentences if len(text.split()) < len(s.split()) <= MAX_SENTENCE_WORDS]
        shortest = min(fitting, key=lambda s: (len(s), s), default="")
        found.append(EnglishTerm(text, shortest))
    return sorted(found, key=lambda term: (len(term.text), term.text))


def batches(
    terms: Sequence[EnglishTerm], section: SynonymsSection
) -> list[tuple[EnglishTerm, ...]]:
    """Terms in fixed groups: what is asked together depends on the corpus, not on timing."""
    return groups(terms, max(1, BATCH_SIZE // section.samples))


def requests(
    terms: Iterable[EnglishTerm], section: SynonymsSection, chat: bool, subject: str = ""
) -> list[Request]:
    """Requests for the Korean of terms: of each the first is greedy, the others warm.

    Args:
        terms: English terms, with a sentence that each stands in.
        section: `samples` is the number of requests a term.
        chat: the teacher chats, else it completes.
        subject: what the dictionary is of ("software"), "" for any.
    """
    head = "English–Korean dictionary" + (f" of {subject}" if subject else "")
    turns = [Message("system", f"{head}. Answer with the Korean equivalent only.")]
    for sentence, english, korean in EXAMPLES:
        turns += [
            Message("user", _question(english, sentence)),
            Message("assistant", korean),
        ]
    # A blank line ends what all prompts share: teachers read it once (`teachers/local`).
    shots = f"{head}\n\n" + "".join(f"{s}\n{e} = {k}\n\n" for s, e, k in EXAMPLES)
    if chat:
        questions = (Message("user", _question(term.text, term.sentence)) for term in terms)
        return sampled((((*turns, question), "") for question in questions), section)
    ends = (f"{term.sentence or term.text}\n{term.text} =" for term in terms)
    return sampled((((), shots + end) for end in ends), section)


def _question(english: str, sentence: str) -> str:
    return f"{english}\n({sentence})" if sentence else english


def read(term: EnglishTerm, replies: Sequence[Reply]) -> Outcome:
    """The record of one term, each equivalent with its share of the samples.

    Answers that differ in spacing or ending are one, written as the first of them.
    """
    rejects, answers = [], []
    for reply in replies:
        answer, reason = _answer(reply)
        if reason:
            rejects.append(Reject({"term": term.text, "text": reply.text}, reason, reply.raw))
        else:
            answers.append(answer)
    shares: dict[str, float] = {}
    written: dict[str, str] = {}
    for answer, keys in zip(answers, korean_keys(answers), strict=True):
        if keys:
            text = written.setdefault(keys[0], answer)
            shares[text] = shares.get(text, 0.0) + 1 / len(replies)
    korean = {text: round(share, 4) for text, share in sorted(shares.items())}
    record: EnglishTermRecord = {"term": term.text, "context": term.sentence, "korean": korean}
    return Outcome(
        [record] if korean else [],
        rejects,
        sum(reply.prompt_tokens for reply in replies),
        sum(reply.completion_tokens for reply in replies),
        sum(reply.cost for reply in replies),
    )


def _answer(reply: Reply) -> tuple[str, str]:
    """The Korean equivalent, or why there is none."""
    if reply.finish == "error":
        return "", "no reply"
    if reply.finish == "length":
        return "", "truncated"
    text = clean(reply.text.strip().split("\n")[0]).strip(_QUOTES)
    hangul, latin = script_shares(text)
    if not has_hangul(text) or hangul <= latin:
        return "", "not Korean"
    if len(text.replace(" ", "")) > MAX_ANSWER_CHARACTERS or re.search(r"[,.;:()=]", text):
        return "", "a definition"
    return text, ""
