"""What an index gains from a dense encoder beside its words: standardised sums, weights, and price.

    python benchmarks/hybrid.py --help-pages --data sets/belebele_ko --data sets/belebele_en2ko
    python benchmarks/hybrid.py --data sets/belebele_en2ko --encoder runs/x/student-v2/model --price

`--data` takes BEIR folders, `--help-pages` the help pages of LibreOffice. The sparse side is the
lexical part, fitted here without training, and without translations or with those of `--dictionary`
(vectors of words, both directions); or `--encoder`: the folder of any saved encoder (once for all
sets, or once a set, in their order). Passages have 80 words; a document has
its best one's similarity. Queries whose relevant document is in one half (help pages: 70 %) choose,
the others are reported, with paired 95 % intervals over documents. One setting for all sets: the
best mean over groups of development queries among those that lose no group of one language (ko→ko)
more than .002 against the best weight of e5 alone.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from malmoi import Encoder, EncoderConfig
from malmoi.cli import console
from malmoi.corpora import readers, splits
from malmoi.corpora.corpus import Corpus, Query
from malmoi.corpora.readers import beir
from malmoi.evaluation.metrics import Run, per_query
from malmoi.evaluation.significance import bootstrap, page_of
from malmoi.models import dense
from malmoi.models.use import USE
from malmoi.recipe import CorpusSection
from malmoi.recipe.search import DictionarySection
from malmoi.retrieval.fusion import (
    DENSE_WEIGHT,
    Array,
    reciprocal_rank_fusion,
    standardised,
    standardised_mean,
)
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.index.passage_vectors import PassageVectors
from malmoi.retrieval.opensearch.pipelines import DENSE_WEIGHTS
from malmoi.retrieval.passages import passage_texts
from malmoi.retrieval.scores import best_places

WORDS = 80
WEIGHTS = (1, 2, 3, 4, 6)
SHARES = (0.05, 0.1, 0.15, 0.2, 0.3)
DEPTH = 100
DICTIONARY = "dictionary"
TOLERANCE = 0.002


@dataclass(frozen=True)
class Scores:
    """A set's scores: sparse, e5 and USE [queries, documents], and e5 from bytes."""

    name: str
    corpus: Corpus
    dev: frozenset[str]
    sparse: Array
    e5: Array
    use: Array
    e5_bytes: Array

    def groups(self) -> Iterator[tuple[str, list[int], list[int]]]:
        """Language → rows of its development and of its reported queries."""
        for language in sorted({query.language for query in self.queries}, reverse=True):
            rows = [n for n, q in enumerate(self.queries) if q.language == language]
            dev = [n for n in rows if self.queries[n].id in self.dev]
            yield f"{self.name} {language}", dev, [n for n in rows if n not in set(dev)]

    @property
    def queries(self) -> tuple[Query, ...]:
        """Those of both halves."""
        return self.corpus.queries

    def ranking(self, scores: Array, rows: Sequence[int], above: float = -np.inf) -> Run:
        """The best `DEPTH` documents of some queries."""
        ids = [document.id for document in self.corpus.documents]
        run: Run = {}
        for row in rows:
            best = np.argsort(-scores[row], kind="stable")[:DEPTH]
            hits = [(ids[n], float(scores[row, n])) for n in best if scores[row, n] > above]
            run[self.queries[row].id] = hits
        return run

    def ndcg(self, run: Run, rows: Sequence[int]) -> Array:
        """nDCG@10 of each of some queries."""
        return per_query(run, self.corpus.qrels, [self.queries[n].id for n in rows])["nDCG@10"]


System = Callable[[Scores, Sequence[int]], Run]


def systems() -> dict[str, System]:
    """Every row of the table, by name."""

    def summed(signal: Callable[[Scores], Array], weight: float) -> System:
        return lambda s, rows: s.ranking(s.sparse + weight * standardised(signal(s)), rows)

    def joined(share: float) -> Callable[[Scores], Array]:
        return lambda s: s.e5 + share * s.use

    def both(s: Scores, rows: Sequence[int], share: float = 0) -> list[Run]:
        return [s.ranking(s.sparse, rows, above=0), s.ranking(joined(share)(s), rows)]

    made: dict[str, System] = {
        "sparse": lambda s, rows: s.ranking(s.sparse, rows, above=0),
        "e5": lambda s, rows: s.ranking(s.e5, rows),
        "USE": lambda s, rows: s.ranking(s.use, rows),
        "RRF of sparse and e5": lambda s, rows: reciprocal_rank_fusion(both(s, rows)),
        "OpenSearch's z_score, best 100": lambda s, rows: standardised_mean(
            both(s, rows), DENSE_WEIGHTS, DEPTH
        ),
        "… of e5 + 0.1 USE": lambda s, rows: standardised_mean(
            both(s, rows, 0.1), DENSE_WEIGHTS, DEPTH
        ),
        "z(sparse) + z(e5)": lambda s, rows: s.ranking(
            standardised(s.sparse) + standardised(s.e5), rows
        ),
    }
    for weight in WEIGHTS:
        made[f"sparse + {weight} z(e5)"] = summed(lambda s: s.e5, weight)
    made[f"sparse + {DENSE_WEIGHT:g} z(e5), a byte a dimension"] = summed(
        lambda s: s.e5_bytes, DENSE_WEIGHT
    )
    for share in SHARES:
        made[joined_name(share)] = summed(joined(share), DENSE_WEIGHT)
    made["sparse + 3 z(e5) + 3 z(USE)"] = lambda s, rows: s.ranking(
        s.sparse + 3 * standardised(s.e5) + 3 * standardised(s.use), rows
    )
    return made


