"""Rules that a draft must pass whatever its claims are; thin for now, widened below."""

from __future__ import annotations

from typing import Any

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Draft


def reject(word: Word, sense: Sense | None, draft: Draft, lexicon: Any) -> str:
    """ "" where the draft passes every rule, else the reason, the rule's name first."""
    forms = {word.term, word.lemma, *word.inflections}
    for name in ("mnemonic", "example"):
        tokens = getattr(draft, name).lower().replace("'s", "").split()
        if not any(t.strip(".,;:!?\"'()“”‘’") in forms for t in tokens):
            return f"term: the {name} does not use {word.term}"
    return ""
