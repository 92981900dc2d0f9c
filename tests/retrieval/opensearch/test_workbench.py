"""What goes to the Search Relevance Workbench. The test server lacks the plugin, and says so; what
a cluster with it answers is played after the plugin's documentation (3.6). What the plugin then
does is done to the real server: it searches with each query in a configuration, and compares the
hits with the judgements, which the server's own `_rank_eval` does as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from malmoi.core.errors import ClusterError, RunError, SourceError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers.beir import write_beir
from malmoi.evaluation.metrics import per_query
from malmoi.models.vectors import save_vectors
from malmoi.retrieval.opensearch import workbench
from malmoi.retrieval.opensearch.deploy import deploy, undeploy
from malmoi.retrieval.opensearch.package import write_probes, write_query
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.queries import Mode, Question
from malmoi.retrieval.opensearch.searching import search
from malmoi.retrieval.opensearch.workbench import PLACE, PLUGIN, SETTING, of_run, put, write
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.opensearch_runs import write_corpus, write_state


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


TEXTS = [
    ("insert", "행 삽입", "표에 새로운 행을 삽입합니다. 행은 선택한 행의 아래에 생깁니다."),
    ("delete", "행 삭제", "표에서 행을 지웁니다. 지운 행은 되돌릴 수 있습니다."),
    ("print", "문서 인쇄", "프린터를 고르고 문서를 인쇄합니다. 표의 색상을 고를 수 있습니다."),
    ("save", "암호로 저장", "문서를 저장할 때 암호를 정합니다. 암호는 여덟 글자 이상입니다."),
]
JUDGED = {
    "표에 행을 삽입": {"insert": 3, "delete": 1},
    '"행" 삭제\\': {"delete": 2, "insert": 3, "print": 0},
    "문서 암호": {"save": 0, "print": 1},
}


@pytest.fixture
def pushed(opensearch: Any, name: str, tmp_path: Path) -> Path:
    """A run with an encoder and judged queries, in the cluster behind the alias `name`."""
    pytest.importorskip("sentence_transformers", reason="pip install 'malmoi[train]'")
    import malmoi
    from malmoi.encoder.building import query_parameter

    folder = tmp_path / "pushed"
    write_corpus(
        folder / "corpus",
        [{"id": i, "title": t, "sections": [["", text]], "date": ""} for i, t, text in TEXTS],
    )
    documents = tuple(Document(i, title, (Section("", text),)) for i, title, text in TEXTS)
    corpus = Corpus(
        "small",
        documents,
        tuple(Query(f"q{n}", text, "ko") for n, text in enumerate(JUDGED)),
        qrels={f"q{n}": grades for n, grades in enumerate(JUDGED.values())},
    )
    encoder = malmoi.Encoder.fit(corpus, config=malmoi.EncoderConfig(neural=False))  # type: ignore[arg-type]
    student = folder / "student-v2"
    encoder.save(student / "model")
    vectors = encoder.encode_documents([document.full_text for document in documents])
    save_vectors(student, vectors, query_parameter(encoder.model).detach().numpy())
    write_state(student)
    (folder / "recipe.json").write_text(json.dumps({"name": name, "job": "search"}))
    write_beir(corpus, folder / "beir")
    push(folder, name)
    return folder


def as_the_workbench_asks(client: Any, configuration: Any, text: str) -> list[tuple[str, float]]:
    """What a configuration finds: the query's text put in as it stands, its pipeline asked for."""
    body = json.loads(configuration["query"].replace(PLACE, text))
    pipeline = configuration.get("searchPipeline")
    answer = client.search(
        index=configuration["index"],
        body={**body, "size": 10},
        params={"search_pipeline": pipeline} if pipeline else {},
    )
    return [(hit["_id"], hit["_score"]) for hit in answer["hits"]["hits"]]


