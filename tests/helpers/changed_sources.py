"""A finished run and the files that it was made from, which a test may change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass
class Sources:
    """A recipe, its files in `data`, the run's folder, and what runs it (recipe, folder)."""

    recipe: Any
    data: Path
    folder: Path
    run: Callable[[Any, Path], object]

    def made_anew(self) -> set[str]:
        """The stages that running again makes anew; what was there is kept."""
        self.run(self.recipe, self.folder)
        return {path.name.partition("~")[0] for path in self.folder.glob("*~*")}

    def finish(self) -> None:
        """Run, and remember the files as they are now."""
        self.run(self.recipe, self.folder)
        shutil.copytree(self.data, self.data.with_name("data-before"))

    def touch(self) -> None:
        """Change the files' times alone."""
        for path in self.data.rglob("*"):
            os.utime(path)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Sources]:
        """A copy of the run in `folder`; the files are put back afterwards."""
        shutil.copytree(self.folder, folder)
        yield replace(self, folder=folder)
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.data.with_name("data-before"), self.data)
