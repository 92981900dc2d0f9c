"""How many documents a second `malmoi index` takes in, with an earlier build and now.

    git worktree add ../before 3ddabe0
    python benchmarks/indexing.py --run runs/korean-search --before ../before/src \\
        --before-run ../before/runs/korean-search

Each build indexes the same documents (the run's corpus) with the model of its own run, since one
brings its document encoder's code along: --student names which (v1 reads with a network). A new
process for each call, in turns; the least of --rounds counts, of clock and processor. Beside them
stand the peer, sentence-transformers' own `encode_document` with the model of now, and the same
model without its network. The first seconds of a process go into loading. nDCG@10 is
that of the run's held-out queries in the index.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from malmoi.cli import console
from malmoi.corpora.readers import beir
from malmoi.evaluation.metrics import per_query
from malmoi.retrieval.index.index import Index

NOW = Path(__file__).parents[1] / "src"
PEER = """
import json, sys, time
from sentence_transformers import SparseEncoder
model = SparseEncoder(sys.argv[1], trust_remote_code=True)
rows = map(json.loads, open(sys.argv[2], encoding="utf-8"))
texts = [row["title"] + "\\n" + row["text"] for row in rows]
started, busy = time.perf_counter(), time.process_time()
model.encode_document(texts, show_progress_bar=False, save_to_cpu=True)
print(time.perf_counter() - started, time.process_time() - busy)
"""


def timed(command: list[str], source: Path) -> tuple[float, float]:
    """Seconds of the clock and of the processor that a command takes with the build at `source`."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": str(source.resolve())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime


def peer(model: Path, documents: Path) -> tuple[float, float]:
    """The same of the peer, without loading."""
    command = [sys.executable, "-c", PEER, str(model), str(documents)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(told[-2]), float(told[-1])


def without_network(model: Path, copy: Path) -> Path:
    """A copy of a model whose documents are weighed by words alone."""
    shutil.copytree(model, copy)
    (settings,) = copy.glob("document_0_*/config.json")
    config = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(config | {"neural": False}), encoding="utf-8")
    return copy


def ndcg(index: Path, run: Path) -> float:
    """Mean nDCG@10 of the run's held-out queries in an index of this build."""
    corpus = beir.read(run / "beir", "test")
    asked = [query for query in corpus.queries if query.id in corpus.qrels]
    opened = Index.open(index)
    hits = {q.id: [(h.id, h.score) for h in opened.search(q.text, 10)] for q in asked}
    return float(per_query(hits, corpus.qrels, list(hits))["nDCG@10"].mean())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="a search run of this build")
    parser.add_argument("--before", type=Path, required=True, help="src of the earlier build")
    parser.add_argument("--before-run", type=Path, required=True, help="a run of that build")
    parser.add_argument("--student", default="v1", help="of both runs (v1)")
    parser.add_argument("--documents", type=int, default=0, help="at most so many (all)")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    model = f"student-{options.student}/model"
    builds = {
        "before": (options.before, options.before_run / model),
        "now": (NOW, options.run / model),
    }
    rows: dict[str, tuple[float, float, str]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        lexical = without_network(options.run / model, Path(temporary) / "lexical")
        builds["now, without its network"] = (NOW, lexical)
        documents = Path(temporary) / "documents.jsonl"
        lines = (options.run / "beir" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
        texts = [json.loads(line) for line in lines[: options.documents or None]]
        with documents.open("w", encoding="utf-8") as file:
            for text in texts:
                row = {"id": text["_id"], "title": text["title"], "text": text["text"]}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        for number in range(options.rounds):
            for name, (source, folder) in builds.items():
                out = Path(temporary) / f"{name}-{number}"
                command = [sys.executable, "-m", "malmoi", "index", str(folder), str(documents)]
                clock, busy = timed([*command, "--out", str(out)], source)
                score = "" if name == "before" else f"{ndcg(out, options.run):.4f}"
                least = rows.get(name, (clock, busy, score))
                rows[name] = (min(clock, least[0]), min(busy, least[1]), score)
            clock, busy = peer(options.run / model, documents)
            least = rows.get("its encode_document alone", (clock, busy, ""))
            rows["its encode_document alone"] = (min(clock, least[0]), min(busy, least[1]), "")
    count, first = len(texts), rows["before"]
    console.table(
        ("", "documents/s", "×", "of the processor", "×", "nDCG@10"),
        [
            (name, f"{count / clock:.1f}", f"{first[0] / clock:.2f}", f"{count / busy:.1f}",
             f"{first[1] / busy:.2f}", score)
            for name, (clock, busy, score) in rows.items()
        ],
    )  # fmt: skip


if __name__ == "__main__":
    with console.shown():
        main()
