from __future__ import annotations

import pytest

from malmoi.lexicon.frequency import Frequency
from malmoi.lexicon.lookup import Lexicon
from malmoi.lexicon.morphology.forms import Morphology
from malmoi.lexicon.morphology.inflections import Inflections


@pytest.fixture(scope="module")
def morphology() -> Morphology:
    return Morphology.open()


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("abates", "abate"), ("children", "child"), ("lying", "lie"), ("Incurred", "incur"),
        ("better", "better"), ("obstinate", "obstinate"), ("qqxing", "qqxing"), ("", ""),
    ],
)  # fmt: skip
def test_lemma(morphology: Morphology, word: str, lemma: str) -> None:
    assert morphology.lemma(word) == lemma


def test_a_part_of_speech_decides(morphology: Morphology) -> None:
    assert morphology.lemma("left", "verb") == "leave"
    assert morphology.lemma("better", "adjective") == "good"


def test_inflections_of_any_form(morphology: Morphology) -> None:
    assert morphology.inflections("abate") == ("abates", "abated", "abating")
    assert morphology.inflections("abates") == ("abates", "abated", "abating")
    assert "children" in morphology.inflections("child")
    assert morphology.inflections("obstinate") == ()


SAME = [
    ("abate", "abates"), ("abated", "abatement"), ("judgment", "judgement"), ("colour", "color"),
    ("cure", "incurable"), ("obstinate", "obstinacy"), ("gastronomy", "gastronomical"),
    ("decide", "decision"), ("realise", "realization"), ("tenacious", "tenacity"),
    ("conceive", "conception"), ("repress", "irrepressible"), ("child", "children"),
    ("permit", "permission"), ("critic", "criticism"), ("fathom", "unfathomable"),
]  # fmt: skip
OTHERS = [
    ("astronomical", "gastronomical"), ("incur", "incurable"), ("port", "report"),
    ("press", "repress"), ("butt", "butter"), ("prise", "prize"), ("moon", "month"),
    ("universe", "university"), ("general", "generous"), ("candid", "candidate"),
    ("crime", "discriminate"), ("forest", "stage"), ("mast", "master"), ("port", "import"),
    ("ingenious", "ingenuous"), ("zzza", "zzzb"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_family(morphology: Morphology, a: str, b: str) -> None:
    assert morphology.same_family(a, b)
    assert morphology.same_family(b, a)


@pytest.mark.parametrize(("a", "b"), OTHERS)
def test_two_families(morphology: Morphology, a: str, b: str) -> None:
    assert not morphology.same_family(a, b)


def test_relatives_and_how_they_are_derived(morphology: Morphology) -> None:
    found = {relative.word: relative.affix for relative in morphology.family("obstinate")}
    assert found["obstinacy"] == "-cy"
    assert found["obstinately"] == "-ly"
    assert "obstinate" not in found
    assert "unobstinate" not in found  # MorphyNet has it, nobody uses it
    words = [relative.word for relative in morphology.family("incurable")]
    assert "curable" in words
    assert "incur" not in words


def test_without_packages_nothing_is_guessed() -> None:
    bare = Morphology(None, Inflections({}, {}), Frequency.open())
    assert bare.lemma("abates") == "abates"
    assert bare.inflections("abate") == ()
    assert bare.family("abate") == ()
    assert bare.parts("incurable") == ()
    assert not bare.same_family("cure", "incurable")
    assert set(bare.missing()) == {"family", "parts", "inflections"}


def test_a_label_is_no_form(shared_lexicon: Lexicon) -> None:
    for word in ("karaoke", "boilerplate", "crime", "gray", "landmine"):
        forms = shared_lexicon.word(word).inflections
        assert not {"countable", "american spelling", "land"} & set(forms), word
