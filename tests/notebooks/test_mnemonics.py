from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from malmoi.lexicon.lookup import Lexicon
from tests.helpers.notebooks import kept_cells, kept_sources, problems, run_script, script_cells

NAME = "mnemonics"
SECTIONS = [
    "Environment", "Facts", "Claims", "Cards", "A whole list", "Data set", "Student", "Comparison",
    "Anki",
]  # fmt: skip
MAX_LINES = 400


def test_it_has_its_sections_and_each_says_what_to_change() -> None:
    cells = script_cells(NAME)
    titles = re.findall(r"^## \d+\. (.+)$", "\n".join(text for _, text in cells), re.M)
    assert titles == SECTIONS
    sections = [text for _, text in cells if text.startswith("## ")]
    assert [text[:20] for text in sections if not re.search(r"\*[A-Z][^*]+:\*", text)] == []
    script = Path(__file__).parents[2] / "notebooks" / f"{NAME}.py"
    assert len(script.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_kept_notebook_is_that_of_the_script_and_has_run() -> None:
    assert kept_sources(NAME) == script_cells(NAME)
    cells = kept_cells(NAME)
    assert problems(cells) == []
    shown = [kind for c in cells for o in c.get("outputs", ()) for kind in o.get("data", ())]
    assert shown.count("image/svg+xml") == 1
    assert shown.count("text/markdown") >= 7


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_it_runs_as_a_script(tmp_path: Path, shared_lexicon: Lexicon) -> None:
    for module in ("torch", "trl", "genanki", "pyarrow"):
        pytest.importorskip(module, reason="pip install 'malmoi[embedded,train,mnemonics,data]'")
    ran = run_script(NAME, tmp_path)
    assert ran.returncode == 0, ran.stderr[-3000:]
    work = tmp_path / NAME
    svg = ElementTree.parse(work / "features.svg").getroot()
    assert svg.tag.endswith("svg")
    verdicts = re.findall(
        r"\| (\w+) \| It [^|]+ \| (supported|contradicted) \|", ran.stdout.partition("unknown:")[2]
    )
    assert [verdict for _, verdict in verdicts] == ["supported", "contradicted"] * 4
    assert "\n0 notes new or changed" in ran.stdout
    assert (work / "cards.apkg").is_file()
    run = work / "runs" / "my-words"
    results = json.loads((run / "results.json").read_text(encoding="utf-8"))
    assert results["cards"]["cards"] >= 5
    assert {path.name for path in (run / "handover").iterdir()} >= {"cards.apkg", "student"}
