"""Whether the cluster's BM25 sees the words that the embedded BM25F sees.

    python benchmarks/two_searches.py ../shared/sets/belebele_ko ../shared/sets/tldr_ko

The cluster is the one at OPENSEARCH_URL; an index of title and text (bench-words) is made for each
BEIR folder and removed at the end. The queries are asked as they are and in other writings
(decomposed, without a final full stop or with one). The table has the nDCG@10 of both searches, the
share of the ten best that both have, and, for each, the share that the usual writing finds, too.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

from malmoi.cli import console
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers import beir
from malmoi.evaluation.metrics import Run, per_query
from malmoi.retrieval.bm25 import BM25F
from malmoi.retrieval.opensearch import mapping
from malmoi.retrieval.opensearch.analysis import INDEX_ANALYZER, SEARCH_ANALYZER, analysis
from malmoi.retrieval.opensearch.bulk import send
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.connection import connect
from malmoi.retrieval.opensearch.indexes import refresh
from malmoi.retrieval.opensearch.queries import bm25
from malmoi.retrieval.opensearch.searching import search_all

K = 10
INDEX = "bench-words"
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "decomposed (NFD)": lambda text: unicodedata.normalize("NFD", text),
    "without its last mark": lambda text: text.rstrip(" .?!"),
    "with a full stop": lambda text: text.rstrip(" .?!") + ".",
    "with a line break": lambda text: text.rstrip(" .?!") + "\n",
}


class Cluster:
    """An index of title and text in the cluster, searched by `bm25` as a user of it would."""

    def __init__(self, corpus: Corpus) -> None:
        self.client = connect()
        analyzers = analysis(capabilities(self.client).nori)
        text = {
            "type": "text",
            "analyzer": INDEX_ANALYZER,
            "search_analyzer": SEARCH_ANALYZER,
        }
        properties = {mapping.TITLE: text, mapping.TEXT: text}
        self.client.indices.delete(index=INDEX, ignore_unavailable=True)
        self.client.indices.create(
            index=INDEX,
            body={
                "settings": {"index": {"number_of_replicas": 0}, "analysis": analyzers},
                "mappings": {"properties": properties},
            },
        )
        items = ((d.id, {mapping.TITLE: d.title, mapping.TEXT: d.text}) for d in corpus.documents)
        sent = send(self.client, INDEX, items)
        if sent.refused:
            raise SystemExit(f"refused: {sent.refused}")
        refresh(self.client, INDEX)

    def run(self, queries: Mapping[str, str]) -> Run:
        """The ten best of each query; the request is made by hand, not by malmoi."""
        bodies = [{"size": K, "query": bm25(text)} for text in queries.values()]
        found = search_all(self.client, INDEX, bodies, INDEX)
        return {
            name: [(hit.id, hit.score) for hit in hits]
            for name, hits in zip(queries, found, strict=True)
        }

    def close(self) -> None:
        """Remove the index."""
        self.client.indices.delete(index=INDEX, ignore_unavailable=True)


def overlap(one: Run, other: Run) -> float:
    """The mean share of the ten best that both have."""
    shares = [
        len({i for i, _ in one[name]} & {i for i, _ in other[name]}) / max(len(one[name]), 1)
        for name in one
        if one[name] or other[name]
    ]
    return sum(shares) / len(shares)


def ndcg(run: Run, corpus: Corpus) -> float:
    """Mean nDCG@10."""
    return float(per_query(run, corpus.qrels, list(run))["nDCG@10"].mean())


def rows(folder: Path, split: str) -> list[list[str]]:
    """A row for each form of the queries, by language."""
    corpus = beir.read(folder, split)
    table = []
    model = BM25F((document.id, document.title, document.text) for document in corpus.documents)
    cluster = Cluster(corpus)
    try:
        for language in sorted({query.language for query in corpus.queries}):
            texts = {
                query.id: query.text
                for query in corpus.queries
                if query.language == language and any(corpus.qrels.get(query.id, {}).values())
            }
            usual: list[Run] = []
            for form, change in FORMS.items():
                asked = {name: change(text) for name, text in texts.items()}
                here, there = model.run(list(asked.items()), K), cluster.run(asked)
                usual = usual or [here, there]
                table.append(
                    [
                        f"{folder.name}, {language} ({len(texts)})",
                        form,
                        f"{ndcg(here, corpus):.3f}",
                        f"{ndcg(there, corpus):.3f}",
                        f"{overlap(here, there):.3f}",
                        f"{overlap(usual[0], here):.3f}",
                        f"{overlap(usual[1], there):.3f}",
                    ]
                )
    finally:
        cluster.close()
    return table


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="BEIR folders")
    parser.add_argument("--split", default="test")
    options = parser.parse_args()
    header = ["queries", "asked", "nDCG@10 here", "there", "shared", "same here", "same there"]
    console.table(
        header, [row for folder in options.folders for row in rows(folder, options.split)]
    )


if __name__ == "__main__":
    main()
