"""Tables and pictures that Jupyter shows as such and a script can print or save.

from malmoi.reports.notebook import Notebook, bars, scores

notebook = Notebook("my-pictures")
notebook.table(["query", "hits"], [["행 삽입", 3]])
notebook.picture("hits", bars("hits", [("행 삽입", 3)]))
notebook.show(scores(malmoi.evaluate(encoder, beir="beir")["comparison"]))
"""

from __future__ import annotations

import builtins
import platform
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from malmoi.core.files import Record, read_lines
from malmoi.core.processes import cores
from malmoi.core.version import installed_version
from malmoi.corpora.corpus import Query
from malmoi.evaluation.compare import HEADLINE, Comparison
from malmoi.evaluation.metrics import Qrels, Run
from malmoi.reports.plots import Point, escape

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_STYLE = """<style>
.chart text { font: 12px sans-serif; fill: #444 } .chart .title { font-weight: bold }
.chart .number, .chart .label { text-anchor: middle } .chart .end { text-anchor: end }
.chart .grid, .chart .tick { stroke: #ccc } .chart .bar { fill: #6f9fd8 }
.chart .series { fill: none; stroke: currentColor; stroke-width: 2 }
.chart .series circle { fill: currentColor }
.chart .series-1 { color: #5f6b7a } .chart .series-2 { color: #0b62c4 }
.chart .series-3 { color: #b3541e } .chart .series-4 { color: #19743b }
</style>"""

_LANGUAGES = {"ko": "Korean queries", "en": "English queries"}
_LIBRARIES = ("torch", "transformers", "sentence-transformers", "kiwipiepy", "trl")


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


