from __future__ import annotations

from dataclasses import replace

import pytest

from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.rules import reject, uses
from tests.helpers.toy_words import ABATE, OBSTINATE, ToyLexicon

GOOD = Draft(
    "etymology",
    "Obstinate is from Latin stare 'to stand'.",
    "The obstinate mule takes its stand on the bridge and will not move.",
    "Her obstinate brother refused to wear a coat.",
)


def reason(**changes: str) -> str:
    draft = replace(GOOD, **changes)  # type: ignore[arg-type]
    return reject(DraftAnalysis(draft, OBSTINATE, OBSTINATE.senses[0], ToyLexicon()))


def test_words_in_capitals_that_are_words_pass() -> None:
    assert reason(mnemonic="ObSTINATe hides no aBATe. An obstinate mule does not move.") == ""
    assert reason(mnemonic="Obstinate is from Latin stare 'to stand'. It will not move.") == ""


def test_a_good_draft_passes() -> None:
    assert reason() == ""


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("none", {"mnemonic": "None."}),
        ("placeholder", {"mnemonic": "The obstinate [noun] stands on the road all day."}),
        ("placeholder", {"example": "The obstinate {animal} refused."}),
        (
            "echo",
            {"mnemonic": "two plain clauses: the word obstinate with that fact, then the step"},
        ),
        ("echo", {"reasoning": "mnemonic: an obstinate mule stands"}),
        ("repetition", {"mnemonic": "obstinate obstinate obstinate mule stands"}),
        ("repetition", {"example": GOOD.mnemonic}),
        ("term", {"mnemonic": "The mule takes its stand on the bridge."}),
        ("term", {"example": "The unobstinate child came along."}),
        ("marked", {"mnemonic": "OBSTinate is related to OBSTorl. An obstinate mule is stubborn."}),
        ("no anchor", {"mnemonic": "Obstinate is from Latin obstinatus. To be obstinate is good."}),
        (
            "no anchor",
            {"mnemonic": "OBSTinate is related to OBSTinate. An obstinate mule is firm."},
        ),
        ("no anchor", {"mnemonic": "OBSTinate comes from French. To be obstinate is to be firm."}),
        (
            "repetition",
            {"mnemonic": "An obstinate mule stands: it is not moved: it is not moved."},
        ),
        ("acronym", {"mnemonic": "Obstinate: O.B.S. Only Big Sheep stay."}),
        ("acronym", {"mnemonic": "O-B-S: Only Big Sheep are so obstinate."}),
        ("acronym", {"mnemonic": "An obstinate farm has Only Big Sheep."}),
        ("acronym", {"reasoning": "It stands for stubborn sheep."}),
        ("slur", {"mnemonic": "The obstinate retard took his stand."}),
        ("slur", {"mnemonic": "The obstinate lazy Irishman took his stand."}),
        ("circular", {"reasoning": "Obstinate means full of obstinacy."}),
        ("part of speech", {"example": "You must obstinate the door at once."}),
        ("part of speech", {"example": "He is an obstinate."}),
        ("other sense", {"mnemonic": "An obstinate disease: no medicine will cure it."}),
    ],
)
def test_each_rule_rejects(rule: str, changes: dict[str, str]) -> None:
    assert reason(**changes).startswith(f"{rule}: ")


@pytest.mark.parametrize(
    "changes",
    [
        {"mnemonic": "OBSTINATE mules take their stand on the bridge."},
        {"mnemonic": "The obstinate mule from Old Bristol stands fast."},
        {"mnemonic": "The NASA pilot was obstinate: he took his stand."},
        {"mnemonic": "The obstinate Irishman takes his stand."},
        {"mnemonic": "A paddy field, an obstinate mule: it stands there."},
        {"mnemonic": "An obstinate mule, an obstinate man: both stand."},
        {"reasoning": "Obstinate means stubborn."},
        {"example": "The obstinate are never wrong."},
        {"example": "'I won't,' said the obstinate child."},
    ],
)
def test_each_rule_has_its_counterexample(changes: dict[str, str]) -> None:
    assert reason(**changes) == ""


def test_inflections_are_the_term_and_substrings_are_not() -> None:
    forms = DraftAnalysis(GOOD, ABATE, None, ToyLexicon()).forms
    assert uses("The storm ABATED.", forms)
    assert uses("the abating wind", forms)
    assert not uses("an abatement of noise", forms)
    assert not uses("party", frozenset({"art"}))
    assert not uses("an art-deco lamp", frozenset({"art"}))
    assert uses("the art's value", frozenset({"art"}))


def test_a_word_harder_than_the_term() -> None:
    from malmoi.lexicon.facts import Level, Number

    class Frequency:
        def zipf(self, word: str) -> Number | None:
            return Number({"pertinacious": 1.3, "mule": 3.6}.get(word, 5.0), "toy")

        def cefr(self, word: str) -> Level | None:
            return Level("C2", "toy") if word == "pertinacious" else None

        def concreteness(self, word: str) -> Number | None:
            return Number(seen[word], "toy") if word in seen else None

    seen: dict[str, float] = {}

    class Hard(ToyLexicon):
        frequency = Frequency()

    word = replace(OBSTINATE, zipf=Number(2.7, "toy"))

    def told(draft: Draft) -> str:
        return reject(DraftAnalysis(draft, word, None, Hard()))

    draft = replace(GOOD, mnemonic="The obstinate mule is pertinacious and stands.")
    assert told(draft).startswith("harder: pertinacious")
    assert told(GOOD) == ""
    name = replace(GOOD, mnemonic="The obstinate mule Pertinacious stands.")
    assert told(name) == ""
    seen["pertinacious"] = 4.0  # a rare thing that can be pictured is no hurdle
    assert told(draft) == ""
    seen["pertinacious"] = 3.9
    assert told(draft).startswith("harder: pertinacious")
