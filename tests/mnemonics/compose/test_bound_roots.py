from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import looked_up
from malmoi.mnemonics.claims.reading import find_claims
from malmoi.mnemonics.compose.bound_roots import bases
from malmoi.mnemonics.compose.senses import first_sense

pytestmark = pytest.mark.usefixtures("shared_lexicon")


def facts(term: str, lexicon: Lexicon) -> list[str]:
    word = lexicon.word(term)
    sense = first_sense(word, lexicon)
    assert sense
    return [basis.fact for basis in bases(word, sense, lexicon)]


def test_a_root_is_told_as_in_a_word_that_is_known(real_lexicon: Lexicon) -> None:
    told = "DOCile comes from the root doc 'teach' (as in DOCtor)."
    assert told in facts("docile", real_lexicon)
    claims = find_claims("docile", told)
    verdicts = {c.verdict for c in looked_up(claims, real_lexicon.word("docile"), real_lexicon)}
    assert verdicts == {"supported"}


@pytest.mark.parametrize("term", ["mansion", "butler", "table"])
def test_letters_alone_make_no_root(real_lexicon: Lexicon, term: str) -> None:
    assert facts(term, real_lexicon) == []
