"""A growing corpus moves no document, and no query of a test document is seen in development."""

from hypothesis import given
from hypothesis import strategies as st

from malmoi.corpora.corpus import Corpus, Document, Query, Segment
from malmoi.corpora.splits import free_segments, held_out, split_of

ids = st.sets(st.text(min_size=1, max_size=8), max_size=30)
shares = st.floats(0.05, 0.95)


def corpus_of(names: set[str]) -> Corpus:
    order = sorted(names)
    qrels = {f"q{n}": {order[n]: 1, order[-1 - n]: 1} for n in range(len(order))}
    return Corpus(
        "c",
        tuple(Document(n, n, ()) for n in order),
        tuple(Query(q, q, "ko") for q in qrels),
        qrels,
    )


@given(ids, ids, shares)
def test_adding_documents_moves_none(some: set[str], more: set[str], share: float) -> None:
    before = {d.id: split_of(d.id, share) for d in corpus_of(some).documents}
    after = {d.id: split_of(d.id, share) for d in corpus_of(some | more).documents}
    assert before.items() <= after.items()


@given(ids, st.tuples(shares, shares).map(sorted))
def test_a_larger_share_only_adds_test_documents(names: set[str], two: list[float]) -> None:
    small, large = ({n for n in names if split_of(n, s) == "test"} for s in two)
    assert small <= large


@given(ids, shares)
def test_development_sees_no_query_of_a_test_document(names: set[str], share: float) -> None:
    corpus = corpus_of(names)
    dev, test = held_out(corpus, share)
    assert not set(dev) & set(test)
    assert set(dev) | set(test) == set(corpus.queries)
    assert all(split_of(d, share) == "dev" for q in dev for d in corpus.qrels[q.id])
    assert all(any(split_of(d, share) == "test" for d in corpus.qrels[q.id]) for q in test)


def test_the_share_is_about_what_was_asked_for_and_is_fixed() -> None:
    held = [n for n in range(10_000) if split_of(f"doc-{n}", 0.3) == "test"]
    assert 2_800 < len(held) < 3_200
    # Written down: a change of the hash or the salt would let test queries into development.
    assert [split_of(i, 0.5) for i in ("a", "b", "c", "d", "가")] == EXPECTED


EXPECTED = ["test", "dev", "dev", "test", "dev"]


def test_a_query_that_nothing_is_relevant_to_is_in_neither() -> None:
    corpus = Corpus("c", (Document("a", "", ()),), (Query("q", "q", "ko"),), {"q": {"a": 0}})
    assert held_out(corpus, 0.5) == ((), ())
    unjudged = Corpus("c", (), (Query("q", "q", "ko"),))
    assert held_out(unjudged, 0.5) == ((), ())


def test_a_judgement_of_zero_does_not_make_a_query_a_test_query() -> None:
    names = [f"d{n}" for n in range(50)]
    held = next(n for n in names if split_of(n, 0.5) == "test")
    free = next(n for n in names if split_of(n, 0.5) == "dev")
    corpus = Corpus("c", (), (Query("q", "q", "ko"),), {"q": {held: 0, free: 1}})
    assert held_out(corpus, 0.5) == (corpus.queries, ())


def test_segments_shared_with_a_test_document_are_not_free() -> None:
    names = [f"d{n}" for n in range(50)]
    held = next(n for n in names if split_of(n, 0.5) == "test")
    free = [n for n in names if split_of(n, 0.5) == "dev"]
    segments = (
        Segment(free[0], "같은 글", "shared"),
        Segment(free[0], "딴 글", "other"),
        Segment(free[1], "딴 글", "other"),
        Segment(held, "같은 글", "shared"),
        Segment(held, "그만의 글", "its own"),
    )
    assert free_segments(Corpus("c", (), segments=segments), 0.5) == (segments[1],)
