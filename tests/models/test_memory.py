from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from malmoi.core.errors import TeacherError
from malmoi.models.memory import (
    GIB,
    Need,
    available_memory,
    check_fits,
    kv_cache_bytes,
    need_of,
    weights_bytes,
)


def test_kv_cache_of_a_known_model() -> None:
    # Qwen3-14B: 40 layers, 8 key-value heads of 128, bf16: 160 KiB a token.
    assert kv_cache_bytes(40, 8, 128, tokens=1, batch=1) == 160 * 1024
    assert kv_cache_bytes(40, 8, 128, tokens=4096, batch=8) == 5 * GIB


def test_need_is_read_from_the_config() -> None:
    text = SimpleNamespace(
        num_attention_heads=4, num_key_value_heads=2, head_dim=8, hidden_size=999,
        num_hidden_layers=3,
    )  # fmt: skip
    config = SimpleNamespace(get_text_config=lambda: text)
    assert need_of(config, 1000, context=10, batch=2, width=4) == Need(1000, 2 * 3 * 2 * 8 * 80)
    text.head_dim, text.hidden_size, text.num_key_value_heads = None, 32, None
    assert need_of(config, 0, context=1, batch=1).cache == 2 * 3 * 4 * 8 * 2


def test_what_fits_passes_and_one_byte_more_does_not() -> None:
    need = Need(weights=10 * GIB, cache=2 * GIB)
    check_fits("m", need, need.total, "memory", 8, 4096)
    with pytest.raises(TeacherError):
        check_fits("m", need, need.total - 1, "memory", 8, 4096)


def test_the_refusal_has_both_numbers_and_a_remedy_that_can_help() -> None:
    need = Need(weights=10 * GIB, cache=20 * GIB)
    with pytest.raises(TeacherError) as refused:
        check_fits("org/model", need, 16 * GIB, "the GPU", 8, 4096)
    message = str(refused.value)
    assert "org/model needs 31.0 GiB" in message
    assert "the GPU has 16.0 GiB free" in message
    assert "lower teacher.slots (now 8) or teacher.context (now 4096 tokens)" in message
    with pytest.raises(TeacherError, match="smaller or a quantised model"):
        check_fits("org/model", need, 8 * GIB, "the GPU", 8, 4096)


def make_root(root: Path, free_kib: int, **groups: str) -> Path:
    (root / "proc").mkdir()
    (root / "proc/meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:  {free_kib} kB\n")
    group = root / "sys/fs/cgroup"
    group.mkdir(parents=True)
    for name, value in groups.items():
        (group / f"memory.{name}").write_text(value + "\n")
    return root


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({}, 1000 * 1024),
        ({"max": "max", "current": "5"}, 1000 * 1024),
        ({"max": "90000", "current": "40000"}, 50_000),
        ({"max": "90000", "current": "95000"}, 0),
        ({"max": "90000000", "current": "0"}, 1000 * 1024),
    ],
)
def test_a_containers_limit_counts(tmp_path: Path, groups: dict[str, str], expected: int) -> None:
    assert available_memory(make_root(tmp_path, 1000, **groups)) == expected


def test_this_machine_has_memory() -> None:
    assert available_memory() > 10_000_000


def test_weights_are_counted_in_the_precision_they_are_loaded_in(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"0" * 600)
    (tmp_path / "b.safetensors").write_bytes(b"0" * 400)
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"dtype": "float32"}))
    assert weights_bytes(tmp_path, 2) == 500
    config.write_text(json.dumps({"torch_dtype": "bfloat16"}))
    assert (weights_bytes(tmp_path, 2), weights_bytes(tmp_path, 4)) == (1000, 2000)
    config.write_text(json.dumps({"dtype": "float16", "quantization_config": {"bits": 4}}))
    assert weights_bytes(tmp_path, 4) == 1000


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TeacherError, match="no weights"):
        weights_bytes(tmp_path, 2)
