"""Folders of plain text: each .txt or .md file is a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers.cleaning import Counts, Row, decode, documents_of, ending_of, stem_of

ENDINGS = (".txt", ".md", ".markdown")


def read(folder: Path, titles: bool = True) -> Corpus:
    """Read the files of a folder and of those in it, hidden ones and those of runs aside.

    A document's id is the file's path in the folder. With `titles`, its title is the first heading
    of a Markdown file that begins with one, else the file's name without its ending.

    Raises:
        SourceError: there is no such folder, no such file in it, or one can't be read.
    """
    counts: Counts = Counter()
    paths = text_files(folder)
    if not paths:
        raise SourceError(
            f"{folder} {'holds no' if folder.is_dir() else 'is no folder of'} "
            f"{' or '.join(ENDINGS[:2])} files. Expected a document a file: check the path."
        )
    documents = tuple(documents_of(_rows(folder, paths, titles, counts), counts))
    return Corpus(folder.resolve().name, documents, counts=dict(counts))


def text_files(folder: Path) -> list[Path]:
    """The text files under a folder, by their names."""
    inside = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    runs = {path.parent for path in inside if path.name == ".lock"}  # with their model cards
    runs = {run for run in runs if (folder / run / "recipe.json").is_file()}
    return sorted(
        folder / path
        for path in inside
        if ending_of(path) in ENDINGS
        and not any(part.startswith(".") for part in path.parts)
        and runs.isdisjoint(path.parents)
    )


def _rows(folder: Path, paths: list[Path], titles: bool, counts: Counts) -> Iterator[Row]:
    for path in paths:
        if not path.stat().st_size:
            counts["dropped_empty"] += 1
            continue
        name = path.relative_to(folder).as_posix()
        text = decode(path, counts)
        title = stem_of(path) if titles else ""
        if titles and ending_of(path) != ".txt" and text.lstrip().startswith("# "):
            heading, _, text = text.lstrip().partition("\n")
            title = heading[2:].strip(" #") or title
        yield Row(name, title, text, "", name)
