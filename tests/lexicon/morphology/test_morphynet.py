from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.morphology.morphynet import Derivation, MorphyNet, build, entries

DERIVATIONS = {
    "curable": {"pos": "J", "derived_from": {"cure": {"affix": "able", "affix_type": "suffix"}}},
    "incurable": {"pos": "J", "derived_from": {"curable": {"affix": "in", "affix_type": "prefix"}}},
    "odd": {"pos": "U", "derived_from": {"odd": {"affix": "", "affix_type": "suffix"}}},
}
FORMS = {"abate": {"forms": {"abates": [{"pos": "V"}, {"pos": "N"}], "abate": [{"pos": "V"}]}}}


@pytest.fixture
def net(tmp_path: Path) -> MorphyNet:
    derivations, forms = tmp_path / "d.json", tmp_path / "f.json"
    derivations.write_text(json.dumps(DERIVATIONS, indent=2), encoding="utf-8")
    forms.write_text(json.dumps(FORMS), encoding="utf-8")
    build(derivations, forms, tmp_path / "made" / "net.sqlite")
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["net.sqlite"]
    return MorphyNet(tmp_path / "made" / "net.sqlite")


def test_derivations_both_ways(net: MorphyNet) -> None:
    cure = Derivation("cure", "curable", "able", "suffix", "adjective")
    assert net.bases("curable") == [cure]
    assert net.derived("cure") == [cure]
    assert [d.derived for d in net.all_derivations()] == ["curable", "incurable"]


def test_a_word_is_not_derived_from_itself(net: MorphyNet) -> None:
    assert net.bases("odd") == []


def test_forms_both_ways(net: MorphyNet) -> None:
    assert net.lemmas("abates") == [("abate", "N"), ("abate", "V")]
    assert net.lemmas("abate") == []
    assert net.forms("abate") == [("abates", "N"), ("abates", "V")]


def test_the_packaged_data() -> None:
    net = MorphyNet.open()
    assert {d.base for d in net.bases("incurable")} == {"incur", "curable"}
    assert MorphyNet.open() is net


@given(st.dictionaries(st.text(), st.dictionaries(st.text(), st.text()), max_size=5))
def test_entries_are_what_json_reads(tmp_path_factory: pytest.TempPathFactory, data: dict) -> None:
    path = tmp_path_factory.mktemp("json") / "data.json"
    for indent in (None, 2):
        path.write_text(json.dumps(data, indent=indent), encoding="utf-8")
        assert dict(entries(path)) == data
