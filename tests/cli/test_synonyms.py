"""The doors of `malmoi synonyms`: what goes in reaches the work, what is wrong is said."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from malmoi.cli import app

FILE = "# ours\n행, row\n열 => 열, column\n"


def invoke(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["synonyms", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_every_command_is_listed() -> None:
    code, shown, _ = invoke("--help")
    assert code == 0
    for command in ("make", "verify", "enhance", "check", "export", "use", "effect"):
        assert f"\n  {command} " in shown


def test_check_reads_a_file_with_kiwi(tmp_path: Path) -> None:
    (tmp_path / "synonyms.txt").write_text(FILE, encoding="utf-8")
    code, _, said = invoke("check", str(tmp_path / "synonyms.txt"))
    assert code == 0
    assert "2 rules" in said


def test_missing_files_are_named(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    for arguments in (
        ("check", nowhere),
        ("verify", nowhere),
        ("make", nowhere),
        ("enhance", nowhere, "--out", str(tmp_path / "out")),
        ("export", nowhere, "--out", str(tmp_path / "out")),
        ("use", nowhere, str(tmp_path)),
        ("effect", str(tmp_path), nowhere),
    ):
        code, _, said = invoke(*arguments)
        assert (code, arguments[0] and said.startswith("malmoi: ")) == (1, True), arguments
        assert "nowhere" in said or str(tmp_path) in said


def test_an_exported_table_is_a_data_set(tmp_path: Path) -> None:
    record = {
        "korean": "행", "english": "row", "probability": 0.9, "accepted": True,
        "direction": "both", "evidence": [], "verifier": "test",
    }  # fmt: skip
    (tmp_path / "synonyms.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    code, _, said = invoke("export", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 0, said
    assert list((tmp_path / "out").rglob("*.parquet"))
