from __future__ import annotations

import pytest

from malmoi.mnemonics.compose.verbs import base_of_participle, gerund, participle, third_person

pytest.importorskip("lemminflect", reason="pip install 'malmoi[mnemonics]'")


@pytest.mark.parametrize(
    ("phrase", "third", "past", "ing"),
    [
        ("stand against", "stands against", "stood against", "standing against"),
        ("be at rest", "is at rest", "been at rest", "being at rest"),
        ("carry", "carries", "carried", "carrying"),
        ("bear", "bears", "borne", "bearing"),
        ("teach", "teaches", "taught", "teaching"),
    ],
)
def test_the_head_is_inflected(phrase: str, third: str, past: str, ing: str) -> None:
    assert third_person(phrase) == third
    assert participle(phrase) == past
    assert gerund(phrase) == ing


@pytest.mark.parametrize(
    ("form", "base"), [("taught", "teach"), ("directed", "direct"), ("become", ""), ("table", "")]
)
def test_the_verb_of_a_participle(form: str, base: str) -> None:
    assert base_of_participle(form) == base
