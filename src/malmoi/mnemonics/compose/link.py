"""Whether the meaning follows from the anchor: how near what the anchor says is to the meaning."""

from __future__ import annotations

from malmoi.lexicon.facts import Sense
from malmoi.mnemonics.compose.anchor import Basis
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.similarity import near, prepare, stems


def link(basis: Basis, meaning: Meaning, sense: Sense) -> float:
    """How surely the meaning follows, 0 to 1.

    Args:
        basis: what the mnemonic hangs on.
        meaning, sense: what it is to explain.
    """
    says = basis.says.replace("{}", "")
    own = stems(sense.id.partition(".")[0])
    alike = [s for s in sense.synonyms[:4] if not stems(s) & (own | stems(says))]
    told = [*filter(None, [meaning.plain]), meaning.definition, *alike]
    prepare([says, *told])
    nearest = max(near(says, text) for text in told)
    if basis.kind in ("literal", "compound"):
        # A definition by the stem shares it whatever the affix says.
        return min(1.0, 0.15 + nearest)
    shared = bool(stems(says) & stems(" ".join(told)))
    return min(1.0, nearest + (0.25 if shared else 0.0))
