"""`malmoi index` and `malmoi search` with a tiny SparseEncoder that is made here."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from malmoi.core.errors import RunError, SourceError, StudentError
from malmoi.retrieval.index.building import build_index, index_corpus, read_corpus
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.scores import search_matrix

WORDS = [
    *["당뇨병", "치료", "서울", "날씨", "비빔밥", "만들기", "제주도", "관광"],
    *["diabetes", "weather"],
]
DOCUMENTS = [
    (f"문서/{n}", f"{WORDS[n % 10]} 안내", f"{WORDS[(n * 3 + 1) % 10]} {WORDS[(n * 7) % 10]}")
    for n in range(40)
]


def make_model(folder, seed=0, bias=0.0):
    """An inference-free SparseEncoder: static queries, a one-layer BERT with SPLADE documents."""
    import torch
    from sentence_transformers import SparseEncoder
    from sentence_transformers.base.modules import Router
    from sentence_transformers.sparse_encoder.modules import (
        MLMTransformer,
        SparseStaticEmbedding,
        SpladePooling,
    )
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: n for n, word in enumerate([*special, "안내", *WORDS])}
    inner = Tokenizer(WordLevel(vocabulary, "[UNK]"))
    inner.pre_tokenizer = Whitespace()
    names = {f"{s.strip('[]').lower()}_token": s for s in special}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=32, **names)
    torch.manual_seed(seed)
    bert = BertForMaskedLM(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=40,
        )
    )
    with torch.no_grad():
        bert.cls.predictions.decoder.weight.mul_(20)
        bert.cls.predictions.decoder.bias.fill_(bias)
    base = folder.parent / f"{folder.name}-bert"
    bert.save_pretrained(base)
    tokenizer.save_pretrained(base)
    idf = {word: 1.0 + n / 4 for n, word in enumerate(WORDS)}
    folder.mkdir()
    (folder / "idf.json").write_text(json.dumps(idf, ensure_ascii=False), encoding="utf-8")
    router = Router.for_query_document(
        query_modules=[
            SparseStaticEmbedding.from_json(str(folder / "idf.json"), tokenizer=tokenizer)
        ],
        document_modules=[MLMTransformer(str(base)), SpladePooling("max")],
    )
    SparseEncoder(modules=[router]).save_pretrained(str(folder))
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


def rankings(folder):
    searcher = Index.open(folder)
    return [
        [(r.id, r.title, r.score, r.matches) for r in searcher.search(f"{a} {b}", 20)]
        for a, b in pairwise(WORDS)
    ]


def test_an_index_has_what_the_model_says_of_words(model, tmp_path):
    copy = tmp_path / "model"
    shutil.copytree(model, copy)
    (copy / "absent.json").write_text("[[5, 5]]", encoding="utf-8")
    build_index(copy, DOCUMENTS, tmp_path / "index")
    assert (tmp_path / "index" / "absent.json").read_bytes() == (copy / "absent.json").read_bytes()
    analysed = Index.open(tmp_path / "index").analyse("날씨 안내")
    assert analysed.weights.keys() == {"날씨"}
    assert [word.word for word in analysed.unknown] == ["안내"]


def test_results_are_those_of_the_model_itself(model, tmp_path):
    from sentence_transformers import SparseEncoder

    counts = build_index(model, DOCUMENTS, tmp_path / "index", batch=16)
    assert (counts.added, counts.unchanged, counts.documents) == (40, 0, 40)
    encoder = SparseEncoder(str(model))
    queries = [f"{a} {b}" for a, b in pairwise(WORDS)]
    products = encoder.similarity(
        encoder.encode_query(queries),
        encoder.encode_document([f"{title}\n{text}" for _, title, text in DOCUMENTS]),
    ).numpy()
    ids = [identifier for identifier, _, _ in DOCUMENTS]
    searcher = Index.open(tmp_path / "index")
    for query, row in zip(queries, products, strict=True):
        results = searcher.search(query, 40)
        assert results
        assert {r.id for r in results} == {i for i, s in zip(ids, row, strict=True) if s > 0}
        assert np.allclose([r.score for r in results], [row[ids.index(r.id)] for r in results])
        assert [r.rank for r in results] == list(range(1, len(results) + 1))
        for result in results:
            assert sum(m.contribution for m in result.matches) == pytest.approx(result.score)
            assert {m.token for m in result.matches} <= set(query.split())
            contributions = [m.contribution for m in result.matches]
            assert contributions == sorted(contributions, reverse=True)


def test_an_interrupted_build_goes_on_and_ends_like_one_that_was_not(model, tmp_path, monkeypatch):
    build_index(model, DOCUMENTS, tmp_path / "whole", batch=8)

    def interrupted():
        yield from DOCUMENTS[:21]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(model, interrupted(), tmp_path / "index", batch=8)
    assert len(VectorIndex.open(tmp_path / "index")) == 16
    counts = build_index(model, DOCUMENTS, tmp_path / "index", batch=8)
    assert (counts.unchanged, counts.added, counts.replaced) == (16, 24, 0)
    assert rankings(tmp_path / "index") == rankings(tmp_path / "whole")

    # Nothing to encode: the model is not even loaded.
    import sentence_transformers

    monkeypatch.delattr(sentence_transformers, "SparseEncoder")
    assert build_index(model, DOCUMENTS, tmp_path / "index").unchanged == 40


def test_changed_documents_are_replaced_and_mirror_deletes_the_missing(model, tmp_path):
    build_index(model, DOCUMENTS, tmp_path / "index")
    changed = [(i, t, "서울 서울 날씨" if n == 3 else x) for n, (i, t, x) in enumerate(DOCUMENTS)]
    changed[5] = (changed[5][0], "새 제목", changed[5][2])
    counts = build_index(model, changed[:30], tmp_path / "index")
    assert (counts.replaced, counts.unchanged, counts.deleted) == (2, 28, 0)
    assert len(VectorIndex.open(tmp_path / "index")) == 40
    counts = build_index(model, changed[:30], tmp_path / "index", mirror=True)
    assert (counts.unchanged, counts.deleted, counts.documents) == (30, 10, 30)
    build_index(model, changed[:30], tmp_path / "fresh")
    assert rankings(tmp_path / "index") == rankings(tmp_path / "fresh")


def test_vectors_of_two_models_are_not_mixed(model, tmp_path):
    build_index(model, DOCUMENTS[:4], tmp_path / "index")
    other = make_model(tmp_path / "other", seed=1)
    with pytest.raises(RunError, match="another model"):
        build_index(other, DOCUMENTS, tmp_path / "index")


def test_a_collapsed_model_is_refused(tmp_path):
    dead = make_model(tmp_path / "dead", bias=-1000.0)
    with pytest.raises(StudentError, match="collapsed"):
        build_index(dead, DOCUMENTS, tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_what_is_no_corpus_or_no_model_is_refused(model, tmp_path):
    with pytest.raises(SourceError, match="no documents"):
        build_index(model, [], tmp_path / "index")
    with pytest.raises(SourceError, match="'문서/1' stands twice"):
        build_index(model, [*DOCUMENTS, DOCUMENTS[1]], tmp_path / "index", batch=4)
    with pytest.raises(StudentError, match=r"no tokenizer\.json and no idf\.json"):
        build_index(tmp_path, DOCUMENTS, tmp_path / "index")
    with pytest.raises(RunError, match="holds no index"):
        Index.open(tmp_path / "nowhere")


def test_a_batch_search_ranks_as_the_index_does(model, tmp_path):
    from sentence_transformers import SparseEncoder

    from malmoi.models.sparse import encode_documents

    build_index(model, DOCUMENTS, tmp_path / "index")
    searcher = Index.open(tmp_path / "index")
    matrix = encode_documents(
        SparseEncoder(str(model)), [f"{title}\n{text}" for _, title, text in DOCUMENTS]
    )
    queries = ["당뇨병 치료", "weather 서울"]
    rows = np.zeros((2, matrix.shape[1]), np.float32)
    for number, query in enumerate(queries):
        weights = searcher.query_encoder.dimensions(searcher.query_encoder.encode(query))
        rows[number, list(weights)] = list(weights.values())
    import scipy.sparse as sp

    ranked = search_matrix(sp.csr_matrix(rows), matrix, [i for i, _, _ in DOCUMENTS], 10)
    for query, ranking in zip(queries, ranked, strict=True):
        results = searcher.search(query, 10)
        assert [i for i, _ in ranking] == [r.id for r in results]
        assert np.allclose([s for _, s in ranking], [r.score for r in results], rtol=1e-6)


def test_a_file_and_a_folder_areread_corpus(tmp_path: Path) -> None:
    row = {"id": "1", "title": "당뇨병", "text": "당뇨병은 혈당이 높은 병이다."}
    table = tmp_path / "corpus.jsonl"
    table.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    (document,) = read_corpus(table).documents
    assert (document.id, document.title, document.text) == ("1", row["title"], row["text"])
    table.write_text(json.dumps({"_id": "1", "title": "a", "text": "b"}) + "\n", encoding="utf-8")
    (document,) = read_corpus(tmp_path).documents
    assert (document.id, document.title, document.text) == ("1", "a", "b")


def test_no_corpus_and_no_model(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"is not there\. Expected a BEIR folder"):
        index_corpus(tmp_path, tmp_path / "none.csv", tmp_path / "index")
    (tmp_path / "corpus.csv").write_text("id,title,text\n1,a,b c d\n")
    with pytest.raises(StudentError):
        index_corpus(tmp_path, tmp_path / "corpus.csv", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_fields_are_named_as_in_a_recipe(tmp_path: Path) -> None:
    model = make_model(tmp_path / "model")
    lines = [f"{key};{title};{text}" for key, title, text in DOCUMENTS[:5]]
    (tmp_path / "docs.csv").write_text("\n".join(["번호;이름;내용", *lines]), encoding="utf-8")
    names = {"id_field": "번호", "title_field": "이름", "text_field": "내용"}
    assert index_corpus(model, tmp_path / "docs.csv", tmp_path / "index", **names).added == 5
    again = index_corpus(
        model, tmp_path / "docs.csv", tmp_path / "index", **{**names, "title_field": ""}
    )
    assert again.replaced == 5
    with pytest.raises(SourceError, match=r"no field 'title'.*--id-field"):
        index_corpus(model, tmp_path / "docs.csv", tmp_path / "index")


def test_a_corpus_is_read_from_what_it_is_in(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text/a.txt").write_text("English text")
    assert [d.id for d in read_corpus(tmp_path / "text").documents] == ["a.txt"]
    (tmp_path / "d.json").write_text('[{"id": 1, "title": "", "text": "글"}]')
    assert [d.id for d in read_corpus(tmp_path / "d.json").documents] == ["1"]
