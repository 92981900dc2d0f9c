from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.pipelines import duration
from malmoi.pipelines.duration import (
    Machine,
    Part,
    measured,
    parameters_of,
    rounded,
    spoken,
    writing,
)
from malmoi.recipe import TeacherSection
from malmoi.teachers import Request

MACHINE = Machine(1e11, 0.0, bf16=True)
LOCAL = TeacherSection()


def test_longer_replies_and_more_calls_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duration, "parameters_of", lambda model: 1_000_000)

    def seconds(calls: int, tokens: int) -> float:
        part = writing("a", [Request(prompt="q", max_tokens=tokens)] * calls, LOCAL, MACHINE)
        assert part.basis == "measured"
        return part.seconds or 0.0

    assert seconds(20, 10) == pytest.approx(2 * seconds(10, 10))
    assert seconds(10, 100) > seconds(10, 10)


def test_weights_that_are_not_here_and_endpoints_are_not_guessed_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = Request(prompt="q")
    monkeypatch.setattr(duration, "parameters_of", lambda model: 0)
    assert writing("a", [request], LOCAL, MACHINE).seconds is None
    endpoint = TeacherSection(preset="openai")
    part = writing("a", [request], endpoint, MACHINE)
    assert part.seconds is None
    assert spoken([part, Part("b", 100, "measured")]).startswith("about 2 minutes, and what isn't")
    known = writing("a", [request] * 3, endpoint, MACHINE, seconds_a_call=2.0)
    assert (known.seconds, known.basis) == (6.0, "as fast as in this run")


def test_a_hub_s_weights_are_never_fetched_to_be_counted(tmp_path: Path) -> None:
    assert parameters_of("nobody/nothing") == 0
    assert parameters_of(str(tmp_path / "none.gguf")) == 0


def test_a_machine_is_measured() -> None:
    machine = measured(5.0)
    assert machine.operations > 1e8
    assert machine.characters == 5.0


@pytest.mark.parametrize(
    ("given", "said"),
    [(3, "half a minute"), (61, "1 minute"), (125, "2 minutes"), (43 * 60, "45 minutes"),
     (3 * 3600 + 100, "3 hours"), (3 * 86400, "3 days")],
)  # fmt: skip
def test_times_are_no_finer_than_they_are_known(given: float, said: str) -> None:
    assert rounded(given) == said
    assert spoken([Part("a", given, "measured")]) == f"about {said}"
