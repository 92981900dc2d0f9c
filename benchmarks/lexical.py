"""What vocabulary, weights and translations are worth, without any training: development queries.

    python benchmarks/lexical.py runs/korean-search

Reads a finished run of the search encoder (its corpus, glossary and queries) and prints nDCG@10 on
the *development* queries for one setting changed at a time. The held-out queries are not touched.
A: kiwi's words, segmented in the client. B: one tokenizer.json built from them (the default).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from malmoi.cli import console
from malmoi.core.files import read_lines
from malmoi.corpora import splits
from malmoi.corpora.corpus import Corpus, Query, Section
from malmoi.encoder.alignment import translation_table
from malmoi.encoder.development import mean_ndcg
from malmoi.encoder.idf import idf
from malmoi.encoder.lexical import Lexical, Table, Weighting
from malmoi.encoder.lexical_fit import document_text
from malmoi.encoder.translations import glossary_table, merge
from malmoi.encoder.vocabulary import Vocabulary, build
from malmoi.models.vectors import to_matrix
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import V0
from malmoi.recipe import SearchRecipe, load_dumped
from malmoi.runs.run import Run
from malmoi.text.morphemes import content_words_of


def client_words(corpus: Corpus) -> tuple[Corpus, Vocabulary]:
    """Vocabulary A: texts become kiwi's content words, and a tokenizer looks whole words up."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    def words(texts: Sequence[str]) -> list[str]:
        return [" ".join(w.replace(" ", "") for w in found) for found in content_words_of(texts)]

    titles = words([d.title for d in corpus.documents])
    bodies = words([d.text for d in corpus.documents])
    documents = tuple(
        replace(d, title=title, sections=(Section("", body),))
        for d, title, body in zip(corpus.documents, titles, bodies, strict=True)
    )
    asked = words([q.text for q in corpus.queries])
    queries = tuple(replace(q, text=t) for q, t in zip(corpus.queries, asked, strict=True))
    known = sorted({w for text in (*titles, *bodies) for w in text.split()})
    ids = {"[UNK]": 0} | {word: number for number, word in enumerate(known, 1)}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    vocabulary = Vocabulary(tokenizer, frozenset(range(1, len(ids))))
    return replace(corpus, documents=documents, queries=queries), vocabulary


def measure(
    corpus: Corpus,
    dev: Sequence[Query],
    vocabulary: Vocabulary,
    weighting: Weighting,
    table: Table | None = None,
    written: dict[str, list[str]] | None = None,
) -> tuple[dict[str, float], float]:
    """(nDCG@10 by language, mean active dimensions) of one setting."""
    texts = [document_text(d, (written or {}).get(d.id, ())) for d in corpus.documents]
    lengths = [len(ids) for ids in vocabulary.encode([document_text(d) for d in corpus.documents])]
    weighting = replace(weighting, average_length=float(np.mean(lengths)))
    lexical = Lexical(vocabulary.tokenizer, vocabulary.content, weighting, table or {})
    vectors = lexical.vectors(texts)
    matrix = to_matrix(vectors, len(vocabulary))
    student = Student(
        V0, vocabulary, matrix, idf(to_matrix(vectors, len(vocabulary), np.float64), vocabulary)
    )
    figures = mean_ndcg(student.rank(dev, [d.id for d in corpus.documents]), dev, corpus.qrels)
    return figures, matrix.nnz / len(texts)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    folder = parser.parse_args().run
    recipe = load_dumped(folder / "recipe.json", SearchRecipe)
    with Run.open(folder, recipe) as run:
        corpus = SearchContext.as_it_is(run, recipe).corpus
    terms = list(read_lines(folder / "glossary" / "records.jsonl"))
    kept = list(read_lines(folder / "queries" / "records.jsonl"))
    dev, _ = splits.held_out(corpus, recipe.corpus.test_share)
    vocabulary = Vocabulary.load(folder / "vocabulary")
    plain = Weighting()
    rows: list[Sequence[object]] = []

    def row(name: str, found: tuple[dict[str, float], float]) -> None:
        figures, dimensions = found
        rows.append([name, f"{figures['ko']:.4f}", f"{figures['en']:.4f}", f"{dimensions:.0f}"])

    client, words = client_words(corpus)
    ids = {q.id for q in dev}
    client_dev = [q for q in client.queries if q.id in ids]
    row("A: kiwi's words in the client", measure(client, client_dev, words, plain))
    row("B: one tokenizer.json (default)", measure(corpus, dev, vocabulary, plain))
    bare = replace(plain, title=0.0, lead=0.0)
    row("B without weight for title and lead", measure(corpus, dev, vocabulary, bare))
    row("B with b = .75", measure(corpus, dev, vocabulary, replace(plain, b=0.75)))
    for floor in (0.15, 0.3, 0.5):
        table = glossary_table(terms, vocabulary, floor)
        row(f"B + glossary, share ≥ {floor}", measure(corpus, dev, vocabulary, plain, table))
    table = glossary_table(terms, vocabulary, 0.3)
    for weight in (0.75, 1.0, 2.0, 3.0):
        weights = replace(plain, translation=weight)
        found = measure(corpus, dev, vocabulary, weights, table)
        row(f"B + glossary, translation weight {weight}", found)
    single = {term: to for term, to in table.items() if len(term) == 1}
    row("B + glossary without compounds", measure(corpus, dev, vocabulary, plain, single))
    for kinds in (("english",), ("keywords",), ("english", "keywords")):
        written: dict[str, list[str]] = {}
        for record in kept:
            if record["kind"] in kinds:
                written.setdefault(record["document"], []).append(record["text"])
        for weight in (0.25, 0.5, 1.0):
            weights = replace(plain, written=weight)
            found = measure(corpus, dev, vocabulary, weights, table, written)
            row(f"B + glossary + written {'+'.join(kinds)}, weight {weight}", found)
    segments = splits.free_segments(corpus, recipe.corpus.test_share)
    if segments:
        texts = [document_text(d) for d in corpus.documents]
        english = [word for record in terms for word in record["english"]]
        wide = build(texts, [*english, *(s.english for s in segments)])
        aligned = translation_table(segments, wide)
        row("B + aligned text (IBM model 1)", measure(corpus, dev, wide, plain, aligned))
        both = merge(aligned, glossary_table(terms, wide, 0.3))
        row("B + glossary + aligned text", measure(corpus, dev, wide, plain, both))
    console.table(["", "ko→ko", "en→ko", "dimensions"], rows, title="nDCG@10, development queries")


if __name__ == "__main__":
    with console.shown():
        main()
