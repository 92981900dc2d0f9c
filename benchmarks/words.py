"""The lexical part (v0) against BM25F: Korean queries, nothing trained, each lever left out once.

    python benchmarks/words.py --help-pages sets/belebele_ko sets/tldr_ko

A folder is in BEIR's form. BM25F (kiwi's words, title field) is tuned on the development queries,
or, where a folder has none, on half of its queries; both are measured on the rest. The help pages
are LibreOffice's: their held-out index entries, their 200 conversational questions, which nothing
was tuned on, and, as "framed", development entries inside sentences that people say around them
(`FRAMES`), on which the prior was chosen. Differences are of nDCG@10, with 95 % intervals.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from malmoi.cli import console
from malmoi.corpora import splits
from malmoi.corpora.corpus import Corpus, Query
from malmoi.corpora.readers import beir, read
from malmoi.encoder.forms import forms_table
from malmoi.encoder.idf import PRIOR, idf
from malmoi.encoder.lexical import Lexical
from malmoi.encoder.lexical_fit import document_text, weighting
from malmoi.encoder.vectors import query_vectors
from malmoi.encoder.vocabulary import GENERAL_WORDS, Vocabulary, build
from malmoi.evaluation.metrics import per_query
from malmoi.evaluation.significance import bootstrap, page_of
from malmoi.models.vectors import to_matrix
from malmoi.recipe import CorpusSection, EncoderSection
from malmoi.retrieval.bm25 import BM25F, analyse
from malmoi.retrieval.scores import search_matrix
from malmoi.retrieval.tuning import tune

FRAMES = (
    "{} 하려면 어떻게 해야 하나요",
    "아직 잘 몰라서 그런데 {} 알고 싶습니다",
    "{} 이거 도대체 어디서 찾아요",
    "혹시 {} 관련해서 보통 어떤 방법이 있을까요?",
    "제가 매우 급한데 {} 받을 수 있나요",
    "{} 때문에 자꾸 문제가 생겨서 여쭤봅니다",
    "얼마 전에 {} 봤던 것 같은데 다시 알려 주세요",
    "{} 쓰는 법 좀",
    "여러분 {} 다들 어떻게 하고 계세요",
    "태어나서 처음 쓰는데 {} 정말 어렵네요",
    "요즘 {} 안 되는 이유가 뭐죠",
    "회사에서 보고서를 쓰다가 {} 필요하게 되었는데 도움 부탁드립니다",
)


@dataclass(frozen=True)
class Levers:
    """What the lexical part knows beside the corpus; `None` of it is kiwi's words and IDF."""

    general: int = GENERAL_WORDS
    prior: float = PRIOR
    forms: bool = True


LEVERS = {
    "v0": Levers(),
    "without Korean at large": Levers(general=0),
    "without its frequencies": Levers(prior=0.0),
    "without other forms": Levers(forms=False),
    "without any": Levers(0, 0.0, False),
}


@dataclass(frozen=True)
class Task:
    """Queries of a corpus: those that BM25F is tuned on, and those that are measured."""

    name: str
    corpus: Corpus
    tuned_on: Sequence[Query]
    asked: Sequence[Query]


def tasks(folders: Sequence[Path], help_pages: bool) -> Iterator[Task]:
    """What was asked for on the command line."""
    for folder in folders:
        corpus = beir.read(folder, "test")
        asked = [q for q in corpus.queries if any(g > 0 for g in corpus.qrels[q.id].values())]
        yield Task(folder.name, corpus, asked[::2], asked[1::2])
    if help_pages:
        corpus = read(CorpusSection(reader="libreoffice-help"))
        dev, test = splits.held_out(corpus, CorpusSection().test_share)
        korean = [q for q in dev if q.language == "ko"]
        yield Task("help pages", corpus, korean, [q for q in test if q.language == "ko"])
        yield Task("framed entries", corpus, korean, [replace(q, text=framed(q)) for q in korean])
        yield Task("conversational", corpus, korean, corpus.conversational)


def framed(query: Query) -> str:
    """An index entry in a sentence that its id chooses."""
    number = int(hashlib.md5(query.id.encode()).hexdigest(), 16)
    return FRAMES[number % len(FRAMES)].format(query.text)


def vectors_of(corpus: Corpus, vocabulary: Vocabulary, levers: Levers) -> tuple[Any, Any]:
    """Document vectors [documents, vocabulary] and query weights [vocabulary]."""
    forms = forms_table(vocabulary) if levers.forms else {}
    weights = weighting(EncoderSection(), vocabulary, corpus.documents)
    lexical = Lexical(vocabulary.tokenizer, vocabulary.content, weights, {}, forms)
    vectors = lexical.vectors([document_text(d) for d in corpus.documents])
    return to_matrix(vectors, len(vocabulary)), idf(
        to_matrix(vectors, len(vocabulary), np.float64), vocabulary, prior=levers.prior
    )


def main() -> None:
    """Print a row for each task and lever."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--help-pages", action="store_true")
    arguments = parser.parse_args()
    rows: list[Sequence[object]] = []
    made: dict[tuple[str, Levers], Any] = {}
    for task in tasks(arguments.folders, arguments.help_pages):
        corpus, ids = task.corpus, [query.id for query in task.asked]
        qrels = corpus.qrels
        model = BM25F(analyse((d.id, d.title, d.text) for d in corpus.documents))
        tune(model, [(q.id, q.text) for q in task.tuned_on], qrels)
        asked = [(q.id, q.text) for q in task.asked]
        baseline = per_query(model.run(asked, k=10), qrels, ids)["nDCG@10"]
        rows.append([task.name, "BM25F", f"{baseline.mean():.4f}", "", "", ""])
        for name, levers in LEVERS.items():
            key = (corpus.name, levers)
            if key not in made:
                texts = [document_text(d) for d in corpus.documents]
                vocabulary = build(texts, general=levers.general)
                made[key] = (vocabulary, *vectors_of(corpus, vocabulary, levers))
            vocabulary, documents, weights = made[key]
            queries = query_vectors([q.text for q in task.asked], vocabulary, weights)
            hits = search_matrix(queries, documents, [d.id for d in corpus.documents], 10)
            scores = per_query(dict(zip(ids, hits, strict=True)), qrels, ids)["nDCG@10"]
            gain = bootstrap(scores - baseline, page_of(qrels, ids))
            rows.append(
                [
                    "",
                    name,
                    f"{scores.mean():.4f}",
                    f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]",
                    f"{documents.nnz / documents.shape[0]:.1f}",
                    f"{len(vocabulary.content):,}",
                ]
            )
    console.table(["", "", "nDCG@10", "against BM25F", "dimensions", "words"], rows)


if __name__ == "__main__":
    with console.shown():
        main()
