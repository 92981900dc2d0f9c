from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from malmoi.core.files import write_lines
from malmoi.corpora.corpus import Query
from malmoi.evaluation.compare import compare
from malmoi.reports.notebook import (
    Notebook,
    Picture,
    Table,
    active_dimensions,
    bars,
    differences,
    environment,
    examples,
    first_right,
    hits,
    points,
    scores,
    sizes,
    training_log,
    translations,
)
from malmoi.retrieval.index.index import Match, Result


def test_a_table_is_markdown_whose_cells_stay_cells() -> None:
    table = Table(["a", "b"], ([n, f"{n}|{n}"] for n in (1, 2)))
    assert table._repr_markdown_() == "| a | b |\n| --- | --- |\n| 1 | 1/1 |\n| 2 | 2/2 |"


def test_bars_are_as_long_as_their_values() -> None:
    root = ElementTree.fromstring(Picture(bars("<hits>", [("행 & 열", 4), ("no", 1)])).svg)
    widths = [float(rect.attrib["width"]) for rect in root if rect.tag.endswith("rect")]
    assert widths[0] == 4 * widths[1] > 0
    assert [text.text for text in root if text.tag.endswith("text")] == [
        "<hits>", "행 & 열", "4", "no", "1"
    ]  # fmt: skip
    ElementTree.fromstring(Picture(bars("none", [])).svg)
    ElementTree.fromstring(Picture(bars("zero", [("a", 0.0)])).svg)


def test_a_picture_says_where_it_was_saved(tmp_path: Path) -> None:
    picture = Picture(bars("hits", [("a", 1)]))
    assert str(picture) == picture._repr_svg_()
    assert str(picture.save(tmp_path / "hits.svg")) == f"picture: {tmp_path / 'hits.svg'}"
    saved = ElementTree.parse(tmp_path / "hits.svg").getroot()
    assert saved.tag == "{http://www.w3.org/2000/svg}svg"
    assert saved.attrib["width"] == "480"


def test_a_notebook_prints_in_a_script_and_keeps_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = Notebook(tmp_path / "deep" / "pictures")
    notebook.table(["a"], [[1]])
    notebook.picture("hits", bars("hits", [("a", 1)]))
    assert capsys.readouterr().out.splitlines() == [
        "| a |", "| --- |", "| 1 |", f"picture: {tmp_path / 'deep' / 'pictures' / 'hits.svg'}"
    ]  # fmt: skip
    assert ElementTree.parse(tmp_path / "deep" / "pictures" / "hits.svg").getroot() is not None
    displayed: list[object] = []
    monkeypatch.setattr("builtins.display", displayed.append, raising=False)
    notebook.show("in Jupyter")
    assert displayed == ["in Jupyter"]


def test_the_environment_is_what_is_here_and_what_is_added() -> None:
    torch = pytest.importorskip("torch", reason="pip install 'malmoi[train]'")
    rows = dict(environment({"free memory": "2 GiB"}).rows)  # type: ignore[arg-type]
    assert str(rows["torch"]).partition("+")[0] == torch.__version__.partition("+")[0]
    assert rows["free memory"] == "2 GiB"
    assert "GPU" in rows


def test_sizes_and_active_dimensions_count_numbers() -> None:
    torch = pytest.importorskip("torch", reason="pip install 'malmoi[train]'")
    layer = torch.nn.Linear(1000, 2)
    layer.bias.requires_grad = False
    assert list(sizes({"head": layer.parameters()}).rows) == [["head", "2,002", "2,000"]]
    vectors = csr_matrix(np.array([[0, 1, 2], [0, 0, 3]], dtype=np.float32))
    none = csr_matrix((0, 3), dtype=np.float32)
    assert list(active_dimensions({"pages": vectors, "none": none}).rows) == [
        ["pages", "1.5", "3"], ["none", "0.0", "3"]
    ]  # fmt: skip


def test_a_log_gives_the_points_of_the_figures_that_it_has(tmp_path: Path) -> None:
    records = [{"step": 0, "dev_ko": 0.5}, {"step": 5, "loss": 2.0}, {"step": 10, "dev_ko": 0.6}]
    write_lines(tmp_path / "training" / "metrics.jsonl", records)
    log = training_log(tmp_path)
    assert points(log, "dev_ko") == [(0, 0.5), (10, 0.6)]
    assert points(log, "dev_en") == []


def test_translations_are_in_the_order_of_the_words_and_name_their_sources() -> None:
    pairs = [
        {"korean": "행", "english": "row", "share": 0.75, "sources": {"vectors": 1, "teacher": 1}},
        {"korean": "행", "english": "line", "share": 0.25, "sources": {"vectors": 1}},
        {"korean": "열", "english": "column", "share": 1.0, "sources": {"aligned": 1}},
    ]
    assert list(translations(pairs, ["열", "칸", "행"]).rows) == [
        ["열", "column (1.00)", "aligned"],
        ["행", "row (0.75), line (0.25)", "teacher, vectors"],
    ]


def test_hits_say_what_matched() -> None:
    matches = tuple(Match(token, 2.0, weight) for token, weight in (("행", 1.5), ("표", 0.5)))
    table = hits([Result(1, 4.0, "d1", "행 삽입", matches)], matches=1)
    assert list(table.rows) == [[1, "4.00", "행 삽입", "행 3.00"]]


def test_scores_differences_and_examples_are_those_of_the_comparison() -> None:
    qrels = {f"q{n}": {f"d{n}": 1, "d0": 0} for n in range(1, 5)}
    languages = {f"q{n}": "ko" if n % 2 else "en" for n in range(1, 5)}
    runs = {
        "old": {query: [("d0", 2.0), (f"d{query[1:]}", 1.0)] for query in qrels},
        "new": {query: [(f"d{query[1:]}", 2.0)] for query in qrels} | {"q4": [("d0", 1.0)]},
    }
    compared = compare(runs, qrels, languages, [("new", "old")])
    table = scores(compared)
    assert table.head == ["nDCG@10", "Korean queries", "English queries"]
    rows = [list(row) for row in table.rows]
    assert [row[0] for row in rows] == ["old", "new"]
    assert rows[1][1] == "1.000 [1.000, 1.000]"
    assert str(rows[0][1]).startswith("0.631 ")
    assert str(next(iter(scores(compared, "hit@1").rows))[1]).startswith("0.000 ")
    row = next(iter(differences(compared).rows))
    assert row[:2] == ["new − old", "English queries"]
    assert "+0.3" in str([*differences(compared).rows][1][2])

    assert first_right(runs["old"], qrels) == dict.fromkeys(qrels, 2)
    assert first_right(runs["new"], qrels)["q4"] == 0
    shown = examples([Query("q4", "넷", "en")], runs, qrels, {"d4": "넷째"})
    assert shown.head == ["query", "right", "rank by old", "rank by new"]
    assert list(shown.rows) == [["넷", "넷째", 2, "–"]]
