"""Cards to export in tests."""

from __future__ import annotations

from typing import Any

from malmoi.mnemonics.cards import Card, Claim, card_id


def card(term: str = "obstinate", **changes: Any) -> Card:
    """A card with every field filled; `changes` replace some."""
    sense = changes.get("sense", f"{term}.adjective.1")
    fields: dict[str, Any] = {
        "id": card_id(term, sense),
        "term": term,
        "sense": sense,
        "definition": "refusing to change one's opinion",
        "pos": "adjective",
        "feature": "etymology",
        "reasoning": f"{term} is from Latin ob 'against' + stare 'to stand'.",
        "mnemonic": f"An {term} mule takes its stand and there it stays.",
        "example": f"The {term} child refused to wear a coat.",
        "claims": (
            Claim("origin", "from Latin stare", "supported", "GCIDE: stare to stand"),
            Claim("origin", "shares its root with stay", "unverified"),
        ),
        "score": 0.8125,
        "writer": "lexicon-writer",
        "ipa": "ˈɑbstənət",
        "sources": ("CMUdict", "GCIDE via {Obstinate}"),
        "korean": "고집 센",
    }
    return Card(**{**fields, **changes})
