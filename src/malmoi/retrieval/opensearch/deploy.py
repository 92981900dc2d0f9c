"""A packaged encoder in a cluster: models deployed, an ingest pipeline, search by text.

    title, text ──join──▶ malmoi_text ──lexical──▶ {token: weight} ┐
                                       └─neural──▶ {token: weight} ┴─sum──▶ features

Where the neural part has one limit for a document's own tokens and one for new ones, the neural
model gives candidates, and the sum takes the highest of each kind.

The cluster then encodes documents (the pipeline, through neural-search's `sparse_encoding`
processor) and queries (`neural_sparse` with `query_text` and the query model's id) by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.connection import calling
from malmoi.retrieval.opensearch.models import deploy_package, find, predict, remove, remove_groups
from malmoi.retrieval.opensearch.package import (
    LEXICAL,
    NEURAL,
    QUERY,
    Limits,
    identity,
    read,
    read_limits,
    read_probes,
)
from malmoi.text.unicode import readable

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

logger = logging.getLogger(__name__)

TEXT = "malmoi_text"
"""The field in which the pipeline joins title and text; it is gone when a document is stored."""
RELATIVE, ABSOLUTE = 1e-6, 2e-4
"""How far the cluster's weights may be from ours: docs/opensearch-deploy.md derives it."""

_JOIN = """
String title = ctx[params.title] == null ? "" : ctx[params.title].toString();
String text = ctx[params.text] == null ? "" : ctx[params.text].toString();
String whole = title + params.line_end + text;
if (whole.trim().length() > 0) { ctx[params.joined] = whole; }
"""
_SUM = """
Map lexical = ctx.remove(params.lexical);
Map sum = lexical == null ? new HashMap() : new HashMap(lexical);
Map neural = params.neural == null ? null : ctx.remove(params.neural);
if (neural != null) {
  List entries = new ArrayList(neural.entrySet());
  entries.sort((a, b) -> Double.compare(b.getValue(), a.getValue()));
  int raised = 0;
  int added = 0;
  for (entry in entries) {
    def own = lexical == null ? null : lexical.get(entry.getKey());
    Map limits = params.limits;
    if (limits != null) {
      if (own == null && ++added > limits.new) { continue; }
      if (own != null && ++raised > limits.present && limits.present > 0) { continue; }
    }
    sum.put(entry.getKey(), own == null ? entry.getValue() : own + entry.getValue());
  }
}
ctx.remove(params.joined);
ctx[params.field] = sum;
"""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What `deploy` made: role → model id, and the ingest pipeline's name."""

    models: dict[str, str]
    pipeline: str

    def query(self, text: str, field: str = "features") -> dict[str, Any]:
        """The query clause that searches `field` by text."""
        return by_text(text, self.models[QUERY], field)


def deploy(
    client: OpenSearch,
    packages: Path,
    *,
    title: str = "title",
    text: str = "text",
    field: str = "features",
) -> Deployment:
    """Register and deploy packaged models, make the ingest pipeline, compare a few weights.

    What is there already is kept, so a deployment that was cut is finished by another.

    Args:
        client: of a cluster with ml-commons and neural-search.
        packages: folder that `malmoi.encoder.export.packaging.package` wrote.
        title, text: a document's fields that are read.
        field: the `rank_features` field that the pipeline writes.

    Raises:
        ClusterError: the cluster lacks a plugin, refuses a model, or gives other weights than ours.
        StudentError: there are no packages.
    """
    found = read(packages)
    has = capabilities(client)
    lacking = [
        name for name, there in (("ml-commons", has.ml), ("neural-search", has.neural)) if not there
    ]
    if lacking:
        raise ClusterError(
            f"The cluster has no {' and no '.join(lacking)}: it can't encode by itself. Use a "
            "distribution with the plugins, or encode here (`malmoi opensearch push`)."
        )
    models = {package.role: deploy_package(client, package) for package in found}
    parts = {role: identifier for role, identifier in models.items() if role != QUERY}
    name = pipeline_name(packages)
    if parts:
        with calling(f"make the ingest pipeline {name}"):
            limits = read_limits(packages)
            client.ingest.put_pipeline(id=name, body=pipeline(parts, title, text, field, limits))
    deployment = Deployment(models, name if parts else "")
    worst = _compare(client, deployment, packages)
    logger.info(f"deployed {', '.join(f'{role} {i}' for role, i in models.items())}")
    logger.info(f"weights are at most {worst:.1e} from the encoder's")
    return deployment


