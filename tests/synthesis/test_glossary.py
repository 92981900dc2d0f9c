from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import RecipeError, SourceError, TeacherError
from malmoi.corpora.corpus import Document, Section
from malmoi.recipe import GlossarySection
from malmoi.synthesis.glossary import (
    MAX_WORDS,
    Glossary,
    Term,
    batches,
    exemplars,
    find_terms,
    read,
    requests,
    write_glossary,
)
from malmoi.teachers import Reply
from malmoi.teachers.open import open_teacher
from tests.helpers.bad_server import BadServer, completion
from tests.helpers.small_corpus import corpus, teacher_server

TERM = Term("글꼴", "글꼴", 3)
WORDS = ["font", "colour", "save", "document", "folder", "the", "unheard"]


def english(*replies: Reply | str) -> dict[str, float]:
    made = [Reply(r) if isinstance(r, str) else r for r in replies]
    records = read(TERM, made).records
    return records[0]["english"] if records else {}


def reason(reply: Reply | str) -> str:
    (reject,) = read(TERM, [Reply(reply) if isinstance(reply, str) else reply]).rejects
    return reject.reason


def test_shares_count_the_samples_that_agree() -> None:
    assert english("font", "Font", "typeface", "font") == {"font": 0.75, "typeface": 0.25}
    assert english("font", "글꼴") == {"font": 0.5}
    assert english("font font") == {"font": 1.0}


def test_what_is_read_of_a_reply() -> None:
    assert english("to Save\nto keep") == {"save": 1.0}
    assert english(" background colour.") == {"background": 1.0, "colour": 1.0}
    assert english("top to bottom") == {"top": 1.0, "bottom": 1.0}
    assert english("tomorrow") == {"tomorrow": 1.0}


def test_what_is_no_equivalent() -> None:
    assert reason("글꼴 font") == "not English"
    assert reason("") == reason("the") == reason("...") == "no content word"
    assert reason("a style of letters on printed pages") == "a definition"
    assert reason(Reply("fon", finish="length")) == "truncated"
    assert reason(Reply("", finish="error", error="gone")) == "no reply"
    assert english(" ".join(WORDS[:MAX_WORDS]))
    assert not english(" ".join(WORDS[: MAX_WORDS + 1]))


def test_what_replies_cost_is_counted_of_rejects_too() -> None:
    replies = [
        Reply("font", prompt_tokens=5, completion_tokens=2, cost=0.5),
        Reply("글꼴", "<raw>", prompt_tokens=7, completion_tokens=1, cost=0.25),
    ]
    outcome = read(TERM, replies)
    assert (outcome.tokens_in, outcome.tokens_out, outcome.cost) == (12, 3, 0.75)
    assert outcome.rejects[0].candidate == {"term": "글꼴", "text": "글꼴"}
    assert outcome.rejects[0].raw == "<raw>"
    assert outcome.records[0]["documents"] == 3


FINISHES = st.sampled_from(["stop", "stop", "length", "error"])
REPLIES = st.lists(
    st.builds(Reply, st.text(max_size=30) | st.sampled_from(WORDS), finish=FINISHES),
    min_size=1,
    max_size=5,
)


@given(REPLIES)
def test_shares_are_shares_and_every_reply_is_accounted_for(replies: list[Reply]) -> None:
    outcome = read(TERM, replies)
    shares = english(*replies)
    assert all(0 < share <= 1 for share in shares.values())
    assert all(word.isascii() and word.isalpha() and word.islower() for word in shares)
    assert bool(shares) == (len(outcome.rejects) < len(replies))


def document(text: str, number: int) -> Document:
    return Document(str(number), "", (Section("", text),))


