from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.synonyms.verification.verdicts import (
    QUESTIONS,
    SHOTS,
    TRANSLATION,
    VERDICT,
    Judged,
    judge,
    read,
    requests,
)
from malmoi.teachers import Reply
from malmoi.teachers.http.teacher import HttpTeacher
from tests.helpers.bad_server import Answer, BadServer, completion
from tests.helpers.scripted_teacher import ScriptedScorer, ScriptedTeacher, refuse

YES, NO = '{"verdict": "yes"}', '{"verdict": "no"}'


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (YES, True),
        (NO, False),
        ('Sure!\n```json\n{"verdict": "yes"}\n```', True),
        ("{'verdict': 'no'}", False),
        ("yes", True),
        ("예.", True),
        ("네", True),
        ("No, they are opposites.", False),
        ("아니오. 예를 들어 '저장'은 save입니다.", False),
        ("아니요, 예라고 할 수 없습니다. 예.", False),
    ],
)
def test_a_plain_verdict_is_read(text: str, verdict: bool) -> None:
    assert read(Reply(text)) is verdict


@pytest.mark.parametrize(
    "text",
    [
        "",
        "예를 들어 저장은 save입니다.",
        "네, 하지만 같은 뜻은 아닙니다.",
        "Yes and no.",
        "Yes, in some contexts, but they differ.",
        "yes\nno",
        "maybe",
        "Yesterday",
        '{"verdict": "yes"} or rather {"verdict": "no"}',
        '{"verdict": "yes, but"}',
        '{"verdict": "unsure"}',
        '{"answer": "yes"}',
        '{"verdict": ["yes"]}',
        '{"verdict": yes}',
        'No. {"verdict": "yes"}',
    ],
)
def test_hedging_is_no_vote(text: str) -> None:
    assert read(Reply(text)) is None


def test_a_reply_that_was_cut_off_or_failed_is_no_vote() -> None:
    assert read(Reply("yes", finish="length")) is None
    assert read(Reply('{"verdict": "yes', finish="length")) is None
    assert read(Reply(YES, finish="error", error="gone")) is None


@given(st.text(max_size=60))
def test_nothing_that_says_no_first_is_ever_a_yes(rest: str) -> None:
    for no in ("아니오. ", "No. ", "아닙니다, "):
        assert read(Reply(no + rest)) is not True


def test_every_phrasing_shows_both_answers_and_asks_last() -> None:
    asked = requests("열", "row")
    assert len(asked) == len(QUESTIONS) == len({r.messages[-1].content for r in asked})
    for request in asked:
        said = [m.content for m in request.messages if m.role == "assistant"]
        assert set(said) == {YES, NO}
        assert len(said) == len(SHOTS)
        assert "열" in request.messages[-1].content
        assert "row" in request.messages[-1].content
        assert request.schema is not None


