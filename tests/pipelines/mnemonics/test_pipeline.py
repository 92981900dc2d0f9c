from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from malmoi.cli import app
from malmoi.core.errors import SourceError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import from_record
from malmoi.pipelines.mnemonics.pipeline import plan_rows, run_mnemonics
from malmoi.runs.run import status
from tests.helpers.run_outcome import everything
from tests.helpers.small_run import BAD_LINES, WORDS, Made, lines, small_recipe, write_list

STAGES = (
    "words candidates-lexicon cards splits dataset student outputs proof handover"
).split()  # fmt: skip


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def results(made: Made) -> dict[str, Any]:
    text = (made.folder / "results.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return found


def test_a_run_goes_from_a_list_to_a_report(made: Made) -> None:
    assert [stage.name for stage in status(made.folder)] == STAGES
    assert all(stage.done for stage in status(made.folder))
    for name in (
        "report.html", "results.json", "recipe.json", "handover/cards.apkg", "handover/cards.csv",
        "handover/cards.md", "handover/student/Modelfile", "handover/student/small-F16.gguf",
        "handover/student/small-Q8_0.gguf", "dataset/files/README.md",
        "dataset/files/chat/train.parquet", "student/grpo/model/model.safetensors",
    ):  # fmt: skip
        assert (made.folder / name).stat().st_size > 100, name


def test_the_results_add_up(made: Made) -> None:
    found = results(made)
    assert found["words"]["lines"] == len(WORDS) + len(BAD_LINES)
    assert found["words"]["words"] == len(WORDS)
    assert sum(row["count"] for row in found["words"]["rejected"]) == len(BAD_LINES)
    cards = [from_record(r) for r in lines(made.folder / "cards" / "records.jsonl")]
    of_cards = found["cards"]
    assert of_cards["cards"] == len(cards) == len(of_cards["examples"])
    assert sum(of_cards["features"].values()) == len(cards)
    claims = [claim.verdict for card in cards for claim in card.claims]
    assert of_cards["claims"] == {
        "supported": claims.count("supported"),
        "unverified": claims.count("unverified"),
        "contradicted": 0,
    }
    missed = len(lines(made.folder / "candidates-lexicon" / "rejects.jsonl"))
    rejected = sum(row["count"] for row in of_cards["rejected"])
    assert rejected - missed == of_cards["candidates"] - len(cards)
    assert 4 <= found["learned_from"] <= len(cards)
    assert {pair["term"] for pair in found["pairs"]} < set(WORDS)
    assert all({"student", "base"} <= pair.keys() for pair in found["pairs"])
    assert (found["judge"], found["people"]) == ({}, {})
    assert found["recipe"]["student"]["grpo_group_size"] == 2


def test_the_report_holds_the_proof_the_cards_and_the_ledger(made: Made) -> None:
    page = (made.folder / "report.html").read_text(encoding="utf-8")
    for record in lines(made.folder / "cards" / "records.jsonl"):
        assert f"<h3>{record['term']} " in page
    for text in ("verified-claim rate", "Closed book", "outranked", "no meaning of it"):
        assert text in page
    assert "<script" not in page.lower(), "a line of the word list holds one"
    assert "&lt;script&gt;alert(1)" in page
    assert r"a\x07bate" in page
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page), "not self-contained"


def test_a_second_call_changes_nothing_and_is_quick(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lexicon, "word", lambda *_: pytest.fail("a word was looked up"))
    before = everything(made.folder)
    texts = [(made.folder / name).read_bytes() for name in ("results.json", "report.html")]
    began = time.process_time()
    found = run_mnemonics(made.recipe, made.folder)
    assert time.process_time() - began < 5
    assert json.loads(json.dumps(found)) == results(made)
    after = everything(made.folder)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed <= {"recipe.json", "results.json", "report.html"}
    assert texts == [(made.folder / n).read_bytes() for n in ("results.json", "report.html")]


def test_a_plan_says_what_a_run_would_do_and_leaves_nothing(
    tmp_path: Path, shared_lexicon: Lexicon
) -> None:
    recipe = small_recipe(
        write_list(tmp_path / "words.txt"),
        cards={"writers": ("lexicon", "teacher"), "candidates": 3, "max_tokens": 100},
        teacher={"preset": "openai", "price_in": 1e6, "price_out": 2e6},
    )
    said = "\n".join(" ".join(map(str, row)) for row in plan_rows(recipe))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["words.txt"]
    assert f"{3 * len(WORDS)} calls" in said
    assert f"{len(WORDS)} words and senses" in said
    assert "SFT 1 epochs" in said
    assert "time about " in said
    assert "what isn't known: teacher (" in said
    tokens = int(re.search(r"([\d,]+) tokens", said)[1].replace(",", ""))  # type: ignore[index]
    money = float(re.search(r"([\d.]+) in the prices", said)[1])  # type: ignore[index]
    assert tokens > 3 * len(WORDS) * 100
    assert money == pytest.approx(tokens + 3 * len(WORDS) * 100, rel=1e-3)


def test_a_list_without_a_word_stops_at_once(tmp_path: Path, shared_lexicon: Lexicon) -> None:
    file = tmp_path / "words.txt"
    file.write_text("zzyzxq\nqqqrrr\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"Line 1, 'zzyzxq': no meaning"):
        plan_rows(small_recipe(file))
    with pytest.raises(SourceError, match=r"Line 1, 'zzyzxq': no meaning"):
        run_mnemonics(small_recipe(file), tmp_path / "runs" / "small")


def test_people_choose_and_the_report_says_what(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    shutil.copytree(made.folder, folder)
    command = ["review", str(folder), "--reviewer", "mina"]
    first = CliRunner().invoke(app, command, input="1\nnonsense\nq\n")
    assert first.exit_code == 0
    assert "student" not in first.output
    CliRunner().invoke(app, command, input="2\n" * 50)
    choices = lines(folder / "review" / "choices" / "mina.jsonl")
    assert [choice["choice"] for choice in choices] == ["1"] + ["2"] * (len(choices) - 1)
    assert len(choices) == len(lines(folder / "review" / "pairs.jsonl")) >= 3
    run_mnemonics(made.recipe, folder)
    assert results(Made(made.recipe, folder))["people"]["pairs"] == len(choices)
    assert "Reviewed blind" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_default_base_learns_from_the_lexicons_own_words(tmp_path: Path) -> None:
    """SmolLM2-135M-Instruct on 300 words of the list, most without a card: all parts are real."""
    from tests.helpers.small_run import need_dictionaries

    need_dictionaries()
    pytest.importorskip("trl", reason="pip install 'malmoi[train]'")
    recipe = small_recipe(
        Path(),
        words={"path": "", "limit": 300, "test_share": 0.15},
        student={"base": "", "max_length": 512, "closed_book_share": 0.0},
        evaluation={"words": 3, "max_tokens": 120},
    )
    folder = tmp_path / "runs" / "small"
    run_mnemonics(recipe, folder)
    found = results(Made(recipe, folder))
    assert found["cards"]["cards"] >= 20
    assert found["cards"]["claims"]["contradicted"] == 0
    assert (folder / "handover" / "student" / "small-Q8_0.gguf").stat().st_size > 100e6
