from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.core.errors import RunError
from malmoi.core.files import append_line, read_lines
from malmoi.mnemonics.judging.review import OUTPUTS, Review, aggregate, build, choices
from tests.helpers.toy_review import write_outputs


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_outputs(tmp_path)


def test_what_was_chosen_is_kept_and_not_asked_again(run: Path) -> None:
    review = Review.open(run, "mina")
    first, second, *others = review.left()
    review.choose(first, "1")
    review.choose(second, "skip")
    assert Review.open(run, "mina").left() == others
    assert len(Review.open(run, "joon").left()) == 8
    lines = [*read_lines(run / "review" / "choices" / "mina.jsonl")]
    assert lines == [
        {"pair": first["id"], "reviewer": "mina", "choice": "1"},
        {"pair": second["id"], "reviewer": "mina", "choice": "skip"},
    ]
    review.path.write_text(review.path.read_text() + '{"pair": "torn', encoding="utf-8")
    assert Review.open(run, "mina").left() == others


def test_reviewers_of_one_mind_agree(run: Path) -> None:
    for reviewer in ("mina", "joon"):
        review = Review.open(run, reviewer)
        for number, pair in enumerate(review.left()):
            review.choose(pair, "12"[number % 2])
    totals = aggregate(run, resamples=50)
    assert totals["agreement"]["alpha"] == 1.0
    assert {s["name"] for s in totals["strengths"]} == {"student", "base", "lexicon writer"}


def test_who_prefers_the_student_makes_it_the_strongest(run: Path) -> None:
    key = json.loads((build(run) and run / "review" / "key.json").read_text(encoding="utf-8"))
    answers = ["1" if key[pair["id"]]["systems"][0] == "student" else "2" for pair in build(run)]
    review = Review.open(run, "mina")
    for pair, answer in zip(review.left(), answers, strict=True):
        review.choose(pair, answer)
    totals = aggregate(run, resamples=200)
    assert totals["strengths"][0]["name"] == "student"
    assert {(m["first"], m["rate"]) for m in totals["meetings"]} == {("student", 1.0)}
    assert totals["agreement"] is None


def test_pairs_are_drawn_once(run: Path) -> None:
    before = build(run, limit=3)
    assert len(before) == 3
    assert build(run, limit=8, seed=99) == before


def test_refusals(run: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = tmp_path_factory.mktemp("empty")
    assert aggregate(empty) == {}
    with pytest.raises(RunError, match="finish the run"):
        Review.open(empty)
    with pytest.raises(RunError, match="can't name a reviewer"):
        Review.open(run, "../mina")
    lone = tmp_path_factory.mktemp("lone")
    line = {"system": "base", "term": "a", "sense": "a.1", "pos": "noun", "definition": "b"}
    append_line(lone / OUTPUTS, {**line, "text": "c"})
    with pytest.raises(RunError, match="outputs of base"):
        build(lone)
    build(run)
    append_line(run / "review" / "choices" / "x.jsonl", {"pair": "strange", "choice": "1"})
    with pytest.raises(RunError, match="different reviews"):
        choices(run)
