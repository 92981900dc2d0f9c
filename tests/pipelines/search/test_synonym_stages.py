"""The stages that make synonyms, on a corpus of three pages, and what is kept of them."""

from __future__ import annotations

import json
from contextlib import closing, nullcontext
from pathlib import Path
from typing import cast

import pytest

from malmoi.core.errors import RecipeError, RunError
from malmoi.core.files import Record
from malmoi.corpora.corpus import Corpus, Document, Query, Section, Segment
from malmoi.pipelines import lazy_teacher as lazy_module
from malmoi.pipelines.search import synonym_stages
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.synonym_stages import NOBODY_ASKED, SynonymStages, make_file, results
from malmoi.recipe import CorpusSection, SearchRecipe, SynonymsSection
from malmoi.runs.run import Run, Stage
from malmoi.synonyms import files
from malmoi.synonyms.formats.solr import read
from malmoi.teachers import Reply
from tests.helpers.scripted_teacher import ScriptedTeacher
from tests.helpers.toy_sources import Words, make_sources

TEXT = "행을 삭제하고 열을 삽입합니다. 데이터베이스(database)에 셀을 저장합니다."
OF = Corpus("toy", tuple(Document(str(i), "표", (Section("", TEXT),)) for i in range(3)))
TERMS = [{"term": "삭제", "stem": "삭제", "documents": 3, "english": {"erase": 0.6}}]


def writer() -> ScriptedTeacher:
    """A teacher that gives 행 for every English term."""
    return ScriptedTeacher(lambda _: Reply("행", prompt_tokens=1, completion_tokens=1))


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonym_stages, "open_wordnet", lambda _: Words())
    monkeypatch.setattr(SynonymStages, "sources", property(lambda _: make_sources()))
    monkeypatch.setattr(lazy_module, "open_teacher", lambda *_: nullcontext(writer()))


def filled(stage: Stage, records: list[Record]) -> Stage:
    if not stage.done:
        stage.fill(records)
        stage.finish()
    return stage


def made(folder: Path, section: SynonymsSection) -> tuple[Stage, Run]:
    recipe = SearchRecipe(name="toy", synonyms=section)
    run = Run.open(folder, recipe)
    context = SearchContext(run, recipe)
    context.corpus_stage, context.whole = filled(run.stage("corpus", {}), []), OF
    terms = filled(run.stage("glossary", {}, [context.corpus_stage]), TERMS)
    with closing(context.teacher):
        stage = synonym_stages.make(context, terms)
    run.close()
    return stage, run


def test_accepted_pairs_are_in_the_file_and_all_are_in_the_table(tmp_path: Path) -> None:
    stage, _ = made(tmp_path / "toy", SynonymsSection())
    rules = {rule.line() for rule in read(stage.folder / "synonyms.txt")}
    verdicts = files.read_table(stage.folder)
    assert "행, row" in rules or "row, 행" in rules
    assert len(rules) == stage.figures["accepted"] < stage.figures["candidates"] == len(verdicts)
    assert stage.figures["teacher"] == NOBODY_ASKED


def test_what_is_made_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = made(tmp_path / "toy", SynonymsSection())
    before = (first.folder / "records.jsonl").read_bytes()

    def refuse(*_: object) -> None:
        raise AssertionError("discovered or verified twice")

    monkeypatch.setattr(synonym_stages, "discover", refuse)
    monkeypatch.setattr(synonym_stages.SynonymVerifier, "verify", refuse)
    again, _ = made(tmp_path / "toy", SynonymsSection())
    assert (again.folder / "records.jsonl").read_bytes() == before


def test_a_teacher_is_asked_for_korean_when_the_recipe_says_so(tmp_path: Path) -> None:
    made(tmp_path / "off", SynonymsSection())
    assert not (tmp_path / "off" / "synonyms-asked").exists()
    made(tmp_path / "on", SynonymsSection(ask=True, min_segments=1, min_aligned_share=0))
    lines = (tmp_path / "on" / "synonyms-asked" / "records.jsonl").read_text("utf-8").splitlines()
    assert lines
    assert all(json.loads(line)["korean"] == {"행": 1.0} for line in lines)


def test_whether_a_teacher_judges_is_no_matter_of_how_candidates_are_found(tmp_path: Path) -> None:
    found = []
    for judge in (False, True):
        made(tmp_path / "toy", SynonymsSection(judge=judge))
        state = json.loads((tmp_path / "toy" / "synonyms-candidates" / "stage.json").read_text())
        found.append(state["fingerprint"])
        verdicts = json.loads((tmp_path / "toy" / "synonyms" / "stage.json").read_text())["figures"]
        assert ("labelled pairs and is left out" in verdicts["teacher"]) is judge
    assert found[0] == found[1]


def test_results_show_examples_of_both_fates(tmp_path: Path) -> None:
    stage, _ = made(tmp_path / "toy", SynonymsSection())
    found = results(stage, {})
    assert found["candidates"] == stage.figures["candidates"]
    assert found["verifier"]["canaries"] > found["verifier"]["true"] > 0
    for some, all_terms in found["coverage"].values():
        assert 0 < some <= all_terms
    assert {e["english"] for e in found["examples"]} & {"row", "insert", "delete"}
    assert [e["probability"] for e in found["rejected"]] == sorted(
        (e["probability"] for e in found["rejected"]), reverse=True
    )


def test_a_folder_without_a_run_and_one_of_the_other_job_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"recipe\.json is missing"):
        make_file(tmp_path)
    (tmp_path / "recipe.json").write_text('{"job": "mnemonics"}', encoding="utf-8")
    with pytest.raises(RecipeError, match="job 'mnemonics'"):
        make_file(tmp_path)


def test_segments_of_held_out_pages_are_no_evidence() -> None:
    documents = tuple(Document(str(i), "표", ()) for i in range(40))
    segments = tuple(Segment(str(i), f"행 {i}", f"row {i}") for i in range(40))
    queries = tuple(Query(f"q{i}", "행", "ko", "") for i in range(40))
    qrels = {f"q{i}": {str(i): 1} for i in range(40)}
    of = Corpus("toy", documents, queries, qrels, segments)
    recipe = SearchRecipe(name="toy", corpus=CorpusSection(test_share=0.5))
    context = SearchContext(cast("Run", None), recipe)
    context.whole = of
    kept = {segment.document for segment in SynonymStages(context).corpus.segments}
    assert 0 < len(kept) < 40
