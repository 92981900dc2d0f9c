from __future__ import annotations

from malmoi.lexicon.facts import Root
from malmoi.mnemonics.claims.patterns import patterns
from malmoi.mnemonics.claims.readers import CUT, READERS, number


def test_numbers() -> None:
    assert (number("two"), number("12"), number("a  single"), number("many")) == (2, 12, 1, None)


def test_every_reader_reads_a_row() -> None:
    assert {pattern.read for pattern in patterns()} == set(READERS.values())


def test_words_end_where_the_sentence_goes_on() -> None:
    words = READERS["words"]
    assert words("rhymes with", " late, fate and debate.")[0] == [
        Root("late"), Root("fate"), Root("debate"),
    ]  # fmt: skip
    assert words("contains", " 'gull', a bird")[0] == [Root("gull")]
    assert words("rhymes with", " it") == ([], 0)


def test_a_double_letter_is_told_from_two_of_a_kind() -> None:
    doubled = READERS["doubled"]
    assert doubled("double r", "") == ([Root("r", "double")], 0)
    assert doubled("two r's", "") == ([Root("r", "2")], 0)


def test_a_gloss_ends_before_the_next_claim() -> None:
    gloss = READERS["sentence_gloss"]
    assert gloss("means", f" life and 'logy' {CUT}")[0] == [Root("", "life")]
    assert gloss("means", " 'to run' or 'to rush', say")[0] == [Root("", "to run; to rush")]
