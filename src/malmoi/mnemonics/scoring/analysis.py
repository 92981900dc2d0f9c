"""A draft analysed once, for all that ask: rules, reward, ranking, evaluation and the card command.

    analysis = DraftAnalysis(draft, word, sense, lexicon)
    analysis.claims           # looked up: supported, contradicted or unverified
    analysis.gate.passed      # computed when first asked for, and kept

What is expensive is reading claims out of a text and finding anchors in it, and each check needs
one or the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Claim, Draft, Feature
from malmoi.mnemonics.claims.checks import looked_up
from malmoi.mnemonics.claims.reading import RawClaim, find_claims
from malmoi.mnemonics.scoring.feature import classify, disagrees, evidence, named_facts
from malmoi.mnemonics.scoring.gate import Gate, answers
from malmoi.mnemonics.scoring.keep import Features, features, keep
from malmoi.mnemonics.scoring.measures import TextAnchor, anchors
from malmoi.mnemonics.scoring.plain_text import find_problem

if TYPE_CHECKING:
    from collections import Counter

    from malmoi.lexicon.lookup import Lexicon


@dataclass(frozen=True, eq=False)
class DraftAnalysis:
    """A draft about a word, and what can be read out of it; each property is computed once.

    Attributes:
        draft: what was written.
        word: the word that it is about.
        sense: the sense that was asked for; None stands for all of them.
        lexicon: where claims are looked up.
    """

    draft: Draft
    word: Word
    sense: Sense | None
    lexicon: Lexicon

    @cached_property
    def reasoning_claims(self) -> tuple[RawClaim, ...]:
        """What the reasoning claims, before it is looked up."""
        return tuple(find_claims(self.word.term, self.draft.reasoning))

    @cached_property
    def raw_claims(self) -> tuple[RawClaim, ...]:
        """What reasoning and mnemonic claim; the example tells a story, not facts."""
        mnemonic = find_claims(self.word.term, self.draft.mnemonic)
        return (*self.reasoning_claims, *mnemonic)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims with their verdicts."""
        return looked_up(self.raw_claims, self.word, self.lexicon)

    @property
    def mnemonic_claims(self) -> tuple[Claim, ...]:
        """Those of them that the mnemonic makes."""
        return self.claims[len(self.reasoning_claims) :]

    @cached_property
    def keep_features(self) -> Features:
        """What tells how likely a teacher keeps it."""
        text, claims = self.draft.mnemonic, self.mnemonic_claims
        return features(text, self.word, self.sense, self.lexicon, claims)

    @cached_property
    def kept(self) -> float:
        """How likely a teacher keeps it, 0 to 1."""
        return keep(self.keep_features)

    @cached_property
    def forms(self) -> frozenset[str]:
        """The term as it may stand in a sentence: itself and its inflections, lower-cased."""
        forms = {self.word.term, self.word.lemma, *self.word.inflections}
        morphology = self.lexicon.morphology
        if morphology:
            forms.update(morphology.inflections(self.word.term))
        return frozenset(form.casefold() for form in forms if form)

    @cached_property
    def problem(self) -> str:
        """What makes the mnemonic no sentence of its own, "" where nothing does."""
        return find_problem(self.draft.mnemonic, self.word, self.sense, self.draft)

    @cached_property
    def anchors(self) -> list[TextAnchor]:
        """The words of the mnemonic that the term calls to mind, the strongest first."""
        return anchors(self.draft, self.word, self.lexicon)

    @cached_property
    def gate(self) -> Gate:
        """Whether it has a known anchor, an enacted meaning and an automatic trigger."""
        return answers(self.draft, self.word, self.sense, self.lexicon, self.anchors, self.problem)

    @cached_property
    def facts(self) -> Counter[Feature]:
        """How strongly the reasoning names facts of the word, by feature."""
        return named_facts(self.word, self.draft.reasoning)

    @cached_property
    def evidence(self) -> dict[Feature, float]:
        """How strongly the reasoning speaks of each feature."""
        return evidence(self.draft.reasoning, self.reasoning_claims, self.facts)

    @cached_property
    def feature(self) -> Feature:
        """The feature that the reasoning builds on, whatever the draft's label says."""
        return classify(self.draft, self.evidence)

    @cached_property
    def mislabelled(self) -> str:
        """Why the draft's label is wrong, "" where it isn't."""
        return disagrees(self.draft, self.feature, self.evidence)
