"""Models that grade: which of two mnemonics is better, and each by the rubric.

A pair is asked in both orders; a judge that changes its mind with the order has called a tie. An
answer that can't be read leaves that part unscored: it is counted, never guessed. A judge from the
model family of a writer is refused, since models prefer their own (Panickssery et al. 2024, "LLM
evaluators recognize and favor their own generations").

    stage.work(pairs, lambda pair: pair.id, partial(outcomes, judge))
    totals = aggregate(stage.records())
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypedDict

import numpy as np

from malmoi.core.errors import TeacherError
from malmoi.core.files import Record
from malmoi.core.ledger import Outcome
from malmoi.evaluation.agreement import alpha
from malmoi.evaluation.paired import Measure, paired_tests
from malmoi.evaluation.significance import SEED, bootstrap
from malmoi.mnemonics.judging import rubric
from malmoi.mnemonics.judging.pairs import BASE, STUDENT, Pair
from malmoi.mnemonics.judging.preferences import (
    Choice,
    aggregate_choices,
    agreement,
    alpha_text,
    majority_choices,
)
from malmoi.mnemonics.judging.preferences import sentences as preference_sentences
from malmoi.teachers import Message, Reply, Request, Teacher
from malmoi.teachers.replies import BadJSON, TruncatedJSON, parse_json

logger = logging.getLogger(__name__)

MAX_TOKENS = 256
"""Of an answer; a thinking model's thoughts come on top (`teacher.thinking_tokens`)."""

FAMILIES = {
    "Google": r"gemma|gemini",
    "OpenAI": r"gpt-|chatgpt|(?<![a-z0-9])o[134](?![a-z0-9])",
    "Meta": r"(?<![a-z])llama(?![._-]?cpp)|codellama|tinyllama",
    "Alibaba": r"qwen|qwq",
    "DeepSeek": r"deepseek",
    "Mistral": r"mi[sx]tral|ministral|magistral|codestral|devstral",
    "Hugging Face": r"smollm|zephyr",
    "Anthropic": r"claude",
    "Microsoft": r"(?<![a-z])phi-?\d",
    "Cohere": r"command-|(?<![a-z])aya-",
    "LG": r"exaone",
    "Upstage": r"(?<![a-z])solar-",
    "Naver": r"hyperclova",
    "Kakao": r"kanana",
    "NVIDIA": r"nemotron",
    "IBM": r"granite",
    "Zhipu": r"(?<![a-z])glm-",
    "Moonshot": r"kimi|moonshot",
    "xAI": r"grok",
    "Allen AI": r"olmo",
    "EleutherAI": r"pythia|gpt-neo",
}
"""Maker → names of its models, as they stand in identities; a distilled model has two makers."""


def families(identity: str) -> frozenset[str]:
    """Makers that a teacher's identity names; empty where it names none that is known."""
    name = re.sub(r"https?://\S+", "", identity).lower()
    return frozenset(maker for maker, models in FAMILIES.items() if re.search(models, name))


def refusal(judge: str, writers: Iterable[str]) -> str:
    """Why a judge may not grade what these wrote; "" where it may.

    Args:
        judge: its identity (`Teacher.identity`), or a model's name.
        writers: identities of the teacher and of whatever else is judged.
    """
    for writer in writers:
        if judge == writer:
            return f"{judge} would judge what it wrote itself"
        if shared := families(judge) & families(writer):
            return (
                f"{judge} is of the same family as {writer} ({', '.join(sorted(shared))}), and "
                "models prefer what their own family writes"
            )
    return ""


def admitted(judges: Mapping[str, Teacher], writers: Sequence[str]) -> dict[str, Teacher]:
    """The judges that may grade; a refused one is left out with a warning.

    Args:
        judges: by a name for people.
        writers: identities of the teacher and of whatever else is judged.

    Raises:
        TeacherError: a judge is a base model, which can't be asked questions.
    """
    found: dict[str, Teacher] = {}
    for name, judge in judges.items():
        _refuse_base(judge)
        if reason := refusal(judge.identity, writers):
            logger.info(f"Judge {name} is left out: {reason}. Choose one from another family.")
        else:
            found[name] = judge
            if not families(judge.identity):
                logger.info(
                    f"Judge {name}: the family of {judge.identity} isn't known; make sure that it "
                    "isn't the teacher's"
                )
    return found


def outcomes(judge: Teacher, pairs: Iterable[Pair], name: str = "") -> Iterator[Outcome]:
    """One Outcome for each pair, in order; `name` (else its identity) is the rater in the record.

    A record is {"pair", "term", "sense", "systems", "judge", "won", "consistent", "scores",
    "problems"}: `won` is what the first side got (1, 0.5, 0; None: unscored), `consistent` whether
    both orders agree (None: unscored), `scores` {system: {criterion: number} or None}.

    Raises:
        TeacherError: the judge is a base model, or is gone for good.
    """
    _refuse_base(judge)
    asked: deque[Pair] = deque()

    def requests() -> Iterator[Request]:
        for pair in pairs:
            asked.append(pair)
            yield from _requests(pair)

    replies = judge.write(requests())
    for reply in replies:
        pair = asked.popleft()
        answers = [reply, *(next(replies) for _ in range(3))]
        yield Outcome(
            [_record(pair, answers, name or judge.identity)],
            tokens_in=sum(answer.prompt_tokens for answer in answers),
            tokens_out=sum(answer.completion_tokens for answer in answers),
            cost=sum(answer.cost for answer in answers),
        )


