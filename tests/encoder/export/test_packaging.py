"""A whole encoder packaged; and in a real cluster with ml-commons, if OPENSEARCH_URL names one."""

from pathlib import Path

import pytest

from malmoi.core.errors import StudentError
from malmoi.encoder.building import build_encoder, document_encoder, save
from malmoi.encoder.export.packaging import document_weights, package
from malmoi.recipe import EncoderSection
from malmoi.retrieval.opensearch.deploy import (
    by_text,
    combined,
    deploy,
    disagreements,
    undeploy,
)
from malmoi.retrieval.opensearch.models import find, predict
from malmoi.retrieval.opensearch.package import QUERY, read, read_limits, read_probes
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder, tiny_parts

INDEX = "malmoi-test-packaging"
LONG = "차트 축\n" + "셀 범위를 고르고 표를 삽입합니다. " * 150 + "매크로를 기록하고"
TEXTS = [
    *DOCUMENTS.values(),
    LONG,
    "문서 인쇄",
    "\n표 삽입",
    "문서\n\n\n표\n행과",
    "문서\n인쇄\f차트",
]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def encoder(base):
    made = tiny_encoder(base, threshold=0.2, top_k=4, new_top_k=3)
    lexical = document_encoder(made).lexical
    ids = lexical.ids([DOCUMENTS["table"]])[0]
    lexical.table = {(ids[0],): {3: 0.5}, tuple(ids[1:4]): {3: 0.9, ids[0]: 0.2}}
    document_encoder(made).forget()
    return made


@pytest.fixture(scope="module")
def model(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student") / "model"
    save(encoder, folder, "# A card")
    return folder


@pytest.fixture(scope="module")
def packaged(model, tmp_path_factory):
    out = tmp_path_factory.mktemp("packages") / "packages"
    package(model, out)
    return out


def test_a_package_has_three_parts_probes_and_the_calls(packaged):
    assert [each.role for each in read(packaged)] == ["query", "lexical", "neural"]
    readme = (packaged / "README.md").read_text()
    assert all(each.sha256 in readme for each in read(packaged))
    probes = read_probes(packaged)
    assert max(map(len, probes["documents"])) > 1000
    assert any(probes["documents"].values())
    assert read_limits(packaged) == {"present": 4, "new": 3}


def test_packaged_again_what_torch_did_not_trace_has_the_same_names(model, packaged, tmp_path):
    again = package(model, tmp_path / "again")
    # torch numbers the classes of what it traces in one process
    assert [each.name for each in again[:2]] == [each.name for each in read(packaged)[:2]]


def test_without_a_network_there_is_no_neural_part(tmp_path):
    vocabulary, lexical, weights = tiny_parts()
    encoder = build_encoder(vocabulary, lexical, weights, EncoderSection(neural=False))
    save(encoder, tmp_path / "model", "# A card")
    made = package(tmp_path / "model", tmp_path / "out")
    assert [each.role for each in made] == ["query", "lexical"]
    assert read_limits(tmp_path / "out") is None


def test_what_cannot_be_packaged_is_refused(base, tmp_path):
    save(tiny_encoder(base, two_sided=True), tmp_path / "two", "# A card")
    with pytest.raises(StudentError, match="two_sided"):
        package(tmp_path / "two", tmp_path / "out")
    save(tiny_encoder(base, document_prefix="passage"), tmp_path / "prefix", "# A card")
    with pytest.raises(StudentError, match="ends in a space"):
        package(tmp_path / "prefix", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(StudentError, match="no encoder"):
        package(tmp_path / "nothing", tmp_path / "out")


@pytest.fixture(scope="module")
def deployment(cluster, packaged):
    try:
        yield deploy(cluster, packaged)
    finally:
        gone = undeploy(cluster, packaged)
    assert len(gone) == 4
    assert all(find(cluster, each.name) == [] for each in read(packaged))


def test_the_clusters_weights_are_ours(cluster, deployment, encoder):
    ours = document_weights(document_encoder(encoder), TEXTS)
    parts = [
        predict(cluster, role, identifier, TEXTS)
        for role, identifier in deployment.models.items()
        if role != QUERY
    ]
    for text, lexical, neural in zip(TEXTS, *parts, strict=True):
        assert text not in DOCUMENTS.values() or len(neural) > 7  # more than the limits let in
        both = combined(lexical, neural, {"present": 4, "new": 3})
        assert disagreements(ours[text], both) == {}, text
        assert all(weight > 0 for weight in both.values())
    assert "기록하고" in parts[0][TEXTS.index(LONG)]  # beyond 512 tokens


def test_documents_are_encoded_as_they_are_ingested(cluster, deployment, encoder, model: Path):
    properties = {"features": {"type": "rank_features"}, "title": {"type": "text"}}
    settings = {"default_pipeline": deployment.pipeline, "number_of_shards": 1}
    body = {"settings": settings, "mappings": {"properties": properties}}
    cluster.indices.delete(index=INDEX, ignore=404)
    cluster.indices.create(index=INDEX, body=body)
    try:
        sources = [{"title": t.partition("\n")[0], "text": t.partition("\n")[2]} for t in TEXTS]
        sources += [{"title": "", "text": ""}, {"text": "표 삽입"}, {"title": None}, {}]
        lines = [line for n, s in enumerate(sources) for line in ({"index": {"_id": str(n)}}, s)]
        answer = cluster.bulk(index=INDEX, body=lines, refresh=True)
        assert not answer["errors"], answer
        texts = [f"{s.get('title') or ''}\n{s.get('text') or ''}" for s in sources]
        ours = document_weights(document_encoder(encoder), texts)
        for number, (text, source) in enumerate(zip(texts, sources, strict=True)):
            stored = cluster.get(index=INDEX, id=str(number))["_source"]
            assert disagreements(ours[text], stored.pop("features")) == {}, text
            assert stored == source  # nothing of the pipeline's own stays
        query = QueryEncoder(model).encode("표 삽입")
        found = cluster.search(
            index=INDEX, body={"query": by_text("표 삽입", deployment.models[QUERY]), "size": 50}
        )["hits"]["hits"]
        scores = {hit["_id"]: hit["_score"] for hit in found}
        for number, text in enumerate(texts):
            score = sum(query.get(token, 0.0) * weight for token, weight in ours[text].items())
            # rank_features keeps 9 significant bits of a weight, cutting the rest off
            assert scores.get(str(number), 0.0) == pytest.approx(score, rel=2**-8, abs=1e-3), text
    finally:
        cluster.indices.delete(index=INDEX, ignore=404)
