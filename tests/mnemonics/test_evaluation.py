from __future__ import annotations

import json

import numpy as np
import pytest

from malmoi.core.errors import SourceError
from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.evaluation import MEASURES, Row, measure, report_table, table
from malmoi.mnemonics.form import render

SENSE = Sense(
    "obstinate.adjective.1", "adjective", "stubbornly refusing to change", (), (), (), "x"
)
WORD = Word("obstinate", "obstinate", senses=(SENSE,))


def row(n, **changed):
    values = {
        "term": f"w{n}", "sense": f"w{n}.1", "problem": "", "abstained": False, "rule": "",
        "supported": 1, "contradicted": 0, "unverified": 0, "gate": True, "concreteness": 3.0,
        "text": f"one mule number {n} stands",
    }  # fmt: skip
    return Row(**(values | changed))


STUDENT = [row(n, concreteness=3.5 + n % 3 / 10) for n in range(40)]
BASE = [
    row(n, problem="no lines", supported=0, gate=False, text="a b c d", concreteness=2 + n % 4 / 10,
        contradicted=n % 2)
    for n in range(40)
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "verified"),
    [
        ({}, True),
        ({"supported": 3}, True),
        ({"supported": 0}, False),  # no claim is no verified claim
        ({"unverified": 1}, False),
        ({"contradicted": 1}, False),
        ({"problem": "no lines"}, False),
        ({"rule": "term: missing"}, False),
        ({"abstained": True}, False),
    ],
)
def test_verified_is_what_it_says(changed, verified):
    assert row(1, **changed).verified is verified


def test_figures_of_a_system():
    found = table({"student": STUDENT, "base": BASE}, resamples=200)
    student, base = found["systems"]["student"], found["systems"]["base"]
    assert (student["verified"]["mean"], base["verified"]["mean"]) == (1, 0)
    assert base["contradicted"]["mean"] == 0.5
    assert base["claims_contradicted"] == {"mean": 1, "low": 1, "high": 1, "n": 20}
    assert student["claims_supported"]["n"] == 40
    assert student["length"]["mean"] == 5
    assert student.keys() >= {figure.key for figure in MEASURES}
    assert found["problems"] == {"student": {}, "base": {"no form": 40}}
    assert json.loads(json.dumps(found)) == found


def test_share_of_claims_is_over_claims_and_of_outputs_over_outputs():
    rows = [row(0, supported=9, contradicted=1), row(1), row(2, supported=0)]
    figures = table({"student": rows}, tested=(), resamples=100)["systems"]["student"]
    assert figures["claims_contradicted"]["mean"] == pytest.approx(1 / 11)
    assert figures["contradicted"]["mean"] == pytest.approx(1 / 3)
    assert figures["verified"]["mean"] == pytest.approx(1 / 3)


def test_student_and_base_are_tested_in_pairs():
    tests = {t["measure"]: t for t in table({"student": STUDENT, "base": BASE})["tests"]}
    assert tests["verified"]["verdict"] == "gain"
    assert tests["contradicted"]["verdict"] == "gain"  # fewer is better
    assert tests["contradicted"]["difference"] == -0.5
    assert tests["concreteness"]["test"].startswith("Wilcoxon")
    assert tests["verified"]["test"].startswith("McNemar")
    assert tests["length"]["verdict"] == "higher"
    assert tests["abstained"]["verdict"] == "no difference shown"
    assert tests["concreteness"]["d_z"] != tests["concreteness"]["d_av"]


def test_holm_is_over_all_pairs_together():
    systems = {"student": STUDENT, "base": BASE, "student, closed": STUDENT, "base, closed": BASE}
    open_alone = table(systems)["tests"]
    both = table(systems, (("student", "base"), ("student, closed", "base, closed")))["tests"]
    assert len(both) == 2 * len(open_alone)
    for alone, first, second in zip(
        open_alone, both[: len(open_alone)], both[len(open_alone) :], strict=True
    ):
        assert alone["p"] == first["p"] == second["p"]
        assert first["p_holm"] >= alone["p_holm"]
        assert (first["n"], first["dropped"]) == (second["n"], second["dropped"]) == (40, 0)
        assert (second["a"], second["b"]) == ("student, closed", "base, closed")


