from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import BudgetSpent, RecipeError, TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teachers import Request
from malmoi.teachers.budget import Spending
from malmoi.teachers.open import open_teacher
from tests.helpers.bad_server import Answer, BadServer, echo

REQUESTS = [Request(prompt=f"p{number}", max_tokens=5) for number in range(6)]


def plan(_: int, body: dict[str, Any]) -> Answer:
    return echo(body)


def test_cache_before_budget_before_endpoint(tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    with BadServer(plan) as server:
        section = TeacherSection(
            preset="", kind="http", url=server.url, model="m", chat=False, token_budget=62
        )
        with (
            open_teacher(section, cache) as teacher,
            pytest.raises(BudgetSpent, match="60 of 62"),
        ):
            list(teacher.write(REQUESTS))
        assert len(server.bodies) == 4
        # What is in the cache costs nothing of the budget, so a second run gets through.
        with open_teacher(section, cache) as teacher:
            assert teacher.chat is False
            replies = list(teacher.write(REQUESTS))
        assert [reply.text for reply in replies] == [f"re: p{n}" for n in range(6)]
        assert [reply.cached for reply in replies] == [True] * 4 + [False] * 2
        assert len(server.bodies) == 6
        with (
            open_teacher(section, None, spent=Spending(60, 0.0)) as teacher,
            pytest.raises(BudgetSpent),
        ):
            list(teacher.write(REQUESTS))
        assert len(server.bodies) == 6


def test_a_cache_that_cannot_be_used_closes_the_teacher(tmp_path: Path) -> None:
    with BadServer(plan) as server:
        section = TeacherSection(preset="", kind="http", url=server.url, model="m")
        with pytest.raises(TeacherError, match="request cache"), open_teacher(section, tmp_path):
            pass


def test_a_teacher_that_cannot_be_told() -> None:
    with (
        pytest.raises(TeacherError, match="no teacher called"),
        open_teacher(TeacherSection(preset="zzz")),
    ):
        pass


def test_a_teacher_by_url_is_open_until_it_is_closed() -> None:
    with BadServer(plan) as server:
        teacher = open_teacher(url=server.url, model="m", chat=False, max_tokens=9)
        assert [reply.text for reply in teacher.write(REQUESTS[:2])] == ["re: p0", "re: p1"]
        assert server.bodies[0]["model"] == "m"
        teacher.close()


def test_a_preset_with_a_setting_of_its_own() -> None:
    with BadServer(plan) as server, open_teacher("ollama", url=server.url, model="x") as teacher:
        assert teacher.chat is True
        assert "x" in teacher.identity
    with pytest.raises(TeacherError, match=r"no teacher called 'gemma'.*did you mean"):
        open_teacher("gemma")
    with pytest.raises(RecipeError, match="'modle'; did you mean 'model'"):
        open_teacher(url="http://localhost/v1", modle="m")
