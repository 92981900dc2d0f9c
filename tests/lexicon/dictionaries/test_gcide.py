from __future__ import annotations

import time
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.lexicon.dictionaries.dictd import Dictionary, number, read_index
from malmoi.lexicon.dictionaries.gcide import Gcide
from malmoi.lexicon.facts import Root
from tests.helpers.debian_data import lexicon_folder

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# Invented wording in the book's format: (words of the index, text).
ENTRIES = [
    ("insist", 'Insist \\In*sist"\\, v. [L. insistere; pref. in- in + sistere to stand.]\n   X.\n'),
    ("insistence", 'Insistence \\In*sist"ence\\, n. [See {Insist}.]\n   Pressing on.\n'),
    (
        "resist resisted resistingly",
        'Resist \\Re*sist"\\, v. t. [imp. {Resisted}.] [L. resistere; re- + sistere. See {Insist}.]'
        "\n   To oppose.\n\n   -- {Re*sist\"ing*ly}, adv.\n",
    ),
    ("re-", "Re- \\Re-\\ [L. re-.]\n   A prefix signifying back, again; as, recall.\n"),
    ("spot", "Spot \\Spot\\, n. [D. spat a speck.]\n   A mark.\n"),
    ("spot", "Spot \\Spot\\, n. [L. spotus a dowry.]\n   A gift.\n"),
    ("spotty", "Spotty \\Spot\"ty\\, a. [See {Spot}.]\n   Marked.\n"),
    ("sty", "Sty \\Sty\\, v. i. [L. stigare to go up.]\n   To rise. [Obs.]\n"),
    ("sty", "Sty \\Sty\\, n. [AS. stigo a pen for swine.]\n   A pen.\n"),
    ("to stand go up speck dowry pen for swine in a", "Stand \\Stand\\, v. i.\n   To be up.\n"),
]  # fmt: skip


def written(value: int) -> str:
    return (written(value // 64) if value >= 64 else "") + DIGITS[value % 64]


@pytest.fixture(scope="module")
def toy() -> Gcide:
    text, index = b"", ""
    for words, entry in ENTRIES:
        data = entry.encode()
        for word in words.split():
            index += f"{word}\t{written(len(text))}\t{written(len(data))}\n"
        text += data
    assert number(written(len(text))) == len(text)
    return Gcide(Dictionary(read_index(index), text))


@pytest.fixture(scope="module")
def book() -> Gcide:
    return Gcide.open(lexicon_folder("dict-gcide"))


def test_roots_of_the_entry_itself(toy: Gcide) -> None:
    (origin,) = toy.origins("insist")
    assert origin.etymon == Root("insistere", "", "Latin")
    assert origin.roots == (Root("in-", "in", "Latin"), Root("sistere", "to stand", "Latin"))
    assert origin.source == "GCIDE"


def test_an_etymology_that_is_a_reference_is_followed(toy: Gcide) -> None:
    (origin,) = toy.origins("insistence")
    assert origin.source == "GCIDE via {Insist}"
    assert origin.cognates == ("Insist",)
    assert origin.roots[1].gloss == "to stand"


def test_a_reference_glosses_the_form_that_both_name_and_the_prefix_its_own_entry(
    toy: Gcide,
) -> None:
    (origin,) = toy.origins("resist")
    assert origin.source == "GCIDE via {Re-}, {Insist}"
    assert origin.roots == (
        Root("re-", "back, again", "Latin"),
        Root("sistere", "to stand", "Latin"),
    )


@pytest.mark.parametrize("word", ["resisted", "resistingly"])
def test_inflections_and_derivatives_that_the_entry_names_share_its_origin(
    toy: Gcide, word: str
) -> None:
    (origin,) = toy.origins(word)
    assert origin.source.startswith("GCIDE via {Resist}")


def test_a_reference_to_two_homographs_says_nothing_of_roots(toy: Gcide) -> None:
    (origin,) = toy.origins("spotty")
    assert (origin.etymon, origin.roots, origin.cognates) == (None, (), ("Spot",))


def test_an_entry_that_names_the_word_in_passing_is_no_origin(toy: Gcide) -> None:
    assert toy.origins("swine") == ()
    assert toy.origins("nowhere") == ()


def test_an_obsolete_homograph_is_left_out(toy: Gcide) -> None:
    (origin,) = toy.origins("sty")
    assert origin.etymon == Root("stigo", "a pen for swine", "Anglo-Saxon")


def test_definitions_are_those_of_the_headword(toy: Gcide) -> None:
    assert toy.definitions("Spot") == (("A mark", "GCIDE"), ("A gift", "GCIDE"))
    assert toy.definitions("swine") == ()
    assert "SPOT" in toy
    assert [entry.headword for entry in toy.entries("resisted")] == ["Resist"]


def test_a_missing_package_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="dict-gcide"):
        Gcide.open(tmp_path)


@pytest.mark.parametrize(
    ("word", "form", "gloss"),
    [
        ("obstinate", "stare", "to stand"),
        ("obstinacy", "stare", "to stand"),
        ("incur", "currere", "to run"),
        ("preposterous", "prae", "before"),
        ("preposterous", "posterus", "coming after, latter"),
        ("anthropology", "anthropos", "man"),
        ("benevolent", "bene", "well"),
        ("transcribe", "scribere", "to write"),
        ("dachshund", "dachs", "badger"),
    ],
)
def test_the_book_glosses(book: Gcide, word: str, form: str, gloss: str) -> None:
    roots = [root for origin in book.origins(word) for root in origin.roots]
    assert gloss in [root.gloss for root in roots if root.form == form]


def test_inflections_of_one_homograph_do_not_take_the_root_of_another(book: Gcide) -> None:
    glosses = [root.gloss for origin in book.origins("dotted") for root in origin.roots]
    etymons = [origin.etymon.gloss for origin in book.origins("dotted") if origin.etymon]
    assert "dowry" not in glosses + etymons


def test_the_book_opens_fast_and_answers_fast(book: Gcide) -> None:
    start = time.perf_counter()
    Gcide.open(lexicon_folder("dict-gcide"))
    assert time.perf_counter() - start < 6, "2 s on an idle machine"
    words = list(book.words())[::800]
    assert len(words) > 150
    for word in words:
        book.origins(word)
        book.definitions(word)