def test_terms_are_nouns_predicates_and_compounds_of_enough_documents() -> None:
    texts = ["배경 색상을 바꿉니다", "배경 색상이 다릅니다", "표를 바꾸는 문서"]
    documents = [document(text, number) for number, text in enumerate(texts)]
    section = GlossarySection(min_documents=2, min_compound_documents=2)
    found = {term.text: term for term in find_terms(documents, section)}
    assert {"배경", "색상", "배경 색상", "바꾸다"} <= set(found)
    assert found["바꾸다"] == Term("바꾸다", "바꾸", 2)
    assert found["배경 색상"] == Term("배경 색상", "배경 색상", 2)
    assert "문서" not in found
    assert "표" not in found
    assert all(term.documents >= 2 for term in found.values())
    few = find_terms(
        documents, GlossarySection(min_documents=1, min_compound_documents=1, max_terms=3)
    )
    assert len(few) == 3
    assert [len(term.text) for term in few] == sorted(len(term.text) for term in few)


def test_a_compound_does_not_run_over_a_line_end() -> None:
    documents = [document("배경\n색상", 0)]
    texts = {t.text for t in find_terms(documents, GlossarySection(min_documents=1))}
    assert "배경 색상" not in texts


def test_requests_are_one_greedy_and_the_others_warm() -> None:
    section = GlossarySection(samples=3, temperature=0.7, subject="office software")
    plain = requests([TERM, Term("표", "표", 1)], section, chat=False)
    assert len(plain) == 6
    assert [r.temperature for r in plain[:3]] == [0.0, 0.7, 0.7]
    assert [r.sample for r in plain[:3]] == [0, 1, 2]
    assert plain[0].prompt.endswith("\n\n글꼴 =")
    assert "of office software\n\n" in plain[0].prompt
    assert not plain[0].messages
    (chat, *_) = requests([TERM], section, chat=True)
    assert chat.messages[-1].content == "글꼴"
    assert not chat.prompt
    assert not chat.stop


@given(st.integers(0, 500), st.integers(1, 8))
def test_batches_hold_every_term_once(count: int, samples: int) -> None:
    terms = [Term(str(n), str(n), 1) for n in range(count)]
    groups = batches(terms, GlossarySection(samples=samples))
    assert [term for group in groups for term in group] == terms
    assert all(groups)
    assert len({len(group) for group in groups[:-1]}) <= 1


def test_exemplars_of_the_user(tmp_path: Path) -> None:
    assert len(exemplars(GlossarySection())) >= 3
    file = tmp_path / "pairs.txt"
    file.write_text("글꼴 = font\n\n표=table = grid\n", encoding="utf-8")
    section = GlossarySection(exemplars=str(file))
    assert exemplars(section) == [("글꼴", "font"), ("표", "table = grid")]
    file.write_text("글꼴 = font\n표\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="'표' is no pair"):
        exemplars(section)
    with pytest.raises(RecipeError, match="which is no file"):
        exemplars(GlossarySection(exemplars=str(tmp_path / "none.txt")))


def test_a_glossary_of_a_corpus(tmp_path: Path) -> None:
    with teacher_server() as server, open_teacher(url=server.url, model="m") as teacher:
        written = write_glossary(corpus(), teacher, subject="daily life", samples=2, max_terms=12)
        assert written["온도"] == {"temperature": 1.0}
        assert {reject.reason for reject in written.rejects} == {"not English"}
        assert "daily life" in server.bodies[0]["messages"][0]["content"]
        with pytest.raises(SourceError, match=r"no Korean term stands in 99 or more of its 30"):
            write_glossary(corpus(), teacher, min_documents=99)
    written.save(tmp_path / "glossary.jsonl")
    assert Glossary.load(tmp_path / "glossary.jsonl") == written
    assert len(written) == len(list(written))


def test_a_teacher_that_gives_nothing_is_told() -> None:
    with (
        BadServer(lambda number, body: completion("모릅니다")) as server,
        open_teacher(url=server.url, model="m") as teacher,
        pytest.raises(TeacherError, match=r"no English equivalent of any of .* not English"),
    ):
        write_glossary(corpus(), teacher)


def test_what_is_no_glossary(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no line"):
        Glossary.load(tmp_path / "nowhere.jsonl")
    (tmp_path / "other.jsonl").write_text('{"term": "물"}\n')
    with pytest.raises(SourceError, match="Expected JSON Lines with term, stem and english"):
        Glossary.load(tmp_path / "other.jsonl")
