"""The whole way against a real cluster: push, push again, change, switch, pull, remove."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch import mapping
from malmoi.retrieval.opensearch import push as pushing
from malmoi.retrieval.opensearch.analysis import analysis
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.queries import Question
from malmoi.retrieval.opensearch.remove import remove
from malmoi.retrieval.opensearch.searching import search
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.retrieval.opensearch.status import status
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.opensearch_runs import write_run


def shown(client, name):
    return sorted(client.indices.get_alias(name=name))


def test_a_push_fills_an_index_behind_its_alias(opensearch, name, run):
    done = push(run, name)
    assert (done.index, done.documents, done.sent, done.there) == (f"{name}-000001", 12, 12, 0)
    assert done.switched
    assert shown(opensearch, name) == [f"{name}-000001"]
    source = RunSource(run)
    for document in source.documents():
        there = opensearch.get(index=name, id=document.id)["_source"]
        assert (there["title"], there["text"]) == (document.title, document.text)
        weights = {source.tokens[i]: w for i, w in document.weights.items()}
        assert there.get("features", {}) == weights
        assert there.get("vector", {}) == {str(i): w for i, w in document.weights.items()}
    settings = opensearch.indices.get_settings(index=name)[done.index]["settings"]["index"]
    assert "refresh_interval" not in settings  # it was switched off for the load alone


def test_a_vocabulary_that_is_too_large_is_pushed_without_vectors(opensearch, name, run, logged):
    """Greater ids would make a SEISMIC segment fail; features know tokens by name."""
    push(run, name, max_dimensions=RunSource(run).dimensions - 1)
    hits = opensearch.search(index=name, body={"size": 12})["hits"]["hits"]
    assert len(hits) == 12
    assert not any("vector" in hit["_source"] for hit in hits)
    assert any("features" in hit["_source"] for hit in hits)
    if capabilities(opensearch).sparse_vector:
        assert "features alone" in logged.text


def test_the_same_push_again_sends_nothing(opensearch, name, run):
    push(run, name)
    again = push(run, name)
    assert (again.index, again.sent, again.there) == (f"{name}-000001", 0, 12)
    assert not again.switched


def test_a_push_that_was_cut_off_goes_on_in_its_index(opensearch, name, run, monkeypatch):
    def send_half(client, index, items, *rest):
        real_send(client, index, list(items)[:5], *rest)
        raise KeyboardInterrupt

    real_send = pushing.send
    monkeypatch.setattr(pushing, "send", send_half)
    with pytest.raises(KeyboardInterrupt):
        push(run, name)
    monkeypatch.undo()
    (one,) = status(name).indexes
    assert (one.state, one.expected) == ("unfinished", 12)
    assert not opensearch.indices.exists_alias(name=name)
    done = push(run, name)
    assert (done.index, done.sent, done.there) == (f"{name}-000001", 7, 5)
    assert status(name).indexes[0].state == "live"
    assert status(name).indexes[0].deleted == 0  # nothing was written twice


def test_a_changed_run_gets_a_new_index_and_the_old_one_stays_until_it_is_removed(
    opensearch, name, run, tmp_path
):
    push(run, name)
    changed = write_run(tmp_path / "changed", 15, seed=8)
    done = push(changed, name)
    assert (done.index, done.switched) == (f"{name}-000002", True)
    assert shown(opensearch, name) == [f"{name}-000002"]
    assert [one.state for one in status(name).indexes] == ["kept", "live"]
    assert push(run, name).index == f"{name}-000001"  # back again without sending anything
    assert shown(opensearch, name) == [f"{name}-000001"]
    assert remove(name, old=True) == []  # what is newer than the live one is kept
    push(changed, name)
    assert remove(name, old=True) == [f"{name}-000001"]
    assert opensearch.count(index=name)["count"] == 15


def test_a_search_sees_one_whole_index_while_the_alias_moves(opensearch, name, run, tmp_path):
    push(run, name)
    changed = write_run(tmp_path / "changed", 15, seed=8)
    seen = set()
    real_switch = pushing.switch

    def watched(client, alias, index):
        seen.add(opensearch.count(index=alias)["count"])
        moved = real_switch(client, alias, index)
        seen.add(opensearch.count(index=alias)["count"])
        return moved

    pushing.switch = watched
    try:
        push(changed, name)
    finally:
        pushing.switch = real_switch
    assert seen == {12, 15}


def test_a_foreign_document_in_the_index_stops_the_switch(opensearch, name, run, monkeypatch):
    def send_one_more(client, index, *rest):
        client.index(index=index, id="foreign", body={"title": "남의 것"})
        return real_send(client, index, *rest)

    real_send = pushing.send
    monkeypatch.setattr(pushing, "send", send_one_more)
    with pytest.raises(ClusterError, match="1 are foreign"):
        push(run, name)
    assert not opensearch.indices.exists_alias(name=name)


def test_a_document_that_the_cluster_refuses_stops_the_switch(opensearch, name, run):
    records = run / "corpus" / "records.jsonl"
    lines = records.read_text().splitlines()
    broken = json.loads(lines[3])
    broken["title"] = {"not": "a title"}
    lines[3] = json.dumps(broken)
    records.write_text("\n".join(lines) + "\n")
    with pytest.raises(ClusterError, match=r"refused 1 documents \(page/3: "):
        push(run, name)
    assert not opensearch.indices.exists_alias(name=name)


def test_an_index_of_that_name_is_not_touched(opensearch, name, run):
    opensearch.indices.create(index=name)
    try:
        with pytest.raises(ClusterError, match="is an index; expected an alias"):
            push(run, name)
    finally:
        opensearch.indices.delete(index=name)


def test_a_name_that_cannot_be_one_is_refused(run):
    with pytest.raises(ClusterError, match="can't name an index"):
        push(run, "Großes")


def former_analysis(nori, synonyms=()):
    """What a push of before wrote: no char filters, and no `analysis` in the mapping's meta."""
    whole = analysis(nori, synonyms)
    del whole["char_filter"]
    for analyzer in whole["analyzer"].values():
        del analyzer["char_filter"]
    return whole


