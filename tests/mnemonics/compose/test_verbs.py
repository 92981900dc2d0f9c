from __future__ import annotations

import pytest

from malmoi.mnemonics.compose.verbs import gerund, participle, third_person

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
