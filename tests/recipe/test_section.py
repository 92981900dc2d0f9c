from __future__ import annotations

from typing import Literal, get_args, get_origin

import pytest
from pydantic import Field

from malmoi import recipe
from malmoi.core.files import stable_hash
from malmoi.recipe import (
    SearchRecipe,
    Section,
    TeacherSection,
    added,
    fingerprint_part,
    operational,
    renamed,
)
from malmoi.recipe.section import with_new_names


def test_a_fingerprint_part_has_no_operational_fields() -> None:
    class Inner(Section):
        threads: int = operational(1)
        size: int = 2

    class Outer(Section):
        inner: Inner = Inner()
        levels: tuple[int, ...] = (1, 2)
        patience: float = operational(1.5, gt=0)
        plain: int = Field(3, ge=0)

    assert fingerprint_part(Outer()) == {"inner": {"size": 2}, "levels": [1, 2], "plain": 3}
    kept = fingerprint_part(TeacherSection())
    assert "timeout" not in kept
    assert "model" in kept
    assert "seed" in fingerprint_part(SearchRecipe(name="x"))


def test_an_added_field_counts_where_it_is_set() -> None:
    class Grown(Section):
        plain: int = 3
        later: float = added(0.5, gt=0)

    assert fingerprint_part(Grown()) == {"plain": 3}
    assert fingerprint_part(Grown(later=0.25)) == {"plain": 3, "later": 0.25}
    assert with_new_names({"plain": 4}, Grown) == {"plain": 4, "later": 0.5}


def changed(section: type[Section]) -> Section:
    """A section in which no field has its default, but for those that were added later."""
    values = {
        name: other(name, field.annotation, field.default)
        for name, field in section.model_fields.items()
        if not isinstance(field.json_schema_extra, dict) or "added" not in field.json_schema_extra
    }
    return section.model_validate(values)


def other(name: str, kind: object, default: object) -> object:
    server = {"url": "http://x/v1", "max_concurrency": 3}
    fixed = {
        "kinds": {"mixed": 3},
        "writers": ["teacher"],
        "models": [{"preset": "gpt-oss-20b", "max_concurrency": 2, "servers": [server]}],
        "servers": [server],
        "chat": True,
    }
    if name in fixed:
        return fixed[name]
    if get_origin(kind) is Literal:
        return next(value for value in get_args(kind) if value != default)
    if isinstance(default, bool):
        return not default
    if isinstance(default, int):
        return default + 1
    return default / 2 + 0.1 if isinstance(default, float) else f"{default}x"


FINGERPRINTS = [
    ("LexiconSection", "44136fa355b3678a", "44136fa355b3678a"),
    ("WordsSection", "7d9fe2dff358150c", "59cbf3a4cf6b5f35"),
    ("CardsSection", "4dd0ddb3bab67ac7", "fd0ff94d9eb40bab"),
    ("StudentSection", "59a4efb1e9392cbf", "e667d9d440c733eb"),
    ("JudgeSection", "d7548cc9a5742402", "479cb4fbe1e7cfb3"),
    ("StudentEvaluationSection", "788f9bfd6342aee2", "10b28445daf12083"),
    ("TeacherSection", "cc6f994e7a93d9d2", "958fe02aa8b4e0d1"),
    ("CorpusSection", "01c6c932fd00102f", "c9d2b850c31a7948"),
    ("QueriesSection", "28c889f745d12a0c", "1062c6eff3e5e438"),
    ("GlossarySection", "7a79f8afc390825b", "cdd7b834ebcf5d38"),
    ("SynonymsSection", "7444d7ee9fb4f243", "7281cdd0302ff6f7"),
    ("ParallelSection", "8c9eeb3e32a7e327", "6091fb20b786a930"),
    ("EncoderSection", "b5b2f0f63ac47d06", "0135b714889e2454"),
    ("TrainingSection", "9da7623281ed7d8f", "515b4b0c1a89020d"),
    ("EvaluationSection", "980949200caaaa77", "496d2ce9a627e893"),
]
"""Of each section with its defaults and without them, before any field was renamed."""


@pytest.mark.parametrize(("name", "plain", "other"), FINGERPRINTS)
def test_a_renamed_field_changes_no_fingerprint(name: str, plain: str, other: str) -> None:
    section = getattr(recipe, name)
    assert stable_hash(fingerprint_part(section())) == plain
    assert stable_hash(fingerprint_part(changed(section))) == other


def test_a_renamed_field_changes_no_fingerprint_of_a_whole_recipe() -> None:
    mnemonics = recipe.MnemonicsRecipe(job="mnemonics", name="x")
    assert stable_hash(fingerprint_part(mnemonics)) == "5fa44a557b878f68"
    assert stable_hash(fingerprint_part(SearchRecipe(name="x"))) == "8e38dc278d1b88cf"


def test_values_of_an_earlier_version_get_the_names_of_today() -> None:
    class Inner(Section):
        min_share: float = renamed("share_floor", 0.5)

    class Outer(Section):
        inner: Inner = renamed("nested", Inner())
        several: tuple[Inner, ...] = ()
        max_retries: int = operational(1, old="retries")

    before = {
        "nested": {"share_floor": 0.2},
        "several": [{"share_floor": 0.3}, {"min_share": 0.4}],
        "retries": 3,
        "unknown": {"share_floor": 1},
    }
    assert with_new_names(before, Outer) == {
        "inner": {"min_share": 0.2},
        "several": [{"min_share": 0.3}, {"min_share": 0.4}],
        "max_retries": 3,
        "unknown": {"share_floor": 1},
    }
    assert with_new_names("a text", Outer) == "a text", "a broken value is left as it is"
    assert fingerprint_part(Outer(inner=Inner(min_share=0.2), several=(Inner(),))) == {
        "nested": {"share_floor": 0.2},
        "several": [{"share_floor": 0.5}],
    }


def test_a_table_that_was_added_is_filled_in_as_it_is_written() -> None:
    old = SearchRecipe(name="x").model_dump(mode="json")
    section = old.pop("dictionary")
    assert with_new_names(old, SearchRecipe)["dictionary"] == section
