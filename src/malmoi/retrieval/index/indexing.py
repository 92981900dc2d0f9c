"""`malmoi index`: any corpus on disk into the embedded index."""

from __future__ import annotations

from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.executors import LOCAL, Executor
from malmoi.corpora.corpus import Corpus
from malmoi.recipe import CorpusSection


def index_corpus(
    model: Path, corpus: Path, out: Path, mirror: bool = False, executor: Executor = LOCAL
) -> None:
    """Encode the documents of a corpus into the index at `out`.

    Args:
        model: folder of a saved encoder.
        corpus: a BEIR folder, or a JSONL, CSV or Parquet file with the columns id, title and text.
        out: the index's folder; documents that it holds already are kept, or replaced if changed.
        mirror: delete what the index holds and the corpus does not.
        executor: encodes, in this process or on a cluster (docs/cluster.md).

    Raises:
        SourceError: there is no such corpus, or it is broken or empty.
        StudentError, RunError: as `malmoi.retrieval.index.commands.build_index`.
    """
    from malmoi.retrieval.index.commands import build_index

    documents = _read(corpus).documents
    parts = ((document.id, document.title, document.text) for document in documents)
    build_index(model, parts, out, total=len(documents), mirror=mirror, executor=executor)


def _read(path: Path) -> Corpus:
    from malmoi.corpora.readers import beir, table

    if path.is_dir():
        return beir.read(path)
    if not path.is_file():
        raise SourceError(f"There is no corpus at {path}. Expected a BEIR folder or a file.")
    names = CorpusSection()
    fields = (names.id_field, names.title_field, names.text_field, names.date_field)
    return table.read(path, *fields)
