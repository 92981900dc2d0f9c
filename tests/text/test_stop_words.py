"""Stop words: parts that don't overlap, and the sets that are composed of them, word for word.

What a run writes depends on these sets: a part that gains a word must not change them unseen.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from malmoi.lexicon import disagreements
from malmoi.lexicon.dictionaries import gcide_gloss
from malmoi.mnemonics.claims import claim_text, glosses, shapes
from malmoi.mnemonics.compose import examples, phrases
from malmoi.mnemonics.scoring import plain_text
from malmoi.text import stop_words

PARTS = {
    name: words
    for name, words in vars(stop_words).items()
    if name.isupper() and not name.startswith("_") and name != "FUNCTION_WORDS"
}

COMPOSED = [
    (stop_words.FUNCTION_WORDS, """
        a about above after again all also an and any are as at be because been before being
        below between both but by can could did do does down during each few for from had has
        have he her here him his how i if in into is it its just may might more most must my no
        nor not of off on once only or other our out over own s same shall she should so some
        such t than that the their them then there these they this those through to too under
        until up very was we were what when where which while who whom whose why will with would
        you
        your"""),
    (glosses.STOP, """
        a able about act also an and any anyone anything are as at be become becoming been being
        by can capable cause causes causing characterized condition could do does doing done esp
        especially etc for from full get had has have having he her him his how i if in into is
        it its kind lack lacking like literally made make makes making manner may me mean
        meaning means might more most my no not of off often on one one's ones oneself or
        original originally other our out over part people person pertaining quality related
        relating sb sense so some somebody someone something sort state sth such tend tendency
        tending than that the their them then there these they thing things this those to type
        under up upon us use used usually very was way we were when where which who whom whose
        will with word words would you
        your"""),
    (plain_text.FUNCTION, """
        a about above across after again against all along already also although always am among
        an and any anyone anything are as at away back be because been before behind being below
        between both but by can could did do does down during each either even ever every
        everybody everyone everything few for from get gets got had has have he her here herself
        him himself his how i if in into is it its itself just let lets like may me might more
        most must my myself neither never no nobody nor not nothing now of off often on once one
        only onto or other our ours out over own quite rather s same shall she should since so
        some someone something still such t than that the their them themselves then there these
        they this those though through till to too toward towards two under unless until up upon
        us very was we were what when where whether which while who whom whose why will with
        within without would yet you your yourself"""),
    (plain_text._DETERMINERS, """
        a an her his its my our the their
        your"""),
    (plain_text._NEVER_AFTER, """
        a an and are at be been but by can could for from had has have he i if in is it of on or
        she than that the they this to was we were will with would you"""),
    (plain_text._NEVER_LAST, """
        a an and but for from his in my of or our the their to with
        your"""),
    (examples._DETERMINERS, """
        a an her his its my our that the their these this those"""),
    (phrases._DANGLING, """
        about at by for from in into of on to upon with"""),
    (claim_text._PROSE, """
        about after appear appeared appears are as at be because before but by came can century
        comes could during era first found gave gives giving god goddess had has have he helps
        hence her heritage hides him his i if in influence into is it just language languages
        later lies like lives makes may meaning means medicine might mythology no not now on
        only origin origins over people philosophy roots seen she shows since sits so soldiers
        source sources speakers still stock survives than that their then there they think this
        through thus times today too underlies used via was way we were when where which while
        who will word would you"""),
    (shapes._NO_WORD, """
        all another any anyone anything both each few he her him his how i it its itself many me
        my none nothing one ones other our pair several she someone something term terms that
        their them these they this those two us we what when where which who word words you
        your"""),
    (gcide_gloss._CONNECTIVES, """
        a an and are as is or the was"""),
    (gcide_gloss._PREPOSITIONS, """
        at by for from in into of to with"""),
    # Words of three letters are never asked for.
    ({word for word in disagreements._EMPTY if len(word) > 3}, """
        about above after also another being both each especially from full give given have
        having into kind like made make making manner marked more most much name often other
        person pertaining quality relating same sense some someone something state such than
        that their them there these they thing things this those thus used using usually very
        were what when where which while whose with without"""),
    (claim_text.CLAUSE_WORDS, """
        are at be because but by he her his i if in into is it no not on she so that their there
        they this was we when where which while who you"""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), COMPOSED)
def test_composed_sets_are_what_they_were(words: frozenset[str], expected: str) -> None:
    assert words == frozenset(expected.split())


def test_parts_are_lower_case_and_not_empty() -> None:
    assert len(PARTS) > 10
    assert all(words and all(word == word.lower() for word in words) for words in PARTS.values())


def test_only_her_is_in_two_parts() -> None:
    shared = {word for a, b in combinations(PARTS.values(), 2) for word in a & b}
    assert shared == {"her"}
