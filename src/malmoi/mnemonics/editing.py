"""Cards that people have edited: the text is theirs, the claims are looked up again, the id stays.

    card = edited(card, draft, lexicon)          # refused where a source contradicts a claim
    keep_edit(run, card)
    with_edits(run, cards)                       # what is shown, exported and synced

In the run's folder `edits/cards.jsonl` has a line an edit; a card's last one counts. A run that is
made anew keeps its edits: they are of a card's id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.core.files import append_line, drop_torn_line, read_lines
from malmoi.mnemonics.cards import Card, Draft, from_record, to_record
from malmoi.mnemonics.claims.checks import check_draft
from malmoi.mnemonics.export.tables import one_line

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

EDITS = Path("edits") / "cards.jsonl"
BY_HAND = ", edited"
"""What the writer of an edited card is called, behind who wrote it."""


def edited(card: Card, draft: Draft, lexicon: Lexicon) -> Card:
    """The card with another text; its id, word and meaning stay.

    Args:
        card: as it was.
        draft: the new text.
        lexicon: where its claims are looked up.

    Raises:
        SourceError: the mnemonic or the reasoning is empty, or a source contradicts a claim.
    """
    draft = replace(
        draft,
        reasoning=one_line(draft.reasoning),
        mnemonic=one_line(draft.mnemonic),
        example=one_line(draft.example),
    )
    if not draft.mnemonic or not draft.reasoning:
        raise SourceError("a card needs a mnemonic and its reasoning; an example may be left out")
    claims = check_draft(lexicon.word(card.term), None, draft, lexicon)
    if wrong := [claim for claim in claims if claim.verdict == "contradicted"]:
        said = "; ".join(f"“{claim.text}” ({claim.source})" for claim in wrong)
        raise SourceError(f"a source contradicts what the card says: {said}. Nothing was kept.")
    sources = {claim.source.split(":")[0] for claim in claims if claim.source}
    writer = card.writer if card.writer.endswith(BY_HAND) else card.writer + BY_HAND
    return replace(
        card,
        feature=draft.feature,
        reasoning=draft.reasoning,
        mnemonic=draft.mnemonic,
        example=draft.example,
        claims=claims,
        sources=tuple(sorted(sources)) or card.sources,
        writer=writer,
    )


def keep_edit(run: Path, card: Card) -> None:
    """Keep an edited card in a run's folder; it is on the disk when this returns."""
    drop_torn_line(run / EDITS)
    append_line(run / EDITS, to_record(card), sync=True)


def with_edits(run: Path, cards: Iterable[Card]) -> list[Card]:
    """The cards of a run as they are now; an edit of a card that is gone counts for nothing."""
    edits = {record["id"]: from_record(record) for record in read_lines(run / EDITS)}
    return [edits.get(card.id, card) for card in cards]
