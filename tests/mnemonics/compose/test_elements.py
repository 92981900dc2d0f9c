from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.lexicon.morphology.affixes import table
from malmoi.mnemonics.claims.checks import looked_up
from malmoi.mnemonics.claims.reading import find_claims
from malmoi.mnemonics.compose.elements import bases, familiar
from malmoi.mnemonics.compose.senses import first_sense


def facts(term: str, lexicon: Lexicon) -> list[str]:
    word = lexicon.word(term)
    sense = first_sense(word, lexicon)
    assert sense
    return [basis.fact for basis in bases(word, sense, lexicon)]


@pytest.mark.usefixtures("shared_lexicon")
def test_elements_are_told_as_in_words_that_are_known(real_lexicon: Lexicon) -> None:
    told = "MonoGAMy is made of mono- 'one' (as in MONOpoly) and gam 'marriage'."
    assert told in facts("monogamy", real_lexicon)
    claims = find_claims("monogamy", told)
    verdicts = {c.verdict for c in looked_up(claims, real_lexicon.word("monogamy"), real_lexicon)}
    assert verdicts == {"supported"}


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize("term", ["restrain", "posthumous", "table", "wry"])
def test_what_says_nothing_of_the_meaning_is_left_out(real_lexicon: Lexicon, term: str) -> None:
    assert facts(term, real_lexicon) == []


@pytest.mark.usefixtures("shared_lexicon")
def test_familiar_words_have_their_element_and_are_common(real_lexicon: Lexicon) -> None:
    """What stands in the file: elements of the table, in words that are no rare ones."""
    assert len(familiar()) > 200
    for letters, word in familiar().items():
        assert letters in word
        assert letters in table()
        found = real_lexicon.frequency.zipf(word)
        assert found
        assert found.value >= 2.2, word


@pytest.mark.usefixtures("shared_lexicon")
def test_an_element_that_is_far_from_the_meaning_is_none(real_lexicon: Lexicon) -> None:
    """Metro is a mother in a metropolis, no measure."""
    word = real_lexicon.word("metropolis")
    facts = [basis.fact for basis in bases(word, word.senses[0], real_lexicon)]
    assert not any("measure" in fact for fact in facts)
    word = real_lexicon.word("decapitate")
    facts = [basis.fact for basis in bases(word, word.senses[0], real_lexicon)]
    assert not any("'undo' (as in DEcrease)" in fact for fact in facts)
