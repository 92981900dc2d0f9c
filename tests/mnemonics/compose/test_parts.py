from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Part, Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.parts import bases, read


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("first", "stem", "last", "pos", "says"),
    [
        ("", "replace", "-able", "adjective", "can be replaced"),
        ("un-", "count", "-able", "adjective", "cannot be counted"),
        ("im-", "possible", "", "adjective", "is not possible"),
        ("", "pain", "-less", "adjective", "has no pain"),
        ("mis-", "represent", "", "verb", "represent wrongly"),
        ("", "modern", "-ize", "verb", "make {} modern"),
        ("", "together", "-ness", "noun", ""),  # no adjective
        ("", "happy", "-ness", "noun", "being happy"),
        ("de-", "throne", "", "verb", ""),
        ("", "cat", "-able", "adjective", ""),
    ],
)
def test_pieces_in_their_own_voice(
    real_lexicon: Lexicon, first: str, stem: str, last: str, pos: str, says: str
) -> None:
    assert read(first, stem, last, pos, real_lexicon) == says


def made(*parts: Part) -> Word:
    term = "".join(part.form.strip("-") for part in parts)
    return Word(term, term, parts=parts)


@pytest.mark.usefixtures("shared_lexicon")
def test_the_stem_stands_in_capitals_and_a_homonym_is_left_out(real_lexicon: Lexicon) -> None:
    stem = Part("replace", "stem", "", "test")
    (basis,) = bases(
        made(stem, Part("-able", "suffix", "able to be", "test")), "adjective", real_lexicon
    )
    assert basis.fact == "REPLACEable is made of replace + -able 'able to be'."
    under = Part("under-", "prefix", "below", "test")
    assert not list(bases(made(under, Part("mine", "stem", "", "test")), "verb", real_lexicon))
    assert not list(bases(Word("wry", "wry"), "adjective", real_lexicon))
