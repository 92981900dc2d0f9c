from __future__ import annotations

import pytest

from malmoi.pipelines.search.systems.system import NOTHING, Match


def test_a_contribution_is_the_products_of_all_parts():
    match = Match("행", 2.0, word=1.0, translation=0.5, neural=0.25)
    assert match.document_weight == 1.75
    assert match.contribution == pytest.approx(3.5)
    assert Match("행", 2.0).contribution == 0


def test_nothing_has_no_tokens():
    assert NOTHING.weights == {}
    assert NOTHING.notes() == []
