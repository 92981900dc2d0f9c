"""What an item of work gave: kept whole, or not at all."""

from __future__ import annotations

from malmoi.core.ledger import Outcome, Reject, groups


def test_groups_hold_every_item_in_order() -> None:
    assert groups([1, 2, 3, 4, 5], 2) == [(1, 2), (3, 4), (5,)]
    assert groups([], 3) == []


def test_joined_outcomes_keep_and_count_everything() -> None:
    one = Outcome([{"n": 1}], [Reject({"n": 2}, "bad")], 3, 4, 0.5)
    joined = Outcome.joined([one, Outcome(), one])
    assert list(joined.records) == [{"n": 1}, {"n": 1}]
    assert [reject.reason for reject in joined.rejects] == ["bad", "bad"]
    assert (joined.tokens_in, joined.tokens_out, joined.cost) == (6, 8, 1.0)