def joined_name(share: float) -> str:
    return f"sparse + {DENSE_WEIGHT:g} z(e5 + {share:g} USE)"


def scores_of(
    name: str, corpus: Corpus, share: float, model: str, cache: Path
) -> tuple[Scores, Encoder]:
    """All that the systems are made of; embeddings and the fitted encoder are kept in `cache`."""
    dev, test = splits.held_out(corpus, share)
    asked = [*dev, *test]
    corpus = Corpus(corpus.name, corpus.documents, tuple(asked), corpus.qrels)
    encoder = encoder_of(name, corpus, model, cache)
    texts = [document.full_text for document in corpus.documents]
    queries = encoder.encode_queries([query.text for query in asked])
    sparse = (queries @ encoder.encode_documents(texts).T).toarray().astype(np.float32)
    cut = [passage_texts(document, WORDS) for document in corpus.documents]
    counts = [len(each) for each in cut]
    passages = [text for each in cut for text in each]
    found = []
    for embedder in (dense.E5(), USE()):
        kept = dense.Cached(embedder, cache / "embeddings")
        vectors = kept.embed_passages(passages)
        asks = kept.embed_queries([query.text for query in asked])
        firsts = np.cumsum([0, *counts])[:-1]
        found.append((np.maximum.reduceat(asks @ vectors.T, firsts, axis=1), vectors, asks))
    (e5, vectors, asks), (use, _, _) = found
    stored = PassageVectors.quantised(vectors, counts)
    in_bytes = np.stack([stored.scores(query) for query in asks])
    return Scores(name, corpus, frozenset(q.id for q in dev), sparse, e5, use, in_bytes), encoder


def encoder_of(name: str, corpus: Corpus, model: str, cache: Path) -> Encoder:
    """The saved encoder, or the lexical part of this corpus."""
    if model not in ("", DICTIONARY):
        return Encoder.load(model)
    folder = cache / f"lexical-{model}-{name.replace(' ', '-')}"
    if not (folder / "modules.json").is_file():
        config, section = EncoderConfig(neural=False), DictionarySection() if model else None
        Encoder.fit(corpus, config=config, dictionary=section).save(folder)
    return Encoder.load(folder)


def compare(sets: Sequence[Scores]) -> None:
    """Print what each system reaches, and what was chosen."""
    made = systems()
    groups = [(s, *group) for s in sets for group in s.groups()]
    dev = {
        name: {g: float(s.ndcg(make(s, rows), rows).mean()) for s, g, rows, _ in groups if rows}
        for name, make in made.items()
    }
    headers = ["development, nDCG@10", *(g for _, g, rows, _ in groups if rows)]
    console.table(headers, [[name, *map(_figure, row.values())] for name, row in dev.items()])
    chosen = choose(dev, {g for s, g, rows, _ in groups if one_language(s, g)})
    print(f"chosen on development queries: {chosen}")
    for s, group, _, rows in groups:
        values = {name: s.ndcg(make(s, rows), rows) for name, make in made.items()}
        pages = page_of(s.corpus.qrels, [s.queries[n].id for n in rows])
        table = [
            [
                name,
                f"{value.mean():.3f}",
                _interval(value - values["sparse"], pages),
                _interval(value - values["RRF of sparse and e5"], pages),
            ]
            for name, value in values.items()
        ]
        title = f"{group}: {len(rows)} held-out queries, {len(s.corpus.documents)} documents"
        console.table(["system", "nDCG@10", "− sparse", "− RRF"], table, title)


def one_language(s: Scores, group: str) -> bool:
    """Whether documents are in the language of the queries: most have Hangul, or most have not."""
    texts = [document.full_text for document in s.corpus.documents]
    hangul = sum(any("가" <= c <= "힣" for c in text) for text in texts) > len(texts) / 2
    return hangul == group.endswith(" ko")


