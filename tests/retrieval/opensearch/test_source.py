"""The documents of a run: what is read, what is refused, and the digest that tells them apart."""

from __future__ import annotations

import json

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import RunError, SourceError
from malmoi.corpora.corpus import Document, Section
from malmoi.retrieval.opensearch.source import RunSource, SourceDocument, digest_of, fields
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.opensearch_runs import TOKENS, write_corpus, write_state


def test_documents_have_the_vectors_of_their_rows(run):
    source = RunSource(run)
    vectors = sp.load_npz(run / "student-v2" / "documents.npz").toarray()
    documents = list(source.documents())
    assert len(documents) == len(source) == 12
    for document, row in zip(documents, vectors, strict=True):
        assert {i: np.float32(w) for i, w in document.weights.items()} == {
            i: row[i] for i in np.flatnonzero(row)
        }
        assert list(document.weights) == sorted(document.weights)


def test_texts_are_those_of_the_embedded_index(run):
    """`malmoi.corpora.corpus.Document.text`, which search may not import."""
    for line, document in zip(
        (run / "corpus" / "records.jsonl").read_text().splitlines(),
        RunSource(run).documents(),
        strict=True,
    ):
        record = json.loads(line)
        sections = tuple(Section(*pair) for pair in record["sections"])
        assert document.text == Document(record["id"], record["title"], sections).text


def test_tokens_are_those_that_a_query_has(run):
    source = RunSource(run)
    encoder = QueryEncoder(source.model)
    assert source.tokens == TOKENS
    assert set(encoder.encode("열 너비 column")) == {"열", "너비", "column"}
    assert encoder.dimensions({"열": 1.0}) == {source.tokens.index("열"): 1.0}


def test_ranges_hold_documents_and_queries(run):
    ranges = RunSource(run).ranges()
    vectors = sp.load_npz(run / "student-v2" / "documents.npz")
    assert vectors.data.max() <= ranges.ingest <= vectors.data.max() + 0.1
    assert ranges.search == 5.2


def test_a_fingerprint_is_of_the_content(run):
    before = RunSource(run).fingerprint()
    assert RunSource(run).fingerprint() == before
    records = run / "corpus" / "records.jsonl"
    records.write_text(records.read_text().replace("0번째", "영번째"))
    assert RunSource(run).fingerprint() != before


def test_a_student_without_a_model_takes_the_vocabulary_that_it_was_made_with(run):
    student = run / "student-v2"
    shared = run / "vocabulary-parallel"
    shared.mkdir()
    (student / "model" / "tokenizer.json").rename(shared / "tokenizer.json")
    state = {"name": "student-v2", "done": True, "after": {"vocabulary-parallel": "1", "pairs": ""}}
    (student / "stage.json").write_text(json.dumps(state))
    assert RunSource(run).tokens == TOKENS


@pytest.mark.parametrize("identifier", ["", "가" * 171])
def test_an_id_that_opensearch_would_refuse_stops_before_anything_is_sent(run, identifier):
    record = {"id": identifier, "title": "", "sections": [], "date": ""}
    write_corpus(run / "corpus", [record] * 12)
    with pytest.raises(SourceError, match="OpenSearch takes 1 to 512"):
        next(RunSource(run).documents())


def test_fewer_documents_than_vectors_are_refused(run):
    records = run / "corpus" / "records.jsonl"
    records.write_text("".join(records.read_text().splitlines(keepends=True)[:11]))
    with pytest.raises(SourceError, match=r"has 11 documents, .* vectors of 12"):
        list(RunSource(run).documents())


def test_vectors_of_another_corpus_are_refused(run):
    vectors = sp.load_npz(run / "student-v2" / "documents.npz")
    sp.save_npz(run / "student-v2" / "documents.npz", vectors[:10])
    with pytest.raises(SourceError, match="more than 10 documents"):
        list(RunSource(run).documents())


def test_a_vocabulary_of_another_width_is_refused(run):
    vectors = sp.load_npz(run / "student-v2" / "documents.npz")
    sp.save_npz(run / "student-v2" / "documents.npz", sp.hstack([vectors, vectors], "csr"))
    with pytest.raises(SourceError, match="20 dimensions, its vocabulary has 10 tokens"):
        RunSource(run)


def test_a_student_that_is_still_training_is_refused(run):
    write_state(run / "student-v2", done=False)
    with pytest.raises(RunError, match="no finished student-v2"):
        RunSource(run)


def test_a_run_without_that_student_is_refused_by_name(run):
    with pytest.raises(RunError, match=r"no finished student-v1\. Finished students: v2"):
        RunSource(run, "v1")


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunError, match="holds no run"):
        RunSource(tmp_path)


def test_an_empty_vector_is_left_out():
    """neural-search 3.6 would take it, and then refuse every vector after it."""
    document = SourceDocument("a", "제목", "본문", {})
    assert set(fields(document, TOKENS, vector=True)) == {"title", "text", "digest"}


def test_an_empty_vector_in_the_index_does_break_it(opensearch, name):
    """Why `fields` leaves it out; when this fails, a later version has mended it."""
    from malmoi.retrieval.opensearch.check import capabilities
    from malmoi.retrieval.opensearch.mapping import Ranges, index_body

    has = capabilities(opensearch)
    if not has.sparse_vector:
        pytest.skip("the cluster has no sparse_vector")
    index = f"{name}-plain"
    opensearch.indices.create(index=index, body=index_body(has, Ranges(3, 3), 10))
    try:
        opensearch.index(index=index, id="empty", body={"vector": {}})
        answer = opensearch.bulk(
            body=[{"create": {"_id": "full"}}, {"vector": {"3": 1.0}}], index=index
        )
        assert "index options" in answer["items"][0]["create"]["error"]["reason"]
    finally:
        opensearch.indices.delete(index=index)


weights = st.dictionaries(st.integers(0, 9), st.floats(0.125, 9, width=32), min_size=1)


@given(weights, weights, st.text(), st.booleans())
def test_a_digest_changes_with_any_field_and_survives_json(one, other, title, vector):
    sent = fields(SourceDocument("a", title, "본문", one), TOKENS, vector)
    assert digest_of(json.loads(json.dumps(sent))) == sent["digest"]
    changed = fields(SourceDocument("a", title, "본문", other), TOKENS, vector)
    assert (changed["digest"] == sent["digest"]) == (one == other)
    longer = fields(SourceDocument("a", title + "!", "본문", one), TOKENS, vector)
    assert longer["digest"] != sent["digest"]
