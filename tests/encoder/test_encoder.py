from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from malmoi.core.errors import SourceError, StudentError
from malmoi.corpora.corpus import Segment
from malmoi.encoder.encoder import Encoder
from malmoi.encoder.evaluate import evaluate
from malmoi.recipe import EncoderSection, TrainingSection
from malmoi.retrieval.index.index import Index
from tests.helpers.small_corpus import corpus, tiny_models, write_small_corpus
from tests.helpers.tiny_encoder import make_encoder

CORPUS = corpus()
TEXTS = [document.full_text for document in CORPUS.documents]
LEXICAL = EncoderSection(neural=False)
GLOSSARY = [{"term": "배추", "stem": "배추", "documents": 2, "english": {"cabbage": 1.0}}]


@pytest.fixture(scope="module")
def lexical() -> Encoder:
    return Encoder.fit(CORPUS, [GLOSSARY], LEXICAL)


def best(encoder: Encoder, query: str) -> str:
    scores = encoder.encode_queries([query]) @ encoder.encode_documents(TEXTS).T
    return CORPUS.documents[int(scores.toarray().argmax())].id


def test_without_a_network_words_and_translations_find_documents(lexical: Encoder) -> None:
    vectors = lexical.encode_documents(TEXTS)
    assert vectors.shape[0] == len(TEXTS)
    assert vectors.dtype == np.float32
    assert best(lexical, "배추 절이는 시간") == "kimchi"
    assert best(lexical, "cabbage") == "kimchi"
    assert lexical.encode_queries(["xyzzy", ""]).nnz == 0
    assert lexical.encode_queries(["배추"]).shape == (1, vectors.shape[1])


def test_aligned_text_is_a_translation_too() -> None:
    pairs = [("배추를 씻습니다", "Wash the cabbage"), ("배추", "cabbage"), ("소금", "salt")]
    segments = [Segment("page", korean, english) for korean, english in pairs * 5]
    assert best(Encoder.fit(CORPUS, [segments], LEXICAL), "cabbage") == "kimchi"


def test_what_is_saved_is_what_is_loaded(lexical: Encoder, tmp_path: Path) -> None:
    lexical.save(tmp_path / "model")
    again = Encoder.load(tmp_path / "model")
    assert again.source == str(tmp_path / "model")
    assert (again.encode_documents(TEXTS) != lexical.encode_documents(TEXTS)).nnz == 0
    assert (again.encode_queries(["배추"]) != lexical.encode_queries(["배추"])).nnz == 0
    again.save(tmp_path / "copy")
    assert (tmp_path / "copy" / "idf.json").read_bytes() == (
        tmp_path / "model" / "idf.json"
    ).read_bytes()
    with pytest.raises(StudentError, match="no model's folder"):
        Encoder.load(tmp_path / "nowhere")


def test_a_model_of_another_maker_is_an_encoder(tmp_path: Path) -> None:
    encoder = Encoder.load(make_encoder(tmp_path / "other"))
    assert encoder.encode_queries(["당뇨병 치료"]).nnz == 2
    encoder.save(tmp_path / "copy")
    assert (
        encoder.encode_documents(["당뇨병"])
        != Encoder.load(tmp_path / "copy").encode_documents(["당뇨병"])
    ).nnz == 0


def test_one_text_is_no_list_of_texts(lexical: Encoder) -> None:
    with pytest.raises(SourceError, match=r"saw one text, '배추'; expected a list"):
        lexical.encode_queries("배추")
    with pytest.raises(SourceError, match="expected a list"):
        lexical.encode_documents("배추")


@pytest.mark.parametrize("translations", [GLOSSARY, ["glossary.jsonl"], [[{"행": "row"}]]])
def test_what_is_no_translation_is_told(translations: Any) -> None:
    with pytest.raises(SourceError, match="Expected a list of glossaries and aligned"):
        Encoder.fit(CORPUS, translations, LEXICAL)


def test_an_index_of_an_encoder_that_was_never_saved(lexical: Encoder, tmp_path: Path) -> None:
    fresh = Encoder(lexical.model)
    index = Index.build(tmp_path / "index", fresh, CORPUS)
    assert fresh.source == ""
    assert [result.id for result in index.search("cabbage")] == ["kimchi"]
    lexical.save(tmp_path / "model")
    # The same model, from a folder: nothing is encoded again, nothing is of another model.
    assert len(Index.build(tmp_path / "index", tmp_path / "model", CORPUS)) == 30
    fewer = CORPUS.only([document.id for document in CORPUS.documents[:5]])
    assert len(Index.build(tmp_path / "index", fresh, fewer, mirror=True)) == 5


def test_figures_of_an_encoder_that_was_never_saved(lexical: Encoder, tmp_path: Path) -> None:
    data = write_small_corpus(tmp_path / "beir")
    results = evaluate(Encoder(lexical.model), data, baselines=["bm25"])
    assert set(results["systems"]) == {"encoder", "BM25"}
    assert results["model"] == ""
    assert set(evaluate(lexical, data, baselines=())["comparison"]["scores"]["ko"]) == {
        Path(lexical.source).name or "encoder"
    }
    with pytest.raises(SourceError, match=r"saw \['bm26'\], expected some of"):
        evaluate(lexical, data, baselines=["bm26"])


def test_a_network_is_trained_on_titles_and_headings(tmp_path: Path) -> None:
    base, dense = tiny_models(tmp_path)
    settings: dict[str, Any] = {
        "config": EncoderSection(base=base, window=32, precision="float32"),
        # The tiny model finds all documents alike: each may be a negative.
        "training": TrainingSection(
            steps=4,
            evaluate_every=2,
            batch_size=8,
            num_negatives=2,
            log_every=1,
            margin=1.0,
            require_gain=False,
        ),
        "dense_model": dense,
        "development": CORPUS.queries[:4],
    }
    encoder = Encoder.fit(CORPUS, [GLOSSARY], folder=tmp_path / "fit", **settings)
    assert (tmp_path / "fit" / "training" / "metrics.jsonl").is_file()
    plain = Encoder.fit(CORPUS, [GLOSSARY], LEXICAL)
    assert encoder.encode_documents(TEXTS).nnz > plain.encode_documents(TEXTS).nnz
    again = Encoder.fit(CORPUS, [GLOSSARY], **settings)
    assert (again.encode_documents(TEXTS) != encoder.encode_documents(TEXTS)).nnz == 0
    again.save(tmp_path / "model")
    loaded = Encoder.load(tmp_path / "model").encode_documents(TEXTS)
    assert abs(loaded - encoder.encode_documents(TEXTS)).max() < 1e-5
