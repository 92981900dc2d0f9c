from __future__ import annotations

from pydantic import Field

from malmoi.recipe import SearchRecipe, Section, TeacherSection, fingerprint_part, operational


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
