"""Cards as an Anki package and as text that Anki imports.

A note's GUID is its card's id, which depends on term and sense alone. So importing an edited card
updates the note that is there, with the learner's schedule, and never adds a second one. Anki takes
an update only if the note's modification time (whole seconds) has risen; a card that is the same as
in the package it replaces keeps its time, so that what a learner changed in Anki stays there.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_hash, write_atomically
from malmoi.mnemonics.cards import Card, Claim
from malmoi.mnemonics.export.tables import MARKS, must_be_released, one_line

MODEL_ID = 1_764_100_401
"""Anki's id of our note type. A change of `FIELDS` needs another, a change of looks does not."""
MODEL = "Malmoi mnemonic"
TEMPLATE = "Recall"
LOOKS_CHANGED = 1_796_037_800
"""When templates or styling last changed, in seconds since 1970. Anki replaces a learner's note
type, and what the learner changed of its looks, by an imported one that is newer."""
FIELDS = (
    "Term", "IPA", "Part of speech", "Definition", "Korean", "Feature", "Mnemonic", "Reasoning",
    "Example", "Claims", "Sources",
)  # fmt: skip

_MARK = re.compile(r'<span data-malmoi="([0-9a-f]+)\.([0-9a-f]+)">(.*)</span>', re.DOTALL)
_FEATURE = FIELDS.index("Feature")
_FOLDER = Path(__file__).parent / "anki_files"
# Anki acts on these in a field: [sound:…] and [latex], \( … \), {{ … }}.
_ACTIVE = str.maketrans({"[": "&#91;", "\\": "&#92;", "{": "&#123;"})
_ENDINGS = "(?:s|es|d|ed|n|en|ing|er|est|'s|’s)?"


def deck_id(deck: str) -> int:
    """Anki's id of a deck: the same for a name for ever."""
    return (1 << 30) + int(stable_hash(["malmoi deck", deck]), 16) % (1 << 30)


@dataclass(frozen=True, slots=True)
class Note:
    """A card as Anki keeps it.

    Attributes:
        id: the card's id, which is the note's GUID in a package.
        fields: HTML, in the order of `FIELDS`, with the mark.
        tags: what Anki's notes are sorted by.
    """

    id: str
    fields: list[str]
    tags: list[str]

    @property
    def term(self) -> str:
        """The word, as text."""
        return html.unescape(self.fields[0])

    @property
    def mark(self) -> str:
        """What no other card has, nor this one with another text: "ID.HASH"."""
        found = _MARK.fullmatch(self.fields[_FEATURE])
        assert found
        return f"{found[1]}.{found[2]}"


def marked(card_id: str, values: Sequence[str]) -> list[str]:
    """A note's fields with the mark of this id and these fields, in place of one that is there."""
    plain = unmarked(values)
    mark = f"{card_id}.{stable_hash(plain, 8)}"
    plain[_FEATURE] = f'<span data-malmoi="{mark}">{plain[_FEATURE]}</span>'
    return plain


def unmarked(values: Sequence[str]) -> list[str]:
    """A note's fields without the mark."""
    plain = list(values)
    plain[_FEATURE] = _MARK.sub(r"\3", plain[_FEATURE])
    return plain


def note_of(card: Card) -> Note:
    """The note of a card."""
    return Note(card.id, marked(card.id, fields(card)), tags(card))


def fields(card: Card) -> list[str]:
    """The note's fields in the order of `FIELDS`, as HTML, without the mark."""
    return [
        _escape(one_line(card.term)),
        _escape(one_line(card.ipa).strip("/[] ")),
        _html(card.pos),
        _html(card.definition),
        _html(card.korean),
        _html(card.feature),
        highlight(card.mnemonic, card.term),
        _html(card.reasoning),
        highlight(card.example, card.term),
        "".join(map(_claim, card.claims)),
        " · ".join(map(_html, card.sources)),
    ]


