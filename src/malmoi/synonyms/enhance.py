"""A dictionary that is there already: its entries verified, the rejected dropped, others proposed.

Only pairs across the two languages can be verified. So a group falls apart into what its accepted
pairs hold together, and what hangs on nothing is dropped:

    행, row, 열, column      행–row and 열–column accepted, 행–column and 열–row rejected
    → 행, row   and   열, column

In a rule with an arrow each term on the left keeps what is accepted of the right, and what is in
its own language. A rule with no pair across languages stays as it is, and counts as unverified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from malmoi.synonyms.formats.solr import Rule, language, pairs_of, rule_of
from malmoi.text.morphemes import clean

if TYPE_CHECKING:
    from malmoi.synonyms.sources.candidates import Pair
    from malmoi.synonyms.verification.verify import Verdict

Verify = Callable[[Sequence["Pair"]], Sequence["Verdict"]]
Accepted = Mapping[tuple[str, str], bool]
"""(Korean, English) → whether the pair is accepted."""


@dataclass(frozen=True)
class Enhanced:
    """What became of a dictionary."""

    rules: list[Rule]
    """The kept and changed rules in the file's order, then the additions."""
    dropped: list[Rule] = field(default_factory=list)
    changed: list[tuple[Rule, list[Rule]]] = field(default_factory=list)
    unverified: list[Rule] = field(default_factory=list)
    added: list[Verdict] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    """On every pair of the dictionary, in its order."""


def enhance(rules: Sequence[Rule], verify: Verify, proposed: Iterable[Verdict] = ()) -> Enhanced:
    """Verify and correct the pairs of `rules`; add the accepted of `proposed` that are not there.

    Args:
        rules: the dictionary.
        verify: gives a verdict on each pair, in order (`verify.verify` with its verifier).
        proposed: verdicts on candidates of a corpus.
    """
    from malmoi.synonyms.sources.candidates import Pair

    pairs = list(dict.fromkeys((k, e) for rule in rules for k, e, _ in pairs_of(rule)))
    verdicts = list(verify([Pair(k, e) for k, e in pairs]))
    accepted = {pair: v.accepted for pair, v in zip(pairs, verdicts, strict=True)}
    found = Enhanced([], verdicts=verdicts)
    for rule in rules:
        new = correct(rule, accepted)
        if not pairs_of(rule):
            found.unverified.append(rule)
        elif not new:
            found.dropped.append(rule)
        elif new != [rule]:
            found.changed.append((rule, new))
        found.rules.extend(new)
    there = {_key(k, e) for k, e in pairs}
    for verdict in sorted(proposed, key=lambda v: (-v.probability, v.korean, v.english)):
        key = _key(verdict.korean, verdict.english)
        if verdict.accepted and key not in there:
            there.add(key)
            found.added.append(verdict)
            found.rules.append(rule_of(verdict.korean, verdict.english, verdict.direction))
    return found


def correct(rule: Rule, accepted: Accepted) -> list[Rule]:
    """What is left of a rule: itself, narrower rules, or nothing."""
    if not pairs_of(rule):
        return [rule]
    return _mended_arrow(rule, accepted) if rule.right is not None else _parts(rule, accepted)


def _parts(rule: Rule, accepted: Accepted) -> list[Rule]:
    """A group as its parts that accepted pairs connect, in the order of their first terms."""
    terms = rule.terms()
    part = {term: number for number, term in enumerate(terms)}
    for korean, english, _ in pairs_of(rule):
        if accepted[korean, english]:
            one, other = sorted((part[korean], part[english]))
            part = {term: one if number == other else number for term, number in part.items()}
    groups: dict[int, list[str]] = {}
    for term in terms:
        groups.setdefault(part[term], []).append(term)
    # A term in neither language can't be verified: it stays where the first part is.
    whole = [group for group in groups.values() if len(group) > 1]
    if whole:
        whole[0] += [term for term in terms if not language(term)]
        whole[0].sort(key=terms.index)
    new = [Rule(tuple(group)) for group in whole]
    return [rule] if len(new) == 1 and set(new[0].left) == set(rule.left) else new


def _mended_arrow(rule: Rule, accepted: Accepted) -> list[Rule]:
    """Each left term with what is left of the right one; left terms with the same stay one rule."""
    lefts: dict[tuple[str, ...], list[str]] = {}
    for a in rule.left:
        right = tuple(b for b in rule.right or () if _may_stand(a, b, accepted))
        if set(right) - {a}:
            lefts.setdefault(right, []).append(a)
    return [Rule(tuple(left), right) for right, left in lefts.items()]


def _may_stand(a: str, b: str, accepted: Accepted) -> bool:
    """Whether `b` may replace `a`: in another language if the pair is accepted, else ever."""
    pair = (a, b) if language(a) == "ko" else (b, a)
    return {language(a), language(b)} != {"ko", "en"} or accepted[pair]


def _key(korean: str, english: str) -> tuple[str, str]:
    return clean(korean).replace(" ", ""), clean(english).casefold()
