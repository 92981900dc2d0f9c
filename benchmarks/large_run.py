"""A run without a teacher over 1,000, 10,000 and 100,000 documents: seconds and memory by stage.

    python benchmarks/large_run.py --set sets/belebele_ko 1000 10000

The corpus of N documents is made of the help pages and of BEIR folders (`--set`): up to half of it
are their own documents, chosen by hash, with the queries that people wrote for them. The others are
made: as long as some page, of paragraphs of several pages with a part of the sentences and a
twentieth of the words exchanged, under a title of two titles. Each has a name of its own or one
that few others have, so that the vocabulary grows with the corpus as it does in real ones. The same
N gives the same corpus.

What is run is `malmoi run korean-search` with the teacher's part turned off, in a process of its
own: glossary, queries and synonyms off, ablations off unless `--ablations` is given. Columns: each
stage's seconds and peak memory as the run records them, the processor's seconds meanwhile (a busy
machine doesn't change them), and how many times as many as with the corpus before. `process` is
the whole: from the start of the command to its end, with what stands between the stages. What was
measured is kept in the folder `--work` and not measured again.

With `--counted` only what a run does with all documents is done, without a network: they are read,
analysed and ranked for BM25F's part of the pool, and a vocabulary and lexical vectors are made.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from malmoi.core.files import stable_share
from malmoi.corpora import readers
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers.beir import write_beir
from malmoi.recipe.search import CorpusSection
from malmoi.runs.run import status

T = TypeVar("T")

SEED = 13
KEPT = 0.7
"""Share of a paragraph's sentences that a made document keeps."""
EXCHANGED = 0.05
"""Share of its words that others take the place of."""
OFF = ("glossary.enabled", "queries.enabled", "synonyms.enabled")
SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우"


def originals(paths: Sequence[Path], limit: int) -> Corpus:
    """The help pages and the sets, `limit` documents by hash, with the queries for these alone."""
    corpora = [readers.read(CorpusSection())]
    corpora += [readers.read(CorpusSection(reader="beir", path=str(path))) for path in paths]
    documents, queries, qrels = [], [], {}
    for number, corpus in enumerate(corpora):
        ids = {document.id: f"{number}/{document.id}" for document in corpus.documents}
        documents += [Document(ids[d.id], d.title, d.sections) for d in corpus.documents]
        for query in corpus.queries:
            name = f"{number}/{query.id}"
            queries.append(Query(name, query.text, query.language))
            qrels[name] = {ids[d]: n for d, n in corpus.qrels[query.id].items() if d in ids}
    documents = sorted(documents, key=lambda d: stable_share(d.id, "large run"))[:limit]
    kept = {document.id for document in documents}
    queries = [query for query in queries if qrels[query.id] and qrels[query.id].keys() <= kept]
    qrels = {query.id: qrels[query.id] for query in queries}
    return Corpus("large-run", tuple(documents), tuple(queries), qrels)


def made(count: int, sources: Sequence[Document]) -> Iterator[Document]:
    """`count` documents out of the paragraphs of others."""
    rng = random.Random(SEED)
    paragraphs = [line for d in sources for line in d.text.split("\n") if len(line.split()) > 4]
    titles = [document.title.split() for document in sources if document.title]
    words = [word for line in paragraphs for word in line.split()]
    lengths = [len(document.text.split()) for document in sources]
    for number in range(count):
        name = invented(int(count * rng.random() ** 3))
        title = [*rng.choice(titles)[:3], name, *rng.choice(titles)[-2:]]
        left, body = max(20, rng.choice(lengths)), []
        while left > 0:
            text = " ".join(varied(rng.choice(paragraphs), words, name, rng))
            body.append(text)
            left -= max(1, len(text.split()))
        yield Document(f"made/{number:06}", " ".join(title), (Section("", "\n".join(body)),))


def varied(paragraph: str, words: Sequence[str], name: str, rng: random.Random) -> Iterator[str]:
    """The words of a paragraph, without some of its sentences, some of them exchanged."""
    for sentence in re.split(r"(?<=[.!?])\s+", paragraph):
        if rng.random() < KEPT:
            for word in sentence.split():
                exchanged = rng.random() < EXCHANGED
                yield rng.choice((rng.choice(words), name)) if exchanged else word


def invented(number: int) -> str:
    """A name that is no word: always the same for a number."""
    rng = random.Random(f"{SEED} {number}")
    if number % 3:
        return "".join(rng.choices(SYLLABLES, k=3 + number % 2))
    return "".join(rng.choices("ABCDEFGHKLMNPRSTUVWXZ", k=2)) + f"-{number}"


