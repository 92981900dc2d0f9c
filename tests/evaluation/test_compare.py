from __future__ import annotations

import json

import numpy as np
import pytest

from malmoi.core.errors import SourceError
from malmoi.evaluation.compare import compare, joined
from malmoi.evaluation.metrics import METRICS
from malmoi.recipe import EvaluationSection

SETTINGS = EvaluationSection(bootstrap_samples=300, permutations=500)


def make(pages=40, per_page=3):
    """Queries of which "good" ranks the page first, "bad" second, "empty" never."""
    qrels, languages = {}, {}
    for page in range(pages):
        for i in range(per_page):
            for language in ("ko", "en"):
                query = f"{language}{page}-{i}"
                qrels[query] = {f"page{page}": 1}
                languages[query] = language
    right = {query: next(iter(judged)) for query, judged in qrels.items()}
    runs = {
        "good": {query: [(page, 2.0), ("other", 1.0)] for query, page in right.items()},
        "bad": {query: [("other", 2.0), (page, 1.0)] for query, page in right.items()},
        "empty": {},
    }
    return runs, qrels, languages


def test_all_figures_of_each_language():
    runs, qrels, languages = make()
    del runs["good"]["ko0-0"]
    results = compare(runs, qrels, languages, [("good", "bad")], SETTINGS)
    assert results["queries"] == {"en": 120, "ko": 120}
    assert results["pages"] == {"en": 40, "ko": 40}
    assert set(results["scores"]["ko"]["good"]) == set(METRICS)
    assert results["scores"]["en"]["good"]["hit@1"]["mean"] == 1
    assert results["scores"]["ko"]["good"]["hit@1"]["mean"] == pytest.approx(119 / 120)
    assert results["scores"]["ko"]["bad"]["nDCG@10"]["mean"] == pytest.approx(1 / np.log2(3))
    assert results["scores"]["ko"]["empty"]["Recall@100"] == {"mean": 0, "low": 0, "high": 0}


def test_verdicts():
    runs, qrels, languages = make()
    runs["same"] = runs["good"]
    pairs = [("good", "bad"), ("bad", "good"), ("good", "same")]
    found = compare(runs, qrels, languages, pairs, SETTINGS)["comparisons"]
    assert [c["verdict"] for c in found] == ["gain", "loss", "no gain"] * 2
    assert found[0]["difference"] == pytest.approx(1 - 1 / np.log2(3))
    assert all(c["p"] <= c["p_holm"] for c in found)
    assert found[2]["p_holm"] == 1


def test_two_groups_are_joined_and_each_is_corrected_for_its_own_tests():
    runs, qrels, languages = make(pages=9, per_page=1)
    pairs = [("good", "bad")]
    korean = {query: "talk" for query, language in languages.items() if language == "ko"}
    english = {query: "en" for query, language in languages.items() if language == "en"}
    first, second = (compare(runs, qrels, each, pairs, SETTINGS) for each in (english, korean))
    both = joined(first, second)
    assert both["queries"] == {"en": 9, "talk": 9}
    assert both["pages"] == {"en": 9, "talk": 9}
    assert both["scores"] == {**first["scores"], **second["scores"]}
    assert both["comparisons"] == [*first["comparisons"], *second["comparisons"]]
    together = compare(runs, qrels, english | korean, pairs, SETTINGS)["comparisons"]
    assert [c["difference"] for c in together] == [c["difference"] for c in both["comparisons"]]
    for one, of_two in zip(both["comparisons"], together, strict=True):
        assert one["p_holm"] == one["p"] < of_two["p_holm"]


def test_a_gain_must_survive_the_correction():
    runs, qrels, languages = make(pages=9, per_page=1)
    # Eight pages better, one worse: the interval excludes 0, but p times the number of tests is
    # too large once many are made.
    runs["mixed"] = runs["good"] | {q: runs["bad"][q] for q in ("ko0-0", "en0-0")}
    runs["base"] = runs["bad"] | {q: runs["good"][q] for q in ("ko0-0", "en0-0")}
    one = compare(runs, qrels, {f"ko{i}-0": "ko" for i in range(9)}, [("mixed", "base")], SETTINGS)
    assert one["comparisons"][0]["verdict"] == "gain"
    many = compare(runs, qrels, languages, [("mixed", "base")] + [("good", "good")] * 9, SETTINGS)
    assert many["comparisons"][0]["low"] > 0
    assert many["comparisons"][0]["verdict"] == "no gain"


def test_deterministic_and_json():
    runs, qrels, languages = make(pages=10)
    first = compare(runs, qrels, languages, [("good", "bad")], SETTINGS)
    shuffled = dict(reversed(languages.items()))
    assert compare(runs, qrels, shuffled, [("good", "bad")], SETTINGS) == first
    assert json.loads(json.dumps(first)) == first


def test_an_unknown_run_is_named():
    runs, qrels, languages = make(pages=2)
    with pytest.raises(SourceError, match="best"):
        compare(runs, qrels, languages, [("best", "bad")], SETTINGS)
