"""What goes to the Search Relevance Workbench. The test server lacks the plugin, and says so; what
a cluster with it answers is played after the plugin's documentation (3.6)."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from malmoi.core.errors import ClusterError, RunError, SourceError
from malmoi.retrieval.opensearch import workbench
from malmoi.retrieval.opensearch.workbench import PLACE, PLUGIN, SETTING, of_run, put, write


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A run with four queries, two of which are one to the workbench."""
    folder = tmp_path / "run" / "beir"
    (folder / "qrels").mkdir(parents=True)
    (tmp_path / "run" / "recipe.json").write_text('{"name": "pages"}')
    documents = [{"_id": f"d{n}", "title": f"제목 {n}", "text": "본문"} for n in range(3)]
    queries = [("q1", "행 삽입"), ("q2", '"행" 삽입'), ("q3", 'a\\b "c"'), ("q4", "나" * 3000)]
    lines = {
        "corpus.jsonl": documents,
        "queries.jsonl": [{"_id": name, "text": text} for name, text in queries],
    }
    for name, rows in lines.items():
        (folder / name).write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td0\t2\nq2\td1\t1\nq3\td2\t3\nq4\td2\t1\n"
    )
    return tmp_path / "run"


class Played:
    """A client of a cluster with these plugins and settings; keeps what is put."""

    def __init__(self, plugins: list[str], settings: dict[str, Any] | None = None) -> None:
        self.plugins, self.put = plugins, []  # type: tuple[list[str], list[tuple[str, Any]]]
        self.transport = SimpleNamespace(perform_request=self.answer)
        self.cluster = SimpleNamespace(get_settings=lambda params: settings or {})

    def info(self) -> dict[str, Any]:
        return {"version": {"distribution": "opensearch", "number": "3.6.0"}}

    def answer(self, method: str, path: str, body: Any = None, params: Any = None) -> Any:
        if method == "GET":
            return {"nodes": {"n": {"plugins": [{"name": name} for name in self.plugins]}}}
        self.put.append((path, body))
        kind = path.rsplit("/", 1)[1].removesuffix("s")
        return {f"{kind}_id": f"id-{len(self.put)}", f"{kind}_result": "CREATED"}


def test_queries_and_judgements_have_the_same_texts(judged: Path) -> None:
    made = of_run(judged)
    texts = [query["queryText"] for query in made.query_set["querySetQueries"]]
    assert texts == ["행 삽입", "a b c"]
    assert made.left_out == 2
    ratings = {one["query"]: one["ratings"] for one in made.judgments["judgmentRatings"]}
    assert ratings == {
        "행 삽입": [{"docId": "d0", "rating": "2.0"}, {"docId": "d1", "rating": "1.0"}],
        "a b c": [{"docId": "d2", "rating": "3.0"}],
    }
    assert made.query_set["sampling"] == "manual"
    assert made.judgments["type"] == "IMPORT_JUDGMENT"


def test_a_configuration_stays_json_with_any_query_in_it(judged: Path) -> None:
    made = of_run(judged, "other", query_model="model-1")
    assert [body["name"] for body in made.configurations] == [
        "other bm25", "other encoder", "other hybrid"
    ]  # fmt: skip
    assert made.configurations[2]["searchPipeline"] == "other-hybrid"
    for body in made.configurations:
        assert body["index"] == "other"
        assert PLACE in body["query"]
        for query in made.query_set["querySetQueries"]:
            asked = json.loads(body["query"].replace(PLACE, query["queryText"]))
            assert query["queryText"] in json.dumps(asked, ensure_ascii=False)
    assert "model-1" in made.configurations[1]["query"]
    assert [body["name"] for body in of_run(judged).configurations] == ["pages bm25"]
    assert all(len(body["name"]) <= 50 for body in of_run(judged, "n" * 60).configurations)


def test_all_of_it_is_put_and_the_ids_come_back(judged: Path) -> None:
    client: Any = Played([PLUGIN])
    made = of_run(judged)
    assert put(client, made) == {
        "pages queries": "id-1", "pages judgements": "id-2", "pages bm25": "id-3"
    }  # fmt: skip
    assert [path for path, _ in client.put] == [
        f"/_plugins/_search_relevance/{kind}"
        for kind in ("query_sets", "judgments", "search_configurations")
    ]


def test_a_cluster_without_the_plugin_or_with_it_off_is_refused(judged: Path) -> None:
    client: Any = Played(["opensearch-knn"])
    with pytest.raises(ClusterError, match=rf"{PLUGIN} is not on every node.*--out FOLDER"):
        put(client, of_run(judged))
    client = Played([PLUGIN], {"defaults": {SETTING: "false"}})
    with pytest.raises(ClusterError, match=rf"switched off.*{SETTING}"):
        put(client, of_run(judged))
    assert client.put == []
    on: Any = Played([PLUGIN], {"defaults": {SETTING: "false"}, "persistent": {SETTING: "true"}})
    workbench.require(on)


def test_the_bodies_can_be_written_instead(judged: Path, tmp_path: Path) -> None:
    paths = write(of_run(judged), tmp_path / "out")
    assert [path.name for path in paths] == [
        "1-query_sets.json", "2-judgments.json", "3-search_configurations.json"
    ]  # fmt: skip
    assert json.loads(paths[0].read_text(encoding="utf-8"))["name"] == "pages queries"


def test_a_run_without_judgements_says_what_to_do(judged: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        of_run(tmp_path)
    with pytest.raises(SourceError, match=r"lacks dev\.tsv"):
        of_run(judged, split="dev")


def test_what_people_judged_in_a_beir_folder_is_taken_too(judged: Path) -> None:
    made = of_run(judged / "beir", "pages")
    assert made.query_set == of_run(judged).query_set
    with pytest.raises(RunError, match="--name"):
        of_run(judged / "beir")


def test_a_real_server_takes_it_or_says_what_it_lacks(opensearch: Any, judged: Path) -> None:
    plugins = str(opensearch.transport.perform_request("GET", "/_nodes/plugins"))
    if PLUGIN in plugins:
        assert all(put(opensearch, of_run(judged)).values())
    else:
        with pytest.raises(ClusterError, match=PLUGIN):
            put(opensearch, of_run(judged))
