from __future__ import annotations

import time
from pathlib import Path

import pytest

from malmoi.models.machine import measure_speed, native_bf16


@pytest.mark.parametrize(
    ("flags", "native"),
    [("flags\t\t: fpu avx512f avx512_bf16", True), ("flags: fpu amx_bf16", True),
     ("flags: fpu avx2 avx512f", False), ("Features: asimd", None)],
)  # fmt: skip
def test_bfloat16_is_read_off_the_flags(tmp_path: Path, flags: str, native: bool | None) -> None:
    assert native_bf16(tmp_path) is None
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(f"processor: 0\n{flags}\nbugs: none\n")
    assert native_bf16(tmp_path) is native


def test_the_speed_is_that_of_some_processor_and_found_at_once() -> None:
    began = time.perf_counter()
    assert 1e8 < measure_speed(0.1) < 1e15
    assert time.perf_counter() - began < 5
