from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.verification.calibration import (
    MAX_FALSE,
    Calibration,
    TeacherTest,
    _auc,
    best_threshold,
    feature_names,
    fit,
    fit_unlisted,
    try_teacher,
)

Row = list[Evidence]


def labelled_pairs(
    count: int = 600, helps: float = 0.0
) -> tuple[list[Row], list[bool], list[bool]]:
    """Packages know most true pairs, alignment tells a bit; `helps`: how well a teacher judges."""
    draw = random.Random(7)
    rows, labels, related = [], [], []
    for number in range(count):
        true = number % 3 == 0
        listed = true and draw.random() < 0.7
        share = min(1.0, max(0.0, draw.gauss(0.6 if true else 0.3, 0.25)))
        vote = draw.gauss(helps if true else -helps, 1.0)
        row = [
            Evidence("packaged", 0.5 if listed else 0.0, "ko→en"),
            Evidence("alignment", share, "ko→en"),
            Evidence("teacher verdict", float(1 / (1 + np.exp(-vote))), "both"),
        ]
        rows.append(row)
        labels.append(true)
        related.append(not true and number % 3 == 1)
    return rows, labels, related


@cache
def fitted(helps: float = 0.0, teacher: str = "") -> Calibration:
    rows, labels, related = labelled_pairs(helps=helps)
    return after_trial(rows, labels, related, teacher)


def after_trial(
    rows: list[Row], labels: list[bool], related: list[bool], teacher: str
) -> Calibration:
    names = [str(n) for n in range(len(rows))]
    test = try_teacher(rows, labels, related, names, teacher) if teacher else None
    return fit(rows, labels, related, names, test)


def test_evidence_for_a_pair_raises_its_probability() -> None:
    found = fitted()
    listed = found.probability([Evidence("packaged", 0.5, "ko→en")])
    other = found.probability([Evidence("packaged", 0.0, "ko→en")])
    assert listed > other + 0.3


def test_a_source_that_the_labelled_pairs_never_heard_counts_nothing() -> None:
    found = fitted()
    known = [Evidence("packaged", 0.5, "ko→en")]
    assert found.probability([*known, Evidence("hearsay", 1.0, "both")]) == found.probability(known)


def test_few_related_labelled_pairs_are_accepted() -> None:
    found = fitted()
    assert found.figures.false_related[0] <= MAX_FALSE
    assert found.figures.recall[0] > 0.5
    low, high = found.figures.f1[1:]
    assert low < found.figures.f1[0] < high


def test_a_teacher_that_guesses_is_left_out_and_said_so() -> None:
    found = fitted(helps=0.0, teacher="guesser")
    assert found.teacher is not None
    assert not found.asks_teacher
    assert "600 labelled pairs and is left out, since it can't tell:" in found.teacher.sentence()
    assert not any("teacher" in name for name in found.features)
    with_vote = [Evidence("teacher verdict", 1.0, "both")]
    assert found.probability(with_vote) == found.probability([])


def test_a_teacher_that_none_can_read_is_left_out() -> None:
    rows, labels, related = labelled_pairs()
    found = after_trial([row[:2] for row in rows], labels, related, "mumbler")
    assert found.teacher is not None
    assert found.teacher.auc == (0.5, 0.5, 0.5)
    assert not found.asks_teacher


def test_a_teacher_that_can_judge_is_kept() -> None:
    found = fitted(helps=1.5, teacher="judge")
    assert found.asks_teacher
    assert found.teacher is not None
    assert found.teacher.auc[1] > 0.8
    assert found.teacher.gain[1] > 0
    yes, no = (found.probability([Evidence("teacher verdict", v, "both")]) for v in (1.0, 0.0))
    assert yes > no


def test_a_teacher_that_repeats_what_is_known_is_left_out() -> None:
    """It can judge, but nothing is gained by asking it."""
    rows, labels, related = labelled_pairs(helps=0.0)
    echo = [[*row[:2], Evidence("teacher verdict", row[0].value, "both")] for row in rows]
    found = after_trial(echo, labels, related, "echo")
    assert found.teacher is not None
    assert found.teacher.auc[1] > 0.6
    assert not found.asks_teacher
    assert "to the other evidence" in found.teacher.sentence()


def test_a_teacher_that_adds_next_to_nothing_is_said_to_add_too_little() -> None:
    test = TeacherTest("small", 4229, (0.734, 0.714, 0.752), (0.005, 0.0017, 0.009), kept=False)
    assert "4229 labelled pairs and is left out, since it adds too little" in test.sentence()
    assert "AUC of 0.734 [0.714, 0.752]" in test.sentence()