def choose(dev: Mapping[str, Mapping[str, float]], careful: set[str]) -> str:
    """The best mean over groups among those that lose nothing in one language."""
    plain = [name for name in dev if name.endswith("z(e5)") and name.startswith("sparse +")]
    best = {group: max(dev[name][group] for name in plain) for group in careful}
    usual = max(plain, key=lambda name: np.mean(list(dev[name].values())))
    fine = [
        name
        for name, row in dev.items()
        if all(row[g] >= min(best[g], dev[usual][g]) - TOLERANCE for g in careful)
    ]
    return max(fine or [usual], key=lambda name: np.mean(list(dev[name].values())))


def price(s: Scores, encoder: Encoder, cache: Path) -> None:
    """Print what a hybrid search costs: an index on disk, one process a query, and one for many."""
    rows = []
    for name in ("", dense.E5_ALONE, dense.EMBEDDED):
        folder = cache / f"index-{s.name}-{name or 'sparse'}"
        start = time.perf_counter()
        Index.build(folder, encoder, s.corpus, dense=name)
        built = time.perf_counter() - start
        index = Index.open(folder)
        texts = [query.text for query in s.queries[:200]]
        index.search(texts[0], hybrid=bool(name))
        taken, used = [], _cpu()
        for text in texts:
            begin = time.perf_counter()
            index.search(text, hybrid=bool(name))
            taken.append(time.perf_counter() - begin)
        used = (_cpu() - used) / len(texts)
        size = sum(path.stat().st_size for path in folder.glob("*.segment"))
        command = [sys.executable, "-m", "malmoi", "search", str(folder), texts[0]]
        cold = [_processor_seconds([*command, *(["--hybrid"] if name else [])]) for _ in range(3)]
        rows.append(
            [
                name or "sparse alone",
                f"{np.median(taken) * 1e3:.1f}",
                f"{used * 1e3:.1f}",
                f"{min(cold):.2f}",
                f"{size / len(index):.0f}",
                f"{built:.0f}",
            ]
        )
    headers = ["search", "p50 ms", "CPU ms", "cold CPU s", "bytes a document", "built in s"]
    console.table(headers, rows, f"{s.name}: {len(s.corpus.documents)} documents")


def scale(count: int, width: int = 384 + 512) -> None:
    """Print how long an exact search of so many passages takes, one a document."""
    random = np.random.default_rng(0)
    vectors = np.concatenate(
        [random.normal(size=(min(10_000, count - n), width)) for n in range(0, count, 10_000)],
        dtype=np.float32,
    )
    passages = PassageVectors.quantised(vectors, np.ones(count, np.int64))
    del vectors
    taken = []
    for query in random.normal(size=(21, width)).astype(np.float32):
        begin, used = time.perf_counter(), _cpu()
        best_places(standardised(passages.scores(query)), 10)
        taken.append((time.perf_counter() - begin, _cpu() - used))
    (first, _), *rest = taken
    p50, processor = (np.median([each[side] for each in rest]) * 1e3 for side in (0, 1))
    size = passages.levels.nbytes + passages.scales.nbytes
    print(
        f"{count:,} passages of {width} dimensions: p50 {p50:.1f} ms, processor {processor:.1f} "
        f"ms, first {first * 1e3:.0f} ms, {size / 2**20:.0f} MB on disk, "
        f"{passages.floats.nbytes / 2**20:.0f} MB in memory"
    )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _processor_seconds(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _figure(value: float) -> str:
    return f"{value:.3f}"


def _interval(difference: Array, pages: Sequence[str]) -> str:
    found = bootstrap(difference, pages)
    return f"{found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", action="append", default=[], type=Path, metavar="FOLDER")
    parser.add_argument("--help-pages", action="store_true")
    parser.add_argument("--encoder", action="append", default=[], metavar="MODEL")
    parser.add_argument("--dictionary", action="store_true", help="fit with vectors of words")
    parser.add_argument("--price", action="store_true", help="measure the last set's index too")
    parser.add_argument("--scale", type=int, metavar="PASSAGES", help="time random vectors alone")
    parser.add_argument("--cache", type=Path, default=Path("hybrid-cache"), metavar="FOLDER")
    given = parser.parse_args()
    if given.scale:
        scale(given.scale)
        return
    sources: list[tuple[str, Corpus, float]] = []
    if given.help_pages:
        section = CorpusSection(reader="libreoffice-help")
        sources.append(("help pages", readers.read(section), section.test_share))
    sources += [(path.name, beir.read(path, "test"), 0.5) for path in given.data]
    given.encoder += [DICTIONARY] * given.dictionary
    models = given.encoder if len(given.encoder) == len(sources) else given.encoder * len(sources)
    models = models[: len(sources)] or [""] * len(sources)
    sets = [
        scores_of(name, corpus, share, model, given.cache)
        for (name, corpus, share), model in zip(sources, models, strict=True)
    ]
    compare([scores for scores, _ in sets])
    if given.price:
        price(*sets[-1], given.cache)


if __name__ == "__main__":
    main()