def our_hits(client: Any, run: Path, name: str, text: str, mode: Mode) -> list[tuple[str, float]]:
    question = Question.of(text, QueryEncoder(run / "student-v2" / "model"))
    return [(hit.id, hit.score) for hit in search(client, name, question, mode)]


def test_the_configuration_of_bm25_finds_what_our_search_finds(
    opensearch: Any, name: str, pushed: Path
) -> None:
    made = of_run(pushed)
    texts = [query["queryText"] for query in made.query_set["querySetQueries"]]
    assert texts == ["표에 행을 삽입", "행 삭제", "문서 암호"]
    (bm25,) = made.configurations
    for text in texts:
        found = as_the_workbench_asks(opensearch, bm25, text)
        assert found == our_hits(opensearch, pushed, name, text, "bm25") != []


@pytest.fixture
def query_model(cluster: Any, pushed: Path, tmp_path: Path) -> Iterator[str]:
    """The id of the run's query model in the cluster."""
    out = tmp_path / "packages"
    model = pushed / "student-v2" / "model"
    write_query(model, out)
    write_probes(out, {"행 삽입": QueryEncoder(model).token_weights("행 삽입")}, {})
    try:
        yield deploy(cluster, out).models["query"]
    finally:
        undeploy(cluster, out)


def test_configurations_with_a_query_model_find_what_our_searches_find(
    opensearch: Any, name: str, pushed: Path, query_model: str
) -> None:
    made = of_run(pushed, query_model=query_model)
    modes: tuple[Mode, ...] = ("bm25", "neural_sparse", "hybrid")
    for configuration, mode in zip(made.configurations, modes, strict=True):
        for query in made.query_set["querySetQueries"]:
            text = query["queryText"]
            found = as_the_workbench_asks(opensearch, configuration, text)
            ours = our_hits(opensearch, pushed, name, text, mode)
            assert [i for i, _ in found] == [i for i, _ in ours] != [], (mode, text)
            assert [s for _, s in found] == pytest.approx([s for _, s in ours], rel=1e-5)


def test_the_judgements_give_the_server_the_ndcg_that_they_give_us(
    opensearch: Any, name: str, pushed: Path
) -> None:
    """The server's gain of a grade is 2^grade − 1; ours, as trec_eval's, is the grade itself."""
    made = of_run(pushed)
    (bm25,) = made.configurations
    (index,) = opensearch.indices.get_alias(name=name)
    judged = {
        each["query"]: {one["docId"]: int(float(one["rating"])) for one in each["ratings"]}
        for each in made.judgments["judgmentRatings"]
    }
    requests = [
        {
            "id": text,
            "request": json.loads(bm25["query"].replace(PLACE, text)),
            "ratings": [{"_index": index, "_id": i, "rating": g} for i, g in grades.items()],
        }
        for text, grades in judged.items()
    ]

    def theirs(most: int) -> list[float]:
        for request in requests:
            for rating in request["ratings"]:
                rating["rating"] = min(most, rating["rating"])
        metric = {"dcg": {"k": 10, "normalize": True}}
        answer = opensearch.rank_eval(index=name, body={"requests": requests, "metric": metric})
        assert not answer["failures"]
        return [answer["details"][text]["metric_score"] for text in judged]

    run = {text: as_the_workbench_asks(opensearch, bm25, text) for text in judged}
    assert min(map(len, run.values())) > 1, "each query has something to rank"
    raised = {text: {i: 2**g - 1 for i, g in grades.items()} for text, grades in judged.items()}
    ours = per_query(run, raised, list(judged))["nDCG@10"]
    assert theirs(3) == pytest.approx(ours.tolist())
    assert ours.tolist() != pytest.approx(per_query(run, judged, list(judged))["nDCG@10"].tolist())
    binary = {text: {i: min(1, g) for i, g in grades.items()} for text, grades in judged.items()}
    assert theirs(1) == pytest.approx(per_query(run, binary, list(judged))["nDCG@10"].tolist())
