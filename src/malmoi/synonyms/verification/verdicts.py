"""A teacher's verdict on a pair: are these two words equivalents?

    for judged in judge([("저장", "save"), ("열", "row")], teacher):
        judged.evidence   # (Evidence("teacher verdict", 1.0, "both", "3 of 3 say yes"), …)

**A chat model** is asked in three phrasings, Korean word first and English word first, few-shot,
and answers with a schema: {"verdict": "yes" | "no"}. What can't be read is no vote. A *no* may be
wordy; a *yes* must be the whole answer, so that thinking text, hedging ("네, 하지만 …") and
"아니오. 예를 들어…" never turn a no into a yes.

**A base model** is never asked to write. Likelihoods are compared, each with that after a
content-free prompt, which takes out what the model would say anyway (Zhao et al. 2021, "Calibrate
before use"): of " yes" and " no" after a question, and of the translation itself after "저장 =".
Values are squashed to 0 to 1, .5 for no preference.

| source | direction | value |
|---|---|---|
| teacher verdict | both | chat: share of the readable verdicts that are yes; base: yes against no |
| teacher translation | ko→en, en→ko | base: the pair's likelihood against the content-free one |

Whether any of it is used is decided on labelled pairs (`calibration.try_teacher`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from malmoi.core.errors import TeacherError
from malmoi.core.progress import Progress
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.teachers import Message, Reply, Request, Teacher
from malmoi.teachers.replies import BadJSON, parse_json
from malmoi.teachers.scoring import Continuation, Scorer, scorer_of

VERDICT = "teacher verdict"
TRANSLATION = "teacher translation"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": ["yes", "no"]}},
    "required": ["verdict"],
}
SHOTS = (
    ("사과", "apple", True),
    ("왼쪽", "right", False),
    ("인쇄하다", "print", True),
    ("병원", "doctor", False),
    ("월요일", "Tuesday", False),
    ("컴퓨터", "computer", True),
    ("바퀴", "bicycle", False),
    ("친구", "friend", True),
)
"""Of both answers, the wrong ones near misses; no labelled and no gold pair may be among them."""
SYSTEM = (
    "You are a lexicographer of Korean and English. You are given a Korean and an English term. "
    "Say yes only if one may replace the other in a search without changing what is asked for. "
    "Say no to opposites, to part and whole, to two of a kind, to words that only go together."
)
QUESTIONS = (
    "Is the Korean term '{ko}' an equivalent of the English term '{en}'?",
    "Does '{en}' mean the same as '{ko}'?",
    "사전에서 '{ko}'의 뜻풀이로 '{en}'을(를) 쓸 수 있습니까?",
)
BASE_QUESTIONS = (
    "Korean: {ko}\nEnglish: {en}\nSame meaning:",
    "English: {en}\nKorean: {ko}\nDoes it translate? Answer:",
)
CONTENT_FREE = "N/A"
BATCH_SIZE = 64
"""Pairs that are asked for together."""

_LEADING_NO = re.compile(
    r"^\W*(?:no|nope|not|아니오|아니요|아닙니다|아니다|틀립니다)\b", re.IGNORECASE
)
_ONLY_YES = re.compile(r"^\W*(?:yes|예|네|그렇습니다|맞습니다)\W*$", re.IGNORECASE)
_ANY_VERDICT = re.compile(r"[\"']?verdict[\"']?\s*[:=]\s*[\"']?(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair and what the teacher thinks of it; () where nothing could be read."""

    korean: str
    english: str
    evidence: tuple[Evidence, ...]


def judge(pairs: Sequence[tuple[str, str]], teacher: Teacher) -> Iterator[Judged]:
    """The teacher's evidence on each pair (Korean, English), in order.

    Raises:
        TeacherError: the teacher is gone, or is a base model whose likelihoods can't be had.
    """
    with Progress("asking the teacher", len(pairs)) as progress:
        for start in range(0, len(pairs), BATCH_SIZE):
            batch = pairs[start : start + BATCH_SIZE]
            if teacher.chat:
                found = _by_chat(batch, teacher)
            else:
                found = _by_likelihood(batch, _scorer(teacher))
            for (korean, english), evidence in zip(batch, found, strict=True):
                yield Judged(korean, english, evidence)
            progress.advance(len(batch))


def _scorer(teacher: Teacher) -> Scorer:
    scorer = scorer_of(teacher)
    if scorer is None:
        raise TeacherError(
            f"{teacher.identity} is a base model that doesn't tell likelihoods, so it can't judge "
            'pairs: choose a chat model, or one in this process (teacher.kind = "transformers")'
        )
    return scorer


