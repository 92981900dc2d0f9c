"""Two systems' outputs for one word, blinded: what judges and people choose between.

Sides are drawn by hash, so that they say nothing, and a pair has the same id and the same sides
wherever it is made: a judge's verdict and a person's choice on it can be laid beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from malmoi.core.files import stable_hash, stable_share
from malmoi.mnemonics.form import NONE, FormError, parse
from malmoi.text.morphemes import clean

STUDENT, BASE, WRITER = "student", "base", "lexicon writer"
"""Names of systems; "student, closed book" is the student without the facts."""

CLOSED = ", closed book"
FIRST = ", first answer"
"""Of several answers a word, the first, which nothing chose."""

MAX_SHOWN = 600
"""Characters of a text without form that are shown to judges and people."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a system wrote for a word and sense: a line of the evaluation's `outputs.jsonl`."""

    system: str
    term: str
    sense: str
    pos: str
    definition: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two outputs for a word; `texts` as they are shown, `systems` who wrote them."""

    id: str
    term: str
    sense: str
    pos: str
    definition: str
    texts: tuple[str, str]
    systems: tuple[str, str]


def is_card(text: str) -> bool:
    """Whether a text is well-formed and no abstention."""
    try:
        return parse(text).mnemonic.lower().strip(" .") != NONE
    except FormError:
        return False


def shown(text: str) -> str:
    """An output as judges and people see it: without its feature; raw where it has no form."""
    try:
        draft = parse(text)
    except FormError:
        plain = clean(text)
        cut = plain[:MAX_SHOWN].rstrip()
        return (cut + "…" if len(cut) < len(plain) else cut) or "(nothing)"
    return "\n".join(
        [
            f"Mnemonic: {clean(draft.mnemonic)}",
            f"Because: {clean(draft.reasoning)}",
            f"Example: {clean(draft.example)}",
        ]
    )


def make_pairs(
    outputs: Iterable[Output],
    against: Sequence[tuple[str, str]] = ((STUDENT, BASE), (STUDENT, WRITER)),
    limit: int = 0,
    once: bool = True,
    seed: int = 13,
) -> list[Pair]:
    """Blinded pairs in shuffled order.

    A pair with the lexicon writer is made only where both wrote a card, since it may abstain.

    Args:
        outputs: what each system wrote for each word.
        against: which systems meet.
        limit: at most this many pairs (0: all).
        once: a word is in one pair alone, of the kind that has the fewest so far: who sees a text
            twice, against two others, could tell whose it is. Judges forget; they may have all.
        seed: of the order; it doesn't change ids and sides.
    """
    found: dict[tuple[str, str], dict[str, Output]] = {}
    for output in outputs:
        found.setdefault((output.term, output.sense), {})[output.system] = output
    words = sorted(found, key=lambda word: (stable_share("\x1f".join(word), f"pairs {seed}"), word))
    made: list[Pair] = []
    counts = dict.fromkeys(against, 0)
    for word in words:
        possible = [meeting for meeting in against if _can_meet(meeting, found[word])]
        if once and possible:
            possible = [min(possible, key=lambda meeting: counts[meeting])]
        for meeting in possible:
            counts[meeting] += 1
            made.append(_pair(*(found[word][system] for system in meeting)))
    if not once:
        made.sort(key=lambda pair: stable_share(pair.id, f"pairs {seed}"))
    return made[:limit] if limit else made


def _can_meet(meeting: tuple[str, str], outputs: dict[str, Output]) -> bool:
    if not all(system in outputs for system in meeting):
        return False
    return WRITER not in meeting or all(is_card(outputs[system].text) for system in meeting)


def _pair(one: Output, other: Output) -> Pair:
    name = stable_hash([one.term, one.sense, *sorted((one.system, other.system))])
    first, second = sorted((one, other), key=lambda output: output.system)
    if stable_share(name, "side") < 0.5:
        first, second = second, first
    return Pair(
        name,
        one.term,
        one.sense,
        one.pos,
        one.definition,
        (shown(first.text), shown(second.text)),
        (first.system, second.system),
    )
