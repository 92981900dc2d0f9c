"""Passages lose nothing, keep the order and stay near their size; `only` keeps what belongs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.corpora.corpus import Corpus, Document, Query, Section, Segment, passages

words = st.text("가나다라 abc.!?\n", min_size=0, max_size=200)
sections = st.lists(words, max_size=8).map(
    lambda texts: tuple(Section(f"제목{n}번", text) for n, text in enumerate(texts))
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def rebuilt(document: Document, words: int) -> str:
    """The document's text, put together again from its passages."""
    parts: list[str] = []
    last = ""
    for passage in passages(document, words):
        if passage.heading != last:
            parts.append(passage.heading)
        last = (
            passage.heading
            if not (inner := [s.heading for s in document.sections if s.heading in passage.text])
            else inner[-1]
        )
        parts.append(passage.text)
    return squeezed("".join(parts))


@given(sections, st.integers(10, 60))
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost_and_order_is_kept(parts: tuple[Section, ...], size: int) -> None:
    document = Document("d", "title", parts)
    assert rebuilt(document, size) == squeezed(document.text)


@given(sections, st.integers(10, 60))
@settings(max_examples=200, deadline=None)
def test_ids_count_up_and_name_the_parent(parts: tuple[Section, ...], size: int) -> None:
    made = passages(Document("doc", "", parts), size)
    assert [p.id for p in made] == [f"doc#{n}" for n in range(len(made))]
    assert {p.document for p in made} == {"doc"}
    assert made == passages(Document("doc", "", parts), size)


@given(sections, st.integers(10, 60))
@settings(max_examples=200, deadline=None)
def test_no_passage_is_much_longer_than_asked(parts: tuple[Section, ...], size: int) -> None:
    assert all(
        len(p.text.split()) <= size * 5 / 4 for p in passages(Document("d", "", parts), size)
    )


def test_a_long_text_is_cut_evenly_at_sentences() -> None:
    text = " ".join(f"이것은 {n}번째 문장 하나입니다." for n in range(50))  # 4 words each
    made = passages(Document("d", "", (Section("제목", text),)), 80)
    assert len(made) == 3
    assert all(p.text.endswith("입니다.") for p in made)
    assert all(p.heading == "제목" for p in made)
    assert max(len(p.text.split()) for p in made) - min(len(p.text.split()) for p in made) <= 8


def test_short_neighbours_are_one_passage_with_the_inner_heading_as_a_line() -> None:
    parts = (Section("하나", "짧은 글"), Section("둘", "또 짧은 글"))
    (only,) = passages(Document("d", "", parts), 80)
    assert (only.heading, only.text) == ("하나", "짧은 글\n둘\n또 짧은 글")


def test_sections_that_fill_a_passage_are_not_joined() -> None:
    parts = tuple(Section(h, " ".join(["말"] * 60)) for h in ("하나", "둘"))
    assert [p.heading for p in passages(Document("d", "", parts), 80)] == ["하나", "둘"]


def test_text_without_spaces_is_cut_too() -> None:
    made = passages(Document("d", "", (Section("", "가" * 100_000),)), 80)
    assert max(len(p.text) for p in made) <= 80 * 20 * 5 / 4
    assert "".join(squeezed(p.text) for p in made) == "가" * 100_000


def test_a_document_without_text_is_one_empty_passage() -> None:
    (only,) = passages(Document("d", "제목뿐", ()), 80)
    assert (only.id, only.text) == ("d#0", "")


def test_only_keeps_what_belongs_to_the_documents() -> None:
    documents = tuple(Document(i, i, ()) for i in "abc")
    queries = tuple(Query(q, q, "ko") for q in ("qa", "qab", "qc", "unjudged"))
    corpus = Corpus(
        "c", documents, queries,
        {"qa": {"a": 1}, "qab": {"a": 1, "b": 2}, "qc": {"c": 1}},
        tuple(Segment(d, "가", "a") for d in ("a", "c", "elsewhere")),
    )  # fmt: skip
    kept = corpus.only({"b", "c"})
    assert [d.id for d in kept.documents] == ["b", "c"]
    assert kept.qrels == {"qab": {"b": 2}, "qc": {"c": 1}}
    assert [q.id for q in kept.queries] == ["qab", "qc"]
    assert [s.document for s in kept.segments] == ["c", "elsewhere"]


def test_only_keeps_questions_whose_best_answer_is_kept() -> None:
    documents = tuple(Document(i, i, ()) for i in "abc")
    questions = tuple(Query(q, f"{q}?", "ko", "conversational") for q in ("ab", "ba", "c"))
    qrels = {"q": {"a": 1}, "ab": {"a": 2, "b": 1}, "ba": {"b": 2, "a": 1}, "c": {"c": 2}}
    asked = (Query("q", "q", "ko"),)
    corpus = Corpus("c", documents, asked, qrels, conversational=questions)
    kept = corpus.only({"a"})
    assert [q.id for q in kept.conversational] == ["ab"]
    assert kept.qrels == {"q": {"a": 1}, "ab": {"a": 2}}
    assert corpus.query_texts == ["q", "ab?", "ba?", "c?"]


def test_the_full_text_begins_with_a_line_for_the_title() -> None:
    section = Section("Heading", "Text.")
    assert Document("d", "Title", (section,)).full_text == "Title\nHeading\nText."
    assert Document("d", "", (section,)).full_text == "\nHeading\nText."
    assert Document("d", "Title", ()).full_text == "Title\n"