def make_corpus(folder: Path, size: int, sets: Sequence[Path]) -> None:
    """Write a BEIR folder of so many documents, unless it is there."""
    if (folder / "qrels" / "test.tsv").is_file():
        return
    own = originals(sets, size // 2)
    documents = (*own.documents, *made(size - len(own.documents), own.documents))
    write_beir(Corpus(own.name, documents, own.queries, own.qrels), folder)
    print(f"{folder}: {len(documents):,} documents, {len(own.queries):,} queries", file=sys.stderr)


class Measured(NamedTuple):
    """Seconds, the processor's seconds, and bytes of memory at most."""

    seconds: float
    processor: float
    memory: int


def run(corpus: Path, runs: Path, settings: Sequence[str]) -> dict[str, Measured]:
    """Run the recipe over a corpus; what each stage took, and the process."""
    name = corpus.name
    values = [f"{key}=false" for key in OFF]
    values += [f"name={name}", "corpus.reader=beir", f"corpus.path={corpus.resolve()}", *settings]
    command = [sys.executable, "-m", "malmoi", "run", "korean-search", "--runs", str(runs)]
    command += [part for value in values for part in ("--set", value)]
    samples = [(time.time(), 0.0)]
    log = (runs / f"{name}.log").open("w", encoding="utf-8")
    with subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT) as process:
        while process.poll() is None:
            samples.append((time.time(), processor(process.pid) or samples[-1][1]))
            time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\nfailed: {log.name}")
    times, used = zip(*samples, strict=True)
    found = {}
    for stage in status(runs / name):
        # A stage writes its state last when it is finished.
        end = (runs / name / stage.name / "stage.json").stat().st_mtime
        before, after = np.interp([end - stage.seconds, end], times, used)
        found[stage.name] = Measured(stage.seconds, after - before, stage.memory)
    most = max(each.memory for each in found.values())
    return {**found, "process": Measured(times[-1] - times[0], used[-1], most)}


def counted(corpus: Path) -> dict[str, Measured]:
    """What a run does with all documents of a corpus, however many a network reads."""
    from malmoi.core.memory import forget_peak, peak_memory
    from malmoi.corpora.pool import DEPTH
    from malmoi.encoder.dictionary import corpus_vocabulary
    from malmoi.encoder.lexical_fit import document_text, fit_lexical
    from malmoi.recipe.search import DictionarySection, EncoderSection
    from malmoi.retrieval.bm25 import BM25F, analyse

    found: dict[str, Measured] = {}

    def measured(name: str, work: Callable[[], T]) -> T:
        forget_peak()
        began, used = time.monotonic(), time.process_time()
        made = work()
        took = time.monotonic() - began, time.process_time() - used
        found[name] = Measured(*took, peak_memory())
        return made

    section = CorpusSection(reader="beir", path=str(corpus))
    of = measured("read", lambda: readers.read(section))

    def rank() -> None:
        words = measured("analyse", lambda: analyse((d.id, d.title, d.text) for d in of.documents))
        model = measured("BM25F", lambda: BM25F(words))
        measured("rank", lambda: model.search([query.text for query in of.queries], DEPTH))

    rank()
    texts = [document_text(document) for document in of.documents]
    common = DictionarySection().common_words
    vocabulary = measured("vocabulary", lambda: corpus_vocabulary(texts, (), common))
    measured("vectors", lambda: fit_lexical(of.documents, vocabulary, {}, EncoderSection()))
    parts = list(zip(*found.values(), strict=True))
    return {**found, "all": Measured(sum(parts[0]), sum(parts[1]), max(parts[2]))}


def processor(pid: int) -> float:
    """Seconds that the processor has worked for a process; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(measured: dict[int, dict[str, Measured]]) -> Iterator[str]:
    """Stages by sizes of the corpus, in Markdown."""
    sizes = list(measured)
    heads = [f"{size:,}: s | CPU s | GB" + " | ×" * (size != sizes[0]) for size in sizes]
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (4 * len(sizes)) + "|"
    nothing = Measured(0.0, 0.0, 0)
    for stage in measured[sizes[-1]]:
        cells, before = [], nothing
        for size in sizes:
            now = measured[size].get(stage, nothing)
            cells += [f"{now.seconds:.1f}", f"{now.processor:.1f}", f"{now.memory / 1e9:.2f}"]
            if size != sizes[0]:
                cells.append(f"{now.processor / before.processor:.1f}" if before.processor else "–")
            before = now
        yield f"| {stage} | {' | '.join(cells)} |"


def figures(folder: Path) -> Iterator[str]:
    """nDCG@10 of the systems on held-out queries, by language."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    for language, scores in results["comparison"]["scores"].items():
        means = (f"{name} {each['nDCG@10']['mean']:.3f}" for name, each in scores.items())
        yield f"{folder.name}, {language}: {', '.join(means)}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sizes", type=int, nargs="+", help="documents, ascending")
    parser.add_argument("--set", type=Path, action="append", default=[], help="a BEIR folder")
    parser.add_argument("--work", type=Path, default=Path("large-run"), help="corpora and runs")
    parser.add_argument("--ablations", action="store_true")
    parser.add_argument("--counted", action="store_true", help="without any network")
    parser.add_argument("--with", action="append", default=[], dest="settings", help="key=value")
    given = parser.parse_args()
    settings = [f"evaluation.ablations={str(given.ablations).lower()}", *given.settings]
    runs = given.work / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    measured = {}
    for size in given.sizes:
        corpus = given.work / f"documents-{size}"
        make_corpus(corpus, size, given.set)
        kept = given.work / f"{'counted' if given.counted else 'measured'}-{size}.json"
        if not kept.is_file() and given.counted:
            with ProcessPoolExecutor(1) as alone:  # a process of its own, for its memory
                kept.write_text(json.dumps(alone.submit(counted, corpus).result()), "utf-8")
        elif not kept.is_file():
            kept.write_text(json.dumps(run(corpus, runs, settings)), encoding="utf-8")
        found = json.loads(kept.read_text(encoding="utf-8"))
        measured[size] = {stage: Measured(*each) for stage, each in found.items()}
        proved = [] if given.counted else figures(runs / corpus.name)
        print("\n".join([*table(measured), *proved]), flush=True)


if __name__ == "__main__":
    main()
