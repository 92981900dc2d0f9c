from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from malmoi.evaluation.compare import compare
from malmoi.recipe import EvaluationSection
from malmoi.reports import search
from malmoi.reports.search import render, score_table, write_report
from malmoi.reports.search_results import CONVERSATIONAL
from tests.helpers.browser import opened
from tests.helpers.html_page import Page
from tests.helpers.toy_results import HOSTILE, SYSTEMS, made_up


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render(made_up()))


def test_every_part_of_the_results_is_on_the_page(page: Page) -> None:
    for wanted in (
        *SYSTEMS,
        "Korean queries → Korean pages",
        "[0.703, 0.743]",
        "+0.160 [+0.148, +0.171]",
        "v2 is better than v1",
        "no gain: the interval holds 0",
        "2 empty",
        "3,136 kept of 6,060 (52%)",
        "셀 서식 통화 기호",
        "제곱",
        "조건부 서식; 셀에 적용",
        "40 min 11 s",
        "min_yield = 0.1",
        "5.1 MB",
        "on 4,210 labelled pairs",
        "[0.002, 0.006]",
        "No teacher was asked for verdicts.",
        "0.97; the text says otherwise; packaged",
    ):
        assert wanted in page.text, wanted
    assert page.tags.count("details") == 11, "ten examples and the recipe"
    assert page.open == [], "every tag is closed"


def test_what_no_teacher_was_asked_for_has_no_table_of_zeros() -> None:
    results = made_up()
    results["teacher"]["queries"] |= {"written": 0, "kept": 0}
    text = Page(render(results)).text
    assert "No teacher was asked for queries." in text
    assert "0 kept of 0" not in text
    assert "Dropped, by filter" not in text
    assert "Glossary: " in text
    results["teacher"]["glossary"] |= {"terms": 0, "translated": 0}
    text = Page(render(results)).text
    assert "no teacher was asked for queries or a glossary" in text
    assert "tokens read" not in text


def test_coverage_is_a_share_of_what_is_known_alone() -> None:
    synonyms = {"accepted": 1, "candidates": 4, "coverage": {"ko": [0, 0], "en": [3, 4]}}
    assert [(row["share"], row["all"]) for row in search.covered(synonyms)] == [
        (0.25, 4),
        (0.75, 4),
    ]
    assert search.covered({}) == []
    assert search.trusted({"verifier": {"f1": [0.5]}}) == []


