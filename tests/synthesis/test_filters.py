import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import TeacherError
from malmoi.core.ledger import Reject
from malmoi.corpora.corpus import Document, Section
from malmoi.recipe import QueriesSection
from malmoi.synthesis import filters
from malmoi.synthesis.filters import FILTERS, apply, check_yield, jaccard, make_context
from malmoi.synthesis.prompts import load_prompt
from malmoi.synthesis.queries import Candidate

KINDS = ("english", "keywords", "question", "mixed", "paraphrase")
PROMPTS = {kind: load_prompt(kind) for kind in KINDS}
TEXT = (
    "여권을 잃어버리면 가까운 경찰서나 구청에 분실 신고를 한 다음 새 여권을 신청합니다. "
    "사진 한 장과 신분증이 있어야 하며 수수료는 카드로 낼 수 있습니다."
)
DOCUMENTS = [Document(f"d{n}", "여권 재발급 신청", (Section("", TEXT),)) for n in range(9)]
SECTION = QueriesSection()


def candidate(text: str, kind: str = "keywords", document: str = "d0", n: int = 0) -> Candidate:
    language = PROMPTS[kind].language
    return Candidate(f"{document}#0/{kind}/{n}", document, f"{document}#0", kind, language, text)


def reasons(*candidates: Candidate) -> list[str]:
    """The reason of each candidate, "" for a survivor, in the order of the candidates."""
    context = make_context(candidates, DOCUMENTS, SECTION, PROMPTS)
    _, rejects, _ = apply(candidates, context)
    found = {r.candidate["id"]: r.reason for r in rejects}
    return [found.get(c.id, "") for c in candidates]


CASES = [
    ("keywords", "여권 분실 신고", ""),
    ("keywords", "여권", ""),
    ("english", "lost passport replacement", ""),
    ("question", "여권을 잃어버리면 어떻게 하나요?", ""),
    ("question", "여권 수수료를 카드로 낼 수 있는지", ""),
    ("mixed", "passport 분실 신고", ""),
    ("paraphrase", "여권 잃어버렸을 때 새로 받는 법", ""),
    # chatter, and what only looks like it
    ("english", "Sure, here is a query for a lost passport", "chatter"),
    ("english", "insure passport", ""),
    ("keywords", "<think> 여권 분실", "chatter"),
    ("keywords", "검색어: 여권 분실", "chatter"),
    ("keywords", "네, 여권 분실 신고입니다", "chatter"),
    ("keywords", "네트워크 여권 발급", ""),
    # length
    ("keywords", "이 그", "too short"),
    ("keywords", "??", "script"),
    ("english", " ".join(f"word{i}" for i in range(30)), "too long"),
    # loops
    ("english", "passport passport passport photo", "repetitive"),
    ("english", "passport passport", "repetitive"),
    ("english", "passport to passport photo", ""),
    # script
    ("english", "lost 여권 passport", "script"),
    ("english", "утерян паспорт", "script"),
    ("keywords", "lost passport", "script"),
    ("keywords", "旅券 分失", "script"),
    ("keywords", "USB 여권 등록", ""),
    ("mixed", "여권 분실 신고", "script"),
    ("mixed", "lost passport", "script"),
    ("mixed", "passport를 photo로", "script"),
    # form
    ("keywords", "여권을 잃어버렸습니다", "not keywords"),
    ("keywords", "여권을 분실", "not keywords"),
    ("keywords", "구청에서 여권 신청", ""),
    ("question", "여권 분실 신고", "not a question"),
    # generic, and a query that has one word of its own
    ("question", "이 문서는 무엇입니까?", "generic"),
    ("keywords", "사용 방법", "generic"),
    ("keywords", "여권 사용 방법", ""),
    ("english", "what is this document about", "generic"),
    ("english", "document signing", ""),
    # the prompt's own examples
    ("keywords", "소득세 기한 연장 신청", "copied from exemplars"),
    ("keywords", "소득세 기한을 연장 신청", "not keywords"),
    ("keywords", "여권 기한 연장 신청서", ""),
    # a copy of the document, with and without its particles
    (
        "paraphrase",
        "가까운 경찰서나 구청에 분실 신고를 한 다음 새 여권을",
        "copied from document",
    ),
    ("paraphrase", "가까운 경찰서 구청 분실 신고 하 다음 새 여권 신청", "copied from document"),
    ("keywords", "경찰서 구청 분실 신고", ""),
]


@pytest.mark.parametrize(("kind", "text", "reason"), CASES)
def test_each_filter_rejects_what_it_should_and_lets_its_counter_example_through(
    kind: str, text: str, reason: str
) -> None:
    assert reasons(candidate(text, kind)) == [reason]


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@pytest.mark.parametrize(("kind", "text", "reason"), CASES)
def test_a_text_is_judged_alike_however_it_is_written(kind: str, text: str, reason: str) -> None:
    for written in (unicodedata.normalize("NFD", text), text.translate(WIDE)):
        assert reasons(candidate(written, kind)) == [reason]


