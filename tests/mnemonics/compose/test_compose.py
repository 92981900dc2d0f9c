from __future__ import annotations

from dataclasses import replace

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import looked_up
from malmoi.mnemonics.claims.reading import find_claims
from malmoi.mnemonics.compose import attempts, compose, untold
from malmoi.mnemonics.compose.senses import first_sense
from malmoi.mnemonics.writer.card import write_card
from tests.helpers import hand_made


def test_the_best_comes_first_and_always_the_same() -> None:
    word = hand_made.CANDID
    made = compose(word, word.senses[0], hand_made.lexicon())
    assert made == compose(word, word.senses[0], hand_made.lexicon())
    assert [each.score for each in made] == sorted((e.score for e in made), reverse=True)
    assert all(each.candidate.draft.mnemonic.count(". ") == 1 for each in made)


def test_each_fact_has_a_candidate_or_the_step_that_refused_it() -> None:
    word = hand_made.CANDID
    tried = list(attempts(word, word.senses[0], hand_made.lexicon()))
    assert tried
    assert all(bool(each.candidate) != bool(each.refused) for each in tried)


def test_an_insult_has_no_card() -> None:
    word = hand_made.CANDID
    insult = replace(word.senses[0], definition="(ethnic slur) offensive term")
    assert compose(word, insult, hand_made.lexicon()) == []
    assert untold(word, insult)
    assert not untold(word, word.senses[0])


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize("term", ["virulent", "regicide", "suburb", "uninhabited", "starlight"])
def test_the_fact_is_read_as_a_claim_and_looked_up(real_lexicon: Lexicon, term: str) -> None:
    word = real_lexicon.word(term)
    sense = first_sense(word, real_lexicon)
    assert sense
    best = compose(word, sense, real_lexicon)[0]
    claims = find_claims(term, best.candidate.draft.mnemonic)
    assert claims
    assert {c.verdict for c in looked_up(claims, word, real_lexicon)} == {"supported"}


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "told"),
    [
        ("wildflower", "A wildflower is a wild flowering plant."),
        ("storefront", "A storefront is the front side of a store facing the street."),
        ("moonlight", "Moonlight is the light of the Moon."),
        ("furry", "Think of fur: furry means"),
        ("permafrost", "Think of frost: permafrost is ground that is permanently frozen."),
        ("childless", "Childless means having no children: without"),
        ("orchestral", "Something orchestral has to do with an orchestra."),
        (
            "transatlantic",
            "trans- 'across' + Atlantic. Transatlantic means crossing the Atlantic Ocean.",
        ),
        ("loosen", "To loosen something is to make it loose."),
        ("toolbox", "is made of tool + box."),
    ],
)
def test_words_are_told_as_a_teacher_would(real_lexicon: Lexicon, term: str, told: str) -> None:
    card = write_card(term, real_lexicon)
    assert card
    assert told in card.mnemonic


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    "term",
    """comeback lightheaded topside pipework phenomenal hardheaded cutthroat fray
    pendent offstage multistage headway knockoff bonehead collarbone ringleader brainwave hothead
    vengeful reverent doom tramp biannual behaviorist finite malevolent unregistered
    unacknowledged expensively disjoint blinking""".split(),
)
def test_what_cannot_be_told_well_has_no_card(real_lexicon: Lexicon, term: str) -> None:
    """A rare sense, parts that explain nothing, an anchor as hard, the word again: no card."""
    assert write_card(term, real_lexicon) is None
