import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import RecipeError
from malmoi.core.ledger import Reject
from malmoi.corpora.corpus import Document, Section
from malmoi.recipe import QueriesSection
from malmoi.synthesis.queries import (
    Ask,
    Candidate,
    parse,
    passage_title,
    plan,
    plan_from_queries,
    tidy,
)
from malmoi.teachers import Reply

DOCUMENTS = [
    Document(
        f"d{n}",
        f"안내 {n}",
        (
            Section("준비", "낱말 " * 60),
            Section("신청", "글자 " * 60),
            Section("발급", "종이 " * 60),
        ),
    )
    for n in range(3)
]
SECTION = QueriesSection(kinds={"english": 2, "keywords": 1, "paraphrase": 1}, max_passages=2)


def asks(chat: bool = False, section: QueriesSection = SECTION) -> list[Ask]:
    return plan(DOCUMENTS, section, chat, passage_words=60)


def test_plan_asks_kind_by_kind_for_the_first_passages_and_each_id_is_one_ask() -> None:
    planned = asks()
    assert [a.kind for a in planned] == ["english"] * 12 + ["keywords"] * 6
    assert len({a.id for a in planned}) == len(planned)
    assert {a.passage for a in planned} == {f"d{n}#{p}" for n in range(3) for p in range(2)}
    assert planned == asks()


def test_the_first_sample_is_greedy_and_the_others_are_not() -> None:
    first, second = asks()[:2]
    assert (first.request.temperature, first.request.sample) == (0.0, 0)
    assert second.request.sample == 1
    warm = [a for a in asks() if a.request.sample]
    assert all(a.request.temperature > 0 for a in warm)


def test_an_asks_id_does_not_move_when_documents_or_kinds_are_added() -> None:
    few = plan(DOCUMENTS[1:2], QueriesSection(kinds={"keywords": 1}, max_passages=1), False, 60)
    assert {a.id: a.request for a in few}.items() <= {a.id: a.request for a in asks()}.items()


def test_all_passages_are_asked_about_where_passages_is_0() -> None:
    every = asks(section=SECTION.model_copy(update={"max_passages": 0}))
    assert {a.passage for a in every if a.document == "d0"} == {"d0#0", "d0#1", "d0#2"}


def test_negative_samples_are_an_error_and_0_leaves_a_kind_out() -> None:
    assert not asks(section=QueriesSection(kinds={"english": 0}))
    with pytest.raises(RecipeError, match=r"queries\.kinds\.english is -1"):
        asks(section=QueriesSection(kinds={"english": -1}))


def test_paraphrases_are_written_from_surviving_queries_of_their_language() -> None:
    korean = Candidate("d0#0/keywords/0", "d0", "d0#0", "keywords", "ko", "여권 재발급")
    english = Candidate("d0#0/english/0", "d0", "d0#0", "english", "en", "reissue passport")
    planned = plan_from_queries([korean, english], SECTION, False)
    assert [(a.id, a.document) for a in planned] == [("d0#0/keywords/0/paraphrase/0", "d0")]
    assert "여권 재발급\n" in planned[0].request.prompt


def test_a_heading_that_repeats_the_title_is_said_once() -> None:
    assert passage_title("여권", "여권") == "여권"
    assert passage_title("여권", "") == "여권"
    assert passage_title("여권", "재발급") == "여권 > 재발급"


def test_a_completions_first_line_is_the_query() -> None:
    found = parse(asks()[0], Reply(' "reissue passport"\n제목: 다른 글'))
    assert isinstance(found, list)
    assert [c.text for c in found] == ["reissue passport"]
    assert found[0].id == asks()[0].id
    assert found[0].raw


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("", finish="error", error="HTTP 500"), "no reply"),
        (Reply("  \n"), "empty"),
        (Reply("reissue pass", finish="length"), "truncated"),
    ],
)
def test_a_completion_without_a_query_is_a_reject_with_a_reason(reply: Reply, reason: str) -> None:
    found = parse(asks()[0], reply)
    assert isinstance(found, Reject)
    assert found.reason == reason
    assert found.candidate["document"] == "d0"


def test_a_chats_json_gives_each_query_an_id_of_its_own() -> None:
    section = QueriesSection(kinds={"keywords": 1})
    ask = plan(DOCUMENTS[:1], section, True, 80)[0]
    text = 'Sure: {"queries": ["여권 재발급"]}'
    found = parse(ask, Reply(text, raw=f"<think>음</think>{text}"))
    assert isinstance(found, list)
    assert [(c.id, c.text) for c in found] == [(ask.id, "여권 재발급")]
    assert found[0].raw.startswith("<think>")


@pytest.mark.parametrize(
    ("text", "finish", "reason"),
    [
        ('{"queries": ["여권', "length", "truncated"),
        ("나는 질문을 쓰지 않겠다", "stop", "bad JSON"),
        ('{"answer": 3}', "stop", "bad JSON"),
        ('{"queries": [""]}', "stop", "empty"),
    ],
)
def test_a_chats_unreadable_reply_tells_cut_off_from_wrong(
    text: str, finish: str, reason: str
) -> None:
    ask = plan(DOCUMENTS[:1], QueriesSection(kinds={"keywords": 1}), True, 80)[0]
    found = parse(ask, Reply(text, finish=finish))  # type: ignore[arg-type]
    assert isinstance(found, Reject)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("1. 여권 재발급", "여권 재발급"),
        ("- 여권 재발급", "여권 재발급"),
        ("“여권 재발급”", "여권 재발급"),
        ('"여권" 재발급 "서류"', '"여권" 재발급 "서류"'),
        ("3.5 인치 화면", "3.5 인치 화면"),
        ("여권 재발급.", "여권 재발급"),
        ("어디서 받나요?", "어디서 받나요?"),
        ("-1 오류", "-1 오류"),
    ],
)
def test_tidy_takes_off_marks_that_are_no_part_of_a_query(written: str, tidied: str) -> None:
    assert tidy(written) == tidied


ASK = asks()[0]


@given(st.text())
def test_whatever_is_written_parse_never_raises_and_every_text_is_one_clean_line(raw: str) -> None:
    found = parse(ASK, Reply(raw))
    for candidate in found if isinstance(found, list) else []:
        assert candidate.text
        assert candidate.text == " ".join(candidate.text.split())
