from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.judging.preferences import (
    Choice,
    aggregate_choices,
    agreement,
    alpha_text,
    majority_choices,
    sentences,
)

SIDES = ("base", "student"), ("student", "base")


def choice(n, student, rater="mina"):
    """What the student got on pair n; sides alternate."""
    systems = SIDES[n % 2]
    won = student if student is None or systems[0] == "student" else 1 - student
    return Choice(f"p{n}", f"w{n}", systems, rater, won)


def test_sides_do_not_matter_to_the_rate():
    totals = aggregate_choices(
        [choice(n, [1, 1, 1, 0.5, 0][n % 5]) for n in range(50)], resamples=200
    )
    meeting = totals["meetings"][0]
    assert (meeting["first"], meeting["second"]) == ("student", "base")
    assert (meeting["wins"], meeting["ties"], meeting["losses"]) == (30, 10, 10)
    assert meeting["rate"] == pytest.approx(0.7)
    assert meeting["low"] < 0.7 < meeting["high"]
    assert meeting["verdict"] == "preferred"
    assert [s["name"] for s in totals["strengths"]] == ["student", "base"]
    assert totals["agreement"] is None


def test_sign_test_leaves_ties_out():
    totals = aggregate_choices([choice(n, 1.0 if n < 8 else 0.5) for n in range(30)], resamples=200)
    assert totals["meetings"][0]["p"] == pytest.approx(2 / 2**8)


def test_even_choices_show_no_difference():
    totals = aggregate_choices([choice(n, float(n % 4 < 2)) for n in range(40)], resamples=200)
    assert totals["meetings"][0]["verdict"] == "no difference shown"


def test_missing_choices_are_counted_and_no_more():
    made = [choice(1, 1.0), choice(2, None), choice(3, None)]
    totals = aggregate_choices(made, resamples=50)
    assert totals["raters"] == {"mina": {"choices": 1, "missing": 2}}
    assert totals["meetings"][0]["choices"] == 1
    nothing = aggregate_choices([choice(2, None)], resamples=50)
    assert (nothing["meetings"], nothing["strengths"]) == ([], [])


def test_several_raters_of_a_pair_count_once_in_the_test():
    made = [choice(n, 1.0, rater) for n in range(6) for rater in ("a", "b", "c")]
    totals = aggregate_choices(made, resamples=50)
    assert totals["meetings"][0]["pairs"] == 6
    assert totals["meetings"][0]["choices"] == 18
    assert totals["meetings"][0]["p"] == pytest.approx(2 / 2**6)


def test_agreement_is_on_what_was_seen():
    # All prefer the student on all pairs: full agreement, though the systems' labels never vary.
    same = [choice(n, 1.0, rater) for n in range(20) for rater in ("a", "b")]
    assert agreement(same, resamples=50).alpha == pytest.approx(1)
    # Both press "1" always: no variation, nothing can be said.
    lazy = [Choice(f"p{n}", "w", SIDES[n % 2], r, 1.0) for n in range(20) for r in "ab"]
    assert agreement(lazy, resamples=50).alpha is None
    apart = [choice(n, float(r == "a"), r) for n in range(20) for r in "ab"]
    assert agreement(apart, resamples=50).alpha < -0.9


def test_most_people_decide_and_a_draw_is_a_tie():
    made = [choice(0, 1.0, "a"), choice(0, 1.0, "b"), choice(0, 0.0, "c")]
    made += [choice(2, 1.0, "a"), choice(2, 0.0, "b"), choice(4, None, "a")]
    won = [c.won for c in majority_choices(made, "people")]
    assert won == [0.0, 0.5, None]  # the student is on side 2 in even pairs


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, None]), min_size=1, max_size=30))
def test_a_fold_counts_every_choice(won):
    totals = aggregate_choices([choice(n, w) for n, w in enumerate(won)], resamples=100)
    counts = totals["raters"]["mina"]
    assert counts["choices"] + counts["missing"] == len(won)
    for meeting in totals["meetings"]:
        assert meeting["wins"] + meeting["ties"] + meeting["losses"] == counts["choices"]
        assert 0 <= meeting["low"] <= meeting["rate"] <= meeting["high"] <= 1


def test_sentences_say_it_all():
    made = [choice(n, [1, 1, 0][n % 3], r) for n in range(12) for r in ("a", "b")]
    text = " ".join(sentences(aggregate_choices(made, resamples=50), "reviewer"))
    assert "24 blind choices of 2 reviewers" in text
    assert "student against base: won 16, tied 0, lost 8" in text
    assert "α = 1.00" in text
    assert "−" in text
    assert "undefined" in alpha_text({"alpha": None, "units": 0})
