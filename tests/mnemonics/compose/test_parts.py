from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Part, Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.parts import bases, read
from tests.helpers.hand_made import sense

DEFINITIONS = {
    "list": "lacking zest or vivacity",
    "tooth": "lacking teeth",
    "pain": "not causing physical pain",
    "happy": "the state of being happy",
    "rare": "something unusual",
    "think": "someone who exercises the mind",
    "bend": "a tool for bending",
    "restrict": "a principle that limits something",
    "interrupt": "an act of delaying",
}


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("first", "stem", "last", "pos", "says"),
    [
        ("", "replace", "-able", "adjective", "can be replaced"),
        ("un-", "count", "-able", "adjective", "cannot be counted"),
        ("im-", "possible", "", "adjective", "is not possible"),
        ("", "pain", "-less", "adjective", "has no pain"),
        ("", "list", "-less", "adjective", ""),  # listless is not without a list
        ("", "tooth", "-less", "adjective", "has no teeth"),
        ("in-", "born", "", "adjective", ""),  # born in it, not unborn
        ("un-", "beaten", "", "adjective", "is not beaten"),
        ("mis-", "represent", "", "verb", "represent wrongly"),
        ("", "modern", "-ize", "verb", ""),  # its meaning says another thing
        ("", "together", "-ness", "noun", ""),  # no adjective
        ("", "happy", "-ness", "noun", "being happy"),
        ("", "rare", "-ity", "noun", ""),  # a thing, no state
        ("", "think", "-er", "noun", "someone who thinks"),
        ("", "bend", "-er", "noun", "something that bends"),
        ("", "restrict", "-ion", "noun", ""),  # a rule, no act
        ("", "interrupt", "-ion", "noun", ""),  # "an interruption is the act of" is no English
        ("over-", "zealous", "", "adjective", "is too zealous"),
        ("de-", "throne", "", "verb", ""),
        ("", "cat", "-able", "adjective", ""),
    ],
)
def test_pieces_in_their_own_voice(
    real_lexicon: Lexicon, first: str, stem: str, last: str, pos: str, says: str
) -> None:
    told = sense("term", pos, DEFINITIONS.get(stem, "what it is"))
    assert read(first, stem, last, told, real_lexicon) == says


def made(*parts: Part) -> Word:
    term = "".join(part.form.strip("-") for part in parts)
    return Word(term, term, parts=parts)


@pytest.mark.usefixtures("shared_lexicon")
def test_the_stem_stands_in_capitals_and_a_homonym_is_left_out(real_lexicon: Lexicon) -> None:
    stem = Part("replace", "stem", "", "test")
    able = Part("-able", "suffix", "able to be", "test")
    (basis,) = bases(made(stem, able), sense("replaceable", "adjective", "it"), real_lexicon)
    assert basis.fact == "REPLACEable is made of replace + -able 'able to be'."
    under = Part("under-", "prefix", "below", "test")
    verb = sense("undermine", "verb", "weaken")
    (below,) = bases(made(under, Part("mine", "stem", "", "test")), verb, real_lexicon)
    assert (below.kind, below.says) == ("compound", "below mine")
    assert not list(bases(Word("wry", "wry"), sense("wry", "adjective", "dry"), real_lexicon))


@pytest.mark.usefixtures("shared_lexicon")
def test_what_denies_a_word_is_made_of_it(real_lexicon: Lexicon) -> None:
    un = Part("un-", "prefix", "not", "test")
    ive, able = Part("-ive", "suffix", "", "test"), Part("-able", "suffix", "able to be", "test")
    three = Word("unattractive", "unattractive", parts=(un, Part("attract", "stem", "", "t"), ive))
    (basis,) = bases(three, sense("unattractive", "adjective", "lacking beauty"), real_lexicon)
    assert (basis.anchor.word, basis.says) == ("attractive", "is not attractive")
    three = Word("unbearable", "unbearable", parts=(un, Part("bear", "stem", "", "t"), able))
    (basis,) = bases(three, sense("unbearable", "adjective", "too bad"), real_lexicon)
    assert basis.says == "cannot be borne"