def test_what_nothing_is_known_of_is_none_and_its_pair_left_out():
    rows = [row(n, concreteness=None if n < 10 else 3.0) for n in range(40)]
    found = table({"student": rows, "base": BASE}, resamples=100)
    assert found["systems"]["student"]["concreteness"]["n"] == 30
    test = next(t for t in found["tests"] if t["measure"] == "concreteness")
    assert (test["n"], test["dropped"]) == (30, 10)
    silent = [row(n, supported=0) for n in range(3)]
    figures = table({"student": silent}, tested=(), resamples=100)["systems"]["student"]
    assert figures["claims_supported"] == {"mean": None, "low": None, "high": None, "n": 0}


def test_diversity_is_compared_at_equal_sizes_with_the_cards():
    rng = np.random.default_rng(0)
    learned = [" ".join(f"x{i}" for i in rng.integers(0, 90, 6)) for _ in range(300)]
    found = table({"student": STUDENT}, (), {"cards it learned from": learned}, resamples=100)
    diverse = found["diversity"]
    assert diverse["texts"] == 20
    assert (
        diverse["systems"]["student"]["mean"] < diverse["systems"]["cards it learned from"]["low"]
    )


def test_different_words_can_not_be_tested():
    with pytest.raises(SourceError, match="same words"):
        table({"student": STUDENT, "base": BASE[::-1]})
    with pytest.raises(SourceError, match="no system is called 'base'"):
        table({"student": STUDENT})
    with pytest.raises(SourceError, match="one for each"):
        measure(["a"], [], None)


def test_the_table_as_a_report_and_a_terminal_show_it():
    found = table({"student": STUDENT, "base": BASE}, resamples=200)
    shown = report_table(found, "Open book", ["student", "base"], ("student", "base"))
    by_name = {line["name"]: line for line in shown["rows"]}
    assert shown["tested"]
    assert by_name["verified-claim rate"]["cells"] == [
        "1.000 [1.000, 1.000]",
        "0.000 [0.000, 0.000]",
    ]
    assert by_name["verified-claim rate"]["p"] == "< .0001"
    assert by_name["verified-claim rate"]["test"].startswith("McNemar 40:0")
    assert by_name["contradicted-claim rate"]["difference"].startswith("−0.500")
    assert by_name["claims supported"]["p"] == "–"
    assert "20" in by_name["distinct-2"]["note"]
    for line in shown["rows"]:
        assert all(isinstance(text, str) for text in [*line["cells"], line["test"], line["p"]])
    assert shown["title"] == "Open book"
    alone = report_table(found, "Base", ["base"])
    assert not alone["tested"]


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon.open()


def test_a_well_formed_output_is_measured(lexicon):
    text = render(
        Draft(
            "orthography",
            "The spelling of obstinate begins with ob.",
            "An obstinate mule stands on a rock.",
            "The obstinate child refused to wear a coat.",
        )
    )
    found = measure([text], [(WORD, SENSE)], lexicon)[0]
    assert (found.problem, found.abstained, found.term) == ("", False, "obstinate")
    assert found.text == "An obstinate mule stands on a rock."
    assert found.concreteness is None or 3 < found.concreteness <= 5  # None: no ratings installed


def test_a_broken_output_has_neither_term_nor_gate_but_its_claims_count(lexicon):
    found = measure(
        ["obstinate obstinate. The word obstinate has nine letters and begins with z."],
        [(WORD, SENSE)],
        lexicon,
    )[0]
    assert found.problem
    assert not found.correct
    assert not found.gate
    assert found.text.startswith("obstinate obstinate")


def test_no_good_mnemonic_is_no_mistake_and_no_success(lexicon):
    text = render(Draft("other", "Nothing helps.", "None.", "He is obstinate."))
    found = measure([text], [(WORD, SENSE)], lexicon)[0]
    assert found.abstained
    assert not found.problem
    assert not found.verified
    assert found.claims == 0