def highlight(text: str, term: str) -> str:
    """`text` as HTML with the term and its regular inflections in bold."""
    term = typographic(one_line(term))
    stem = re.escape(term)
    forms = [stem + _ENDINGS]
    if re.fullmatch(r"\w+e", term):
        forms.append(re.escape(term[:-1]) + "ing")
    elif re.fullmatch(r"\w+[^aeiou\W]y", term):
        forms.append(re.escape(term[:-1]) + "i(?:es|ed|er|est)")
    elif re.fullmatch(r"\w+[b-df-hj-np-tvz]", term):
        forms.append(stem + re.escape(term[-1]) + "(?:ed|ing|er|est)")
    found = re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)
    parts, end = [], 0
    line = typographic(one_line(text))
    for match in found.finditer(line):
        parts += [_escape(line[end : match.start()]), f"<b>{_escape(match[0])}</b>"]
        end = match.end()
    return "".join([*parts, _escape(line[end:])])


def write_anki(
    cards: Sequence[Card], path: str | Path, deck: str = "Malmoi", now: float | None = None
) -> int:
    """Write an Anki package, which adds cards to Anki and updates those that it has of them.

    Args:
        cards: as `write_card` writes them, one a word and sense.
        path: of the package, ending in .apkg; an older package there is replaced.
        deck: the name of the cards' deck.
        now: seconds since 1970 (None: the clock). A changed note gets it as modification time, or
            a second more than it had in the package at `path`, whichever is later.

    Returns:
        How many notes are new in the package, or changed.

    Raises:
        RunError: a card must not be released: a claim of it is contradicted, or it is there twice.
        SourceError: a card is None, or genanki is not installed.

    Example:
        >>> card = malmoi.write_card("docile", lexicon)
        >>> malmoi.write_anki([card], "cards.apkg", deck="My words")
        1
    """
    path = Path(path)
    if missing := [number for number, card in enumerate(cards, 1) if card is None]:
        raise SourceError(
            f"card {missing[0]} of {len(cards)} is None: `write_card` found no good mnemonic for "
            "its word. Leave it out."
        )
    must_be_released(cards)
    try:
        import genanki
    except ImportError as error:
        raise SourceError(
            "an Anki package is written by genanki. Run `pip install 'malmoi[mnemonics]'`."
        ) from error

    class TimedNote(genanki.Note):  # type: ignore[misc]
        """A note with a modification time of its own; genanki gives all the package's."""

        mod = 0

        def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Any) -> None:
            super().write_to_db(cursor, self.mod, deck_id, id_gen)

    class TimedModel(genanki.Model):  # type: ignore[misc]
        """A note type with a modification time of its own."""

        def to_json(self, timestamp: float, deck_id: int) -> Any:
            return super().to_json(LOOKS_CHANGED, deck_id)

    moment = time.time() if now is None else now
    earlier = dict(_notes(path))
    model = TimedModel(
        MODEL_ID,
        MODEL,
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": TEMPLATE, "qfmt": _file("front.html"), "afmt": _file("back.html")}],
        css=_file("card.css"),
    )
    made = genanki.Deck(deck_id(deck), deck)
    changed = 0
    for card in cards:
        note = note_of(card)
        timed = TimedNote(model=model, fields=note.fields, guid=note.id, tags=note.tags)
        before = earlier.get(card.id)
        if before and before[0] == (fields(card), note.tags):
            timed.mod = before[1]
        else:
            timed.mod = max(int(moment), before[1] + 1 if before else 0)
            changed += 1
        made.add_note(timed)
    buffer = io.BytesIO()
    genanki.Package(made).write_to_file(buffer, timestamp=moment)
    write_atomically(path, buffer.getvalue())
    return changed


def tags(card: Card) -> list[str]:
    """Anki's tags of a card: `malmoi` and its feature."""
    return ["malmoi", f"malmoi::{card.feature}"]


def looks() -> tuple[str, str, str]:
    """The note type's front, back and styling."""
    return _file("front.html"), _file("back.html"), _file("card.css")


