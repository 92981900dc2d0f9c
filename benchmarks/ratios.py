"""Is it as fast as it was, beside named peers on this machine? Larger benchmarks in small.

    python benchmarks/ratios.py                       # all, beside what was last kept
    python benchmarks/ratios.py searching             # encoding or searching
    python benchmarks/ratios.py searching --keep      # keep what was seen in ratios.json

Each ratio is of speeds, ours by the peer's, so that less is worse. Both are measured in one process
with one thread, in turn, the best of several rounds each: of the processor's seconds, or of the
clock where a search takes microseconds. So other programs and the machine's own speed change
little, and what waits for a second thread doesn't show.

encoding   made documents of 160 words by the index's own function with the embedded e5, by the same
           model's `encode_document`, and by e5 alone in sentence-transformers; the lexical part
           beside `tokenizers` reading the same texts with e5's tokenizer
searching  20,000 Zipfian documents: p50 of the embedded index and of SciPy's CSC; equal answers

`tests/test_speed.py` fails where a ratio is worse than the kept one by more than a third.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

import numpy as np

KEPT = Path(__file__).with_name("ratios.json")
WORST = 2 / 3
"""Of a kept ratio: what is less has become slower."""
WORDS = 160
"""Of a made document, as of the help pages."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}

Ratios = dict[str, float]


def made_texts(count: int) -> list[str]:
    """Documents of common Korean words, by Zipf's law, and of some English ones."""
    from wordfreq import top_n_list

    rng = np.random.default_rng(13)
    words = np.array(top_n_list("ko", 8000) + top_n_list("en", 500))
    shares = 1 / np.concatenate([np.arange(8000) + 50.0, np.arange(500) + 500.0])
    drawn = rng.choice(words, (count, WORDS), p=shares / shares.sum())
    drawn[:, 11::12] = np.char.add(drawn[:, 11::12], ".")
    return [f"{' '.join(row[:4])}\n{' '.join(row[4:])}" for row in drawn.tolist()]


