"""Inline SVG for the report: dots with whiskers for table cells, their axis, and line charts.

Hand-written, so that the report takes the page's colours (light, dark, print), its text stays text,
and nothing but Python is needed. The classes (`mark ours`, `series-1` …) get their colours from the
style sheet in `report_template.html`. Every function returns one `<svg>` element that is also
well-formed XML.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

MAX_POINTS = 150
"""A line with more points is drawn as the means of this many equal stretches."""

MARKS = {
    "ours": '<circle r="5"/>',
    "ablation": '<circle r="4"/>',
    "baseline": '<rect x="-4.5" y="-4.5" width="9" height="9"/>',
}
"""A shape for each group, so that they differ without colour too."""

# Controls, lone surrogates and bidirectional overrides: not allowed in HTML, or able to garble it.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def visible(text: object) -> str:
    r"""`text` with the characters that must not reach a page written out: "\x00", "\u202e"."""
    return _INVISIBLE.sub(lambda match: match[0].encode("unicode_escape").decode(), str(text))


def escape(text: object) -> str:
    """`text` made visible and safe between tags and inside quoted attributes."""
    return html.escape(visible(text))


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from `low` to `high` with round `ticks` inside it."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def around(cls, values: Iterable[float], wanted_ticks: int = 4) -> Scale:
        """The scale that holds all finite `values`, with about `wanted_ticks` ticks.

        >>> Scale.around([0.31, 0.68]).ticks
        (0.4, 0.5, 0.6)
        """
        finite = [value for value in values if math.isfinite(value)]
        low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
        if high - low < 1e-9 * max(abs(low), abs(high), 1.0):
            margin = max(abs(low), 1.0) / 10
            low, high = low - margin, high + margin
        step = _round_step((high - low) / wanted_ticks)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        ticks = tuple(round(n * step, 12) + 0.0 for n in range(first, last + 1))
        return cls(low, high, ticks)

    def share(self, value: float) -> float:
        """Where `value` lies between `low` (0) and `high` (1)."""
        return (value - self.low) / (self.high - self.low)

    def tick_labels(self) -> list[str]:
        """The ticks as text, with as many decimals as tell them apart."""
        if len(self.ticks) > 1:
            step = self.ticks[1] - self.ticks[0]
        else:
            step = abs(self.ticks[0]) if self.ticks else 1.0
        decimals = max(0, -math.floor(math.log10(step or 1.0) + 1e-9))
        return [f"{tick:,.{decimals}f}".replace("-", "−") for tick in self.ticks]


def _round_step(size: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least `size`."""
    power: float = 10.0 ** math.floor(math.log10(size))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= size * 0.999)


def axis(scale: Scale, label: str) -> str:
    """The axis over a column of `whiskers`: ticks with numbers, and what is measured."""
    ticks = "".join(
        f'<line class="tick" x1="{_at(scale, tick)}" x2="{_at(scale, tick)}" y1="33" y2="38"/>'
        f'<text class="number" x="{_at(scale, tick)}" y="29">{text}</text>'
        for tick, text in zip(scale.ticks, scale.tick_labels(), strict=True)
    )
    return (
        f'<svg class="axis" role="img" aria-label="{escape(label)}">'
        f'<text class="label" x="50%" y="12">{escape(label)}</text>{ticks}</svg>'
    )


def whiskers(
    mean: float,
    low: float,
    high: float,
    scale: Scale,
    mark: str = "ours",
    reference: float | None = None,
) -> str:
    """One row of a dot plot that fills its table cell: the mean as a dot, low to high as a line.

    `mark` is a group of `MARKS` (an unknown one is drawn as a baseline); `reference` is a value
    to compare with, drawn through the row. Rows of one scale line up.

    Args:
        mean, low, high: the value and the ends of its interval, in the scale's unit.
        scale: the axis; rows of one scale line up.
        mark: a group of `MARKS`; an unknown one is drawn as a baseline.
        reference: a value to compare with, drawn through the row.
    """
    grid = "".join(_vertical("grid", scale, tick) for tick in scale.ticks)
    against = "" if reference is None else _vertical("reference", scale, reference)
    kind = mark if mark in MARKS else "baseline"
    return (
        f'<svg class="whiskers" role="img" aria-label="{mean:.3f} [{low:.3f}, {high:.3f}]">'
        f'{grid}{against}<g class="mark {kind}">'
        f'<line x1="{_at(scale, low)}" x2="{_at(scale, high)}" y1="50%" y2="50%"/>'
        f'<svg x="{_at(scale, mean)}" y="50%" overflow="visible">{MARKS[kind]}</svg></g></svg>'
    )