def anki_text(cards: Sequence[Card], deck: str = "Malmoi") -> str:
    """Text for Anki's File → Import, with the header lines that tell it GUID, deck and note type.

    The note type must be there: import a package once before. Its fields are found by the columns'
    names, in whatever order a learner has put them and whatever was added; the GUID stands last,
    since Anki fills the first field from the first column where the note type is missing. The tag
    is one for all, which Anki adds to a note's; a column of tags would replace the learner's own.
    """
    must_be_released(cards)
    columns = [*FIELDS, "guid"]
    head = [
        "#separator:tab",
        "#html:true",
        f"#notetype:{MODEL}",
        f"#deck:{one_line(deck)}",
        "#columns:" + "\t".join(columns),
        f"#guid column:{len(columns)}",
        "#tags:malmoi",
    ]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    writer.writerows([*note.fields, note.id] for note in map(note_of, cards))
    return "\n".join(head) + "\n" + buffer.getvalue()


def write_anki_tsv(cards: Sequence[Card], path: Path, deck: str = "Malmoi") -> None:
    """Write `anki_text` atomically.

    Raises:
        RunError: a card must not be released.
    """
    write_atomically(path, anki_text(cards, deck))


def read_anki(path: Path) -> tuple[str, list[Note]]:
    """The deck's name and the notes of a package that `write_anki` wrote.

    Raises:
        SourceError: it is no such package.
    """
    notes = [
        Note(guid, marked(guid, values), tagged) for guid, ((values, tagged), _) in _notes(path)
    ]
    if not notes:
        raise SourceError(
            f"{path} holds no cards of Malmoi. Expected a package that `malmoi card … --out` or a "
            "run wrote (handover/cards.apkg)."
        )
    decks = json.loads(_rows(path, "SELECT decks FROM col")[0][0]).values()
    names = [deck["name"] for deck in decks if deck["name"] != "Default"]
    return (names or ["Default"])[0], notes


def page(card: Card, night: bool = False) -> str:
    """A card's back as a page of its own, to look at without Anki."""
    values = dict(zip(FIELDS, note_of(card).fields, strict=True))
    front = _fill(_file("front.html"), values)
    back = _fill(_file("back.html"), {**values, "FrontSide": front})
    mode = " nightMode" if night else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_html(card.term)}</title><style>{_file('card.css')}</style>"
        f'<body class="card{mode}">{back}</body></html>\n'
    )


def _fill(template: str, values: dict[str, str]) -> str:
    """Anki's templates as far as ours use them: {{Field}} and {{#Field}}…{{/Field}}."""
    shown = re.sub(
        r"{{#([^}]+)}}(.*?){{/\1}}", lambda m: m[2] if values[m[1]] else "", template, flags=re.S
    )
    return re.sub(r"{{([^}]+)}}", lambda m: values[m[1]], shown)


def _claim(claim: Claim) -> str:
    source = claim.source or "no source tells"
    mark = f'<li class="{claim.verdict}"><i>{MARKS[claim.verdict]}</i>'
    return f"{mark}{_html(claim.text)}<small>{_html(source)}</small></li>"


def typographic(line: str) -> str:
    """Straight quotes as they are printed: ‘to stand’, “so”, mule’s."""
    before = r"(?<![^\s(\[{/“‘—–\"-])"  # at the start, or after a space or an opening sign
    line = re.sub(before + r"'(?=\S)", "‘", line).replace("'", "’")
    return re.sub(before + r'"(?=\S)', "“", line).replace('"', "”")


def _html(text: str) -> str:
    return _escape(typographic(one_line(text)))


def _escape(line: str) -> str:
    return html.escape(line).translate(_ACTIVE)


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _notes(path: Path) -> Iterator[tuple[str, tuple[tuple[list[str], list[str]], int]]]:
    """GUID → fields (unmarked), tags and modification time of the notes in a package that we wrote;
    none where there is no such package."""
    for guid, joined, tagged, mod in _rows(path, "SELECT guid, flds, tags, mod FROM notes"):
        values = joined.split("\x1f")
        if len(values) == len(FIELDS):
            yield guid, ((unmarked(values), tagged.split()), mod)


def _rows(path: Path, query: str) -> list[Any]:
    """What a query gives in the collection of a package; nothing where there is no such package."""
    if not path.is_file():
        return []
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            connection = sqlite3.connect(archive.extract("collection.anki2", folder))
            try:
                return connection.execute(query).fetchall()
            finally:
                connection.close()
    except (zipfile.BadZipFile, KeyError, sqlite3.Error):
        return []
