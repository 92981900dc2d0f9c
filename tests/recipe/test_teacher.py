from __future__ import annotations

import pytest
from pydantic import ValidationError

from malmoi.recipe import TeacherSection, fingerprint_part


def test_what_only_changes_speed_or_cost_is_no_part_of_a_fingerprint() -> None:
    slow = TeacherSection(slots=1, timeout=9.0, api_key_env="KEY", token_budget=5)
    assert fingerprint_part(slow) == fingerprint_part(TeacherSection())
    assert fingerprint_part(TeacherSection(model="x")) != fingerprint_part(TeacherSection())


def test_wrong_kinds_are_refused() -> None:
    with pytest.raises(ValidationError):
        TeacherSection.model_validate({"kind": "grpc"})
