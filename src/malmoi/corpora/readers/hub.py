"""A data set of the Hugging Face hub by its id, or a local folder in one of its formats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers.cleaning import Counts, Fields, documents_of
from malmoi.corpora.readers.table import rows_of


def read(name: str, fields: Fields, config: str, split: str) -> Corpus:
    """Read one split of a data set.

    Args:
        name: a hub id ("org/name"), a folder of data files, or one that `Dataset.save_to_disk`
            wrote.
        fields: the names of id, title, text and date.
        config: the data set's configuration, "" for its only or default one.
        split: the part of it that is read.

    Raises:
        SourceError: `datasets` isn't installed, the data set can't be had, or lacks split or field.
    """
    counts: Counts = Counter()
    records = _records(name, config, split)
    rows = rows_of(records, fields)
    documents = tuple(documents_of(rows, counts))
    return Corpus(name.rstrip("/").rsplit("/", 1)[-1], documents, counts=dict(counts))


def source_files(folder: Path) -> list[Path]:
    """What a local folder of a data set holds, hidden files aside; none of a hub id."""
    inside = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        folder / path for path in inside if not any(part.startswith(".") for part in path.parts)
    )


def _records(name: str, config: str, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, record in enumerate(_load(name, config, split)):
        yield f"{name}, row {number}", record


def _load(name: str, config: str, split: str) -> Any:
    try:
        import datasets
    except ImportError as error:
        raise SourceError(
            f"reading the data set {name!r} needs `datasets`. Run `pip install 'malmoi[data]'`."
        ) from error
    folder = Path(name)
    try:
        if (folder / "dataset_info.json").is_file():
            return datasets.load_from_disk(name)
        if (folder / "dataset_dict.json").is_file():
            return datasets.load_from_disk(name)[split]
        return datasets.load_dataset(name, config or None, split=split)
    except Exception as error:  # the library raises many kinds, of several other libraries
        raise SourceError(
            f"the data set {name!r} (configuration {config or 'default'}, split {split!r}) can't "
            f"be loaded: {type(error).__name__}: {str(error)[:500]}. Expected a hub id or a "
            "folder: check path, config and split in [corpus], and that the hub can be reached."
        ) from error
