"""What the neural part adds before any training, each lever beside the lexical part.

    python benchmarks/neural.py --help-pages sets/belebele_ko sets/tldr_ko --states states
    python benchmarks/neural.py sets/belebele_en2ko sets/belebele_ko2en --dictionary
    python benchmarks/neural.py sets/belebele_ko --steps 150 --states states

A folder is in BEIR's form. Rows are measured on half of a folder's queries, on the help pages'
held-out index entries and on development entries framed as people ask (as in `words.py`), with
`--development` on the other halves and on the development entries themselves. `--dictionary` gives
documents the translations that a recipe's `[dictionary]` gives them, without a teacher; `--steps`
trains on excerpts of the corpus in addition. Queries are encoded as a search does. Differences are
of nDCG@10 from the lexical part (v0), with 95 % intervals.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from words import Task, tasks

from malmoi.cli import console
from malmoi.corpora.corpus import Corpus
from malmoi.encoder.building import build_encoder, document_encoder
from malmoi.encoder.dictionary import (
    Source,
    aligned_source,
    corpus_vocabulary,
    languages,
    merge_sources,
    pairs_table,
)
from malmoi.encoder.encoder import Encoder
from malmoi.encoder.lexical_fit import LexicalFit, document_text, fit_lexical
from malmoi.encoder.vectors import searched_vectors
from malmoi.encoder.vocabulary import build
from malmoi.evaluation.metrics import per_query
from malmoi.evaluation.significance import bootstrap, page_of
from malmoi.models.dense import word_encoder
from malmoi.models.sparse import encode_documents
from malmoi.recipe import DictionarySection, EncoderSection, TrainingSection
from malmoi.retrieval.scores import search_matrix
from malmoi.synonyms.sources import packaged

PER_DEVIATION = 0.1
"""Of a present word's weight, for each standard deviation of its similarity."""
NEW, AT_LEAST = 0.25, 2.2
"""Weight of a word that is added, for each standard deviation above so many."""

Vectors = Callable[[LexicalFit, Any], csr_matrix]


def lexical(start: LexicalFit, make: Any) -> csr_matrix:
    return start.vectors


def head_of(**settings: Any) -> Vectors:
    """The untrained student with these settings."""

    def vectors(start: LexicalFit, make: Any) -> csr_matrix:
        return encode_documents(make(EncoderSection(**settings)), start.texts)

    return vectors


def factors(new: float = 0.0) -> Vectors:
    """Present words × (1 + .1 z), z the similarity of the word's embedding with the best window."""

    def vectors(start: LexicalFit, make: Any) -> csr_matrix:
        module = document_encoder(make(EncoderSection(head="words", slope=1.0, threshold=0.0)))
        rows = []
        for text, known in zip(start.texts, start.vectors, strict=True):
            states = module.states(module.windows([text])[0])
            if not len(states):
                rows.append(known)
                continue
            z = module.head(states).detach().amax(0).numpy()
            z = np.pad(z, (0, start.vectors.shape[1] - len(z)))
            row = known.toarray()[0] * np.maximum(1 + PER_DEVIATION * z, 0.1)
            added = new * np.maximum(z - AT_LEAST, 0)
            rows.append(csr_matrix((row + added)[None], dtype=np.float32))
        from scipy.sparse import vstack

        return vstack(rows).tocsr()

    return vectors


LEVERS: dict[str, Vectors] = {
    "v0": lexical,
    "present words × (1 + .1 z)": factors(),
    "the same, and new words .25·(z − 2.2)": factors(NEW),
    "head of words": head_of(head="words"),
    "head of queries, present words alone": head_of(new_top_k=0),
    "head of queries": head_of(),
    "head of queries, at most 20 new words": head_of(new_top_k=20),
    "head of queries, at most 100 new words": head_of(new_top_k=100),
    "head of queries, weight .3": head_of(similarity_weight=0.3),
    "head of queries, windows of 220 tokens": head_of(window=220),
}