def test_without_a_teachers_name_its_evidence_is_not_used() -> None:
    assert not any("teacher" in name for name in fitted().features)


def test_what_is_saved_is_read_and_is_json_numbers(tmp_path: Path) -> None:
    found = fitted(helps=1.5, teacher="judge")
    path = tmp_path / "calibration.json"
    found.save(path)
    assert Calibration.load(path) == found


@cache
def judged() -> Calibration:
    """As `fitted`, with vectors that tell unlisted pairs apart."""
    rows, labels, related = labelled_pairs()
    names = [str(n) for n in range(len(rows))]
    near = [
        [*row, Evidence("vectors", 0.8 if label else 0.3, "both")]
        for row, label in zip(rows, labels, strict=True)
    ]
    return fit_unlisted(fitted(), near, labels, related, names)


def test_vectors_judge_pairs_that_no_package_lists() -> None:
    found = judged()
    near, far = Evidence("vectors", 0.8, "both"), Evidence("vectors", 0.3, "both")
    listed, unlisted = Evidence("packaged", 0.5, "ko→en"), Evidence("packaged", 0.0, "ko→en")
    rows = [[unlisted, near], [listed, far], [unlisted, far], [listed, near]]
    chances = found.probabilities(rows)
    assert [found.accepts(row, p) for row, p in zip(rows, chances, strict=True)] == [
        True, True, False, True,
    ]  # fmt: skip
    alone = pytest.approx(fitted().probability([listed]))
    assert chances[1] == chances[3] == alone, "of listed pairs vectors are silent"
    initials = [Evidence("initials", 0.0, "both"), far]
    assert found.probability(initials) == fitted().probability(initials), "vectors know none"
    assert found.unlisted is not None
    assert not any(name.startswith("packaged") for name in found.unlisted.features)


def test_both_kinds_of_weights_are_saved(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    judged().save(path)
    assert Calibration.load(path) == judged()


def test_what_was_saved_before_there_were_unlisted_ones_is_read(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    fitted().save(path)
    data = json.loads(path.read_text())
    assert data.pop("unlisted") is data.pop("trees") is None
    path.write_text(json.dumps(data))
    assert Calibration.load(path) == fitted()


def test_without_unlisted_labelled_pairs_there_is_nothing_to_fit() -> None:
    rows = [[Evidence("packaged", 1.0, "ko→en")]] * 10
    answers = [True, False] * 5, [False, True] * 5
    assert fit_unlisted(fitted(), rows, *answers, list("abcdefghij")) == fitted()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 0}', "\x80"])
def test_a_file_that_is_no_calibration_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(SourceError, match="no calibration"):
        Calibration.load(path)


def test_fitting_twice_gives_the_same() -> None:
    assert fitted.__wrapped__(helps=1.5, teacher="judge") == fitted(helps=1.5, teacher="judge")


def test_too_few_labelled_pairs_are_an_error() -> None:
    with pytest.raises(ValueError, match="can't fit"):
        fit([[], []], [True, False], [False, True], ["a", "b"])
    with pytest.raises(ValueError, match="can't fit"):
        fit([[]] * 9, [True] * 9, [False] * 9, list("abcdefghi"))


def test_features_do_not_depend_on_the_order_of_evidence() -> None:
    rows, _, _ = labelled_pairs(20)
    assert feature_names(rows) == feature_names([row[::-1] for row in rows[::-1]])


chances = st.lists(
    st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=4, max_size=60
)


@given(chances)
def test_the_threshold_keeps_related_labelled_pairs_out(
    rows: list[tuple[float, bool, bool]],
) -> None:
    probabilities = np.array([p for p, _, _ in rows])
    truth = np.array([t for _, t, _ in rows])
    related = np.array([r and not t for _, t, r in rows])
    threshold = best_threshold(probabilities, truth, related)
    if related.any() and threshold < probabilities.max():
        assert (probabilities[related] >= threshold).mean() <= MAX_FALSE


@given(chances)
def test_auc_is_the_share_of_ordered_pairs(rows: list[tuple[float, bool, bool]]) -> None:
    scores = np.array([p for p, _, _ in rows])
    truth = np.array([t for _, t, _ in rows])
    if truth.all() or not truth.any():
        assert _auc(scores, truth) == 0.5
        return
    pairs = [(a > b) + 0.5 * (a == b) for a in scores[truth] for b in scores[~truth]]
    assert _auc(scores, truth) == pytest.approx(sum(pairs) / len(pairs))
