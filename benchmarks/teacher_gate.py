"""What the teacher wrote of a document as a gate for what the neural part may add to it.

    python benchmarks/teacher_gate.py runs/korean-search

V-SPLADE lets only those dimensions of a document fire that a model's description of it has. Here
the description is what survived of the teacher's queries for the document, and for its five nearest
ones by words. Nothing is trained: the pieces that a trained student's neural part added are left
out where the gate is shut, while its weights of words that are present stay. Development queries,
differences to the student as it was trained, intervals by page.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags, load_npz
from tokenizers import Tokenizer

from malmoi.core.files import read_lines
from malmoi.corpora.corpus import Corpus, Query
from malmoi.corpora.splits import held_out
from malmoi.evaluation.metrics import per_query
from malmoi.evaluation.significance import bootstrap, page_of
from malmoi.pipelines.search.context import corpus_of
from malmoi.retrieval.bm25 import top_k
from malmoi.runs.run import Stage

NEIGHBOURS = 5
PAIRS = (("v1", "lexical-v0"), ("v2", "v2-without-neural"))
"""Students and the same without their neural part."""


class Finished:
    """A finished run: corpus, tokenizer, the students' vectors; nothing is written into it."""

    def __init__(self, run: Path) -> None:
        self.run = run
        with tempfile.TemporaryDirectory() as copied:
            source = shutil.copytree(run / "corpus", Path(copied, "corpus"))
            self.corpus: Corpus = corpus_of(Stage(Path(source)))
        self.ids = [document.id for document in self.corpus.documents]
        self.tokenizer = Tokenizer.from_file(str(run / "vocabulary" / "tokenizer.json"))

    def documents(self, student: str) -> Any:
        """A student's vectors."""
        return load_npz(self.run / f"student-{student}" / "documents.npz").tocsr()

    def pieces(self, texts: Sequence[str]) -> Any:
        """Which pieces each text has."""
        found = [sorted(set(e.ids)) for e in self.tokenizer.encode_batch(list(texts))]
        rows = [i for i, ids in enumerate(found) for _ in ids]
        columns = [piece for ids in found for piece in ids]
        shape = (len(found), self.tokenizer.get_vocab_size())
        return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape)

    def gate(self, lexical: Any, neighbours: int) -> Any:
        """Pieces that the teacher wrote of each document, and of its neighbours by words."""
        place = {name: i for i, name in enumerate(self.ids)}
        written = list(read_lines(self.run / "queries" / "records.jsonl"))
        of = [place[record["document"]] for record in written]
        pieces = self.pieces([record["text"] for record in written])
        shape = (len(self.ids), len(written))
        own = csr_matrix((np.ones(len(of)), (of, range(len(of)))), shape) @ pieces
        if neighbours:
            alike = (lexical @ lexical.T).toarray()
            np.fill_diagonal(alike, 0)
            near = [top_k(row, neighbours) for row in alike]
            rows = np.repeat(np.arange(len(near)), [len(each) for each in near])
            square = (len(near), len(near))
            ones = csr_matrix((np.ones(len(rows)), (rows, np.concatenate(near))), square)
            own = own + ones @ own
        return (own > 0).astype(np.float32)

    def ndcg(self, documents: Any, weights: Any, queries: Sequence[Query]) -> Any:
        """nDCG@10 of each query."""
        scores = (self.pieces([q.text for q in queries]) @ diags(weights) @ documents.T).toarray()
        run = {
            query.id: [(self.ids[i], float(row[i])) for i in top_k(row, 20) if row[i] > 0]
            for query, row in zip(queries, scores, strict=True)
        }
        return per_query(run, self.corpus.qrels, [query.id for query in queries])["nDCG@10"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    finished = Finished(parser.parse_args().run)
    dev, _ = held_out(finished.corpus, 0.3)
    for student, bare in PAIRS:
        full, lexical = finished.documents(student), finished.documents(bare)
        weights = np.load(finished.run / f"student-{student}" / "weights.npy")
        present = (lexical > 0).astype(np.float32)
        extra = full - lexical
        changed = extra.multiply(present)
        added = (extra - changed).tocsr()
        own, wide = finished.gate(lexical, 0), finished.gate(lexical, NEIGHBOURS)
        size = len(finished.ids)
        fresh = (own - own.multiply(present)).nnz / size
        fired = added.multiply(own).nnz / size
        print(f"{student}: the neural part adds {added.nnz / size:.1f} pieces a document; the")
        print(f"teacher wrote {fresh:.2f} that aren't in it, {fired:.2f} of which were added")
        systems = {
            "as trained": full,
            "without its neural part": lexical,
            "gate: the document's own queries": lexical + changed + added.multiply(own),
            "gate: its neighbours' too": lexical + changed + added.multiply(wide),
        }
        for language in ("ko", "en"):
            asked = [query for query in dev if query.language == language]
            pages = page_of(finished.corpus.qrels, [query.id for query in asked])
            base = finished.ndcg(full, weights, asked)
            for name, documents in systems.items():
                scores = finished.ndcg(documents.tocsr(), weights, asked)
                gain = bootstrap(scores - base, pages)
                print(
                    f"{language} {name:34} {scores.mean():.3f}  {gain.mean:+.3f} "
                    f"[{gain.low:+.3f}, {gain.high:+.3f}]  "
                    f"{documents.tocsr().nnz / size:.0f} dimensions"
                )


if __name__ == "__main__":
    main()
