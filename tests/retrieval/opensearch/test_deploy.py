"""Against a real cluster with ml-commons: set OPENSEARCH_URL to one that has it."""

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from malmoi.core.errors import ClusterError
from malmoi.encoder.vocabulary import build
from malmoi.retrieval.opensearch.deploy import by_text, combined, deploy, disagreements, undeploy
from malmoi.retrieval.opensearch.models import find, groups, predict
from malmoi.retrieval.opensearch.package import read, write_probes, write_query
from malmoi.retrieval.query import QueryEncoder


def nfkd(text: str) -> str:
    """As our tokens are: decomposed."""
    return unicodedata.normalize("NFKD", text)


def make_model(folder: Path, weight: float = 2.5) -> Path:
    """A Unigram tokenizer with our kind of normaliser, and weights."""
    words = ["표", "삽입", "하", "을", "delet", "string", "선택", "\U0001f600", "ᆸ니다", "바꾸"]
    pieces = [nfkd(word) for word in words]
    letters = sorted({c for p in pieces for c in p} | set("abcdefghijklmnopqrstuvwxyz"))
    scores = dict.fromkeys(letters, -12.0) | {p: -3.0 - n / 10 for n, p in enumerate(pieces)}
    tokenizer = Tokenizer(models.Unigram([("[UNK]", -100.0), *scores.items()], unk_id=0))
    rules = [
        (r"(?<=[a-z]{3}t)ion\b", ""),
        (r"(?<=[a-z]{3})(?<!th)ing\b", ""),
        (r"(?<=[a-z]{2}[a-hj-rtv-z])s\b", ""),
        (r"(?<=[a-z]{3})(?<!e)ed\b", ""),
    ]
    steps = [normalizers.Replace(Regex(rule), by) for rule, by in rules]
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.Lowercase(), *steps]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split(Regex(r"[a-z]+|[0-9]+|[^\w\s]"), "isolated"),
        ]
    )
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    weights = {
        p: weight + n / 7 for n, p in enumerate(pieces) if p not in {nfkd("을"), nfkd("ᆸ니다")}
    }
    (folder / "idf.json").write_text(json.dumps(weights, ensure_ascii=False), encoding="utf-8")
    return folder


QUERIES = [
    "표를 삽입하는 방법",
    "Deleting strings",
    "deletion 선택을",
    "바꿉니다",
    "을",
    "",
    "x" * 40,
    "\U0001f600 \U0001d4b3 ☃",
    "각\u1112\u1161\u11ab 가\u0301",
    "tab\tnew\nline\fpage",
    " ".join(["선택 삽입 string"] * 400) + " 표",
]


EMPTY = {"을", "", "x" * 40, "각\u1112\u1161\u11ab 가\u0301", "tab\tnew\nline\fpage"}
"""Queries without a token that has a weight."""


def test_a_query_model_goes_in_and_weighs_as_ours(cluster, tmp_path):
    model = make_model(tmp_path / "model")
    out = tmp_path / "out"
    package = write_query(model, out)
    queries = QueryEncoder(model)
    write_probes(out, {QUERIES[0]: queries.token_weights(QUERIES[0])}, {})
    try:
        deployment = deploy(cluster, out)
        assert deployment.pipeline == ""
        identifier = deployment.models["query"]
        for text, found in zip(
            QUERIES, predict(cluster, "query", identifier, QUERIES), strict=True
        ):
            ours = queries.token_weights(text)
            assert found.keys() == ours.keys(), text
            assert all(np.float32(found[t]) == np.float32(w) for t, w in ours.items()), text
        assert deploy(cluster, out).models == deployment.models  # nothing is done twice
        assert find(cluster, package.name) == [(identifier, "DEPLOYED")]
    finally:
        gone = undeploy(cluster, out)
    assert gone == [package.name]
    assert find(cluster, package.name) == []
    assert groups(cluster, package.name) == []
    assert undeploy(cluster, out) == []


def test_search_by_text_scores_with_the_query_model(cluster, tmp_path):
    model = make_model(tmp_path / "model", 1.5)
    out = tmp_path / "out"
    write_query(model, out)
    index = "malmoi-test-deploy-text"
    cluster.indices.delete(index=index, ignore=404)
    cluster.indices.create(
        index=index, body={"mappings": {"properties": {"features": {"type": "rank_features"}}}}
    )
    try:
        deployment = deploy(cluster, out)
        # weights of a few bits, which rank_features keeps exactly
        documents = {
            "1": {nfkd("표"): 1.5, nfkd("삽입"): 0.5},
            "2": {"delet": 2.0},
            "3": {nfkd("선택"): 4.0},
        }
        for name, features in documents.items():
            cluster.index(index=index, id=name, body={"features": features}, refresh=True)
        for text in ("표를 삽입", "Deleting", "선택을 표", "을"):
            query = QueryEncoder(model).token_weights(text)
            expected = {
                name: sum(query.get(t, 0.0) * w for t, w in features.items())
                for name, features in documents.items()
            }
            body = {"query": by_text(text, deployment.models["query"])}
            hits = cluster.search(index=index, body=body)["hits"]["hits"]
            scores = {hit["_id"]: hit["_score"] for hit in hits}
            wanted = {name: score for name, score in expected.items() if score}
            assert scores == pytest.approx(wanted, rel=1e-6), text
    finally:
        undeploy(cluster, out)
        cluster.indices.delete(index=index, ignore=404)


