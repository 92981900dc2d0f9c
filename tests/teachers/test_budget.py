import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malmoi.core.errors import BudgetSpent
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.budget import BudgetedTeacher, Prices, Spending, prompt_tokens, upper_cost
from tests.helpers.scripted_teacher import ScriptedTeacher


def writer_of(
    used: tuple[int, int] = (10, 20), ahead: int = 1, cached: bool = False
) -> ScriptedTeacher:
    """A small real teacher: `used` tokens for each reply, `ahead` requests in flight."""
    reply = Reply("x", prompt_tokens=used[0], completion_tokens=used[1], cached=cached)
    return ScriptedTeacher(lambda _: reply, identity="writer", chat=False, ahead=ahead)


UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

REQUEST = Request(prompt="p" * 20, max_tokens=82)
"""18 tokens of prompt by length, so 100 at most."""


def write_all(teacher: BudgetedTeacher, count: int) -> tuple[int, str]:
    """How many replies came, and the message at the end."""
    came = 0
    try:
        for _ in teacher.write([REQUEST] * count):
            came += 1
    except BudgetSpent as error:
        return came, str(error)
    return came, ""


def test_upper_cost_of_a_request() -> None:
    assert upper_cost([REQUEST], Prices(1.0, 10.0)) == Spending(100, (18 * 1 + 82 * 10) / 1e6)
    assert upper_cost([REQUEST] * 3, Prices()).tokens == 300
    assert upper_cost([REQUEST], Prices(), thinking_tokens=1000).tokens == 1100
    assert upper_cost([REQUEST], Prices(), thinking_tokens=1000, max_reply_tokens=500).tokens == 518


def test_prompts_are_never_thought_shorter_than_real_tokenizers_find_them() -> None:
    korean = (
        "스프레드시트의 셀 범위를 선택한 다음 데이터 메뉴에서 피벗 테이블을 삽입합니다. "
        "제주도의 아름다운 자연과 다양한 음식을 즐길 수 있는 여행 코스를 소개합니다. "
        "당뇨병 치료에 쓰이는 약물의 부작용은 무엇입니까?"
    )
    shape = json.dumps({"queries": [{"text": "a b", "kind": "keyword"}] * 5}, indent=1)
    # What Gemma 3 and SmolLM2, which hardly knows Korean, make of them.
    assert prompt_tokens(Request(prompt=korean)) >= max(59, 241)
    assert prompt_tokens(Request(prompt=shape)) >= max(125, 105)
    chat = Request(messages=(Message("system", ""), Message("user", "")), schema={"type": "object"})
    assert prompt_tokens(chat) >= 24


@pytest.mark.parametrize("ahead", [1, 4, 50])
def test_stops_before_a_request_that_could_overrun(ahead: int) -> None:
    writer = writer_of(used=(18, 12), ahead=ahead)
    teacher = BudgetedTeacher(writer, token_budget=1000)
    came, message = write_all(teacher, 100)
    # 30 tokens each: after 31 replies 930 are spent, and another could take 100.
    assert came == len(writer.asked) == 31
    assert teacher.spent.tokens == 930
    for part in ("930 of 1,000", "100", "teacher.token_budget", "run again"):
        assert part in message


def test_money() -> None:
    prices = Prices(1.0, 10.0)
    teacher = BudgetedTeacher(writer_of(used=(18, 82)), money_budget=0.0084, prices=prices)
    came, message = write_all(teacher, 100)
    assert came == 10
    assert "0.0084 of 0.0084 money" in message
    assert "teacher.money_budget" in message


def test_enough_is_enough() -> None:
    assert write_all(BudgetedTeacher(writer_of(used=(18, 82)), token_budget=300), 3) == (3, "")
    assert write_all(BudgetedTeacher(writer_of()), 500) == (500, "")


def test_earlier_runs_count() -> None:
    teacher = BudgetedTeacher(writer_of(), token_budget=1000, spent=Spending(950, 0.0))
    assert write_all(teacher, 1)[0] == 0


def test_what_costs_nothing_is_not_counted() -> None:
    teacher = BudgetedTeacher(writer_of(cached=True), token_budget=100)
    assert write_all(teacher, 20) == (20, "")
    assert teacher.spent == Spending()


def test_a_server_that_does_not_count_is_counted_at_the_upper_bound() -> None:
    assert write_all(BudgetedTeacher(writer_of(used=(0, 0)), token_budget=250), 20)[0] == 2


def test_is_lazy() -> None:
    taken = 0

    def endless() -> Iterator[Request]:
        nonlocal taken
        while True:
            taken += 1
            yield REQUEST

    replies = BudgetedTeacher(writer_of(ahead=3), token_budget=10_000).write(endless())
    next(replies)
    assert taken == 3


@UNTIMED
@given(
    st.integers(0, 2000),
    st.integers(0, 82),
    st.integers(1, 9),
    st.integers(0, 40),
)
def test_never_over_and_never_out_of_step(budget: int, used: int, ahead: int, count: int) -> None:
    writer = writer_of(used=(18, used), ahead=ahead)
    teacher = BudgetedTeacher(writer, token_budget=budget)
    came, message = write_all(teacher, count)
    assert came == len(writer.asked)
    if budget:
        assert teacher.spent.tokens <= budget
        assert bool(message) == (came < count)
        assert came == count or teacher.spent.tokens + 100 > budget
    else:
        assert came == count
