from __future__ import annotations

from malmoi.synthesis.feedback import tell
from malmoi.synthesis.reflection import Tried
from malmoi.teachers import Reply
from tests.synthesis.test_trials import VARIANT, asks, setting


def told(replies: dict[str, str | Reply]) -> dict[str, Tried]:
    asked = asks(*replies)
    answers = [r if isinstance(r := replies[a.document], Reply) else Reply(r) for a in asked]
    return tell(setting(), VARIANT, asked, answers)


def test_a_query_that_helps_scores_more_than_one_that_only_finds_its_text() -> None:
    found = told({"자전거": "자전거 바퀴 수리", "커피": "커피 안내문"})
    helpful, plain = found["자전거"], found["커피"]
    assert helpful.score > plain.score == 1
    assert helpful.feedback.startswith("Kept: a search with it finds this text at place 1.")
    assert "바퀴 수리; wheel" in helpful.feedback
    assert "+0.50" in helpful.feedback  # of one query of two
    assert "People" not in plain.feedback
    assert (helpful.query, "자전거 안내" in helpful.shown) == ("자전거 바퀴 수리", True)
    assert "검색어" in helpful.shown  # as the prompt ends
    assert VARIANT.prompt.instruction not in helpful.shown


def test_each_way_to_fail_is_said_and_scores_nothing() -> None:
    found = told(
        {
            "여권": "이 문서",
            "세금": Reply("", finish="error", error="gone"),
            "김치": "없는 낱말",
            "도서관": "자전거 바퀴",
            "커피": Reply("커피 물", finish="length"),
        }
    )
    assert {name: each.score for name, each in found.items()} == dict.fromkeys(found, 0.0)
    said = {name: each.feedback for name, each in found.items()}
    assert "fit any text" in said["여권"]
    assert said["세금"] == "Rejected: no reply."
    assert "does not find this text" in said["김치"]
    assert "배추 소금" in said["김치"]
    assert "another text first" in said["도서관"]
    assert "too long" in said["커피"]
