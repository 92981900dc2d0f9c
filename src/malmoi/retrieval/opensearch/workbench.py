"""A run's queries and judgements in OpenSearch's Search Relevance Workbench, with what is compared.

The plugin `opensearch-search-relevance` (3.1 and later) keeps three kinds of things and makes
experiments of them: a query set, judgements, and search configurations, which are bodies of a
`_search` with `%SearchText%` in the query's place. It puts the query there as it stands, so that
one with a quotation mark would break the body: such characters become spaces. A configuration knows
the query's text alone, so those of the encoder need the query model in the cluster
(`malmoi opensearch deploy`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError, RunError, SourceError
from malmoi.core.files import write_atomically
from malmoi.corpora.readers import beir
from malmoi.retrieval.opensearch.connection import calling, cluster_info
from malmoi.retrieval.opensearch.deploy import by_text
from malmoi.retrieval.opensearch.pipelines import HYBRID, pipeline_name
from malmoi.retrieval.opensearch.queries import Body, bm25, hybrid

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

    from malmoi.corpora.corpus import Corpus

PLUGIN = "opensearch-search-relevance"
ROOT = "/_plugins/_search_relevance"
SETTING = "plugins.search_relevance.workbench_enabled"
PLACE = "%SearchText%"
"""Where the workbench puts a query's text."""
MAX_NAME, MAX_DESCRIPTION, MAX_QUERY = 50, 250, 2000
"""Characters that the workbench takes."""

_BREAKS_JSON = re.compile(r'[\x00-\x1f"\\<>]+')


@dataclass(frozen=True, slots=True)
class Workbench:
    """The bodies of the requests; `left_out`: queries that are the same as another, or too long."""

    query_set: Body
    judgments: Body
    configurations: tuple[Body, ...]
    left_out: int

    def requests(self) -> list[tuple[str, Body]]:
        """What is sent, in order: the kind as the API's addresses have it, and the body."""
        configurations = [("search_configurations", body) for body in self.configurations]
        return [("query_sets", self.query_set), ("judgments", self.judgments), *configurations]


def of_run(run: Path, name: str = "", *, split: str = "test", query_model: str = "") -> Workbench:
    """What a run gives the workbench, or a BEIR folder with what people judged.

    Args:
        run: the folder of a finished run with judged queries, or a BEIR folder.
        name: the alias that is searched (empty: the recipe's name).
        split: of the judgements: "test" (held out) or "dev".
        query_model: the id that `deploy` gave the query model; empty: BM25 alone.

    Raises:
        RunError: the folder holds no run, and is no BEIR folder with a name for the index.
        SourceError: nobody judged a query of it.
    """
    recipe = run / "recipe.json"
    folder = run / "beir" if recipe.is_file() else run
    if not recipe.is_file() and not (name and (run / "queries.jsonl").is_file()):
        raise RunError(
            f"{run} holds no run. Expected a folder with a recipe.json, or a BEIR folder and "
            "--name with the alias that has its documents."
        )
    if not (folder / "qrels" / f"{split}.tsv").is_file():
        raise SourceError(
            f"{run} has no judgements of the split {split!r}: {folder / 'qrels'} lacks "
            f"{split}.tsv. Judge some queries (`malmoi serve`), or give a corpus with queries, and "
            "run again."
        )
    name = name or str(json.loads(recipe.read_text(encoding="utf-8"))["name"])
    return of_corpus(beir.read(folder, split), name, query_model=query_model)


def of_corpus(corpus: Corpus, name: str, *, query_model: str = "") -> Workbench:
    """The same of a corpus whose documents are in the index `name` under their ids.

    Raises:
        SourceError: no query of it is judged.
    """
    ratings: dict[str, dict[str, int]] = {}
    judged = [query for query in corpus.queries if corpus.qrels.get(query.id)]
    for query in judged:
        text = " ".join(_BREAKS_JSON.sub(" ", query.text).split())
        if text and len(text) <= MAX_QUERY:
            ratings.setdefault(text, {}).update(corpus.qrels[query.id])
    if not ratings:
        raise SourceError(f"Nobody judged a query of {name}: there is nothing to measure with.")
    about = f"{len(ratings)} queries of people, and what they judged, by malmoi"
    return Workbench(
        {**_named(f"{name} queries", about), "sampling": "manual", "querySetQueries": [
            {"queryText": text} for text in ratings
        ]},
        {**_named(f"{name} judgements", about), "type": "IMPORT_JUDGMENT", "judgmentRatings": [
            {"query": text, "ratings": _ratings(grades)} for text, grades in ratings.items()
        ]},
        tuple(configurations(name, query_model)),
        len(judged) - len(ratings),
    )  # fmt: skip


