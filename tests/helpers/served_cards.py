"""A run of the mnemonic writer as `malmoi serve` shows it: cards and outputs, no models."""

from __future__ import annotations

import json
from pathlib import Path

from malmoi.core.files import write_lines
from malmoi.mnemonics.cards import Card, Claim, card_id, to_record
from tests.helpers.served_run import HOSTILE, write_state
from tests.helpers.toy_review import write_outputs

ROWS = [
    ("obstinate", "phonetics", "supported", "Obstinate Otto won't move."),
    ("candid", "etymology", "unverified", "Candid is white and open."),
    (f"evil {HOSTILE}", "other", "supported", f"{HOSTILE} \"'><img src=x> \u202e"),
]


def card(term: str, feature: str, verdict: str, mnemonic: str) -> Card:
    """A card with one claim."""
    source = f"CMUdict: {term}" if verdict == "supported" else ""
    claim = Claim("sound", f"{term} sounds so", verdict, source)  # type: ignore[arg-type]
    sense = f"{term}.adjective.1"
    return Card(
        card_id(term, sense), term, sense, "a meaning", "adjective", feature,  # type: ignore[arg-type]
        f"{term} sounds so.", mnemonic, "An example.", (claim,), 0.8, "lexicon-writer",
    )  # fmt: skip


CARDS = [card(*row) for row in ROWS]


def write_cards_run(folder: Path) -> Path:
    """A finished run."""
    write_lines(folder / "cards" / "records.jsonl", map(to_record, CARDS))
    write_state(folder / "cards", 1, counts={"records": len(CARDS)})
    (folder / "recipe.json").write_text(json.dumps({"job": "mnemonics", "name": folder.name}))
    write_outputs(folder)
    write_state(folder / "outputs", 2)
    return folder