def undeploy(client: OpenSearch, packages: Path) -> list[str]:
    """Take away the ingest pipeline and the models of these packages; the names of what was there.

    Raises:
        ClusterError: the cluster refuses.
        StudentError: there are no packages.
    """
    found = read(packages)
    name = pipeline_name(packages)
    gone = []
    with calling(f"delete the ingest pipeline {name}"):
        # A cluster without any pipeline acknowledges the deletion of one that it never had.
        if name in client.ingest.get_pipeline(id=name, ignore=404):
            client.ingest.delete_pipeline(id=name)
            gone.append(name)
    for package in found:
        for identifier, _ in find(client, package.name):
            remove(client, identifier)
            gone.append(package.name)
        remove_groups(client, package.name)
    return gone


def pipeline_name(packages: Path) -> str:
    """The ingest pipeline of these packages: its name changes with their bytes."""
    return f"malmoi-{identity(read(packages))}"


def pipeline(
    parts: Mapping[str, str], title: str, text: str, field: str, limits: Limits | None = None
) -> dict[str, Any]:
    """The ingest pipeline's body.

    Args:
        parts: role → model id, of what encodes documents.
        title, text: the document's fields that are encoded, joined by a line's end.
        field: where the weights by token go.
        limits: how many of the neural weights are added (None: all).
    """
    fields = {role: f"malmoi_{role}" for role in parts}
    encoding = [
        {"sparse_encoding": {"model_id": identifier, "field_map": {TEXT: fields[role]}}}
        for role, identifier in parts.items()
    ]
    join = {"title": title, "text": text, "joined": TEXT, "line_end": "\n"}  # no escape there
    total = {
        "lexical": fields[LEXICAL],
        "neural": fields.get(NEURAL),
        "limits": limits,
        "joined": TEXT,
        "field": field,
    }
    return {
        "description": f"malmoi: {title} and {text} to weights by token in {field}",
        "processors": [
            {"script": {"source": _JOIN, "params": join}},
            *encoding,
            {"script": {"source": _SUM, "params": total}},
        ],
    }


def by_text(text: str, query_model: str, field: str = "features") -> dict[str, Any]:
    """The query clause that has the cluster encode `text` and searches `field` with it."""
    return {"neural_sparse": {field: {"query_text": text, "model_id": query_model}}}


def combined(
    lexical: Mapping[str, float], neural: Mapping[str, float], limits: Limits | None = None
) -> dict[str, float]:
    """Token → weight of both parts, as the ingest pipeline adds them."""
    weights = dict(lexical)
    seen = {"present": 0, "new": 0}
    for token, weight in sorted(neural.items(), key=lambda item: -item[1]):
        kind: Literal["present", "new"] = "present" if token in lexical else "new"
        seen[kind] += 1
        unlimited = limits is None or (kind == "present" and not limits["present"])
        if unlimited or (limits is not None and seen[kind] <= limits[kind]):
            weights[token] = weights.get(token, 0.0) + weight
    return weights


def disagreements(
    ours: Mapping[str, float], theirs: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Token → (our weight, theirs) where they differ by more than rounding explains."""
    tokens = sorted({*ours, *theirs})
    pairs = {token: (ours.get(token, 0.0), theirs.get(token, 0.0)) for token in tokens}
    return {
        token: (a, b)
        for token, (a, b) in pairs.items()
        if abs(a - b) > ABSOLUTE + RELATIVE * max(abs(a), abs(b))
    }


def _compare(client: OpenSearch, deployment: Deployment, packages: Path) -> float:
    """Ask the models for the packages' probes; the largest difference of a weight.

    Raises:
        ClusterError: their weights are not ours.
    """
    probes, limits = read_probes(packages), read_limits(packages)
    queries = {QUERY: deployment.models[QUERY]}
    parts = {role: i for role, i in deployment.models.items() if role != QUERY}
    worst = 0.0
    for models, expected in ((queries, probes["queries"]), (parts, probes["documents"])):
        texts = list(expected)
        if not texts or not models:
            continue
        each = [predict(client, role, identifier, texts) for role, identifier in models.items()]
        nothing: list[dict[str, float]] = [{} for _ in texts]
        first, second = each if len(each) == 2 else (each[0], nothing)
        sums = [combined(a, b, limits) for a, b in zip(first, second, strict=True)]
        for text, found in zip(texts, sums, strict=True):
            tokens = expected[text].keys() | found.keys()
            gaps = [abs(expected[text].get(t, 0.0) - found.get(t, 0.0)) for t in tokens]
            worst = max([worst, *gaps])
            if wrong := disagreements(expected[text], found):
                token, (ours, theirs) = next(iter(wrong.items()))
                raise ClusterError(
                    f"The cluster gives other weights than the encoder for {text[:40]!r}: "
                    f"{len(wrong)} of {len(expected[text])} tokens, {readable(token)!r} "
                    f"{theirs:.4f} instead of {ours:.4f}. Its ml-commons may cut texts or tokenize "
                    f"otherwise (OpenSearch 3.6 is known to agree); encode here instead."
                )
    return worst
