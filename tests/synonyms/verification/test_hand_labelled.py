"""The pairs that verdicts on unlisted pairs are calibrated on."""

from __future__ import annotations

import re
from collections import Counter

from malmoi.synonyms.verification.hand_labelled import choose, rows
from malmoi.synonyms.verification.labelled_pairs import pair_key
from tests.synonyms.verification.test_labelled_pairs_gold import read


def test_rows_are_pairs_of_korean_and_english_words() -> None:
    assert len(rows()) > 3000
    for korean, english, same, related in rows():
        assert re.fullmatch(r"[가-힣]+( [가-힣]+)*", korean), korean
        assert re.fullmatch(r"[A-Za-z&'-]+( [A-Za-z0-9'-]+)*", english), english
        assert not (same and related)
    assert [
        pair for pair, n in Counter(pair_key(k, e) for k, e, *_ in rows()).items() if n > 1
    ] == []


def test_none_of_them_is_measured_on() -> None:
    ours = {pair_key(korean, english) for korean, english, *_ in rows()}
    for name in ("dev.tsv", "gold.tsv"):
        assert ours & {pair_key(row[0], row[1]) for row in read(name)} == set()
    true = {row[0] for row in read("gold.tsv") if row[2] == "1"}
    assert true & {korean for korean, _, same, _ in rows() if same} == set()


def test_each_pair_stands_twice_once_with_a_mask() -> None:
    chosen = choose()
    half = len(chosen) // 2
    plain, masked = chosen[:half], chosen[half:]
    assert {pair.masked for pair in plain} == {""}
    assert "" not in {pair.masked for pair in masked}
    assert [(p.korean, p.english) for p in plain] == [(p.korean, p.english) for p in masked]
    by_korean = {pair.korean: pair.masked for pair in masked}
    assert all(pair.masked == by_korean[pair.korean] for pair in masked), "true and false alike"


def test_a_false_pair_is_masked_by_a_true_one_of_its_korean_term() -> None:
    chosen = choose()
    true = {(pair.korean, pair.english) for pair in chosen if pair.true}
    known = {korean for korean, _ in true}
    assert all((p.korean, p.made_from) in true for p in chosen if p.korean in known)


def test_pairs_to_be_measured_on_are_left_out() -> None:
    korean, english, *_ = rows()[0]
    left = choose([(korean, english.upper())])
    assert len(left) == len(choose()) - 2
    assert (korean, english) not in {(pair.korean, pair.english) for pair in left}
