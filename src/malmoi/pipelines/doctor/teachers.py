"""Which teachers and judges a recipe asks, by the name of their table."""

from __future__ import annotations

from malmoi.recipe import Recipe, SearchRecipe, TeacherSection


def teachers_of(recipe: Recipe) -> list[tuple[str, TeacherSection]]:
    """Name and table of each, as the recipe has them: presets are not filled in."""
    if isinstance(recipe, SearchRecipe):
        asked = recipe.glossary.enabled or recipe.queries.enabled or recipe.synonyms.enabled
        return [("teacher", recipe.teacher)] if asked else []
    judges = [(f"judge {n}", judge) for n, judge in enumerate(recipe.judge.models, 1)]
    if "teacher" in recipe.cards.writers or recipe.cards.learner == "ko":
        return [("teacher", recipe.teacher), *judges]
    return judges