def test_another_writing_does_not_hide_a_near_duplicate() -> None:
    texts = ["USB 여권 등록", "ＵＳＢ 여권 등록", unicodedata.normalize("NFD", "여권 등록 USB")]
    found = reasons(*(candidate(text, n=n) for n, text in enumerate(texts)))
    assert found == ["", "near-duplicate", "near-duplicate"]


def test_the_second_of_two_queries_with_the_same_words_is_a_near_duplicate() -> None:
    first = candidate("여권 분실 신고 구청")
    again = candidate("구청 여권 분실 신고", n=1)
    other = candidate("여권 사진 규격", n=2)
    assert reasons(first, again, other) == ["", "near-duplicate", ""]


def test_particles_do_not_hide_a_near_duplicate() -> None:
    first = candidate("여권은 구청에서 신청하나요?", "question")
    again = candidate("구청에서 여권을 신청하나요?", "question", n=1)
    assert reasons(first, again) == ["", "near-duplicate"]


def test_one_query_of_another_kind_or_document_is_no_near_duplicate() -> None:
    assert reasons(candidate("여권 분실"), candidate("여권 분실", document="d1")) == ["", ""]
    assert reasons(candidate("여권은 어디서 찾나요?", "question"), candidate("여권 찾")) == ["", ""]


def test_a_paraphrase_must_differ_from_the_query_that_it_was_written_from() -> None:
    source = candidate("여권 분실 신고")
    asked = [
        candidate("여권의 분실 신고", "paraphrase"),
        candidate("잃어버린 여권 신고하기", "paraphrase", n=1),
    ]
    context = make_context(asked, DOCUMENTS, SECTION, PROMPTS, earlier=[source])
    survivors, rejects, _ = apply(asked, context)
    assert [c.text for c in survivors] == ["잃어버린 여권 신고하기"]
    assert [r.reason for r in rejects] == ["near-duplicate"]


def test_a_query_written_for_many_documents_says_too_little_about_any() -> None:
    limit = SECTION.max_documents_per_query
    few = [candidate("여권 분실", document=f"d{n}") for n in range(limit)]
    many = [candidate("여권 분실", document=f"d{n}") for n in range(limit + 1)]
    assert reasons(*few) == [""] * limit
    assert reasons(*many) == ["same for many documents"] * (limit + 1)


def test_counts_say_for_each_filter_what_it_saw_and_dropped_with_examples() -> None:
    candidates = [candidate("이 그", n=n) for n in range(7)] + [candidate("여권 분실", n=8)]
    context = make_context(candidates, DOCUMENTS, SECTION, PROMPTS)
    survivors, rejects, counts = apply(candidates, context)
    assert [c.text for c in survivors] == ["여권 분실"]
    assert len(rejects) == 7
    assert set(counts) == {f.__name__ for f in FILTERS}
    record = counts["length"].record()
    assert (record["seen"], record["dropped"], len(record["examples"])) == (8, 7, filters.EXAMPLES)
    assert counts["repetitive"].seen == 1


TEXTS = st.text(alphabet="여권 분실은 passport?12 旅\t", max_size=30)


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, max_size=6), st.sampled_from(KINDS))
def test_every_candidate_is_kept_or_rejected_once_and_keeping_is_stable(
    texts: list[str], kind: str
) -> None:
    candidates = [candidate(text, kind, n=n) for n, text in enumerate(texts)]
    context = make_context(candidates, DOCUMENTS, SECTION, PROMPTS)
    survivors, rejects, _ = apply(candidates, context)
    ids = [c.id for c in survivors] + [r.candidate["id"] for r in rejects]
    assert sorted(ids) == sorted(c.id for c in candidates)
    again = make_context(survivors, DOCUMENTS, SECTION, PROMPTS)
    assert apply(survivors, again)[0] == survivors


@given(st.frozensets(st.sampled_from("abcdef")), st.frozensets(st.sampled_from("abcdef")))
def test_jaccard_is_symmetric_and_between_0_and_1(one: frozenset[str], two: frozenset[str]) -> None:
    assert 0 <= jaccard(one, two) == jaccard(two, one) <= 1
    assert jaccard(one, one) == (1.0 if one else 0.0)


def rejected(n: int, reason: str = "script") -> Reject:
    return Reject({"id": str(n), "text": f"글 {n}"}, reason, "raw")


def test_a_yield_under_the_floor_stops_with_examples_of_several_reasons() -> None:
    section = QueriesSection(min_yield=0.1, min_yield_after=50)
    rejects = [rejected(n) for n in range(47)] + [rejected(99, "chatter")]
    with pytest.raises(TeacherError, match=r"only 2 of 50") as caught:
        check_yield(2, rejects, section)
    assert "chatter: '글 99'" in str(caught.value)
    assert str(caught.value).count("script: ") == 4
    assert "floor of 10%" in str(caught.value)


@pytest.mark.parametrize(("kept", "rejects"), [(5, 45), (0, 49), (50, 0)])
def test_a_yield_at_the_floor_or_too_few_candidates_goes_on(kept: int, rejects: int) -> None:
    section = QueriesSection(min_yield=0.1, min_yield_after=50)
    check_yield(kept, [rejected(n) for n in range(rejects)], section)
