from __future__ import annotations

from dataclasses import replace

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import looked_up
from malmoi.mnemonics.claims.reading import find_claims
from malmoi.mnemonics.compose import compose
from malmoi.mnemonics.compose.senses import first_sense
from tests.helpers import hand_made


def test_the_best_comes_first_and_always_the_same() -> None:
    word = hand_made.CANDID
    made = compose(word, word.senses[0], hand_made.lexicon())
    assert made == compose(word, word.senses[0], hand_made.lexicon())
    assert [each.score for each in made] == sorted((e.score for e in made), reverse=True)
    assert all(each.candidate.draft.mnemonic.count(". ") == 1 for each in made)


def test_an_insult_has_no_card() -> None:
    word = hand_made.CANDID
    insult = replace(word.senses[0], definition="(ethnic slur) offensive term")
    assert compose(word, insult, hand_made.lexicon()) == []


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