def trained(task: Task, steps: int) -> Vectors:
    """The student trained on the corpus's own pairs; queries' weights stay the IDF."""
    training = TrainingSection(steps=steps, query_learning_rate=0.0, without_development=True)

    def vectors(start: LexicalFit, make: Any) -> csr_matrix:
        return Encoder.fit(task.corpus, training=training).encode_documents(start.texts)

    return vectors


def begun(corpus: Corpus, dictionary: bool) -> LexicalFit:
    """The lexical part, with the translations of vectors and packages where `dictionary` is."""
    texts = [document_text(document) for document in corpus.documents]
    if not dictionary:
        return fit_lexical(corpus.documents, build(texts), {}, EncoderSection())
    known = packaged.read(None)
    pairs = [(pair.korean, pair.english) for pair in known.pairs]
    vocabulary = corpus_vocabulary(texts, (), DictionarySection().common_words, pairs)
    sources = [
        Source("packages", pairs_table(pairs, vocabulary)),
        aligned_source(known.segments, vocabulary, texts),
    ]
    merged = merge_sources(sources, vocabulary, word_encoder(), languages(texts)[1])
    section = EncoderSection(translation_weight=DictionarySection().weight)
    return fit_lexical(corpus.documents, vocabulary, merged.table, section)


def chosen(found: Iterator[Task], development: bool) -> Iterator[Task]:
    """The tasks, on their development queries where that was asked for."""
    for task in found:
        if not development:
            yield task
        elif task.name not in {"framed entries", "conversational"}:
            yield replace(task, asked=task.tuned_on)


def main() -> None:
    """Print a row for each task and lever."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--help-pages", action="store_true")
    parser.add_argument("--development", action="store_true")
    parser.add_argument("--states", type=Path, help="folder that keeps the windows' states")
    parser.add_argument("--dictionary", action="store_true", help="with translations")
    parser.add_argument("--steps", type=int, default=0, help="train for so many in addition")
    arguments = parser.parse_args()
    rows: list[Sequence[object]] = []
    made: dict[tuple[str, str], csr_matrix] = {}
    starts: dict[str, LexicalFit] = {}
    for task in chosen(tasks(arguments.folders, arguments.help_pages), arguments.development):
        corpus, ids = task.corpus, [query.id for query in task.asked]
        if corpus.name not in starts:
            starts[corpus.name] = begun(corpus, arguments.dictionary)
        start = starts[corpus.name]
        states = arguments.states / f"{corpus.name}.npz" if arguments.states else None

        def make(section: EncoderSection, start: LexicalFit = start, states: Any = states) -> Any:
            scale = {"translation_weight": start.section.translation_weight}
            section = section.model_copy(update=scale)
            parts = (start.vocabulary, start.lexical, start.weights, section)
            return build_encoder(*parts, texts=start.texts, states=states)

        queries = searched_vectors([q.text for q in task.asked], start.vocabulary, start.weights)
        baseline = np.zeros(0)
        levers = dict(LEVERS)
        if arguments.steps:
            levers["head of queries, trained"] = trained(task, arguments.steps)
        for name, vectors in levers.items():
            if (corpus.name, name) not in made:
                made[corpus.name, name] = vectors(start, make)
            documents = made[corpus.name, name]
            hits = search_matrix(queries, documents, start.ids, 10)
            scores = per_query(dict(zip(ids, hits, strict=True)), corpus.qrels, ids)["nDCG@10"]
            baseline = baseline if len(baseline) else scores
            gain = bootstrap(scores - baseline, page_of(corpus.qrels, ids))
            rows.append(
                [
                    "" if name != "v0" else task.name,
                    name,
                    f"{scores.mean():.4f}",
                    f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]" if name != "v0" else "",
                    f"{documents.nnz / documents.shape[0]:.0f}",
                ]
            )
    console.table(["", "", "nDCG@10", "against v0", "dimensions"], rows)


if __name__ == "__main__":
    with console.shown():
        main()