def configurations(index: str, query_model: str = "") -> Iterable[Body]:
    """What is compared: BM25; with a query model in the cluster also the encoder and the hybrid."""
    yield _configuration(index, "bm25", bm25(PLACE))
    if query_model:
        encoder = by_text(PLACE, query_model)
        yield _configuration(index, "encoder", encoder)
        both = _configuration(index, "hybrid", hybrid([bm25(PLACE), encoder]))
        yield {**both, "searchPipeline": pipeline_name(index, HYBRID)}


def _configuration(index: str, kind: str, query: Body) -> Body:
    body = json.dumps({"query": query}, ensure_ascii=False)
    return {"name": f"{index} {kind}"[:MAX_NAME], "query": body, "index": index}


def _named(name: str, about: str) -> Body:
    return {"name": name[:MAX_NAME], "description": about[:MAX_DESCRIPTION]}


def _ratings(grades: Mapping[str, int]) -> list[dict[str, str]]:
    return [{"docId": document, "rating": f"{grade:.1f}"} for document, grade in grades.items()]


def put(client: OpenSearch, workbench: Workbench) -> dict[str, str]:
    """Send all of it; gives each thing's name with the id that the cluster gave it.

    Sent again, the same is there twice: the workbench knows things by id alone.

    Raises:
        ClusterError: the cluster lacks the plugin, has it switched off, or refuses.
    """
    require(client)
    made = {}
    for kind, body in workbench.requests():
        with calling(f"put {body['name']!r} into the Search Relevance Workbench"):
            answer = client.transport.perform_request("PUT", f"{ROOT}/{kind}", body=body)
        ids = [str(value) for key, value in answer.items() if key.endswith("_id")]
        made[str(body["name"])] = ids[0] if ids else ""
    return made


def require(client: OpenSearch) -> None:
    """Refuse a cluster whose workbench can't be used, and say what to do.

    Raises:
        ClusterError: a node lacks the plugin, or the setting that switches it on is off.
    """
    version = cluster_info(client)["version"]["number"]
    with calling("list the cluster's plugins"):
        nodes: dict[str, Any] = client.transport.perform_request(
            "GET", "/_nodes/plugins", params={"filter_path": "nodes.*.plugins.name"}
        ).get("nodes", {})
        settings = client.cluster.get_settings(
            params={"include_defaults": "true", "flat_settings": "true"}
        )
    plugins = [{plugin["name"] for plugin in node.get("plugins", ())} for node in nodes.values()]
    if not plugins or any(PLUGIN not in names for names in plugins):
        raise ClusterError(
            f"The cluster (OpenSearch {version}) has no Search Relevance Workbench: the plugin "
            f"{PLUGIN} is not on every node. The official image has it; elsewhere run "
            f"`opensearch-plugin install {PLUGIN}`. `--out FOLDER` writes what would be sent."
        )
    given: dict[str, Any] = {}
    for level in ("defaults", "persistent", "transient"):
        given |= settings.get(level, {})
    if str(given.get(SETTING, "true")).lower() == "false":
        raise ClusterError(
            "The Search Relevance Workbench is switched off in the cluster. Switch it on: "
            f'PUT _cluster/settings {{"persistent": {{"{SETTING}": true}}}}'
        )


def write(workbench: Workbench, folder: Path) -> list[Path]:
    """Write the bodies as JSON files, numbered in the order in which they are sent.

    Each begins with the kind, which is the last part of the address: `PUT …/query_sets`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, (kind, body) in enumerate(workbench.requests(), 1):
        path = folder / f"{number}-{kind}.json"
        write_atomically(path, json.dumps(body, ensure_ascii=False, indent=1) + "\n")
        paths.append(path)
    return paths
