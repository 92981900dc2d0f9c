"""Cards as TSV, CSV and Markdown, each card on its own; and what no export lets through.

Every cell is one line without control characters, so that a table has a line for each card in any
program that reads it. Cells that hold a quote are quoted as spreadsheets, pandas and Anki do.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from malmoi.core.errors import RunError
from malmoi.core.files import write_atomically
from malmoi.mnemonics.cards import Card

COLUMNS = (
    "id", "term", "sense", "pos", "ipa", "definition", "korean", "feature", "reasoning",
    "mnemonic", "example", "claims", "sources", "score", "writer",
)  # fmt: skip
MARKS = {"supported": "✓", "unverified": "?"}
"""How a claim's verdict is shown; a contradicted one never is."""

_SPACES = re.compile(r"\s+")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$])")
_AT_START = re.compile(r"^(\d*)([-+#=.)])")


def one_line(text: str) -> str:
    """`text` on one line, without control characters, lone surrogates or doubled spaces."""
    dropped = ("Cc", "Cs", "Zl", "Zp")
    plain = "".join(" " if unicodedata.category(c) in dropped else c for c in text)
    return _SPACES.sub(" ", plain).strip()


def must_be_released(cards: Sequence[Card]) -> None:
    """Stop before a card goes out that must not.

    Raises:
        RunError: a card has a contradicted claim, or two cards have one id.
    """
    seen: dict[str, str] = {}
    for card in cards:
        for claim in card.claims:
            if claim.verdict not in MARKS:
                raise RunError(
                    f"the card of {card.term!r} claims {claim.text[:80]!r}, which is "
                    f"{claim.verdict} ({claim.source[:80]}). Expected supported or unverified "
                    "claims alone: check the cards again before they are exported."
                )
        if card.id in seen:
            raise RunError(
                f"the cards of {seen[card.id]!r} and {card.term!r} have one id, {card.id}. "
                "Expected one card for a term and a sense: keep the better one."
            )
        seen[card.id] = card.term


def cells(card: Card) -> dict[str, str]:
    """The columns of a card as they are written. Claims are "✓ text (source)", joined by " · "."""
    claims = (
        f"{MARKS[c.verdict]} {c.text}" + (f" ({c.source})" if c.source else "") for c in card.claims
    )
    values = {name: str(getattr(card, name)) for name in COLUMNS}
    values |= {
        "claims": " · ".join(claims),
        "sources": "; ".join(card.sources),
        "score": f"{card.score:.3f}",
    }
    return {name: one_line(value) for name, value in values.items()}


def table(cards: Sequence[Card], delimiter: str) -> str:
    """A header and a line for each card; `delimiter` is a comma or a tab."""
    must_be_released(cards)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(cells, cards))
    return buffer.getvalue()


def markdown(cards: Sequence[Card], title: str = "Cards") -> str:
    """A page to read or print: a section for each card."""
    must_be_released(cards)
    return f"# {escape(title)}\n\n" + "\n".join(map(_section, cards))


def write(cards: Iterable[Card], path: Path) -> None:
    """Write cards as the file's ending says: .tsv, .csv or .md, atomically.

    CSV begins with a byte order mark, without which Excel shows IPA and Hangul as rubbish.

    Raises:
        RunError: a card must not be released, or the ending is another.
    """
    listed = list(cards)
    ending = path.suffix.lower()
    if ending == ".md":
        write_atomically(path, markdown(listed, path.stem.replace("-", " ").replace("_", " ")))
    elif ending == ".csv":
        write_atomically(path, "\ufeff" + table(listed, ","))
    elif ending == ".tsv":
        write_atomically(path, table(listed, "\t"))
    else:
        raise RunError(f"{path} ends in {ending!r}. Expected .tsv, .csv, .md or .apkg.")


def escape(text: str) -> str:
    """`text` so that Markdown shows it as it stands."""
    return _AT_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", one_line(text)))


def _section(card: Card) -> str:
    ipa = f" /{escape(card.ipa)}/" if card.ipa else ""
    korean = f" · {escape(card.korean)}" if card.korean else ""
    lines = [
        f"## {escape(card.term)}",
        "",
        f"*{escape(card.pos)}*{ipa} · {card.feature}",
        "",
        f"{escape(card.definition)}{korean}",
        "",
        f"> {escape(card.mnemonic)}",
        "",
        f"- why: {escape(card.reasoning)}",
        *([f"- example: {escape(card.example)}"] if card.example else []),
    ]
    for claim in card.claims:
        source = f" ({escape(claim.source)})" if claim.source else ""
        lines.append(f"- {MARKS[claim.verdict]} {escape(claim.text)}{source}")
    if card.sources:
        lines.append(f"- sources: {escape('; '.join(card.sources))}")
    return "\n".join(lines) + "\n"
