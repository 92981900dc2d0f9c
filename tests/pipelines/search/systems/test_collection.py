from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from malmoi.core.errors import RunError, SourceError
from malmoi.pipelines.search.systems.collection import Collection, Filter, open_index, open_run
from malmoi.pipelines.search.systems.translations import Translations
from tests.helpers.served_run import DOCUMENTS, write_index


def ids(ranking):
    return [hit.document.id for hit in ranking.hits]


def test_a_run_has_its_systems_in_the_order_that_people_compare(collection):
    assert collection.systems == ("BM25F", "v2", "v1")
    assert collection.dates


@pytest.mark.parametrize("name", ["BM25F", "v1", "v2"])
def test_hits_are_ranked_and_explained(collection, name):
    ranking = collection.search(name, "표에 행 삽입", 3)
    assert ids(ranking)[0] == "row/insert"
    scores = [hit.score for hit in ranking.hits]
    assert scores == sorted(scores, reverse=True)
    assert [hit.rank for hit in ranking.hits] == [1, 2, 3]
    assert ranking.total >= 3
    for hit in ranking.hits:
        matched = sum(m.contribution for m in hit.explanation.matches)
        assert matched == pytest.approx(hit.score, rel=1e-4)


def test_v2_crosses_the_languages_and_v1_does_not(collection):
    assert "row/insert" in ids(collection.search("v2", "row", 9))
    assert "row/insert" not in ids(collection.search("v1", "row", 9))


def test_a_filter_leaves_out_and_says_so(collection):
    assert ids(collection.search("v2", "row", 9, Filter(language="ko")))[0] == "row/insert"
    english = ids(collection.search("v2", "row", 9, Filter(language="en")))
    assert "english" in english
    assert "row/insert" not in english
    assert set(ids(collection.search("v2", "행", 9, Filter(prefix="row/")))) == {
        "row/insert",
        "row/delete",
    }
    assert ids(collection.search("v2", "행", 9, Filter(until="2025-01"))) == ["row/insert"]
    since = ids(collection.search("v2", "행", 9, Filter(since="2025-02-01")))
    assert since
    assert "row/insert" not in since
    why = collection.why("v2", "행", "row/insert", 3, Filter(prefix="save"))
    assert why.filtered
    assert why.rank is None
    assert why.score > 0
    assert why.cutoff is None


def test_why_a_document_stands_where_it_stands(collection):
    ranking = collection.search("v2", "표에 행 삽입", 9)
    for hit in ranking.hits:
        why = collection.why("v2", "표에 행 삽입", hit.document.id, 2)
        assert why.rank == hit.rank
        assert why.score == pytest.approx(hit.score)
        assert why.cutoff == pytest.approx(ranking.hits[1].score)
    lost = collection.why("v2", "표에 행 삽입", "save", 2)
    assert lost.rank is None
    assert {m.token for m in lost.explanation.matches} == {"표", "행", "삽입"}
    assert not any(m.contribution for m in lost.explanation.matches)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "!!", "우주선", "가" * 500])
def test_a_query_that_finds_nothing_is_no_error(collection, text):
    for name in collection.systems:
        assert collection.search(name, text, 5).hits == ()
        assert collection.why(name, text, "save", 5).rank is None


def test_what_is_not_there_is_said(collection):
    with pytest.raises(SourceError, match="no system 'v9'; it has BM25F, v2, v1"):
        collection.search("v9", "행")
    with pytest.raises(SourceError, match="no document with the id 'nowhere'"):
        collection.why("v2", "행", "nowhere")


def test_ties_are_broken_by_id_in_the_ranking_and_in_why():
    class Level:
        name, ranks_all = "level", False

        def prepare(self):
            pass

        def scores(self, text):
            import numpy as np

            return np.ones(len(DOCUMENTS), np.float32)

        def explain(self, text, row):
            from malmoi.pipelines.search.systems.system import Explanation

            return Explanation(())

    made = Collection("x", DOCUMENTS, {"level": Level}, Translations(Path("none")))
    ranking = made.search("level", "q", 9)
    assert ids(ranking) == sorted(d.id for d in DOCUMENTS)
    assert [made.why("level", "q", name).rank for name in ids(ranking)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_system_whose_parts_are_not_in_the_run_is_offered_no_more(run, tmp_path):
    folder = shutil.copytree(run, tmp_path / "run")
    (folder / "embeddings").mkdir()
    recipe = {"job": "search", "name": "small"}
    (folder / "recipe.json").write_text(json.dumps(recipe))
    made = open_run(folder)
    assert "dense" in made.systems
    with pytest.raises(SourceError, match="can't be searched by dense"):
        made.search("dense", "행")
    assert "dense" not in made.systems


def test_a_folder_that_is_no_run(tmp_path):
    with pytest.raises(RunError, match="no finished corpus"):
        open_run(tmp_path)


def test_an_index_is_a_collection_of_titles(run, tmp_path):
    opened = open_index(write_index(tmp_path / "mine", run))
    assert opened.name == "mine"
    assert opened.systems == ("tokens",)
    assert not opened.has_texts
    assert ids(opened.search("tokens", "행", 9))
    with_text = open_run(run).search("v2", "행", 9)
    assert set(ids(opened.search("tokens", "행", 9))) == set(ids(with_text))


def test_a_system_that_takes_long_to_open_holds_up_no_other():
    import threading

    wait, begun = threading.Event(), threading.Event()

    def slow():
        begun.set()
        wait.wait(30)

    made = Collection("x", DOCUMENTS, {"slow": slow, "gone": lambda: None}, Translations(Path("-")))
    thread = threading.Thread(target=_try, args=(made,))
    thread.start()
    assert begun.wait(30)
    with pytest.raises(SourceError, match="by gone"):
        made.search("gone", "q")
    wait.set()
    thread.join(30)


def _try(made):
    with pytest.raises(SourceError, match="by slow"):
        made.search("slow", "q")
