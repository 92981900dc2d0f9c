from __future__ import annotations

import pytest

from malmoi.lexicon.morphology.inflections import Inflections, data_files

lemminflect = pytest.importorskip("lemminflect", reason="pip install 'malmoi[mnemonics]'")

WORDS = (
    "left does lying better abates children dogs ran was be can ought docile googled dociles "
    "retweeting understood fly Christianized I iPod qqxing café"
).split()


@pytest.mark.parametrize("word", WORDS)
def test_it_answers_as_the_package_does(word: str) -> None:
    inflections = Inflections.open()
    assert inflections.lemmas(word) == lemminflect.getAllLemmas(word)
    assert inflections.forms(word) == lemminflect.getAllInflections(word)
    assert inflections.verbs(word) == lemminflect.getLemma(word, "VERB")
    for tag in ("VBZ", "VBD", "VBN", "VBG"):
        assert inflections.verb_forms(word, tag) == lemminflect.getInflection(word, tag=tag)


def test_without_the_package_nothing_is_known() -> None:
    none = Inflections({}, {})
    assert not none
    assert none.lemmas("left") == none.forms("Leave") == {}
    assert none.verbs("left") == none.verb_forms("leave", "VBD") == ()


def test_what_is_read_is_there() -> None:
    assert all(path.is_file() for path in data_files())
    assert data_files()
