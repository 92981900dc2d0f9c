from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.reports import plots
from malmoi.reports.plots import Scale

SVG = "{http://www.w3.org/2000/svg}"
finite = st.floats(-1e9, 1e9)


def parsed(svg: str) -> ElementTree.Element:
    """Inline SVG has no namespace of its own; with one it must be well-formed XML."""
    return ElementTree.fromstring(svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


@given(st.lists(finite, min_size=1))
def test_a_scale_holds_its_values_and_few_round_ticks(values: list[float]) -> None:
    scale = Scale.around(values)
    assert all(-1e-9 <= scale.share(value) <= 1 + 1e-9 for value in values)
    assert len(scale.ticks) <= 6
    assert list(scale.ticks) == sorted(set(scale.ticks))
    labels = scale.tick_labels()
    assert len(set(labels)) == len(labels), "two ticks read the same"


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_tick_labels_say_where_the_ticks_are(low: float, span: float) -> None:
    scale = Scale.around([low, low + span])
    for tick, label in zip(scale.ticks, scale.tick_labels(), strict=True):
        said = float(label.replace("−", "-").replace(",", ""))
        assert said == pytest.approx(tick, abs=span / 1000)


def test_a_scale_of_nothing_finite_is_from_0_to_1() -> None:
    assert (Scale.around([math.nan, math.inf]).low, Scale.around([]).high) == (0.0, 1.0)


def test_marks_stand_in_the_order_of_their_values() -> None:
    scale = Scale.around([0.2, 0.8])

    def place(mean: float) -> float:
        row = parsed(plots.whiskers(mean, mean - 0.01, mean + 0.01, scale))
        mark = next(element for element in row.iter(f"{SVG}svg") if element.get("x"))
        return float(mark.attrib["x"].rstrip("%"))

    assert 0 < place(0.3) < place(0.5) < place(0.7) < 100
    assert place(0.5) == pytest.approx(50)


def test_groups_differ_in_shape_and_an_unknown_one_is_a_baseline() -> None:
    scale = Scale.around([0.0, 1.0])
    rows = {group: plots.whiskers(0.5, 0.4, 0.6, scale, group) for group in plots.MARKS}
    assert len({re.sub("mark [a-z]+", "", row) for row in rows.values()}) == 3
    assert plots.whiskers(0.5, 0.4, 0.6, scale, '"><script>') == rows["baseline"]
    assert "reference" not in rows["ours"]
    assert "reference" in plots.whiskers(0.5, 0.4, 0.6, scale, reference=0.2)


def test_a_chart_has_axes_units_and_a_legend_as_text() -> None:
    chart = plots.lines(
        {"v1": [(0, 1.0), (10, 0.5)], "한국어 v2": [(0, 2.0)]}, "Loss", "step", "nats"
    )
    assert {"Loss", "step", "nats", "v1", "한국어 v2"} <= set(texts(chart))


def test_a_line_falls_where_its_values_rise_and_keeps_inside_the_chart() -> None:
    chart = parsed(plots.lines({"v1": [(10, 3.0), (0, 1.0), (5, 2.0)]}, "t", "x", "y"))
    line = next(chart.iter(f"{SVG}polyline")).attrib["points"].split()
    xs, ys = zip(*(map(float, point.split(",")) for point in line), strict=True)
    assert list(xs) == sorted(xs), "points are drawn in the order of x"
    assert list(ys) == sorted(ys, reverse=True), "up is more"
    assert min(xs) >= 0
    assert max(xs) <= 440
    assert max(ys) <= 270


def test_broken_points_are_left_out_and_an_empty_series_keeps_its_colour_free() -> None:
    svg = plots.lines(
        {"v1": [(0, math.nan)], "v2": [(0, 1.0), (1, math.inf), (2, 3.0)]}, "", "", ""
    )
    chart = parsed(svg)
    assert [len(line.attrib["points"].split()) for line in chart.iter(f"{SVG}polyline")] == [2]
    assert "v1" not in texts(svg)
    assert 'class="series series-2"' in svg


def test_long_logs_are_averaged_not_cut() -> None:
    chart = parsed(plots.lines({"v1": [(i, float(i % 2)) for i in range(6000)]}, "t", "x", "y"))
    points = next(chart.iter(f"{SVG}polyline")).attrib["points"].split()
    assert len(points) == plots.MAX_POINTS
    assert len({point.split(",")[1] for point in points}) == 1, "each stretch has the same mean"


def test_a_long_legend_takes_rows_instead_of_running_out_of_the_chart() -> None:
    names = [f"v2 without the {what}" for what in ("glossary", "Korean queries", "parallel text")]
    svg = plots.lines({name: [(0, 1.0)] for name in names}, "t", "x", "y")
    legend = [e for e in parsed(svg).iter(f"{SVG}text") if e.get("class") == "legend"]
    assert len({element.attrib["y"] for element in legend}) > 1
    assert all(float(e.attrib["x"]) + 7 * len(e.text or "") <= 440 for e in legend)


@given(st.text(), st.text())
def test_any_name_gives_well_formed_svg(name: str, title: str) -> None:
    svg = plots.lines({name: [(0, 1.0), (1, 2.0)]}, title, title, name)
    svg.encode("utf-8")
    parsed(svg)
    parsed(plots.axis(Scale.around([0, 1]), title))


def test_control_characters_are_written_out() -> None:
    assert plots.visible("a\x00b\x1b\u202e\ud800\n한") == "a\\x00b\\x1b\\u202e\\ud800\n한"
    assert plots.escape('<b a="1">&') == "&lt;b a=&quot;1&quot;&gt;&amp;"
