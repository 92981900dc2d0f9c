from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from malmoi.corpora.corpus import Corpus, Document
from malmoi.pipelines.search.card import model_card
from malmoi.pipelines.search.students import V1, V2
from malmoi.recipe import SearchRecipe

RECIPE = SearchRecipe(name="toy-search")
CORPUS = Corpus("pages", (Document("1", "a", ()), Document("2", "b", ())), licence="CC-BY-4.0")
HISTORY: dict[str, Any] = {
    "steps": 90,
    "best": {"step": 60, "value": 0.51234, "document_dimensions": 87.6},
}


def test_a_card_says_what_was_learned_from_and_reached() -> None:
    card = model_card(RECIPE, V2, CORPUS, HISTORY)
    _, head, body = card.split("---\n", 2)
    assert yaml.safe_load(head)["library_name"] == "sentence-transformers"
    assert "# toy-search: v2" in body
    assert "pages: 2 documents" in body
    assert "titles and headings, the teacher's queries, the teacher's glossary |" in body
    assert "60 of 90" in body
    assert "0.5123" in body
    assert "88 on average" in body
    assert "CC-BY-4.0" in body
    assert RECIPE.teacher.preset in body
    assert '"title\\nbody of a document"' in body, "Python that can be copied"
    assert not {"{", "}"} & set(body)


def test_a_card_claims_nothing_that_a_variant_left_out() -> None:
    card = model_card(RECIPE, V1, replace(CORPUS, licence=""), HISTORY)
    assert "| learned from | titles and headings |" in card
    assert "licence not stated" in card
    card = model_card(RECIPE, replace(V1, parallel=True, about=""), CORPUS, HISTORY)
    assert "A variant for comparison." in card
    assert "titles and headings, aligned text |" in card
    assert "synonyms" not in card
    card = model_card(RECIPE, replace(V1, synonyms=True), CORPUS, HISTORY)
    assert "titles and headings, verified Korean–English synonyms |" in card
