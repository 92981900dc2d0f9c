"""`malmoi synonyms verify` on toy sources: its JSON, its table, the text of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import to_line
from malmoi.corpora.corpus import Corpus
from malmoi.synonyms import commands
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.verification import calibration
from tests.helpers.toy_sources import Words, make_sources

pytestmark = pytest.mark.usefixtures("shown")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run with two aligned segments."""
    segments = [
        {"document": "a", "ko": "행", "en": "Row"},
        {"document": "b", "ko": "열", "en": "x"},
    ]
    (tmp_path / "run" / "corpus").mkdir(parents=True)
    path = tmp_path / "run" / "corpus" / "segments.jsonl"
    path.write_text("".join(map(to_line, segments)), encoding="utf-8")
    return path.parents[1]


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Corpus | None]:
    """Toy packages instead of those that are installed, and a cache of its own; the corpora that
    sources were opened with."""
    opened: list[Corpus | None] = []

    def open_toys(corpus: Corpus | None, folder: Path | None, cache: Path) -> Sources:
        opened.append(corpus)
        return make_sources()

    monkeypatch.setattr(Sources, "open", open_toys)
    monkeypatch.setattr(commands, "open_wordnet", lambda _: Words())
    monkeypatch.setattr(calibration, "RESAMPLES", 100)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text("english\tkorean\nrow\t행\ncolumn\t행\n", encoding="utf-8")
    return path


def test_json_has_one_object_a_line_in_the_order_of_the_file(
    run: Path, file: Path, corpora: list[Corpus | None], capsys: pytest.CaptureFixture[str]
) -> None:
    commands.verify_file(file, run, as_json=True)
    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    assert [(r["korean"], r["english"]) for r in records] == [("행", "row"), ("행", "column")]
    assert [r["accepted"] for r in records] == [True, False]
    assert {"probability", "direction", "evidence"} <= set(records[0])
    assert "calibrated on" in err
    (corpus,) = corpora
    assert corpus is not None
    assert [(s.korean, s.english) for s in corpus.segments] == [("행", "Row"), ("열", "x")]


def test_the_table_names_what_spoke_for_a_pair(
    run: Path, file: Path, corpora: list[Corpus | None], capsys: pytest.CaptureFixture[str]
) -> None:
    commands.verify_file(file, run)
    out, err = capsys.readouterr()
    assert "packaged" in out
    assert "1 of 2 pairs accepted" in out + err


def test_the_calibration_is_kept_in_the_cache(
    run: Path, corpora: list[Corpus | None], tmp_path: Path
) -> None:
    first = commands.verdicts_on([("행", "row")], run)
    (kept,) = (tmp_path / "cache").rglob("calibration.json")
    written = kept.read_bytes()
    assert commands.verdicts_on([("행", "row")], run) == first
    assert kept.read_bytes() == written
    commands.verdicts_on([("행", "row")], run, excluding=[("저장", "save")])
    assert kept.read_bytes() != written, "what is measured on must not have been a canary"


def test_a_folder_that_is_no_run_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"segments\.jsonl.*malmoi run"):
        commands.verify_file(file, tmp_path)


def test_without_help_pages_verification_goes_on_and_says_so(
    file: Path,
    corpora: list[Corpus | None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    commands.verify_file(file, None, as_json=True, packages=empty)
    assert corpora == [None]
    assert "without the help pages' aligned text" in capsys.readouterr().err


def test_without_wordnet_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.open_wordnet(tmp_path) is None
    assert "without WordNet" in capsys.readouterr().err
