from __future__ import annotations

from collections.abc import Sequence

import pytest

from malmoi.core.errors import BudgetSpent, RecipeError, TeacherError
from malmoi.synthesis import reflection
from malmoi.synthesis.prompts import Prompt, load_prompt
from malmoi.synthesis.reflection import MAX_INSTRUCTION, Tried, reflect, with_instruction

gepa = pytest.importorskip("gepa", reason="pip install 'malmoi[gepa]'")

BASE = load_prompt("english")
DOCUMENTS = [f"d{n}" for n in range(8)]


def evaluate(prompt: Prompt, documents: Sequence[str]) -> list[Tried]:
    """The more often the instruction says "short", the better; three times are enough."""
    score = min(prompt.instruction.count("short"), 3) / 3
    return [Tried(f"text of {d}", "a query", score, f"FEEDBACK on {d}") for d in documents]


def test_what_does_better_is_kept_and_the_first_stays_the_first() -> None:
    asked: list[str] = []

    def rewrite(text: str) -> str:
        asked.append(text)
        return f"Sure:\n```\nWrite{' short' * len(asked)} queries.\n```"

    found = reflect(BASE, DOCUMENTS, evaluate, rewrite, calls=120)
    assert found[0] == BASE
    assert "short short short" in found[-1].instruction
    assert found[-1].exemplars == BASE.exemplars
    assert BASE.instruction in asked[0]
    assert "FEEDBACK on d" in asked[0]
    assert "text of d" in asked[0]


def test_the_budget_is_kept_but_for_a_last_round_and_the_same_replies_go_the_same_way() -> None:
    tried: list[int] = []

    def counting(prompt: Prompt, documents: Sequence[str]) -> list[Tried]:
        tried.append(len(documents))
        return evaluate(prompt, documents)

    def rewrite(text: str) -> str:
        return f"```\nshort {len(text) % 7}\n```"

    first = reflect(BASE, DOCUMENTS, counting, rewrite, calls=50)
    spent = sum(tried)
    assert spent <= 50 + len(DOCUMENTS) + 2 * reflection.MINIBATCH
    assert reflect(BASE, DOCUMENTS, counting, rewrite, calls=50) == first
    assert sum(tried) == 2 * spent


@pytest.mark.parametrize("reply", ["", "``````", "I can't", "short " * 2000, "\x00\ud800", "a\nb"])
def test_whatever_is_proposed_an_instruction_is_one_line_and_not_long(reply: str) -> None:
    for prompt in reflect(BASE, DOCUMENTS, evaluate, lambda _: reply, calls=40):
        assert 0 < len(prompt.instruction) <= MAX_INSTRUCTION
        assert "\n" not in prompt.instruction
        assert Prompt.model_validate(prompt.model_dump(mode="json")) == prompt


@pytest.mark.parametrize("error", [BudgetSpent("spent"), TeacherError("gone"), KeyboardInterrupt()])
def test_what_stops_a_teacher_stops_it_wherever_it_was_asked(error: BaseException) -> None:
    def refuses(*_: object) -> list[Tried]:
        raise error

    def refuses_to_rewrite(text: str) -> str:
        raise error

    with pytest.raises(type(error)):
        reflect(BASE, DOCUMENTS, refuses, lambda _: "```\nshort\n```", calls=40)
    with pytest.raises(type(error)):
        reflect(BASE, DOCUMENTS, evaluate, refuses_to_rewrite, calls=40)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    reflect(BASE, DOCUMENTS, evaluate, lambda _: "```\nshort\n```", calls=40)
    assert capsys.readouterr() == ("", "")


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reflection, "find_spec", lambda name: None)
    with pytest.raises(RecipeError, match=r"malmoi\[gepa\]"):
        reflect(BASE, DOCUMENTS, evaluate, str, calls=40)


def test_an_empty_instruction_changes_nothing() -> None:
    assert with_instruction(BASE, " \n ") is BASE