def requests(korean: str, english: str) -> list[Request]:
    """What a chat teacher is asked about one pair: a request a phrasing."""
    asked = []
    for number, question in enumerate(QUESTIONS):
        turns = [Message("system", SYSTEM)]
        # Another order of the examples for each phrasing: the last one weighs most.
        for ko, en, same in SHOTS[number:] + SHOTS[:number]:
            turns.append(Message("user", question.format(ko=ko, en=en)))
            turns.append(Message("assistant", f'{{"verdict": "{"yes" if same else "no"}"}}'))
        turns.append(Message("user", question.format(ko=korean, en=english)))
        asked.append(Request(messages=tuple(turns), max_tokens=24, schema=SCHEMA))
    return asked


def read(reply: Reply) -> bool | None:
    """The verdict of a chat teacher's reply; None where none can be read, or two contradict.

    >>> read(Reply('{"verdict": "yes"}')), read(Reply("아니오. 예를 들어 같은 뜻이면 예입니다."))
    (True, False)
    """
    text = reply.text.strip()
    if reply.finish == "error" or not text:
        return None
    said = {word.lower() for word in _ANY_VERDICT.findall(text)}
    if len(said) > 1:
        return None
    try:
        yes = parse_json(text, reply.finish, SCHEMA)["verdict"] == "yes"
        return None if yes and _LEADING_NO.match(text) else yes
    except BadJSON:
        if said:
            return False if said == {"no"} else None
    except ValueError:  # cut off: the verdict may have gone on
        return None
    if reply.finish == "length":
        return None
    if _ONLY_YES.match(text):
        return True
    return False if _LEADING_NO.match(text) else None


def _by_chat(pairs: Sequence[tuple[str, str]], teacher: Teacher) -> Iterator[tuple[Evidence, ...]]:
    replies = teacher.write(r for korean, english in pairs for r in requests(korean, english))
    for _ in pairs:
        votes = [read(next(replies)) for _ in QUESTIONS]
        answers = [vote for vote in votes if vote is not None]
        if not answers:
            yield ()
            continue
        yes = sum(answers)
        detail = f"{yes} of {len(answers)} say yes"
        if len(answers) < len(votes):
            detail += f", {len(votes) - len(answers)} unread"
        yield (Evidence(VERDICT, round(yes / len(answers), 4), "both", detail),)


def _by_likelihood(
    pairs: Sequence[tuple[str, str]], scorer: Scorer
) -> Iterator[tuple[Evidence, ...]]:
    asked: dict[Continuation, float] = {}
    wanted = [_contrasts(korean, english) for korean, english in pairs]
    for contrasts in wanted:
        for contrast in contrasts:
            asked.update(dict.fromkeys(contrast.continuations, 0.0))
    asked = dict(zip(asked, scorer.score(list(asked)), strict=True))
    for contrasts in wanted:
        yield tuple(contrast.evidence(asked) for contrast in contrasts)


@dataclass(frozen=True, slots=True)
class _Contrast:
    """Scores that are added and subtracted: Σ sign × score / divisor, squashed."""

    source: str
    direction: Any
    terms: tuple[tuple[float, Continuation], ...]

    @property
    def continuations(self) -> list[Continuation]:
        return [continuation for _, continuation in self.terms]

    def evidence(self, scores: dict[Continuation, float]) -> Evidence:
        total = sum(weight * scores[continuation] for weight, continuation in self.terms)
        detail = f"{total:+.2f} nats against a content-free prompt"
        value = round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 4)
        return Evidence(self.source, value, self.direction, detail)


def _contrasts(korean: str, english: str) -> list[_Contrast]:
    yes_no: list[tuple[float, Continuation]] = []
    share = 1 / len(BASE_QUESTIONS)
    for question in BASE_QUESTIONS:
        shots = "".join(
            f"{question.format(ko=ko, en=en)} {'yes' if same else 'no'}\n\n"
            for ko, en, same in SHOTS
        )
        for sign, ko, en in ((1, korean, english), (-1, CONTENT_FREE, CONTENT_FREE)):
            prompt = shots + question.format(ko=ko, en=en)
            yes_no.append((sign * share, Continuation(prompt, " yes")))
            yes_no.append((-sign * share, Continuation(prompt, " no")))
    true = [(ko, en) for ko, en, same in SHOTS if same]
    there = "Korean–English dictionary\n\n" + "".join(f"{ko} = {en}\n\n" for ko, en in true)
    back = "English–Korean dictionary\n\n" + "".join(f"{en} = {ko}\n\n" for ko, en in true)
    contrasts = [_Contrast(VERDICT, "both", tuple(yes_no))]
    for way, shots, known, other in (
        ("ko→en", there, korean, english),
        ("en→ko", back, english, korean),
    ):
        # By the character, so that long terms don't have large values by their length alone.
        weight = 4 / max(len(other.encode()), 4)
        text = f" {other}\n"
        terms = (
            (weight, Continuation(f"{shots}{known} =", text)),
            (-weight, Continuation(f"{shots}{CONTENT_FREE} =", text)),
        )
        contrasts.append(_Contrast(TRANSLATION, way, terms))
    return contrasts