def test_nothing_runs_and_nothing_is_fetched(page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {name for name in names if name.startswith("on")} | (names & {"src", "href"})
    assert "url(" not in render(made_up())
    policies = [value for _, value in page.attributes if value and "default-src" in value]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def strings_made_hostile(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: strings_made_hostile(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [strings_made_hostile(inner) for inner in value]
    return HOSTILE if isinstance(value, str) and value not in search.GROUPS else value


def test_text_of_models_is_shown_not_run_wherever_it_stands() -> None:
    results = strings_made_hostile(made_up())
    for part in ("systems", "seconds", "training"):
        results[part][HOSTILE] = next(iter(results[part].values()))
    results["comparison"]["scores"][HOSTILE] = {
        HOSTILE: results["comparison"]["scores"]["ko"]["v2"]
    }
    html = render(results)
    html.encode("utf-8")
    found = Page(html)
    assert "script" not in found.tags
    assert found.text.count('<script>alert("x")') > 100, "the text is there, as text"
    assert not set(found.text) & {"\x00", "\x1b", "\u202e", "\ud800"}
    assert found.open == []


def test_the_report_says_how_much_memory_a_stage_held_where_it_is_known() -> None:
    text = Page(render(made_up())).text
    assert "Peak memory" in text
    assert "2.1 GB" in text or "2.2 GB" in text
    without = {k: v for k, v in made_up().items() if k != "memory"}
    assert "Peak memory" not in Page(render(without)).text


@pytest.mark.parametrize("empty", [{}, {"name": "x"}, dict.fromkeys(made_up()), "emptied"])
def test_an_empty_run_still_has_a_page_that_says_so(empty: Any) -> None:
    results = {k: type(v)() for k, v in made_up().items()} if empty == "emptied" else empty
    found = Page(render(results))
    assert "its results hold no verdicts" in found.text
    assert "No system was scored" in found.text
    assert "No student was trained" in found.text
    assert "What the teacher wrote" not in found.text


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Places of every dict entry, and of the first item of every list."""
    if isinstance(value, dict):
        return [p for key in value for p in [(*here, key), *paths(value[key], (*here, key))]]
    return paths(value[0], (*here, 0)) if isinstance(value, list) and value else []


SCHEMA = {"language", "metric", "a", "b", "difference", "low", "high", "mean"}
"""What `compare` always gives with a score or a test."""


def small() -> dict[str, Any]:
    results = made_up()
    kept = ("v2", "BM25 (kiwi)")
    results["systems"] = {name: results["systems"][name] for name in kept}
    for language, scores in results["comparison"]["scores"].items():
        results["comparison"]["scores"][language] = {name: scores[name] for name in kept}
    results["training"] = {name: log[:3] for name, log in results["training"].items()}
    results["examples"] = results["examples"][:2]
    return results


def test_any_single_part_may_be_missing_or_unknown() -> None:
    results = small()
    places = [place for place in paths(results) if place[-1] not in SCHEMA]
    assert len(places) > 100
    for number, place in enumerate(places):
        broken = copy.deepcopy(results)
        inner = broken
        for key in place[:-1]:
            inner = inner[key]
        if number % 2:
            del inner[place[-1]]
        else:
            inner[place[-1]] = None
        try:
            html = render(broken)
        except Exception as error:
            pytest.fail(f"without {'.'.join(map(str, place))}: {error!r}")
        assert html.rstrip().endswith("</html>")


def test_unknown_numbers_are_dashes_not_nan() -> None:
    results = made_up()
    results["systems"]["v2"]["flops"] = float("nan")
    results["training"]["v1"][3]["loss"] = float("inf")
    results["comparison"]["scores"]["ko"]["v2"]["hit@1"]["mean"] = float("nan")
    assert not re.search(r"\b(nan|inf|None|Undefined)\b", Page(render(results)).text)


def test_the_best_of_ours_is_bold_and_baselines_and_ablations_never_are() -> None:
    results = made_up()
    results["comparison"]["scores"]["ko"]["e5 dense"]["nDCG@10"]["mean"] = 0.99
    for language, best in (("ko", "v2"), ("en", "v2 with parallel text")):
        table = score_table(results, language)
        rows = [row for group in table["groups"] for row in group["rows"]]
        assert [row["name"] for row in rows if row["best"]] == [best]
    assert score_table(results, "ko")["baseline"] == "e5 dense"
    means = [row["scores"]["nDCG@10"]["mean"] for row in table["groups"][0]["rows"]]
    assert means == sorted(means, reverse=True)


def test_a_hybrid_is_a_group_of_its_own_and_has_its_price() -> None:
    results = made_up()
    results["systems"]["RRF of BM25F and e5"] |= {"group": "hybrid", "seconds": 0.0213}
    titles = [group["title"] for group in score_table(results, "ko")["groups"]]
    assert "With a dense model at query time" in titles
    assert "21 ms a query" in Page(render(results)).text


def test_no_gain_says_which_of_the_two_conditions_failed() -> None:
    test = {"a": "v2", "b": "v1", "difference": 0.02, "low": 0.001, "high": 0.04, "p_holm": 0.2}
    assert search.verdict_sentence(test | {"verdict": "no gain"}) == (
        "no gain: the corrected p is not below 0.05"
    )
    assert "holds 0" in search.verdict_sentence(test | {"verdict": "no gain", "low": -0.01})
    assert search.verdict_sentence(test | {"verdict": "gain"}) == "v2 is better than v1"
    assert search.verdict_sentence(test | {"verdict": "loss"}) == "v2 is worse than v1"


def with_questions() -> dict[str, Any]:
    """Made-up results with the group of conversational questions, as a run has them."""
    results = made_up()
    comparison = results["comparison"]
    comparison["queries"][CONVERSATIONAL], comparison["pages"][CONVERSATIONAL] = 200, 199
    comparison["scores"][CONVERSATIONAL] = copy.deepcopy(comparison["scores"]["ko"])
    korean = [test for test in comparison["comparisons"] if test["language"] == "ko"]
    comparison["comparisons"] += [{**test, "language": CONVERSATIONAL} for test in korean]
    return results


def test_conversational_questions_are_the_last_table_and_say_what_they_are() -> None:
    results = with_questions()
    assert search.scored_languages(results) == ["ko", "en", CONVERSATIONAL]
    assert [t["title"].partition(":")[0] for t in search.comparison_tables(results)] == [
        "Korean queries → Korean pages",
        "English queries → Korean pages",
        "Conversational questions → Korean pages",
    ]
    text, without = (" ".join(Page(render(r)).text.split()) for r in (results, made_up()))
    assert (
        "200 questions in spoken Korean, which nothing was trained, chosen or filtered by, "
        "to 199 pages"
    ) in text
    assert "870 held-out queries that people wrote, to 352 pages" in text
    assert "those on conversational questions are corrected for their own number" in text
    assert "onversational questions" not in without


def test_a_curve_never_mixes_batches_with_evaluations() -> None:
    log = [
        {"step": 0, "document_dimensions": 100},
        {"step": 5, "loss": 2.0, "document_dimensions": 300},
        {"step": 10, "document_dimensions": 110},
    ]
    assert search._points(log, "document_dimensions") == [(0, 100), (10, 110)]
    assert search._points(log[1:2], "document_dimensions") == [(5, 300)]
    assert search._points(log, "loss") == [(5, 2.0)]


def test_tokens_that_the_teacher_brought_and_that_match_the_query_are_marked() -> None:
    shown = search._example(
        {
            "weights": [["cell", 2.0]],
            "documents": [{"before": [["셀", 1.0]], "after": [["셀", 1.0], ["cell", 2.0]]}],
        }
    )
    (_, before), (_, after) = shown["documents"][0]["sides"]
    assert [(row["token"], row["new"], row["matches"]) for row in after] == [
        ("cell", True, True),
        ("셀", False, False),
    ]
    assert (before[0]["width"], before[0]["new"]) == (50.0, False), "one scale for both"


def test_what_compare_gives_goes_in_as_it_is() -> None:
    qrels = {f"q{i}": {f"d{i}": 1} for i in range(8)}
    good = {query: [(page, 2.0) for page in pages] for query, pages in qrels.items()}
    bad = {query: [("d0", 1.0)] for query in qrels}
    settings = EvaluationSection(bootstrap_samples=100, permutations=100)
    languages = dict.fromkeys(qrels, "ko")
    found = compare({"v2": good, "BM25": bad}, qrels, languages, [("v2", "BM25")], settings)
    text = Page(render({"comparison": found})).text
    assert "1.000[1.000, 1.000]" in text
    assert "v2 − BM25" in text
    assert "8 held-out queries" in text


def test_the_report_is_written_over_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "report.html"
    write_report({"title": "first"}, path)
    write_report({"title": "한국어"}, path)
    assert "<h1>한국어</h1>" in path.read_text(encoding="utf-8")
    assert [file.name for file in path.parent.iterdir()] == ["report.html"], "no temporary files"


def test_a_browser_opens_the_page_without_a_complaint(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(made_up(), path)
    page, console = opened(path, tmp_path / "profile")
    assert console == ""
    assert page.count('<table class="scores">') == 2
    assert page.count('class="whiskers"') == 2 * (len(SYSTEMS) + 5) + 1


def test_the_browser_would_have_complained(tmp_path: Path) -> None:
    """The counter-example: its console is read, and the page's policy stops a script."""
    path = tmp_path / "report.html"
    script = "<script>document.title = 'run'</script>"
    path.write_text(render({"title": "quiet"}).replace("</body>", f"{script}</body>"), "utf-8")
    page, console = opened(path, tmp_path / "profile")
    assert "Content Security Policy" in console
    assert "<title>quiet</title>" in page
