from __future__ import annotations

import pytest

import malmoi
from tools import reference


@pytest.mark.parametrize("name", reference.PAGES)
def test_the_kept_page_is_current(name: str) -> None:
    kept = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert kept == reference.PAGES[name](), "python tools/reference.py writes it anew"


def test_every_public_name_and_command_is_there() -> None:
    python, commands = reference.python(), reference.commands()
    assert [name for name in malmoi.__all__ if f"\n## malmoi.{name}\n" not in python] == []
    for command in ("run", "opensearch push", "synonyms verify"):
        assert f"\n## malmoi {command}\n" in commands
        assert f"Usage: malmoi {command}" in commands


def test_a_docstring_becomes_paragraphs_lists_and_code() -> None:
    def fit(corpus: str, *, seed: int = 13) -> int:
        """Fit.

        Args:
            corpus: what is
                searched.
            seed: of it.

        Returns:
            How many
            there are.

        Example:
            >>> fit("a")
            1
        """
        return len(corpus) + seed

    assert reference._described(fit) == [
        "Fit.",
        "**Args**",
        "- `corpus`: what is searched.\n- `seed`: of it.",
        "**Returns**",
        "How many there are.",
        "**Example**",
        '```pycon\n>>> fit("a")\n1\n```',
    ]
    assert "malmoi.fit(corpus: str, *, seed: int = 13) -> int" in reference._signature("fit", fit)
