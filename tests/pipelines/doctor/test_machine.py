from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.pipelines.doctor import machine as machines
from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.machine import check_machine


def seen(root: Path, flags: str = "avx512_bf16", memory: int = 8_000_000) -> dict[str, Check]:
    (root / "proc").mkdir(exist_ok=True)
    (root / "proc/cpuinfo").write_text(f"flags\t: fpu {flags}\n")
    (root / "proc/meminfo").write_text(f"MemAvailable: {memory} kB\n")
    return {check.name: check for check in check_machine(root, root)}


def test_a_good_machine_lacks_nothing(tmp_path: Path) -> None:
    checks = seen(tmp_path)
    assert checks.keys() == {"Python", "processor cores", "memory", "disk", "bfloat16"}
    assert all(check.ok for name, check in checks.items() if name != "disk")
    assert checks["memory"].seen == "7.6 GiB free"
    assert checks["bfloat16"].seen.startswith("native")


def test_a_processor_without_bfloat16_computes_in_float32(tmp_path: Path) -> None:
    check = seen(tmp_path, "avx2")["bfloat16"]
    assert check.ok
    assert "computes in float32" in check.seen


def test_little_memory_and_disk_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 10

    def usage(folder: Any) -> Full:
        return Full()

    monkeypatch.setattr(machines.shutil, "disk_usage", usage)
    checks = seen(tmp_path, memory=100_000)
    assert not checks["memory"].ok
    assert not checks["disk"].ok
    assert "--runs" in checks["disk"].remedy


def test_an_old_python_stops(tmp_path: Path) -> None:
    checks = {check.name: check for check in check_machine(folder=tmp_path, oldest=(9, 9))}
    assert checks["Python"].stops