def _at(scale: Scale, value: float) -> str:
    """A place on the x axis in per cent of the cell, with room for half a mark at the edges."""
    return f"{4 + 92 * scale.share(value):.2f}%"


def _vertical(kind: str, scale: Scale, value: float) -> str:
    return f'<line class="{kind}" x1="{_at(scale, value)}" x2="{_at(scale, value)}" y2="100%"/>'


def lines(
    series: Mapping[str, Sequence[Point]],
    title: str,
    x_label: str,
    y_label: str,
    width: int = 440,
    height: int = 270,
) -> str:
    """A line chart of named series of (x, y), each y in the unit that `y_label` says.

    Points that aren't finite are left out, series without points too; with few points each is
    marked. More than `MAX_POINTS` are averaged over equal stretches.

    Args:
        series: the points (x, y) of each series, by its name in the legend.
        title: stands over the chart.
        x_label, y_label: what the axes count, with their units.
        width, height: pixels at its own size; the legend adds to the height.
    """
    drawn = {name: _thin(points) for name, points in series.items()}
    drawn = {name: points for name, points in drawn.items() if points}
    everything = [point for points in drawn.values() for point in points]
    places, legend_rows = _legend([*drawn], 64, width)
    height += 18 * (legend_rows - 1)
    x_scale = Scale.around((x for x, _ in everything), 5)
    y_scale = Scale.around((y for _, y in everything), 5)
    left, right, top, bottom = 64, width - 14, 28 + 18 * legend_rows, height - 44

    def x_at(value: float) -> float:
        return left + (right - left) * x_scale.share(value)

    def y_at(value: float) -> float:
        return bottom - (bottom - top) * y_scale.share(value)

    parts = [f'<text class="title" x="{left}" y="15">{escape(title)}</text>']
    for tick, text in zip(y_scale.ticks, y_scale.tick_labels(), strict=True):
        y = y_at(tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="number end" x="{left - 7}" y="{y + 4:.1f}">{text}</text>')
    for tick, text in zip(x_scale.ticks, x_scale.tick_labels(), strict=True):
        x = x_at(tick)
        parts.append(
            f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 5}"/>'
        )
        parts.append(f'<text class="number" x="{x:.1f}" y="{bottom + 18}">{text}</text>')
    middle = (left + right) / 2
    parts += [
        f'<line class="tick" x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}"/>',
        f'<text class="label" x="{middle}" y="{height - 6}">{escape(x_label)}</text>',
        f'<text class="label" transform="translate(13 {(top + bottom) / 2}) rotate(-90)">'
        f"{escape(y_label)}</text>",
    ]
    for number, name in enumerate(series, 1):
        points = drawn.get(name)
        if not points:  # but its colour stays its own: the same in every chart
            continue
        at, y = places[name]
        path = " ".join(f"{x_at(x):.1f},{y_at(y):.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x_at(x):.1f}" cy="{y_at(y):.1f}" r="3"/>' for x, y in points)
        parts.append(
            f'<g class="series series-{number}"><polyline points="{path}"/>'
            f"{dots if len(points) <= 30 else ''}"
            f'<line x1="{at:.0f}" x2="{at + 22:.0f}" y1="{y - 4}" y2="{y - 4}"/></g>'
            f'<text class="legend" x="{at + 28:.0f}" y="{y}">{escape(name)}</text>'
        )
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _legend(names: Sequence[str], left: float, width: float) -> tuple[dict[str, Point], int]:
    """Where each name of a legend goes (x, y), in as many rows as it takes; how many rows."""
    places: dict[str, Point] = {}
    x, row = left, 0
    for name in names:
        needed = 28 + _text_width(name)
        if x > left and x + needed > width:
            x, row = left, row + 1
        places[name] = (x, 35 + 18 * row)
        x += needed + 20
    return places, row + 1


def _text_width(text: str) -> float:
    """About how many pixels `text` is wide at 12 px: a Hangul syllable or ideograph is square."""
    return sum(12.0 if ord(character) > 0x1100 else 7.0 for character in text)


def _thin(points: Sequence[Point]) -> list[Point]:
    """Finite points in the order of x, averaged over equal stretches where there are too many."""
    finite = sorted((x, y) for x, y in points if math.isfinite(x) and math.isfinite(y))
    if len(finite) <= MAX_POINTS:
        return finite
    thinned = []
    for number in range(MAX_POINTS):
        part = finite[number * len(finite) // MAX_POINTS : (number + 1) * len(finite) // MAX_POINTS]
        thinned.append((sum(x for x, _ in part) / len(part), sum(y for _, y in part) / len(part)))
    return thinned
