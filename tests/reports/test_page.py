from __future__ import annotations

import tomllib
from pathlib import Path

from malmoi.reports.page import (
    count,
    fixed,
    percent,
    recipe_text,
    render_page,
    short,
    size,
    without_unknown,
)

RECIPE = {"name": "x", "seed": 3, "a": {"b": [1, 2], "c": {"d": "말"}}, "e": {"f": True}}


def test_the_recipe_can_be_read_back_as_toml() -> None:
    assert tomllib.loads(recipe_text(RECIPE)) == RECIPE


def test_what_models_wrote_is_escaped_and_the_style_is_there(tmp_path: Path) -> None:
    template = tmp_path / "t.html"
    template.write_text('<style>{% include "report.css" %}</style><p>{{ text }} {{ n|fixed }}</p>')
    page = render_page(template, text="<script>1</script>", n=0.5)
    assert "--page" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "0.500" in page


def test_unknown_figures_are_dashes_and_left_out() -> None:
    assert (count(None), fixed(None), percent("x"), size(None)) == ("–", "–", "–", "–")
    assert (count(1234), count(1.5), percent(0.25), size(2_500_000)) == (
        "1,234",
        "1.5",
        "25%",
        "2.5 MB",
    )
    nan = float("nan")
    assert without_unknown({"a": None, "b": [1, nan], "c": {"d": nan}}) == {"b": [1], "c": {}}


def test_a_long_text_is_cut_with_a_sign() -> None:
    assert short("a" * 10, 5) == "aaaa…"
    assert short("a" * 5, 5) == "aaaaa"
