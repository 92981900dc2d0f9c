from __future__ import annotations

import pytest
from pydantic import ValidationError

from malmoi.recipe.synonyms import SynonymsSection


def test_a_run_has_no_synonyms_unless_asked() -> None:
    assert not SynonymsSection().enabled
    assert not SynonymsSection().ask


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_documents": 0},
        {"min_aligned_share": 1.1},
        {"min_glossary_share": -0.1},
        {"min_loanword_score": 2},
        {"samples": 0},
        {"temperature": -1},
        {"neighbors": True},
    ],
)
def test_values_out_of_range_and_unknown_keys_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SynonymsSection.model_validate(wrong)


@pytest.mark.parametrize(
    "edge", [{"min_aligned_share": 0}, {"min_loanword_score": 1}, {"temperature": 0}]
)
def test_the_ends_of_a_range_are_allowed(edge: dict[str, object]) -> None:
    assert SynonymsSection.model_validate(edge)
