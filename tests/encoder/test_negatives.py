from hypothesis import given
from hypothesis import strategies as st

from malmoi.encoder import negatives
from malmoi.recipe.search import TrainingSection

SCORES = {"a": 0.90, "b": 0.89, "c": 0.80, "d": 0.70, "e": 0.60}


def rank(*ids):
    return lambda texts, k: [(list(ids)[:k], [1.0] * min(k, len(ids))) for _ in texts]


def score(queries, lists):
    return [[SCORES[i] for i in ids] for ids in lists]


def mine(*given, **named):
    section = TrainingSection()
    usual = {
        "count": section.num_negatives,
        "depth": section.mined_depth,
        "margin": section.margin,
    }
    return negatives.mine(*given, **(usual | named))


def test_negatives_come_in_turn_from_both_rankings():
    mined = mine(["q"], ["a"], lexical=rank("a", "d", "c"), dense=rank("a", "e"), scores=score)
    assert mined == [(["d", "e", "c"], [0.90, 0.70, 0.60, 0.80])]


def test_what_the_dense_teacher_scores_like_the_positive_is_left_out():
    rankings = {"lexical": rank("a", "b", "c"), "dense": rank("a", "b")}
    assert mine(["q"], ["a"], **rankings, scores=score)[0][0] == ["c"]
    assert mine(["q"], ["a"], **rankings, scores=score, margin=1.0)[0][0] == ["b", "c"]


def test_what_stands_above_the_positive_in_both_rankings_is_left_out():
    mined = mine(["q"], ["a"], lexical=rank("c", "d", "a"), dense=rank("c", "a", "d"), scores=score)
    assert mined[0][0] == ["d"]


def test_other_relevant_documents_are_no_negatives():
    rankings = {"lexical": rank("a", "c", "d"), "dense": rank("a")}
    mined = mine(["q"], ["a"], **rankings, scores=score, relevant=[{"c"}])
    assert mined[0][0] == ["d"]


@given(st.permutations("abcde"), st.permutations("abcde"), st.integers(0, 4))
def test_there_are_at_most_so_many_and_the_positive_is_none(one, two, count):
    rankings = {"lexical": rank(*one), "dense": rank(*two)}
    ((ids, scores),) = mine(["q"], ["b"], **rankings, scores=score, count=count)
    assert len(ids) <= count
    assert "b" not in ids
    assert scores == [SCORES[i] for i in ("b", *ids)]
