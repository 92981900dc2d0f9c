"""What many tests of the mnemonic writer share, because it takes long to make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.recipe import MnemonicsRecipe
from tests.mnemonics.small_run import need_dictionaries, small_recipe, tiny_base, write_list


@dataclass(frozen=True)
class Made:
    """A finished run of `small_run.small_recipe`."""

    recipe: MnemonicsRecipe
    folder: Path


@pytest.fixture(scope="session")
def real_lexicon() -> Lexicon:
    """The lexicon with all its sources; what it opens takes ten seconds."""
    need_dictionaries()
    return Lexicon.open()


@pytest.fixture
def shared_lexicon(real_lexicon: Lexicon) -> Iterator[Lexicon]:
    """What the commands open is the lexicon that is open already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lexicon, "open", classmethod(lambda cls, section=None: real_lexicon))
        yield real_lexicon


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, real_lexicon: Lexicon) -> Made:
    """A finished run; tests must not change it."""
    pytest.importorskip("trl", reason="pip install 'malmoi[train]'")
    from malmoi.mnemonics.pipeline import run_mnemonics

    folder = tmp_path_factory.mktemp("mnemonics")
    recipe = small_recipe(write_list(folder / "words.txt"), tiny_base(folder / "tiny"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lexicon, "open", classmethod(lambda cls, section=None: real_lexicon))
        run_mnemonics(recipe, folder / "runs" / "small")
    return Made(recipe, folder / "runs" / "small")
