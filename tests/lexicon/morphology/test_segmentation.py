from __future__ import annotations

import pytest

from malmoi.lexicon.morphology.forms import Morphology


@pytest.fixture(scope="module")
def morphology() -> Morphology:
    return Morphology.open()


def pieces(morphology: Morphology, word: str) -> str:
    return " + ".join(part.form for part in morphology.parts(word))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("irrepressible", "ir- + repress + -ible"), ("incurable", "in- + cure + -able"),
        ("unhappiness", "un- + happy + -ness"), ("judgment", "judge + -ment"),
        ("obstinacy", "obstinate + -cy"), ("rebuild", "re- + build"), ("disagree", "dis- + agree"),
        ("unfathomable", "un- + fathom + -able"), ("asleep", "a- + sleep"),
        ("buttery", "butter + -y"), ("preferable", "prefer + -able"), ("biology", ""),
        ("autobiography", "auto- + biography"), ("enrage", "en- + rage"),
    ],
)  # fmt: skip
def test_pieces(morphology: Morphology, word: str, parts: str) -> None:
    assert pieces(morphology, word) == parts


@pytest.mark.parametrize(
    "word",
    "obstinate repress report discover disease butter month prelate depart understand become "
    "summer bucket party relate mission university information-less cooper polish zzz".split(),
)
def test_no_pieces_where_the_affix_is_chance_or_history(morphology: Morphology, word: str) -> None:
    assert morphology.parts(word) == ()


def test_glosses_and_sources(morphology: Morphology) -> None:
    prefix, stem, suffix = morphology.parts("irrepressible")
    assert (prefix.kind, prefix.gloss) == ("prefix", "not")
    assert (stem.kind, stem.gloss, stem.source) == ("stem", "", "MorphyNet")
    assert (suffix.kind, suffix.gloss) == ("suffix", "able to be")
    assert prefix.source == "MorphyNet; Malmoi's table of affixes"


@pytest.mark.parametrize(
    ("word", "gloss"), [("slower", "more"), ("teacher", "one who"), ("friendly", "like")]
)
def test_the_meaning_follows_the_part_of_speech(
    morphology: Morphology, word: str, gloss: str
) -> None:
    assert morphology.parts(word)[-1].gloss == gloss
