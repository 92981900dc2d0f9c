from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.compounds import bases


@pytest.mark.usefixtures("shared_lexicon")
def test_two_words_that_the_meaning_is_made_of(real_lexicon: Lexicon) -> None:
    facts = {}
    for term in ("thumbnail", "mousetrap", "carpet", "hearken", "candid"):
        word = real_lexicon.word(term)
        facts[term] = [basis.fact for basis in bases(word, word.senses[0], real_lexicon)]
    assert facts["thumbnail"] == ["THUMBnail is made of thumb + nail."]
    assert facts["mousetrap"] == ["MOUSEtrap is made of mouse + trap."]
    assert facts["carpet"] == facts["hearken"] == facts["candid"] == []


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "told"),
    [("goaltender", True), ("workload", True), ("headway", False), ("bigwig", False)],
)
def test_one_half_in_the_definition_is_enough(real_lexicon: Lexicon, term: str, told: bool) -> None:
    word = real_lexicon.word(term)
    assert bool(list(bases(word, word.senses[0], real_lexicon))) is told
