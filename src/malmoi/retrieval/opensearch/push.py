"""`malmoi opensearch push`: a run into a new index, and the alias onto it when it is whole.

    1. a fingerprint of what is to be there: documents, vectors, vocabulary, mapping, synonyms
    2. the index that has it already (switch and end), or that a killed push began (go on), or the
       next number: NAME-000001, NAME-000002, …
    3. what the index lacks is sent in bulk (see `bulk.py`)
    4. refresh; every document is there, with the digest it was sent with, and none besides
    5. one `_aliases` call moves NAME from the old index to the new one

Whatever is killed in between, the same command ends with the same index: what the cluster has
acknowledged it has written to its log, and step 3 asks it what it has. Searches see the old index
until step 5. It is kept; `malmoi opensearch remove --old` removes it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError, SourceError
from malmoi.core.files import Record, stable_hash
from malmoi.core.progress import Progress
from malmoi.retrieval.index.passages import Embedder
from malmoi.retrieval.opensearch import mapping
from malmoi.retrieval.opensearch.analysis import analysis_digest
from malmoi.retrieval.opensearch.bulk import (
    MAX_DOCUMENTS,
    PATIENCE,
    Item,
    Pacing,
    send,
    with_retries,
)
from malmoi.retrieval.opensearch.check import Capabilities, capabilities
from malmoi.retrieval.opensearch.connection import calling, connect
from malmoi.retrieval.opensearch.indexes import (
    Generation,
    digests,
    generations,
    note,
    refresh,
    require_alias_free,
    switch,
)
from malmoi.retrieval.opensearch.passages import with_passages
from malmoi.retrieval.opensearch.pipelines import pipelines
from malmoi.retrieval.opensearch.source import STUDENT, RunSource, fields
from malmoi.retrieval.opensearch.synonyms import Rule, token_rules

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

logger = logging.getLogger(__name__)

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,199}")


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did. `sent` documents went over the wire, `there` were there already."""

    name: str
    index: str
    documents: int
    sent: int
    there: int
    switched: bool


def push(
    run: Path,
    name: str = "",
    *,
    student: str = STUDENT,
    url: str = "",
    synonyms: Sequence[Rule] = (),
    shards: int = 1,
    dense: str = "",
    patience: float = PATIENCE,
    max_bulk: int = MAX_DOCUMENTS,
    max_dimensions: int = mapping.MAX_DIMENSIONS,
) -> Pushed:
    """Put a run's documents into a cluster, behind the alias `name`.

    Args:
        run: the folder of a finished run.
        name: the alias (empty: the recipe's name).
        student: whose vectors ("v2", "v1", "v2 + parallel", …).
        url: the cluster (empty: OPENSEARCH_URL).
        synonyms: rules for BM25 at search time: (equal terms, None) or (from, to).
        shards: primary shards of a new index.
        dense: embeds passages for `hybrid_dense`: "e5+use", "e5", a hub id or a path; empty: none.
        patience: seconds that the cluster may take nothing before the push gives up.
        max_bulk: documents that are sent together at most.
        max_dimensions: weighed tokens whose ids a sparse_vector takes.

    Raises:
        ClusterError: the cluster can't be reached, refuses, or has not what was sent to it.
        RunError, SourceError: the run can't be read.
    """
    source = RunSource(run, student)
    name = _checked(name or source.name)
    if empty := source.empty():
        logger.info(
            f"{empty} documents have no active dimension: only the words of BM25 find them."
        )
    client = connect(url)
    has = capabilities(client)
    embedder = Embedder.of(dense, None)
    vector = _has_vector(has, source, max_dimensions, embedder is not None)
    rules = token_rules(client, synonyms, has.nori) if synonyms else ()
    body = mapping.index_body(
        has,
        source.ranges(),
        len(source),
        rules,
        shards,
        vector=vector,
        dense_width=embedder.model.width if embedder else 0,
    )
    made_of: list[object] = [source.fingerprint(), body]
    made_of += [embedder.model.weights, embedder.model.words] if embedder else []
    content = stable_hash(made_of)
    meta: Record = {
        "name": name,
        "run": source.name,
        "student": student,
        "content": content,
        "documents": len(source),
        "dimensions": source.dimensions,
        "analysis": analysis_digest(has.nori),
        "complete": False,
    }
    if embedder:
        meta["dense"] = asdict(embedder.model)
    body["mappings"]["_meta"] = {"malmoi": meta}
    require_alias_free(client, name)
    index = _target(client, name, body, content, has)
    _say_of_other_analysis(client, name, index, str(meta["analysis"]))
    found = with_retries(lambda: _there(client, index), patience)
    expected: dict[str, str] = {}
    pacing = Pacing(max_documents=max_bulk)
    with Progress(f"push to {index}", len(source), len(found)) as progress:
        lacking = _lacking(source, found, vector, expected)
        items = with_passages(lacking, embedder) if embedder else lacking
        sent = send(client, index, items, progress.advance, patience, pacing)
    _refuse_refused(sent.refused, index, name)
    _verify(index, expected, with_retries(lambda: _there(client, index), patience))
    with_retries(lambda: note(client, index, meta | {"complete": True}), patience)
    switched = with_retries(lambda: switch(client, name, index), patience)
    return Pushed(name, index, len(source), sent.taken, len(source) - sent.taken, switched)


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ClusterError(
            f"{name!r} can't name an index: use a-z, 0-9 and hyphens, a letter or digit first, "
            "at most 200."
        )
    return name


