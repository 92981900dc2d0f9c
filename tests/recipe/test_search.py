from __future__ import annotations

import pytest
from pydantic import ValidationError

from malmoi.recipe import CorpusSection, QueriesSection, SearchRecipe


def test_a_recipe_of_the_search_encoder_needs_only_a_name() -> None:
    recipe = SearchRecipe(name="x")
    assert recipe.job == "search"
    assert recipe.corpus.reader == "libreoffice-help"


def test_values_out_of_range_and_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError):
        CorpusSection(test_share=1.0)
    with pytest.raises(ValidationError):
        QueriesSection.model_validate({"kind": {}})


def test_two_recipes_share_no_default_that_can_change() -> None:
    QueriesSection().kinds["english"] = 9
    assert QueriesSection().kinds["english"] == 1