def test_other_weights_than_ours_are_refused(cluster, tmp_path):
    model = make_model(tmp_path / "model", 3.5)
    out = tmp_path / "out"
    write_query(model, out)
    write_probes(out, {"표": {nfkd("표"): 9.0}}, {})
    try:
        with pytest.raises(ClusterError, match=r"3\.5000 instead of 9\.0000"):
            deploy(cluster, out)
    finally:
        undeploy(cluster, out)


def test_an_upload_that_was_cut_is_done_anew(cluster, tmp_path):
    out = tmp_path / "out"
    package = write_query(make_model(tmp_path / "model", 4.5), out)
    try:
        body = package.config
        cut = cluster.transport.perform_request(
            "POST", "/_plugins/_ml/models/_register_meta", body=body
        )["model_id"]
        deployment = deploy(cluster, out)
        assert deployment.models["query"] != cut
        assert [state for _, state in find(cluster, package.name)] == ["DEPLOYED"]
    finally:
        undeploy(cluster, out)


def test_disagreements_are_more_than_rounding():
    assert not disagreements({"표": 1.0, "행": 2e-5}, {"표": 1.00005})
    assert disagreements({"표": 1.0}, {"표": 1.001, "열": 0.1}) == {
        "표": (1.0, 1.001),
        "열": (0.0, 0.1),
    }


def test_the_highest_neural_weights_of_each_kind_are_added():
    lexical = {"표": 1.0, "행": 0.5, "열": 0.25}
    neural = {"표": 0.125, "행": 0.5, "열": 0.25, "셀": 0.75, "칸": 1.0}
    assert combined(lexical, neural, {"present": 2, "new": 1}) == {
        "표": 1.0,
        "행": 1.0,
        "열": 0.5,
        "칸": 1.0,
    }
    assert combined(lexical, neural, {"present": 0, "new": 0}) == {
        "표": 1.125,
        "행": 1.0,
        "열": 0.5,
    }
    assert combined(lexical, neural) == {"표": 1.125, "행": 1.0, "열": 0.5, "셀": 0.75, "칸": 1.0}
    assert combined(lexical, {}) == lexical


def test_a_folder_without_packages_is_no_encoder(tmp_path):
    from malmoi.core.errors import StudentError

    with pytest.raises(StudentError, match="no packages"):
        read(tmp_path)


WRITTEN = [
    "글꼴을 바꿉니다. 女子 大學, 2025년 1월 5일 1,000원",
    "ＵＳＢ C++와 C#, .NET e-mail SM-G998N 1588 1234",
    unicodedata.normalize("NFD", "글꼴 여자 naïve Zürich"),
    "WHO는 it을 25℃ a/s AT&T desk@example.org #여름휴가",
]
"""Numbers, names, Hanja and other writings, which a vocabulary's normaliser gives one form."""


def test_a_vocabulary_of_ours_is_read_as_here(cluster, tmp_path):
    """The cluster's tokenizers are another version: the rules must do the same there."""
    texts = WRITTEN * 3 + ["여자 대학 글꼴 바꾸다 여름 휴가", "USB email net who 1000원"] * 3
    vocabulary = build(texts)
    model, out = tmp_path / "model", tmp_path / "out"
    vocabulary.save(model)
    tokens = [vocabulary.tokenizer.id_to_token(i) for i in sorted(vocabulary.content)]
    weights = {token: 1.0 + n / 64 for n, token in enumerate(tokens)}
    (model / "idf.json").write_text(json.dumps(weights, ensure_ascii=False), encoding="utf-8")
    write_query(model, out)
    queries = QueryEncoder(model)
    write_probes(out, {WRITTEN[0]: queries.token_weights(WRITTEN[0])}, {})
    try:
        identifier = deploy(cluster, out).models["query"]
        for text, found in zip(
            WRITTEN, predict(cluster, "query", identifier, WRITTEN), strict=True
        ):
            ours = queries.token_weights(text)
            assert len(ours) > 3
            assert not disagreements(ours, found), text
    finally:
        undeploy(cluster, out)
