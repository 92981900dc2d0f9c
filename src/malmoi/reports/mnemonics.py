"""The report of a run of the mnemonic writer: `report.html`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from malmoi.core.files import write_atomically
from malmoi.reports import plots
from malmoi.reports.page import Results, recipe_text, render_page, without_unknown

TEMPLATE = Path(__file__).with_name("mnemonics.html")

CURVES = {
    "loss": ("SFT: loss", "loss of the answers' tokens"),
    "reward": ("GRPO: reward", "mean reward, 0 to 1"),
}


def write_report(results: Results, path: Path) -> None:
    """Write the report as one self-contained HTML file, atomically."""
    from markupsafe import Markup

    known = without_unknown(results)
    page = render_page(
        TEMPLATE,
        results=known,
        curves=[Markup(chart) for chart in curves(known.get("training", {}))],
        recipe=recipe_text(known.get("recipe", {})),
    )
    write_atomically(path, page)


def curves(
    training: Results, titles: Mapping[str, tuple[str, str]] = CURVES, step: str = "step"
) -> list[str]:
    """A chart for each curve that was logged: {"sft": [{"step", "loss"}], "grpo": [...]}.

    `titles`: measure → title and unit; `step`: what the horizontal axis is called.
    """
    charts = []
    for key, (title, label) in titles.items():
        series = {
            name: [(row["step"], row[key]) for row in log if key in row]
            for name, log in training.items()
        }
        drawn = {name: points for name, points in series.items() if len(points) > 1}
        if drawn:
            charts.append(plots.lines(drawn, title, step, label))
    return charts