def asked_of(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"])


def by_http(plan: Any, pairs: Sequence[tuple[str, str]], **fields: Any) -> list[Judged]:
    server = BadServer(plan)
    section = TeacherSection(
        preset="", kind="http", url=server.url, model="m", max_retries=1, **fields
    )
    teacher = HttpTeacher(section, first_pause=0.01)
    try:
        return list(judge(pairs, teacher))
    finally:
        teacher.close()


def test_a_chat_teacher_votes_once_a_phrasing() -> None:
    def plan(_: int, body: dict[str, Any]) -> Answer:
        return completion(YES if "save" in asked_of(body) else NO)

    saved, row = by_http(plan, [("저장", "save"), ("열", "row")])
    assert [(e.source, e.value, e.direction) for e in saved.evidence] == [(VERDICT, 1.0, "both")]
    assert saved.evidence[0].detail == "3 of 3 say yes"
    assert row.evidence[0].value == 0.0


def test_phrasings_that_disagree_are_a_share() -> None:
    def plan(_: int, body: dict[str, Any]) -> Answer:
        return completion(NO if "same" in asked_of(body) else YES)

    (judged,) = by_http(plan, [("저장", "save")])
    assert judged.evidence[0].value == pytest.approx(2 / 3, abs=1e-4)


def test_thinking_and_chatter_turn_no_no_into_a_yes() -> None:
    texts = {
        QUESTIONS[0]: "<think>yes yes 예 예</think>아니오. 예를 들어 행은 row입니다.",
        QUESTIONS[1]: "네, 하지만 다릅니다.",
        QUESTIONS[2]: NO,
    }

    def plan(_: int, body: dict[str, Any]) -> Answer:
        asked = asked_of(body)
        text = next(t for q, t in texts.items() if q.format(ko="열", en="row") in asked)
        return completion(text, message={"reasoning_content": "yes, surely yes"})

    (judged,) = by_http(plan, [("열", "row")])
    assert judged.evidence[0].value == 0.0
    assert judged.evidence[0].detail == "0 of 2 say yes, 1 unread"


def test_a_teacher_that_says_nothing_readable_has_no_evidence() -> None:
    assert by_http(lambda *_: completion("음…"), [("열", "row")])[0].evidence == ()


def test_an_endpoint_that_fails_in_passing_is_asked_again() -> None:
    def plan(number: int, _: dict[str, Any]) -> Answer:
        return Answer(503, {"error": "busy"}) if number == 0 else completion(YES)

    assert by_http(plan, [("저장", "save")])[0].evidence[0].value == 1.0


def test_a_refused_request_is_no_vote_and_the_others_count() -> None:
    def plan(_: int, body: dict[str, Any]) -> Answer:
        if "same" in asked_of(body):
            return completion("", finish_reason="content_filter")
        return completion(YES)

    (judged,) = by_http(plan, [("저장", "save")])
    assert judged.evidence[0].detail == "2 of 2 say yes, 1 unread"


def test_an_endpoint_that_refuses_the_key_ends_the_work() -> None:
    with pytest.raises(TeacherError, match="401"):
        by_http(lambda *_: Answer(401, {"error": "no key"}), [("저장", "save")])


def test_a_schema_that_the_endpoint_refuses_stands_in_the_prompt() -> None:
    def plan(_: int, body: dict[str, Any]) -> Answer:
        if "response_format" in body:
            return Answer(400, {"error": "response_format is not supported"})
        assert json.dumps("verdict") in asked_of(body)
        return completion(YES)

    assert by_http(plan, [("저장", "save")])[0].evidence[0].value == 1.0


def base(likelihood: Callable[[str, str], float]) -> ScriptedScorer:
    """A base model whose likelihoods are given by a function of (prompt's end, text)."""
    return ScriptedScorer(lambda one: likelihood(one.prompt.rsplit("\n\n", 1)[-1], one.text))


def values(teacher: ScriptedScorer, *pairs: tuple[str, str]) -> list[dict[str, float]]:
    return [
        {f"{e.source} {e.direction}": e.value for e in judged.evidence}
        for judged in judge(pairs, teacher)
    ]


def test_a_base_model_that_always_says_yes_says_nothing() -> None:
    """What it would say of "N/A" as well is taken out."""
    (found,) = values(base(lambda _, text: -0.1 if text == " yes" else -3.0), ("열", "row"))
    assert found[f"{VERDICT} both"] == 0.5


def test_a_base_model_that_prefers_yes_for_this_pair_says_so() -> None:
    def likelihood(last: str, text: str) -> float:
        return -0.1 if (text == " yes") == ("저장" in last) else -3.0

    good, bad = values(base(likelihood), ("저장", "save"), ("열", "row"))
    assert good[f"{VERDICT} both"] > 0.9
    assert bad[f"{VERDICT} both"] == 0.5


def test_a_translation_counts_for_what_it_gains_from_the_word() -> None:
    def likelihood(last: str, text: str) -> float:
        if (last, text) in {("저장 =", " save\n"), ("save =", " 저장\n")}:
            return -1.0
        return -8.0 if text != " the\n" else -0.5

    good, bad, common = values(
        base(likelihood), ("저장", "save"), ("저장", "open"), ("저장", "the")
    )
    for way in ("ko→en", "en→ko"):
        assert good[f"{TRANSLATION} {way}"] > 0.9
        assert bad[f"{TRANSLATION} {way}"] == 0.5
    assert common[f"{TRANSLATION} ko→en"] == 0.5


def test_a_base_model_without_likelihoods_cannot_judge() -> None:
    with pytest.raises(TeacherError, match="likelihoods"):
        list(judge([("열", "row")], ScriptedTeacher(refuse, chat=False)))
