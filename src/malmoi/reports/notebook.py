"""Tables and pictures that Jupyter shows as such and a script can print or save.

from malmoi.reports.notebook import Picture, Table, bars

Table(["query", "hits"], [["행 삽입", 3]])
Picture(bars("hits", [("행 삽입", 3)])).save("hits.svg")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from malmoi.reports.plots import escape

_STYLE = """<style>
.chart text { font: 12px sans-serif; fill: #444 } .chart .title { font-weight: bold }
.chart .number, .chart .label { text-anchor: middle } .chart .end { text-anchor: end }
.chart .grid, .chart .tick { stroke: #ccc } .chart .bar { fill: #6f9fd8 }
.chart .series { fill: none; stroke: currentColor; stroke-width: 2 }
.chart .series circle { fill: currentColor }
.chart .series-1 { color: #5f6b7a } .chart .series-2 { color: #0b62c4 }
.chart .series-3 { color: #b3541e } .chart .series-4 { color: #19743b }
</style>"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, in Markdown where it is shown."""

    head: Sequence[object]
    rows: Iterable[Sequence[object]]

    def __str__(self) -> str:
        cells = [self.head, ["---"] * len(self.head), *self.rows]
        lines = (" | ".join(str(cell).replace("|", "/") for cell in row) for row in cells)
        return "\n".join(f"| {line} |" for line in lines)

    def _repr_markdown_(self) -> str:
        return str(self)


class Picture:
    """A chart of `bars` or of `malmoi.reports.plots` that stands alone, with size and colours."""

    def __init__(self, chart: str) -> None:
        wide, high = chart.partition('viewBox="0 0 ')[2].partition('"')[0].split()
        size = f'xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        svg = chart.replace("<svg ", f'<svg {size} style="background: #fff" ', 1)
        self.svg = svg.replace(">", f">{_STYLE}", 1)
        self.path: Path | None = None

    def save(self, path: str | Path) -> Picture:
        """Write it to an SVG file; gives the picture."""
        self.path = Path(path)
        self.path.write_text(self.svg, encoding="utf-8")
        return self

    def __str__(self) -> str:
        return f"picture: {self.path}" if self.path else self.svg

    def _repr_svg_(self) -> str:
        return self.svg


def bars(title: str, values: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars of (name, value), values not negative, as one `<svg>` element."""
    top = max((value for _, value in values), default=0.0) or 1.0
    parts = [f'<text class="title" x="10" y="18">{escape(title)}</text>']
    for row, (name, value) in enumerate(values):
        y, width = 32 + 20 * row, 230 * value / top
        parts.append(f'<text class="end" x="185" y="{y + 11}">{escape(name)}</text>')
        parts.append(f'<rect class="bar" x="192" y="{y}" width="{width:.1f}" height="14"/>')
        parts.append(f'<text x="{197 + width:.1f}" y="{y + 11}">{value:.3g}</text>')
    high = 40 + 20 * len(values)
    return f'<svg class="chart" viewBox="0 0 480 {high}">{"".join(parts)}</svg>'