def test_an_index_of_the_former_mapping_is_searched_and_replaced(
    opensearch, name, run, monkeypatch, logged
):
    monkeypatch.setattr(mapping, "analysis", former_analysis)
    monkeypatch.setattr(pushing, "analysis_digest", lambda nori: "")
    assert push(run, name).index == f"{name}-000001"
    monkeypatch.undo()
    assert not status(name).indexes[0].current
    encoder = QueryEncoder(RunSource(run).model)
    written = [unicodedata.normalize(form, "열 너비") for form in ("NFC", "NFD")]
    usual, decomposed = (
        search(opensearch, name, Question.of(text, encoder), "bm25", 2) for text in written
    )
    assert usual == decomposed
    assert {hit.title for hit in usual} == {"열 너비 바꾸기"}
    assert "another way" not in logged.text
    done = push(run, name)
    assert (done.index, done.sent, done.switched) == (f"{name}-000002", 12, True)
    assert f"{name}-000001, which {name} shows, analyses text in another way" in logged.text
    assert f"malmoi opensearch remove --old {name}" in logged.text
    assert [one.current for one in status(name).indexes] == [False, True]
    logged.clear()
    push(run, name)
    assert "another way" not in logged.text


def test_what_is_pushed_is_composed(opensearch, name, run):
    """A run's corpus is; one that somebody edited may not be."""
    records = run / "corpus" / "records.jsonl"
    records.write_text(unicodedata.normalize("NFD", records.read_text()))
    push(run, name)
    for hit in opensearch.search(index=name, body={"size": 12})["hits"]["hits"]:
        text = hit["_source"]["title"] + hit["_source"]["text"]
        assert text == unicodedata.normalize("NFC", text)


def test_a_partial_update_leaves_old_tokens_which_is_why_push_sends_none(opensearch, name, run):
    """Objects are merged; a script or the whole document replaces them (docs/opensearch.md)."""
    index = push(run, name).index
    identifier = next(d.id for d in RunSource(run).documents() if d.weights)
    before = opensearch.get(index=index, id=identifier)["_source"]["features"]
    opensearch.update(index=index, id=identifier, body={"doc": {"features": {"new": 1.5}}})
    merged = opensearch.get(index=index, id=identifier)["_source"]["features"]
    assert merged == {**before, "new": 1.5}  # the trap
    script = {"source": "ctx._source.features = params.features", "lang": "painless"}
    body = {"script": {**script, "params": {"features": {"new": 1.5}}}}
    opensearch.update(index=index, id=identifier, body=body)
    assert opensearch.get(index=index, id=identifier)["_source"]["features"] == {"new": 1.5}


def test_a_cluster_without_nori_finds_other_writings_too(
    opensearch, name, run, monkeypatch, logged
):
    has = replace(capabilities(opensearch), nori=False)
    monkeypatch.setattr(pushing, "capabilities", lambda client: has)
    push(run, name)
    assert "no nori" in logged.text
    encoder = QueryEncoder(RunSource(run).model)
    for text in ("셀 병합", unicodedata.normalize("NFD", "셀 병합"), "셀　병합"):
        hits = search(opensearch, name, Question.of(text, encoder), "bm25", 3)
        assert {hit.title for hit in hits} == {"셀 병합"}
