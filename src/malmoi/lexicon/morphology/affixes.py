"""English prefixes, suffixes and Greek, Latin and Germanic roots with what they mean.

The table is `data/affixes.tsv`, our own. A form may have a row for each meaning; the columns
`makes` and `from` then say which part of speech the whole word and the stem have (empty: any).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

SOURCE = "Malmoi's table of affixes"
PATH = Path(__file__).parents[1] / "data" / "affixes.tsv"

Kind = Literal["prefix", "suffix", "root"]


@dataclass(frozen=True, slots=True)
class Affix:
    """A word-forming element.

    Attributes:
        form: with a hyphen where it is bound: "ir-", "-ible"; a root ("spect") has none.
        glosses: what it may mean, each in one to three words.
        language: where it comes from ("Latin", "Old English"); of several " or " is between them.
        examples: words that have it.
        makes: parts of speech of words that have it with this meaning; () for all.
        stems: parts of speech of the stems that take it with this meaning; () for all.
    """

    form: str
    kind: Kind
    glosses: tuple[str, ...]
    language: str
    examples: tuple[str, ...]
    makes: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    source: str = SOURCE


@lru_cache(maxsize=1)
def table() -> dict[str, tuple[Affix, ...]]:
    """Letters without hyphens → the rows of the table that have them."""
    found: dict[str, list[Affix]] = defaultdict(list)
    with PATH.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found[row["form"].strip("-")].append(
                Affix(
                    form=row["form"],
                    kind=cast(Kind, row["kind"]),
                    glosses=tuple(row["glosses"].split(", ")),
                    language=row["language"],
                    examples=tuple(row["examples"].split(", ")),
                    makes=tuple(row["makes"].split()),
                    stems=tuple(row["from"].split()),
                )
            )
    return {letters: tuple(rows) for letters, rows in found.items()}


def affix(form: str) -> Affix | None:
    """What a form may mean, all meanings together; None where the table does not have it.

    "ir-" asks for a prefix, "-ible" for a suffix, "spect" or "-spect-" for whatever has the letters
    (a root before an affix).
    """
    form = form.strip().lower().replace("–", "-").replace("—", "-")
    rows = table().get(form.strip("-"), ())
    if form.endswith("-") and not form.startswith("-"):
        rows = _of_one_kind(rows, ("prefix", "root"))
    elif form.startswith("-") and not form.endswith("-"):
        rows = _of_one_kind(rows, ("suffix", "root"))
    else:
        rows = _of_one_kind(rows, ("root", "prefix", "suffix"))
    if not rows:
        return None
    return Affix(
        form=rows[0].form,
        kind=rows[0].kind,
        glosses=tuple(dict.fromkeys(gloss for row in rows for gloss in row.glosses)),
        language=" or ".join(dict.fromkeys(row.language for row in rows)),
        examples=tuple(dict.fromkeys(word for row in rows for word in row.examples)),
    )


def bound(
    letters: str, kind: Literal["prefix", "suffix"], pos: str, stem_pos: set[str]
) -> Affix | None:
    """The row for a word whose stem may have one of several parts of speech; None for no affix.

    A root before a stem ("bio" in biochemistry) counts as a prefix.

    Args:
        letters: the affix without its hyphen.
        kind: where it stands.
        pos: the whole word's part of speech.
        stem_pos: those that the stem can have.
    """
    every = table().get(letters, ())
    rows = [row for row in every if row.kind == kind]
    rows = rows or [row for row in every if row.kind == "root" and kind == "prefix"]
    fitting = [
        row
        for row in rows
        if (not row.makes or pos in row.makes) and (not row.stems or stem_pos & set(row.stems))
    ]
    return next(iter(fitting or rows), None)


def _of_one_kind(rows: tuple[Affix, ...], kinds: tuple[Kind, ...]) -> tuple[Affix, ...]:
    """The rows of the first of these kinds that has any."""
    for kind in kinds:
        found = tuple(row for row in rows if row.kind == kind)
        if found:
            return found
    return ()
