"""The doors of `malmoi synonyms`: what goes in reaches the work, what is wrong is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from malmoi.cli import app, synonyms
from malmoi.synonyms.enhance import Enhanced
from malmoi.synonyms.formats.solr import Rule
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.verification.verify import Verdict

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
    assert said.endswith(f"{tmp_path / 'out'}: 1 accepted pairs, 0 rejected\n")


def verdict(korean: str, english: str, accepted: bool = True, probability: float = 0.9) -> Verdict:
    evidence = (Evidence("packaged names", 1.0, "ko→en"), Evidence("sound", 0.0, "ko→en"))
    return Verdict(korean, english, probability, "both", accepted, evidence, "by hand")


def test_verdicts_are_a_table_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = [verdict("행", "row"), verdict("행", "column", accepted=False)]
    synonyms.print_verdicts(verdicts)
    out, err = capsys.readouterr()
    row, column = [line.split() for line in out.splitlines() if "행" in line]
    assert row == ["행", "row", "0.900", "yes", "both", "packaged"]
    assert column == ["행", "column", "0.900", "no", "packaged"]
    assert err == "1 of 2 pairs accepted\n"
    synonyms.print_verdicts(verdicts, as_json=True)
    out, err = capsys.readouterr()
    assert [json.loads(line)["english"] for line in out.splitlines()] == ["row", "column"]
    assert err == ""


def test_findings_are_a_table_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("검색, search\n그리고, then\n", encoding="utf-8")
    synonyms.check(path, json=True)
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"rule": "그리고, then", "term": "그리고", "problem": "nothing", "tokens": [], "other": ""}
    ]
    assert err == ""
    synonyms.check(path)
    out, err = capsys.readouterr()
    assert "nothing is left of it" in out
    assert err == "2 rules, 1 of them to be looked at\n"


def test_an_enhanced_dictionary_says_what_became_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    changed = Rule(("행", "row", "열", "column"))
    found = Enhanced(
        rules=[],
        dropped=[Rule(("저장", "load"))] * 12,
        changed=[(changed, [Rule(("행", "row")), Rule(("열", "column"))])],
        verdicts=[verdict("저장", "load", accepted=False), verdict("행", "row")],
        added=[verdict("글꼴", "font", probability=0.99)],
    )
    synonyms.print_enhanced(found)
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["12 entries dropped:", "    저장, load  [저장–load: 0.90]"]
    assert said[11:] == [
        "    … and 2 more",
        "1 entries changed:",
        "    행, row, 열, column  →  행, row; 열, column  []",
        "0 entries not verified (one language alone)",
        "1 entries added:",
        "    글꼴, font (0.99)",
    ]
