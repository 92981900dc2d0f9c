"""Query encoding without a model."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from malmoi.core.errors import StudentError
from malmoi.retrieval.query import QueryEncoder

WEIGHTS = {"당뇨병": 3.5, "치료": 2.25, "diabetes": 4.0, "를": 0.0}


def make(folder, weights=WEIGHTS):
    """A query encoder's folder."""
    words = ["[UNK]", "[PAD]", *WEIGHTS, "무게없음"]
    tokenizer = Tokenizer(WordLevel({w: n for n, w in enumerate(words)}, "[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    # Limits of documents, as they may come with a saved tokenizer.
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(pad_id=1, pad_token="[PAD]", length=8)
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "idf.json").write_text(json.dumps(weights, ensure_ascii=False), encoding="utf-8")
    return folder


def test_each_token_counts_once_with_its_weight_and_is_never_cut(tmp_path):
    encoder = QueryEncoder(make(tmp_path))
    encoded = encoder.encode("당뇨병 당뇨병 치료 모르는말 Diabetes 를 무게없음")
    assert encoded == {"당뇨병": 3.5, "치료": 2.25, "diabetes": 4.0}
    assert encoder.dimensions(encoded) == {2: 3.5, 3: 2.25, 4: 4.0}
    assert [encoder.token(d) for d in (2, 3, 4)] == ["당뇨병", "치료", "diabetes"]


@pytest.mark.parametrize("text", ["", "  ", "모르는말", "\ud800"])
def test_a_query_without_known_tokens_is_empty(tmp_path, text):
    assert QueryEncoder(make(tmp_path)).encode(text) == {}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return QueryEncoder(make(tmp_path_factory.mktemp("query")))


@given(text=st.text() | st.lists(st.sampled_from([*WEIGHTS, "x", "\ud800"])).map(" ".join))
def test_any_text_gives_known_tokens_with_their_own_weights(encoder, text):
    encoded = encoder.encode(text)
    assert all(WEIGHTS[token] == weight != 0 for token, weight in encoded.items())
    words = text.lower().split()
    assert {w for w in words if WEIGHTS.get(w)} <= encoded.keys()


def test_weights_are_those_of_sentence_transformers(tmp_path):
    from sentence_transformers.sparse_encoder.modules import SparseStaticEmbedding
    from transformers import PreTrainedTokenizerFast

    folder = make(tmp_path)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), unk_token="[UNK]", pad_token="[PAD]"
    )
    theirs = SparseStaticEmbedding.from_json(str(folder / "idf.json"), tokenizer=tokenizer)
    encoder = QueryEncoder(folder)
    for text in ["당뇨병 치료", "치료 치료 DIABETES 를 모르는말", "무게없음"]:
        row = theirs.forward(theirs.preprocess([text]))["sentence_embedding"][0].detach()
        expected = {d: float(row[d]) for d in row.nonzero().flatten().tolist()}
        assert encoder.dimensions(encoder.encode(text)) == expected


def test_searching_imports_neither_torch_nor_transformers(tmp_path):
    folder = make(tmp_path / "index")
    code = f"""
import sys
from pathlib import Path
from pathlib import Path
from malmoi.retrieval.index.vector_index import VectorIndex
folder = Path({str(folder)!r})
VectorIndex.create(folder, 10)
import malmoi.retrieval.index.building
from malmoi.retrieval.index.index import Index
assert Index.open(folder).search("당뇨병 치료") == []
heavy = {{"torch", "transformers", "sentence_transformers", "scipy", "pandas"}} & sys.modules.keys()
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_missing_or_broken_is_named(tmp_path):
    with pytest.raises(StudentError, match=r"no tokenizer.json and no idf.json"):
        QueryEncoder(tmp_path)
    folder = make(tmp_path / "model")
    (folder / "idf.json").write_text("[1, 2]")
    with pytest.raises(StudentError, match=r"idf\.json is not"):
        QueryEncoder(folder)
    make(folder, {"other": 1.0})
    with pytest.raises(StudentError, match=r"not those of tokenizer\.json"):
        QueryEncoder(folder)
    make(folder)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(StudentError, match="no tokenizer:"):
        QueryEncoder(folder)
    (folder / "idf.json").unlink()
    with pytest.raises(StudentError, match=r"has no idf.json"):
        QueryEncoder(folder)


def test_a_folder_without_an_encoder_is_told_from_a_run_s_and_from_none(tmp_path: Path) -> None:
    with pytest.raises(StudentError, match="is no folder: give that of a model"):
        QueryEncoder(tmp_path / "none")
    model = tmp_path / "run" / "student-v1" / "model"
    model.mkdir(parents=True)
    (model / "idf.json").write_text("{}")
    for folder in (model.parent, model.parent.parent):
        with pytest.raises(StudentError, match=f"give one of {model}"):
            QueryEncoder(folder)