def _refuse_base(judge: Teacher) -> None:
    if not judge.chat:
        raise TeacherError(
            f"{judge.identity} is a base model (teacher.chat is false), which goes on with a text "
            "and can't judge: name an instruction-tuned model in [[judge.models]]"
        )


def _requests(pair: Pair) -> Iterator[Request]:
    """Both orders, then each text by the rubric."""

    def ask(messages: tuple[Message, ...], schema: Record) -> Request:
        return Request(messages=messages, max_tokens=MAX_TOKENS, schema=schema)

    word = (pair.term, pair.pos, pair.definition)
    first, second = pair.texts
    yield ask(rubric.preferring(*word, first, second), rubric.preferring_schema())
    yield ask(rubric.preferring(*word, second, first), rubric.preferring_schema())
    yield ask(rubric.scoring(*word, first), rubric.scoring_schema())
    yield ask(rubric.scoring(*word, second), rubric.scoring_schema())


class JudgedRecord(TypedDict):
    """What a judge said of a pair, as the stages `judged-…` keep it.

    `won` is the first system's part (1, 0, or 0.5), None where an answer can't be read; so are
    `consistent` (the same answer with the texts swapped) and a system's scores by criterion.
    """

    pair: str
    term: str
    sense: str
    systems: list[str]
    judge: str
    won: float | None
    consistent: bool | None
    scores: dict[str, dict[str, float] | None]
    problems: list[str]


def _record(pair: Pair, replies: Sequence[Reply], judge: str) -> JudgedRecord:
    problems: list[str] = []

    def read(reply: Reply, schema: Record) -> Any:
        try:
            if reply.finish == "error":
                raise BadJSON(reply.error)
            return parse_json(reply.text, reply.finish, schema)
        except (BadJSON, TruncatedJSON) as error:
            problems.append(str(error))
            return None

    there, back = (read(reply, rubric.preferring_schema()) for reply in replies[:2])
    won: float | None = None
    consistent: bool | None = None
    if there is not None and back is not None:
        one, other = rubric.read_preference(there), rubric.read_preference(back)
        swapped = None if other is None else 1 - other
        consistent = one == swapped
        won = 0.5 if not consistent or one is None else 1.0 - one
    scores = [read(reply, rubric.scoring_schema()) for reply in replies[2:]]
    return {
        "pair": pair.id,
        "term": pair.term,
        "sense": pair.sense,
        "systems": list(pair.systems),
        "judge": judge,
        "won": won,
        "consistent": consistent,
        "scores": {
            system: None if answer is None else rubric.read_scores(answer)
            for system, answer in zip(pair.systems, scores, strict=True)
        },
        "problems": problems,
    }


def choices(records: Iterable[JudgedRecord]) -> list[Choice]:
    """The preferences of judges' records."""
    return [
        Choice(r["pair"], r["term"], (r["systems"][0], r["systems"][1]), r["judge"], r["won"])
        for r in records
    ]


def aggregate(
    records: Sequence[JudgedRecord],
    people: Sequence[Choice] = (),
    tested: tuple[str, str] = (STUDENT, BASE),
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = SEED,
) -> dict[str, Any]:
    """The records of all judges together: JSON for results and report.

    Args:
        records: what the judges said, one a word and judge.
        people: choices that people made on the same pairs, to compare judges with.
        tested: the two systems whose scores are tested, the one that should be better first.
        level: of the intervals and tests (0.95: 95 %).
        resamples: times that words are drawn again.
        seed: of the draws.

    Returns:
        {"rubric": rows, "preferences": see `aggregate_choices`, "judges": {name: {"consistent":
        share of both-order answers that agree, "unscored": share of parts that couldn't be read}},
        "scores": {system: {criterion: {"mean", "low", "high", "n"}}}, "tests": see `paired_tests`
        (first − second of `tested`), "agreement": {criterion: α between judges}, "people": {judge
        or "all judges": α with what most people chose}}. A system's score on a word is the mean
        over judges; agreement is None with one judge, and people is {} without people.
    """
    judged = choices(records)
    names = sorted({record["judge"] for record in records})
    by_criterion = {c.key: _scores(records, c.key) for c in rubric.CRITERIA}
    systems = list(dict.fromkeys(s for record in records for s in sorted(record["systems"])))
    return {
        "rubric": rubric.report_rows(),
        "preferences": aggregate_choices(judged, level, resamples, seed),
        "judges": {name: _quality([r for r in records if r["judge"] == name]) for name in names},
        "scores": {
            system: {
                key: _mean(values.get(system, {}), level, resamples, seed)
                for key, values in by_criterion.items()
            }
            for system in systems
        },
        "tests": _tests(by_criterion, tested, level, resamples, seed),
        "agreement": _agreement(by_criterion, level, resamples, seed) if len(names) > 1 else None,
        "people": with_people(judged, people, level, resamples, seed) if people else {},
    }


