"""What a cluster's ml-commons gives for a packaged encoder, beside what the encoder itself gives.

    OPENSEARCH_URL=http://127.0.0.1:9200 python benchmarks/opensearch_deploy.py \\
        runs/korean-search/student-v2/model runs/korean-search/beir --documents 100

Packages the model, deploys it, compares queries and documents token by token, ingests the documents
through the pipeline, and takes everything away again. The numbers of docs/opensearch-deploy.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from malmoi.cli.console import shown
from malmoi.encoder.building import document_encoder, load
from malmoi.encoder.export.packaging import document_weights, package
from malmoi.retrieval.opensearch import models
from malmoi.retrieval.opensearch.connection import connect
from malmoi.retrieval.opensearch.deploy import deploy, undeploy
from malmoi.retrieval.opensearch.package import QUERY
from malmoi.retrieval.query import QueryEncoder

INDEX = "malmoi-benchmark-deploy"


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("beir", type=Path, help="a BEIR folder: corpus.jsonl, queries.jsonl")
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--packages", type=Path, help="keep the packages here")
    arguments = parser.parse_args()
    lines = (arguments.beir / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    step = max(1, len(lines) // arguments.documents)
    documents = [json.loads(line) for line in lines[::step][: arguments.documents]]
    asked = (arguments.beir / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line)["text"] for line in asked[: arguments.queries]]
    out = arguments.packages or Path(tempfile.mkdtemp()) / "packages"
    rows: list[tuple[str, str]] = []

    start = time.monotonic()
    made = package(arguments.model, out)
    rows.append(("packaging", f"{time.monotonic() - start:.0f} s"))
    rows += [(f"{p.role}.zip", f"{p.file.stat().st_size / 1e6:.1f} MB") for p in made]
    client = connect()
    start = time.monotonic()
    try:
        deployment = deploy(client, out)
        rows.append(("register and deploy", f"{time.monotonic() - start:.0f} s"))
        rows += query_rows(client, deployment.models[QUERY], QueryEncoder(arguments.model), queries)
        rows += document_rows(client, deployment, arguments.model, documents)
    finally:
        client.indices.delete(index=INDEX, ignore=404)
        undeploy(client, out)
    print("\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]))


def query_rows(
    client: Any, model: str, encoder: QueryEncoder, queries: list[str]
) -> list[tuple[str, str]]:
    """Queries whose tokens and float32 weights are ours."""
    same = 0
    for start in range(0, len(queries), 200):
        part = queries[start : start + 200]
        for text, found in zip(part, models.predict(client, QUERY, model, part), strict=True):
            ours = {t: np.float32(w) for t, w in encoder.encode(text).items()}
            same += ours == {t: np.float32(w) for t, w in found.items()}
    return [("queries with the same tokens and weights", f"{same} of {len(queries)}")]


def document_rows(
    client: Any, deployment: Any, model: Path, documents: list[dict[str, str]]
) -> list[tuple[str, str]]:
    """How far the weights are from the encoder's, in float32 and as it computes by itself."""
    mapping = {"features": {"type": "rank_features"}, "title": {"type": "text"}}
    body = {
        "settings": {"default_pipeline": deployment.pipeline},
        "mappings": {"properties": mapping | {"text": {"type": "text"}}},
    }
    client.indices.delete(index=INDEX, ignore=404)
    client.indices.create(index=INDEX, body=body)
    start = time.monotonic()
    for document in documents:
        source = {"title": document["title"], "text": document["text"]}
        client.index(index=INDEX, id=document["_id"], body=source, request_timeout=300)
    seconds = time.monotonic() - start
    encoder = document_encoder(load(model))
    texts = [f"{document['title']}\n{document['text']}" for document in documents]
    own = vectors(encoder, texts)
    single = document_weights(encoder, texts)  # from here on the body computes in float32
    theirs = [client.get(index=INDEX, id=d["_id"])["_source"]["features"] for d in documents]
    rows = [("documents a second through the pipeline", f"{len(documents) / seconds:.1f}")]
    rows += differences("float32", [single[text] for text in texts], theirs)
    return rows + differences(f"as the encoder computes ({encoder.dtype})", own, theirs)


def vectors(encoder: Any, texts: list[str]) -> list[dict[str, float]]:
    """Token → weight of each text, one text a batch."""
    import torch

    name = encoder.lexical.tokenizer.id_to_token
    found = []
    for text in texts:
        with torch.inference_mode():
            row = encoder(encoder.preprocess([text]))["sentence_embedding"][0]
        found.append({name(int(i)): float(row[i]) for i in row.nonzero().flatten()})
    return found


def differences(
    name: str, ours: list[dict[str, float]], theirs: list[dict[str, float]]
) -> list[tuple[str, str]]:
    """Largest difference of a weight, and how many tokens one side alone has."""
    alone = total = 0
    absolute, relative = [0.0], [0.0]
    for a, b in zip(ours, theirs, strict=True):
        alone += len(a.keys() ^ b.keys())
        total += len(a.keys() | b.keys())
        for token in a.keys() & b.keys():
            absolute.append(abs(a[token] - b[token]))
            relative.append(absolute[-1] / a[token])
    return [
        (f"{name}: weights", f"{total:,}"),
        (f"{name}: largest difference", f"{max(absolute):.1e} ({max(relative):.1e} relative)"),
        (f"{name}: tokens on one side alone", f"{alone}"),
    ]


if __name__ == "__main__":
    with shown():
        main()