class Notebook:
    """Shows tables and pictures, in Jupyter and in a script's output; pictures are kept as files.

    Attributes:
        folder: where pictures go; made where it isn't there.

    Example:
        >>> notebook = Notebook("my-pictures")
        >>> notebook.table(["query", "hits"], [["행 삽입", 3]])
        | query | hits |
        | --- | --- |
        | 행 삽입 | 3 |
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def show(self, what: object) -> None:
        """Display it in Jupyter, print it elsewhere."""
        getattr(builtins, "display", print)(what)

    def table(self, head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
        """Show a table."""
        self.show(Table(head, rows))

    def picture(self, name: str, chart: str) -> None:
        """Keep a chart (one `<svg>` element) as NAME.svg, and show it."""
        self.show(Picture(chart).save(self.folder / f"{name}.svg"))


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


def environment(more: Mapping[str, object] | None = None) -> Table:
    """What a notebook runs on: versions, the GPU, cores, and what else is given by name."""
    import torch

    rows: list[Sequence[object]] = [["Malmoi", installed_version()]]
    rows += [["Python", platform.python_version()]]
    for name in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            rows.append([name, metadata.version(name)])
    rows += [["GPU", torch.cuda.get_device_name() if torch.cuda.is_available() else "none"]]
    return Table(["what", "here"], [*rows, ["processor cores", cores()], *(more or {}).items()])


class _Parameter(Protocol):
    requires_grad: bool

    def numel(self) -> int: ...


def sizes(parts: Mapping[str, Iterable[_Parameter]]) -> Table:
    """How many numbers each part of a model has (`module.parameters()`), and are trained."""
    rows = []
    for name, parameters in parts.items():
        counts = [(each.numel(), each.requires_grad) for each in parameters]
        trained = sum(count for count, is_trained in counts if is_trained)
        rows.append([name, f"{sum(count for count, _ in counts):,}", f"{trained:,}"])
    return Table(["part", "numbers", "trained"], rows)


def active_dimensions(vectors: Mapping[str, csr_matrix]) -> Table:
    """How many dimensions a row of each matrix [texts, vocabulary] has on average."""
    rows: list[Sequence[object]] = []
    for name, matrix in vectors.items():
        rows.append([name, f"{matrix.nnz / max(1, matrix.shape[0]):.1f}", f"{matrix.shape[1]:,}"])
    return Table(["vectors", "active dimensions", "of"], rows)


def translations(pairs: Iterable[Mapping[str, Any]], words: Sequence[str]) -> Table:
    """The English words of Korean ones in a dictionary, with their shares and who says so.

    Args:
        pairs: with `korean`, `english`, `share` and `sources`, as `Dictionary.rows` gives them and
            `translations.jsonl` of a run's student has them.
        words: the Korean words, in this order; those that have no pair are left out.
    """
    of_word: dict[str, list[Mapping[str, Any]]] = {word: [] for word in words}
    for pair in pairs:
        if pair["korean"] in of_word:
            of_word[pair["korean"]].append(pair)
    rows = []
    for word, said in of_word.items():
        english = (f"{pair['english']} ({pair['share']:.2f})" for pair in said)
        sources = sorted({source for pair in said for source in pair["sources"]})
        rows += [[word, ", ".join(english), ", ".join(sources)]] * bool(said)
    return Table(["Korean", "English (share)", "said by"], rows)


def training_log(folder: str | Path) -> list[Record]:
    """The figures of a training, a record for each step that was measured.

    Args:
        folder: what `Encoder.fit` was given, or a student's in a run ("runs/NAME/student-v2").
    """
    return list(read_lines(Path(folder) / "training" / "metrics.jsonl"))


def points(log: Iterable[Record], figure: str) -> list[Point]:
    """(step, value) of one figure of a training ("loss", "dev_ko"), for `plots.lines`."""
    return [(record["step"], record[figure]) for record in log if figure in record]


class _Match(Protocol):
    @property
    def token(self) -> str: ...
    @property
    def contribution(self) -> float: ...


class _Result(Protocol):
    @property
    def rank(self) -> int: ...
    @property
    def score(self) -> float: ...
    @property
    def title(self) -> str: ...
    @property
    def matches(self) -> Sequence[_Match]: ...


def hits(results: Iterable[_Result], matches: int = 4) -> Table:
    """What `Index.search` found, with the first `matches` tokens and what each added."""
    rows = []
    for result in results:
        said = (f"{m.token} {m.contribution:.2f}" for m in result.matches[:matches])
        rows.append([result.rank, f"{result.score:.2f}", result.title, ", ".join(said)])
    return Table(["rank", "score", "page", "matches"], rows)


def scores(comparison: Comparison, metric: str = HEADLINE) -> Table:
    """A system a row, a language a column: the mean of `metric` and its interval."""
    languages = sorted(comparison["scores"], key=[*_LANGUAGES, *comparison["scores"]].index)
    head = [metric, *(_LANGUAGES.get(language, language) for language in languages)]
    systems = comparison["scores"][languages[0]]
    figures = ((name, (comparison["scores"][each][name][metric] for each in languages))
               for name in systems)  # fmt: skip
    return Table(head, [[name, *(_spoken(f["mean"], f) for f in each)] for name, each in figures])


def differences(comparison: Comparison) -> Table:
    """The paired tests of a comparison, one a row, with their verdicts."""
    return Table(
        ["difference", "queries", "mean", "verdict"],
        [
            [
                f"{test['a']} − {test['b']}",
                _LANGUAGES.get(test["language"], test["language"]),
                f"{test['metric']} {_spoken(test['difference'], test, '+')}",
                test["verdict"],
            ]
            for test in comparison["comparisons"]
        ],
    )


def _spoken(mean: float, ends: Any, sign: str = "") -> str:
    return f"{mean:{sign}.3f} [{ends['low']:{sign}.3f}, {ends['high']:{sign}.3f}]"


def first_right(run: Run, qrels: Qrels) -> dict[str, int]:
    """The rank of the first document that is relevant to each query of a run, 0 where none is."""

    def rank(query: str) -> int:
        judged = qrels.get(query, {})
        return next((n for n, (i, _) in enumerate(run[query], 1) if judged.get(i, 0) > 0), 0)

    return {query: rank(query) for query in run}


def examples(
    queries: Iterable[Query], runs: Mapping[str, Run], qrels: Qrels, titles: Mapping[str, str]
) -> Table:
    """Queries with the documents that are right, and where each system has the first of them.

    Args:
        queries: those to show.
        runs: rankings by the name of their system.
        qrels: the judgements.
        titles: of documents, by id.
    """
    ranks = [first_right(run, qrels) for run in runs.values()]
    rows = []
    for query in queries:
        right = [titles.get(i, i) for i, grade in qrels[query.id].items() if grade > 0]
        rows.append([query.text, ", ".join(right), *(each.get(query.id) or "–" for each in ranks)])
    return Table(["query", "right", *(f"rank by {name}" for name in runs)], rows)