def _has_vector(has: Capabilities, source: RunSource, max_dimensions: int, embedded: bool) -> bool:
    if not has.nori:
        logger.info(
            "The cluster has no nori: title and text are analysed by its standard tokenizer."
        )
    if not has.sparse_vector:
        logger.info(
            "The cluster has no sparse_vector (neural-search 3.3 or later): features alone."
        )
    elif embedded:
        # "existing codec service factory already overridden" (neural-search 3.6)
        logger.info(
            "An index with vectors of passages can't have a sparse_vector too: features alone."
        )
        return False
    elif source.width > max_dimensions:
        logger.info(
            f"The vocabulary has {source.width:,} words; a sparse_vector takes "
            f"{max_dimensions:,} at most, more would break its segments: features alone."
        )
        return False
    return has.sparse_vector


def _target(
    client: OpenSearch, name: str, body: dict[str, Any], content: str, has: Capabilities
) -> str:
    """The index to fill: one with this content, begun or whole, or a new one."""
    existing = generations(client, name)
    same = [one for one in existing if one.content == content]
    if same:
        return max(same, key=lambda one: (one.complete, one.index)).index
    with calling(f"make the template and pipelines of {name}"):
        client.indices.put_index_template(name=name, body=mapping.template_body(name, body))
        for pipeline, steps in pipelines(name, has).items():
            client.transport.perform_request("PUT", f"/_search/pipeline/{pipeline}", body=steps)
    index = _next(name, existing)
    loading = {**body["settings"]["index"], "refresh_interval": "-1"}
    settings = {**body["settings"], "index": loading}
    with calling(f"make the index {index}"):
        client.indices.create(index=index, body={**body, "settings": settings})
    return index


def _say_of_other_analysis(client: OpenSearch, name: str, index: str, analysis: str) -> None:
    """Say why all is sent anew where the alias shows an index whose words are others."""
    for one in generations(client, name):
        if one.live and one.index != index and one.analysis != analysis:
            logger.info(
                f"{one.index}, which {name} shows, analyses text in another way (another version "
                "of malmoi or Python made it, or nori has come since). It is searched as before "
                f"until {index} is whole, which is filled anew with the present analysis. Then "
                f"remove it: malmoi opensearch remove --old {name}"
            )


def _next(name: str, existing: Sequence[Generation]) -> str:
    last = max((one.number for one in existing), default=0)
    return f"{name}-{last + 1:06d}"


def _there(client: OpenSearch, index: str) -> dict[str, str]:
    """Id → digest of all that the index has, as a refresh shows it."""
    refresh(client, index)
    return digests(client, index)


def _lacking(
    source: RunSource, found: dict[str, str], vector: bool, expected: dict[str, str]
) -> Iterator[Item]:
    """What is to be sent; `expected` comes to hold the digest of every document."""
    for document in source.documents():
        if document.id in expected:
            raise SourceError(f"The id {document.id!r} stands twice in the corpus.")
        sent = fields(document, source.tokens, vector)
        expected[document.id] = sent[mapping.DIGEST]
        if document.id not in found:
            yield document.id, sent


def _refuse_refused(refused: dict[str, str], index: str, name: str) -> None:
    if refused:
        first = "; ".join(f"{i}: {reason}" for i, reason in list(refused.items())[:3])
        raise ClusterError(
            f"{index} refused {len(refused)} documents ({first}). The alias {name} is left as it "
            "was; mend the documents and push again."
        )


def _verify(index: str, expected: dict[str, str], indexed: dict[str, str]) -> None:
    """Everything that was to be there is, as it was sent, and nothing besides.

    Raises:
        ClusterError: it isn't.
    """
    wrong = [
        identifier for identifier in expected if indexed.get(identifier) != expected[identifier]
    ]
    foreign = [identifier for identifier in indexed if identifier not in expected]
    if wrong or foreign:
        raise ClusterError(
            f"{index} is not what was sent: {len(wrong)} of {len(expected)} documents lack or "
            f"differ ({', '.join(wrong[:3])}), {len(foreign)} are foreign "
            f"({', '.join(foreign[:3])}). Something else writes there, or the cluster lost them. "
            f"The alias is left as it was: delete {index} and push again."
        )
