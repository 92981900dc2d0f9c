from __future__ import annotations

import pytest

from malmoi.mnemonics.compose.fill import (
    CARRIERS,
    cast,
    ending,
    fill,
    pictures,
    plural,
    scenes,
    sentence,
    slots_of,
    templates,
)
from malmoi.mnemonics.compose.phrases import Meaning

SLOTS = frozenset(
    """term Term a_term ap Ap vp Vp np Np manner Manner phrase do Do adjective opposite an_opposite
    object collocate a_collocate place name anchor an_anchor anchors actor actor_noun it its
    it_object lit Lit stem literal Literal""".split()
)
SECTIONS = {
    "picture": ("adjective", "verb", "noun person", "noun thing", "noun abstract", "adverb"),
    "contrast": ("adjective", "verb", "noun person", "noun thing", "noun abstract", "adverb"),
    "roots": ("adjective verb", "adjective noun", "verb verb", "verb noun", "noun verb",
              "noun noun"),
    "parts": ("adjective", "verb", "noun", "noun person", "adverb"),
}  # fmt: skip


@pytest.mark.parametrize("file", SECTIONS)
def test_templates_hold_the_term_and_only_known_slots(file: str) -> None:
    for section in SECTIONS[file]:
        found = templates(file, section)
        assert len(found) >= 6
        for template in found:
            assert template.slots <= SLOTS, template
            assert template.slots & {"term", "Term", "a_term", "do", "Do"}, template
            assert template.text[-1] in '."?!', template


def test_each_feature_has_a_dozen_templates_for_the_open_classes() -> None:
    for file, sections in SECTIONS.items():
        assert sum(len(templates(file, section)) for section in sections) >= 48, file


def test_no_template_stands_twice() -> None:
    texts = [t.text for f, parts in SECTIONS.items() for p in parts for t in templates(f, p)]
    assert len(texts) == len(set(texts))


def test_every_kind_of_picture_can_act_or_be_carried() -> None:
    kinds = set(pictures().values())
    assert kinds - {"animal", "person"} == set(CARRIERS)


def test_cast_uses_the_right_pronoun() -> None:
    assert cast("queen")["it"] == "she"
    assert cast("king")["its"] == "his"
    assert cast("goat")["it"] == "it"
    assert cast("goat")["actor"] == "a goat"
    assert "a candy" in cast("candy")["actor"]


def test_plural() -> None:
    assert [plural(w) for w in ("goat", "mouse", "cherry", "fox", "tray")] == [
        "goats", "mice", "cherries", "foxes", "trays"
    ]  # fmt: skip


def test_template_whose_slot_is_empty_is_not_used() -> None:
    slots = slots_of("bog", Meaning("noun", phrase="wet ground", kind="abstract")) | cast("frog")
    filled = list(fill("picture", "noun abstract", slots, 50, "bog"))
    assert filled
    assert all("{" not in text for _, text in filled)
    assert not any("opposite" in template.slots for template, _ in filled)


def test_ending_follows_the_meaning() -> None:
    stubborn = Meaning("adjective", short="stubborn", adjective="stubborn")
    assert ending(stubborn, "obstinate") in scenes()["stubborn"]
    assert ending(Meaning("adjective", phrase="of a plant"), "botanic") == ""
    assert ending(Meaning("noun", short="anger", kind="person"), "x") == ""


def test_sentence_begins_with_a_capital() -> None:
    assert sentence('"stop," said a  goat.') == '"Stop," said a goat.'
