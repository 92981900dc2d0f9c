from __future__ import annotations

import subprocess
import sys

import pytest

from malmoi.pipelines import doctor
from malmoi.pipelines.doctor import Check, examine
from malmoi.recipe import SearchRecipe


def test_a_recipe_and_a_cluster_are_looked_at_where_they_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "check_needs", lambda recipe: [Check("its needs", True, "")])
    monkeypatch.setattr(doctor, "check_cluster", lambda: [Check("its cluster", True, "")])
    monkeypatch.delenv("OPENSEARCH_URL", raising=False)
    names = [check.name for check in examine()]
    assert "Python" in names
    assert "its needs" not in names
    assert "its cluster" not in names
    monkeypatch.setenv("OPENSEARCH_URL", "http://127.0.0.1:9200")
    names = [check.name for check in examine(SearchRecipe(name="n"))]
    assert names[-2:] == ["its needs", "its cluster"]


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, malmoi.pipelines.doctor as d; d.examine(); "
        "print([m for m in ('torch', 'transformers', 'ray', 'kiwipiepy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
