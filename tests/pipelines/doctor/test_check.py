from __future__ import annotations

from malmoi.pipelines.doctor.check import Check


def test_only_what_is_needed_and_lacking_stops() -> None:
    assert Check("a", ok=False, seen="", needed=True).stops
    assert not Check("a", ok=True, seen="", needed=True).stops
    assert not Check("a", ok=False, seen="").stops