def best(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The processor's seconds of each, the least of some rounds in turn after one to warm up."""
    least = [float("inf")] * len(works)
    for number in range(rounds + 1):
        for which, work in enumerate(works):
            start = processor()
            work()
            if number:
                least[which] = min(least[which], processor() - start)
    return least


def processor() -> float:
    """The processor's seconds of this process and of those that it started and that have ended."""
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def e5_alone(folder: Path, precision: str) -> Any:
    """The embedded e5 as sentence-transformers has it, without a line of ours at work."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    from malmoi.models import e5

    model, tokenizer = e5.load()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    modules = [Transformer(str(folder)), Pooling(model.config.hidden_size)]
    return SentenceTransformer(modules=modules, device="cpu").to(getattr(torch, precision)).eval()


def encoding(folder: Path, documents: int = 32, rounds: int = 2) -> Ratios:
    from malmoi.corpora.corpus import Document, Section
    from malmoi.encoder.building import build_encoder, document_encoder, save
    from malmoi.encoder.lexical_fit import fit_lexical
    from malmoi.encoder.vocabulary import build
    from malmoi.models.sparse import load
    from malmoi.recipe import EncoderSection
    from malmoi.retrieval.index.building import build_index
    from malmoi.retrieval.index.encoding import Encoding

    texts = made_texts(documents)
    parts = [(str(n), *text.split("\n", 1)) for n, text in enumerate(texts)]
    corpus = [Document(name, title, (Section("", body),)) for name, title, body in parts]
    vocabulary, indexes = build(texts), iter(range(1000))

    def model(neural: bool) -> Path:
        section = EncoderSection(neural=neural)
        start = fit_lexical(corpus, vocabulary, {}, section)
        built = build_encoder(vocabulary, start.lexical, start.weights, section, texts=texts)
        save(built, folder / str(neural), "")
        return folder / str(neural)

    def indexing(of: Path) -> Callable[[], object]:
        encode = Encoding(of, threads=1)
        return lambda: build_index(of, parts, folder / f"index-{next(indexes)}", encode=encode)

    whole, lexical = model(True), model(False)
    same = load(whole)
    body = e5_alone(folder / "e5", document_encoder(same).computes)
    passages = [f"passage: {text}" for text in texts]
    ours, own, e5 = best(
        [
            indexing(whole),
            lambda: same.encode_document(texts, show_progress_bar=False),
            lambda: body.encode(passages, show_progress_bar=False),
        ],
        rounds,
    )
    words = indexing(lexical)
    tokenizer = body.tokenizer.backend_tokenizer
    counted, read = best([words, lambda: tokenizer.encode_batch(texts)], 5)
    return {
        "index / encode_document of the same model": own / ours,
        "index / e5 in sentence-transformers": e5 / ours,
        "index of the lexical part / tokenizers": read / counted,
    }


def searching(folder: Path, documents: int = 20_000, rounds: int = 12) -> Ratios:
    from large_index import is_right, zipf
    from sparse_engines import Malmoi, ScipyCsc

    matrix, queries = zipf(documents, 100)
    engines = []
    for name, engine in (("ours", Malmoi()), ("scipy", ScipyCsc())):
        engine.build(folder / name, matrix)
        engine.open(folder / name)
        engines.append(engine)
    took = np.full((2, len(queries)), np.inf)
    for _ in range(rounds):
        for number, query in enumerate(queries):
            found = []
            for which, engine in enumerate(engines):
                start = time.perf_counter()
                found.append(engine.search(query))
                took[which, number] = min(took[which, number], time.perf_counter() - start)
            if not is_right(*found, 1e-6):
                raise SystemExit(f"query {number} has other answers than SciPy's: {found}")
    ours, scipy = np.median(took, axis=1)
    return {"p50 of the index / SciPy CSC": float(scipy / ours)}


PARTS: dict[str, Callable[[Path], Ratios]] = {
    "encoding": encoding,
    "searching": searching,
}


def measure(part: str) -> Ratios:
    """The ratios of a part, from a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--worker", part],
        env=os.environ | ONE_THREAD,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{part}: {done.stderr[-3000:]}")
    ratios: Ratios = json.loads(done.stdout.splitlines()[-1])
    return ratios


def kept(part: str) -> Ratios:
    """What was last kept of a part."""
    ratios: Ratios = json.loads(KEPT.read_text(encoding="utf-8"))[part]
    return ratios


def keep(part: str, ratios: Ratios) -> None:
    state: dict[str, Ratios] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    state[part] = {name: float(f"{ratio:.3g}") for name, ratio in ratios.items()}
    KEPT.write_text(json.dumps(state, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def slower(part: str, before: Ratios, now: Ratios) -> list[str]:
    """What has become slower than a machine's mood explains, a line each with what to do."""
    if before.keys() != now.keys():
        return [f"{part}: kept are {sorted(before)}, measured {sorted(now)}; keep them anew"]
    return [
        f"{part}: {name} is {now[name]:.3g}, was {ratio:.3g} when it was kept, and less than "
        f"{WORST * ratio:.3g} fails. If that is the price of something worth it: "
        f"python benchmarks/ratios.py {part} --keep"
        for name, ratio in before.items()
        if now[name] < WORST * ratio
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--keep", action="store_true", help=f"write {KEPT.name}")
    parser.add_argument("--worker", choices=list(PARTS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(PARTS[options.worker](Path(folder))))
        return
    from malmoi.cli.console import shown, table

    rows: list[Sequence[object]] = []
    for part in options.parts or PARTS:
        start, now = time.perf_counter(), measure(part)
        before = kept(part) if KEPT.exists() and not options.keep else {}
        for name, ratio in now.items():
            rows.append([part, name, f"{ratio:.3g}", f"{before.get(name, ratio):.3g}"])
        rows.append([part, "seconds", f"{time.perf_counter() - start:.0f}", ""])
        if options.keep:
            keep(part, now)
    with shown():
        table(["", "ours / peer", "now", "kept"], rows)


if __name__ == "__main__":
    main()
