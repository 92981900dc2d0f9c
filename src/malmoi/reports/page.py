"""What every report is made with: one style, escaped text, and figures as people read them.

Most text in a report was written by models, so all of it is escaped, and nothing on a page runs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.progress import duration
from malmoi.reports import plots

if TYPE_CHECKING:
    from jinja2 import Environment, Template

Results = Mapping[str, Any]

MAX_TEXT = 400
"""Characters of a model's text that are shown; the run's ledger has it whole."""


def render_page(template: Path, **values: Any) -> str:
    """`template` as HTML; it may include `report.css`. Its filters are this file's functions."""
    page: str = _compiled(template).render(**values)
    return page


@cache
def _compiled(template: Path) -> Template:
    """Compiling takes a third of a second, twenty times as long as filling in."""
    return _environment().from_string(template.read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    from jinja2 import ChainableUndefined, Environment, FileSystemLoader
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        """What an expression of the template becomes just before it is escaped."""
        return value if isinstance(value, Markup) else plots.visible(value)

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=ChainableUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=count, fixed=fixed, size=size, duration=_seconds, short=short, percent=percent
    )
    return environment


def without_unknown(value: Any) -> Any:
    """`value` without entries and items that are None or not finite, at any depth."""
    if isinstance(value, Mapping):
        return {key: without_unknown(inner) for key, inner in value.items() if _is_known(inner)}
    if isinstance(value, list | tuple):
        return [without_unknown(inner) for inner in value if _is_known(inner)]
    return value


def _is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def count(value: Any) -> str:
    """A count with thousands marked; small broken ones keep a decimal; "–" where unknown."""
    if not is_number(value):
        return "–"
    return f"{value:,.1f}" if value != int(value) and abs(value) < 100 else f"{value:,.0f}"


def fixed(value: Any, decimals: int = 3) -> str:
    """A number with its decimals, "–" where unknown."""
    return f"{value:.{decimals}f}" if is_number(value) else "–"


def percent(value: Any) -> str:
    """A share (0 to 1) in per cent, "–" where unknown."""
    return f"{value:.0%}" if is_number(value) else "–"


def size(value: Any) -> str:
    """Bytes as people read them (1 MB is 10⁶ bytes), "–" where unknown."""
    if not is_number(value):
        return "–"
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= factor:
            return f"{value / factor:.1f} {unit}"
    return f"{value:.0f} B"


def short(text: Any, longest: int = MAX_TEXT) -> str:
    """`text`, cut with "…" where it is longer than a reader would read."""
    whole = str(text)
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"


def _seconds(value: Any) -> str:
    if not is_number(value):
        return "–"
    return f"{value:.1f} s" if 0 < value < 9.95 else duration(value)


def is_number(value: Any) -> bool:
    """Whether `value` is a finite number."""
    return isinstance(value, int | float) and math.isfinite(value)


def recipe_text(recipe: Results, table: str = "") -> str:
    """The resolved recipe as TOML; values come before tables, as TOML wants it."""
    values = [(key, value) for key, value in recipe.items() if not isinstance(value, Mapping)]
    tables = [(key, value) for key, value in recipe.items() if isinstance(value, Mapping)]
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values]
    text = "\n".join([f"[{table}]", *lines] if table else lines)
    inner = (recipe_text(value, f"{table}.{key}" if table else key) for key, value in tables)
    return "\n\n".join(part for part in (text, *inner) if part)