def with_people(
    judged: Sequence[Choice],
    people: Sequence[Choice],
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = SEED,
) -> dict[str, Any]:
    """α between what most people chose and each judge, and all judges together.

    Args:
        judged: what judges chose.
        people: what people chose on the same pairs.
        level: of the intervals (0.95: 95 %).
        resamples: times that pairs are drawn again.
        seed: of the draws.
    """
    crowd = majority_choices(people, "people")
    raters = {name: [c for c in judged if c.rater == name] for name in {c.rater for c in judged}}
    if len(raters) > 1:
        raters["all judges"] = majority_choices(judged, "all judges")
    return {
        name: asdict(agreement([*crowd, *raters[name]], level, resamples, seed))
        for name in sorted(raters)
    }


def sentences(totals: Mapping[str, Any]) -> list[str]:
    """What `aggregate` gave, in sentences for a report."""
    found = preference_sentences(totals["preferences"], "judge")
    for name, quality in totals["judges"].items():
        same = "none" if quality["consistent"] is None else f"{quality['consistent']:.0%}"
        found.append(
            f"{name}: {same} of its choices stay the same in the other order (the others are "
            f"ties), {quality['unscored']:.1%} of its answers can't be read."
        )
    tests = {test["measure"]: test for test in totals["tests"]}
    for row in totals["rubric"]:
        means = [
            f"{system} {scores[row['key']]['mean']:.3f} "
            f"[{scores[row['key']]['low']:.3f}, {scores[row['key']]['high']:.3f}]"
            for system, scores in totals["scores"].items()
            if scores[row["key"]]["mean"] is not None
        ]
        test = tests.get(row["key"])
        said = ""
        if test and test["p"] is not None:
            said = f"; {test['test']}, p (Holm) = {test['p_holm']:.4f}: {test['verdict']}"
        agreed = (totals["agreement"] or {}).get(row["key"])
        between = f"; between judges {alpha_text(agreed)}" if agreed else ""
        found.append(f"{row['name']} ({row['scale']}): {', '.join(means)}{said}{between}.")
    for name, agreed in totals["people"].items():
        found.append(f"{name} and people: {alpha_text(agreed)}.")
    return found


Scores = dict[str, dict[tuple[str, str], dict[str, float]]]
"""system → (term, sense) → judge → number."""


def _scores(records: Sequence[JudgedRecord], key: str) -> Scores:
    found: Scores = {}
    for record in records:
        for system, scores in record["scores"].items():
            if scores is not None:
                word = record["term"], record["sense"]
                found.setdefault(system, {}).setdefault(word, {})[record["judge"]] = scores[key]
    return found


def _mean(
    values: Mapping[tuple[str, str], Mapping[str, float]], level: float, resamples: int, seed: int
) -> dict[str, float | int | None]:
    if not values:
        return {"mean": None, "low": None, "high": None, "n": 0}
    means = [float(np.mean(list(judges.values()))) for judges in values.values()]
    terms = [term for term, _ in values]
    return {**asdict(bootstrap(means, terms, level, resamples, seed)), "n": len(means)}


def _quality(records: Sequence[JudgedRecord]) -> dict[str, float | None]:
    consistent = [r["consistent"] for r in records if r["consistent"] is not None]
    unscored = [part is None for r in records for part in (r["won"], *r["scores"].values())]
    return {
        "consistent": float(np.mean(consistent)) if consistent else None,
        "unscored": float(np.mean(unscored)),
    }


def _tests(
    by_criterion: Mapping[str, Scores],
    tested: tuple[str, str],
    level: float,
    resamples: int,
    seed: int,
) -> list[dict[str, Any]]:
    first, second = (
        {word for scores in by_criterion.values() for word in scores.get(system, {})}
        for system in tested
    )
    words = sorted(first | second)
    if not (first and second):
        return []

    def column(scores: Scores, system: str) -> list[float]:
        of = scores.get(system, {})
        return [float(np.mean(list(of[w].values()))) if w in of else float("nan") for w in words]

    measures = [
        Measure(key, column(scores, tested[0]), column(scores, tested[1]))
        for key, scores in by_criterion.items()
    ]
    found = paired_tests(measures, [term for term, _ in words], level, resamples, seed)
    return [{**test, "a": tested[0], "b": tested[1]} for test in found]


def _agreement(
    by_criterion: Mapping[str, Scores], level: float, resamples: int, seed: int
) -> dict[str, Any]:
    found = {}
    for c in rubric.CRITERIA:
        units = [
            list(judges.values())
            for words in by_criterion[c.key].values()
            for judges in words.values()
        ]
        scale = alpha(units, "nominal" if c.yes_no else "ordinal", level, resamples, seed)
        found[c.key] = asdict(scale)
    return found
