"""`malmoi word WORD…`: what is known of a word, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from malmoi.lexicon.facts import Origin, Part, Root, Sense, Word

WIDEST = 100
"""Columns beyond which lines are hard to read."""
_LABEL = 11
_SENSES = 6
_WORDS = 12
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
_NAMES = {
    "pronunciations": "pronunciation", "senses": "meanings", "definitions": "GCIDE's definitions",
    "origins": "origin", "family": "relatives", "zipf": "frequency", "cefr": "CEFR level",
}  # fmt: skip
_QUIET = frozenset({"antonyms", "synonyms", "inflections", "parts"})
"""Fields that many words rightly lack: not worth a line where the word is known otherwise."""


def word(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="As in obstinate.")],
) -> None:
    """Show what is known of an English word, each fact with its source."""
    from malmoi.lexicon.lookup import Lexicon

    lexicon = Lexicon.open()
    for number, term in enumerate(words):
        if number:
            print()
        show(lexicon.word(term))


def show(word: Word, console: Console | None = None) -> None:
    """Print a word's facts with their sources on standard output, in at most 100 columns."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = console or Console(highlight=False)
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=_LABEL, style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text, source in _rows(word):
        line = Text.from_markup(text) if isinstance(text, str) else text
        if source:
            line.append(f"  {source}", style="dim")
        grid.add_row(label, line)
    console.print(_title(word))
    console.print(grid, width=min(console.width, WIDEST))


def _title(word: Word) -> Text:
    from rich.text import Text

    title = Text(word.term, style="bold")
    if word.pronunciations:
        title.append(f"  /{word.pronunciations[0].ipa}/", style="not bold")
    if word.lemma != word.term:
        title.append(f"  a form of {word.lemma}", style="not bold italic")
    return title


def _rows(word: Word) -> Iterator[tuple[str, str | Text, str]]:
    """(label, text, source) of every line."""
    yield from _numbers(word)
    yield from _senses(word.senses)
    if word.definitions and not word.senses:
        for number, (definition, source) in enumerate(word.definitions[:_SENSES], 1):
            yield "meaning" if number == 1 else "", _plain(f"{number}. {definition}"), source
    for label, words in (("like", word.synonyms), ("opposite", word.antonyms)):
        if words:
            yield label, _plain(_listed(words)), ""
    for number, origin in enumerate(word.origins):
        yield "origin" if number == 0 else "", _plain(origin_text(origin)), origin.source
    if word.parts:
        yield "parts", _plain(" + ".join(map(_part, word.parts))), word.parts[0].source
    if word.inflections:
        yield "forms", _plain(", ".join(word.inflections)), ""
    if word.family:
        yield "family", _plain(_listed([r.word for r in word.family])), word.family[0].source
    for number, sentence in enumerate(word.disagreements):
        yield "[yellow]differing[/]" if number == 0 else "", _plain(sentence), ""
    for label, sentence in _unknown(word):
        yield label, _plain(sentence, "dim"), ""


def _numbers(word: Word) -> Iterator[tuple[str, Text, str]]:
    """Sound and how common, hard and concrete the word is."""
    if word.pronunciations:
        said = word.pronunciations[0]
        count = "1 syllable" if said.syllables == 1 else f"{said.syllables} syllables"
        place = said.stress.find("1")
        if said.syllables > 1 and 0 <= place < len(_PLACES):
            count += f", stress on the {_PLACES[place]}"
        others = [f"/{p.ipa}/" for p in word.pronunciations[1:]]
        also = f"; also {', '.join(others)}" if others else ""
        yield "sound", _plain(count + also), said.source
    for reading in word.readings:
        which = _PLACES[reading.stress] if reading.stress < len(_PLACES) else "last"
        count = f"{reading.syllables} syllables, stress on the {which}"
        text = f"as {reading.pos}: {count if reading.syllables > 1 else '1 syllable'}"
        yield "", _plain(text), reading.source
    if word.variants:
        yield "spelling", _plain(f"also {', '.join(word.variants)}"), ""
    if word.zipf:
        text = f"Zipf {word.zipf.value:.1f}, {_often(word.zipf.value)}"
        yield "frequency", _plain(text), word.zipf.source
    if word.cefr:
        doubt = ", which its frequency makes doubtful" if word.cefr.doubtful else ""
        yield "level", _plain(f"{word.cefr.value}{doubt}"), word.cefr.source
    if word.concreteness:
        value = word.concreteness.value
        what = "concrete" if value >= 3.5 else "abstract" if value < 2.5 else "in between"
        yield "concrete", _plain(f"{value:.1f} of 5, {what}"), word.concreteness.source


def _senses(senses: tuple[Sense, ...]) -> Iterator[tuple[str, Text, str]]:
    for number, sense in enumerate(senses[:_SENSES], 1):
        text = _plain(f"{number}. ")
        text.append(f"{sense.pos}  ", style="italic")
        text.append(sense.definition)
        if sense.examples:
            text.append(f" — “{sense.examples[0]}”", style="green")
        last = number == min(len(senses), _SENSES)
        more = f" and {len(senses) - _SENSES} more" if last and len(senses) > _SENSES else ""
        source = f"{sense.source}{more}" if number == 1 or more else ""
        yield "meaning" if number == 1 else "", text, source


def origin_text(origin: Origin) -> str:
    """An origin in one line: "Latin obstinare ‘to persist’ = ob + stare ‘to stand’; cf. Stand"."""
    text = _root(origin.etymon) if origin.etymon else ""
    if origin.roots:
        own = origin.etymon.language if origin.etymon else ""
        roots = [
            _root(root, "" if root.language == own else root.language) for root in origin.roots
        ]
        text += (" = " if text else "") + " + ".join(roots)
    text = text or origin.text
    return text + (f"; cf. {', '.join(origin.cognates[:4])}" if origin.cognates else "")


def _root(root: Root, language: str | None = None) -> str:
    language = root.language if language is None else language
    gloss = f"‘{root.gloss}’" if root.gloss else ""
    return " ".join(piece for piece in (language, root.form, gloss) if piece)


def _part(part: Part) -> str:
    return f"{part.form} ‘{part.gloss}’" if part.gloss else part.form


def _unknown(word: Word) -> Iterator[tuple[str, str]]:
    """One line for each reason that a reader can do something about, or that tells of the word."""
    known = bool(word.senses or word.definitions)
    if not known and not word.pronunciations and not word.zipf and not word.origins:
        yield "unknown", "no source knows this word: is it spelled so?"
        return
    by_reason: dict[str, list[str]] = {}
    for name, reason in word.unknown.items():
        if not (known and name in _QUIET) or "not installed" in reason:
            by_reason.setdefault(reason, []).append(_NAMES.get(name, name))
    for number, (reason, names) in enumerate(by_reason.items()):
        yield "unknown" if number == 0 else "", f"{', '.join(names)}: {reason}"


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    more = f" … and {len(every) - _WORDS} more" if len(every) > _WORDS else ""
    return ", ".join(every[:_WORDS]) + more


def _often(zipf: float) -> str:
    """A Zipf value in words: once in how many words."""
    words = 10 ** (9 - zipf)
    for size, name in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if words >= size:
            count = words / size
            return (
                f"once in {count:.0f} {name} words" if count >= 1.5 else f"once in a {name} words"
            )
    return f"once in {words:.0f} words"


def _plain(text: str, style: str = "") -> Text:
    """Text whose brackets are no markup."""
    from rich.text import Text

    return Text(text, style=style)
