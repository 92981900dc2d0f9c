"""The feature classifier on 92 held-out labelled cards, and what makes a label wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from malmoi.evaluation.classification import macro_f1
from malmoi.lexicon.facts import Part, Word
from malmoi.mnemonics.cards import FEATURES, Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from tests.helpers.toy_words import ToyLexicon

ROWS = Path(__file__).parents[2] / "data" / "features.tsv"
HEARTLESS = Word(
    "heartless",
    "heartless",
    parts=(Part("heart", "stem", "", "x"), Part("-less", "suffix", "without", "x")),
)


def rows():
    with ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def analysis(feature, reasoning):
    draft = Draft(feature, reasoning, "A heartless man sits.", "He was heartless.")
    return DraftAnalysis(draft, HEARTLESS, None, ToyLexicon())


def test_there_are_cards_enough_of_each_feature():
    labels = [row["feature"] for row in rows()]
    assert all(labels.count(feature) >= (15 if feature == "other" else 25) for feature in FEATURES)


def test_held_out_cards_are_told():
    from malmoi.lexicon.lookup import Lexicon

    lexicon = Lexicon.open()
    if not lexicon.word("obstinate").senses:
        pytest.skip("needs WordNet: see docs/lexicon.md")
    here = [row for row in rows() if row["split"] == "test"]
    told = [
        DraftAnalysis(
            Draft("other", r["reasoning"], r["mnemonic"], r["example"]),
            lexicon.word(r["term"]), None, lexicon,
        ).feature
        for r in here
    ]  # fmt: skip
    assert macro_f1([r["feature"] for r in here], told) >= 0.8


@pytest.mark.parametrize(
    ("reasoning", "feature"),
    [
        ("Heartless rhymes with artless.", "phonetics"),
        ("The letters of art stand in it.", "orthography"),
        ("Heart and the suffix -less.", "morphology"),
        ("It goes back to an Old English word.", "etymology"),
        ("It is the opposite of kind.", "semantics"),
        ("I saw a film about such a man.", "other"),
    ],
)
def test_what_a_text_speaks_of(reasoning, feature):
    assert analysis("other", reasoning).feature == feature


def test_a_named_part_is_evidence():
    assert analysis("other", "There is a heart.").evidence["morphology"] > 0


def test_a_wrong_label_is_named_and_a_right_one_passes():
    told = "Heartless rhymes with artless."
    wrong = analysis("etymology", told)
    assert wrong.mislabelled == "wrong feature: phonetics, not etymology"
    assert analysis("phonetics", told).mislabelled == ""


def test_a_text_that_says_nothing_is_no_evidence_against_a_label():
    assert analysis("phonetics", "Xyz.").mislabelled == ""
