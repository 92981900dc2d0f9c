"""What the stages of a mnemonic run share: the run, its recipe, what is known of words, a teacher.

context = MnemonicsContext(run, recipe, lexicon)
write_candidates(context, words)  # opens `context.teacher` where the recipe has it write
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.sources import named, sources_of
from malmoi.recipe import MnemonicsRecipe
from malmoi.runs.run import Run
from malmoi.runs.sources import Source

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon


@dataclass
class MnemonicsContext:
    """A run of the mnemonic writer, as each of its stages sees it."""

    run: Run
    recipe: MnemonicsRecipe
    lexicon: Lexicon

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The files and models that the recipe names, by key."""
        return sources_of(self.recipe)

    def named(self, *keys: str) -> list[Source]:
        """The sources of these keys that the recipe names, and the lexicon's packages."""
        return named(self.sources, "lexicon.packages", *keys)

    @cached_property
    def teacher(self) -> LazyTeacher:
        """The recipe's teacher; `contextlib.closing` frees it after the stages that ask it."""
        return LazyTeacher.of_run(self.recipe.teacher, self.run.folder)
