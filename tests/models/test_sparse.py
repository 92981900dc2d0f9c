from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from malmoi.core.errors import StudentError
from malmoi.models.sparse import CHUNK, MAX_ACTIVE, OURS, encode, is_ours, load
from tests.helpers.tiny_encoder import WORDS, make_encoder

CPU: Any = SimpleNamespace(device=torch.device("cpu"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("models") / "tiny")


def giving(vectors: Any) -> Any:
    """An encoder's method that gives these vectors, whatever it is asked."""
    return lambda texts, **_: torch.as_tensor(vectors, dtype=torch.float32).to_sparse()


def test_rows_are_in_the_order_of_the_texts(model: Path) -> None:
    encoder = load(model)
    texts = [" ".join(WORDS[: n % 7 + 1]) + f" {WORDS[n % 10]}" for n in range(CHUNK + 20)]
    got = encode(encoder.encode_document, texts, "documents", encoder)
    assert got.shape == (len(texts), len(WORDS) + 5)
    one_by_one = [encoder.encode_document([text]).to_dense().numpy()[0] for text in texts[-30:]]
    np.testing.assert_allclose(got.toarray()[-30:], np.stack(one_by_one), atol=1e-4)
    queries = encode(encoder.encode_query, ["서울 날씨", "\ud800"], "queries", encoder)
    assert queries.toarray().max() == pytest.approx(1.75)
    assert queries.getnnz(axis=1).tolist() == [2, 0]


@pytest.mark.parametrize(
    ("bias", "scale", "said"), [(-1e3, 20, "empty"), (1, 0, "the same vector")]
)
def test_collapsed_models_are_refused(tmp_path: Path, bias: float, scale: float, said: str) -> None:
    encoder = load(make_encoder(tmp_path / "collapsed", bias, scale))
    with pytest.raises(StudentError, match=said):
        encode(encoder.encode_document, ["서울 날씨", "제주도"], "documents", encoder)


def test_equal_texts_may_have_one_vector() -> None:
    assert encode(giving([[1.0, 0.0]] * 2), ["a", "a"], "documents", CPU).shape == (2, 2)
    with pytest.raises(StudentError, match="the same vector"):
        encode(giving([[1.0, 0.0]] * 2), ["a", "b"], "documents", CPU)
    for other in ([2.0, 0.0], [0.0, 1.0]):  # another weight, another dimension
        assert encode(giving([[1.0, 0.0], other]), ["a", "b"], "documents", CPU).nnz == 2


def test_dense_and_broken_vectors_are_refused() -> None:
    with pytest.raises(StudentError, match=f"{MAX_ACTIVE + 1} active dimensions"):
        encode(giving(np.ones((1, MAX_ACTIVE + 1))), ["a"], "documents", CPU)
    assert encode(giving(np.ones((1, MAX_ACTIVE))), ["a"], "documents", CPU).nnz == MAX_ACTIVE
    with pytest.raises(StudentError, match="not finite"):
        encode(giving([[float("nan"), 1.0]]), ["a"], "documents", CPU)


def test_what_is_no_model(tmp_path: Path) -> None:
    for missing in (tmp_path / "none", Path("../none"), Path("a/b/c")):
        with pytest.raises(StudentError, match="no model's folder"):
            load(missing)
    with pytest.raises(StudentError, match=r"neither modules\.json"):
        load(tmp_path)
    (tmp_path / "modules.json").write_text("[")
    with pytest.raises(StudentError, match="can't be loaded"):
        load(tmp_path)


def name_class(folder: Path, named: str) -> None:
    router = folder / "router_config.json"
    config = json.loads(router.read_text())
    config["types"] = dict.fromkeys(config["types"], named)
    router.write_text(json.dumps(config))


def test_only_malmois_own_code_is_run(tmp_path: Path) -> None:
    folder = make_encoder(tmp_path / "foreign")
    assert not is_ours(folder)
    for file in ("modeling.py", "lexical.py"):
        assert not is_ours(folder)
        (folder / file).write_text("raise SystemExit('foreign code was run')\n")
    name_class(folder, "evil.DocumentEncoder")
    (folder / "evil.py").write_text("raise SystemExit('foreign code was run')\n")
    assert not is_ours(folder)
    with pytest.raises(StudentError, match="runs no code"):
        load(folder)
    name_class(folder, OURS)
    assert is_ours(folder)
    modules = json.loads((folder / "modules.json").read_text())
    modules.append({**modules[0], "type": "evil.DocumentEncoder"})
    (folder / "modules.json").write_text(json.dumps(modules))
    assert not is_ours(folder)


def test_a_model_that_malmoi_saved_is_loaded_with_its_code(tmp_path: Path) -> None:
    from malmoi.encoder import building as ours
    from malmoi.encoder import vocabulary
    from malmoi.encoder.idf import idf
    from malmoi.encoder.lexical import Lexical
    from malmoi.encoder.lexical_fit import lexical_vectors
    from malmoi.recipe import EncoderSection

    texts = ["서울 날씨\n서울의 날씨는 맑다", "당뇨병 치료\n당뇨병을 치료한다"]
    pieces = vocabulary.build(texts)
    lexical = Lexical(pieces.tokenizer, pieces.content)
    weights = idf(lexical_vectors(lexical, texts, len(pieces)), pieces)
    made = ours.build_encoder(pieces, lexical, weights, EncoderSection(neural=False))
    ours.save(made, tmp_path / "model", "")
    assert is_ours(tmp_path / "model")
    again = load(tmp_path / "model")
    vectors = encode(again.encode_document, texts, "documents", again)
    for row, expected in zip(vectors, lexical.vectors(texts), strict=True):
        got = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
        assert got == pytest.approx(expected)
