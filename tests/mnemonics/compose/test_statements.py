from __future__ import annotations

import pytest

from malmoi.core.files import stable_hash
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import looked_up
from malmoi.mnemonics.claims.reading import find_claims
from malmoi.mnemonics.compose import compose
from malmoi.mnemonics.compose.fill import pictures
from malmoi.mnemonics.compose.sounds import sounds
from malmoi.mnemonics.compose.statements import (
    READ_OTHERWISE,
    Statement,
    claims_of,
    stated,
    text_of,
)
from tests.helpers import hand_made

RHYMES = stated("Candid rhymes with splendid.", "rhymes", "sound", "rhymes", "candid", "splendid")
MEANS = Statement("Candid means frank.")
OPPOSITE = stated(
    "Candid is the opposite of sly.", "is the opposite of", "meaning", "opposite", "candid", "sly"
)


def test_what_is_handed_over_is_what_the_reader_finds() -> None:
    told = [RHYMES, MEANS, OPPOSITE]
    assert RHYMES.claim
    assert MEANS.claim is None
    assert list(claims_of("candid", told)) == find_claims("candid", text_of(told))


def test_how_a_word_is_said_is_no_part_of_the_claim() -> None:
    text = "Said aloud, candid sounds like can in the middle."
    told = sounds("candid", "lid", "sounds-like", text.replace("can ", "lid "))
    assert told.claim
    assert told.claim.text == "candid sounds like lid in the middle"


@pytest.mark.parametrize("other", [*sorted(READ_OTHERWISE), "candidly"])
def test_a_word_that_the_reader_takes_otherwise_is_read_back(other: str) -> None:
    text = f"Candid rhymes with {other}."
    told = [sounds("candid", other, "rhymes", text), MEANS]
    assert told[0].claim is None
    assert list(claims_of("candid", told)) == find_claims("candid", text_of(told))


def test_a_term_that_states_claims_itself_is_read_back() -> None:
    assert sounds("signify", "singer", "starts-like", "Signify starts like singer.").claim is None


def test_the_reader_reads_every_picture_word_but_those() -> None:
    missed = set()
    for word in pictures():
        told = [Statement(f"Zorbant starts like {word}."), MEANS]
        claims = find_claims("zorbant", text_of(told))
        if [claim.sentence for claim in claims[:1]] != [told[0].text]:
            missed.add(word)
    assert missed == READ_OTHERWISE


def test_the_reader_finds_what_hand_made_words_were_composed_from() -> None:
    for word in (hand_made.CANDID, hand_made.OBSTINATE):
        made = compose(word, word.senses[0], hand_made.lexicon())
        assert made
        for each in made:
            read = find_claims(word.term, each.candidate.draft.reasoning)
            assert list(each.claims) == read


@pytest.mark.usefixtures("shared_lexicon")
def test_the_reader_finds_what_cards_of_many_words_were_composed_from(
    real_lexicon: Lexicon,
) -> None:
    listed = real_lexicon.candidates("B2", 2.0, 4.3)
    composed = handed_over = 0
    for term in sorted(listed, key=stable_hash)[:60]:
        word = real_lexicon.word(term)
        for made in compose(word, word.senses[0], real_lexicon) if word.senses else []:
            read = find_claims(term, made.candidate.draft.reasoning)
            assert looked_up(made.claims, word, real_lexicon) == looked_up(
                read, word, real_lexicon
            ), made.candidate.draft.reasoning
            composed += 1
            handed_over += len(made.claims) > 0
    assert composed > 300
    assert handed_over > 0.9 * composed
