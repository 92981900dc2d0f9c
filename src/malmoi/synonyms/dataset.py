"""Verified pairs as a Hugging Face data set: a Parquet file and README.md, the data card.

    export(folder, verdicts, "office words")
    datasets.load_dataset(str(folder), split="train")

Rejected pairs are in it with their probability: hard negatives are what such data mostly lacks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import RunError, SourceError
from malmoi.core.files import make_folder_atomically
from malmoi.core.version import installed_version
from malmoi.text.morphemes import clean

if TYPE_CHECKING:
    from malmoi.synonyms.verification.verify import Verdict

FIELDS = {
    "korean, english": "the two terms, as they are written",
    "accepted": "whether the pair is believed",
    "probability": "that the two mean the same, calibrated on pairs whose answer is known",
    "direction": "`both`, or which term may be replaced by which: `ko=>en`, `en=>ko`",
    "evidence": "what each source saw of the pair: source, value (0 to 1), direction, detail",
    "verifier": "the calibration, and the teacher where one was asked",
}
LIMITS = (
    "Accepted pairs were not read by a person. A search engine may use them; a dictionary needs "
    "an editor.",
    "A term's other senses are not told apart: a pair is accepted if it holds in some common one.",
    "What counts as different is what search should not mix up: antonyms, parts and wholes, and "
    "terms of one kind (row, column) are rejected.",
)


def export(
    folder: Path, verdicts: Sequence[Verdict], name: str, licence: str = "other"
) -> dict[str, int]:
    """Write the data set, replacing `folder` in one move; returns {"accepted": n, "rejected": n}.

    Args:
        folder: README.md and data/train.parquet are written there.
        verdicts: all of them.
        name: the data set's, for its card.
        licence: under which its maker puts it, as the hub names them ("other": undecided).

    Raises:
        RunError: there is no verdict.
        SourceError: pyarrow is not installed.
    """
    if not verdicts:
        raise RunError(f"no pair to write to {folder}. Expected one at least: verify some first.")
    try:
        import pyarrow as pa
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise SourceError(
            "Parquet files need pyarrow. Run `pip install 'malmoi[data]'`."
        ) from error
    text, number = pa.string(), pa.float64()
    evidence = pa.struct(
        [("source", text), ("value", number), ("direction", text), ("detail", text)]
    )
    schema = pa.schema(
        [
            ("korean", text),
            ("english", text),
            ("probability", number),
            ("accepted", pa.bool_()),
            ("direction", text),
            ("evidence", pa.list_(evidence)),
            ("verifier", text),
        ]
    )
    table = pa.Table.from_pylist([verdict.record() for verdict in verdicts], schema=schema)
    accepted = sum(verdict.accepted for verdict in verdicts)

    def fill(temporary: Path) -> None:
        (temporary / "data").mkdir()
        parquet.write_table(table, temporary / "data" / "train.parquet")
        (temporary / "README.md").write_text(card(verdicts, name, licence), encoding="utf-8")

    make_folder_atomically(folder, fill)
    return {"accepted": accepted, "rejected": len(verdicts) - accepted}


def card(verdicts: Sequence[Verdict], name: str, licence: str) -> str:
    """README.md: YAML that `load_dataset` reads, then what is in it, where from, on what terms."""
    accepted = sum(verdict.accepted for verdict in verdicts)
    ways = Counter(verdict.direction for verdict in verdicts if verdict.accepted)
    sources = Counter(
        source
        for verdict in verdicts
        for source in dict.fromkeys(e.source for e in verdict.evidence)
    )
    shown = clean(name)
    head = [
        "---",
        f"pretty_name: {json.dumps(shown, ensure_ascii=False)}",
        "language: [ko, en]",
        f"license: {json.dumps(licence)}",
        "task_categories: [translation, text-retrieval]",
        "tags: [synonyms, terminology, search]",
        f"size_categories: [{_size(len(verdicts))}]",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        "    path: data/train.parquet",
        "---",
    ]
    parts = [
        "\n".join(head),
        f"# {shown}\n\nKorean and English terms, and how far it is believed that they mean the "
        f"same. Made by Malmoi {installed_version()}: {accepted:,} accepted pairs and "
        f"{len(verdicts) - accepted:,} rejected ones.",
        '```python\nfrom datasets import load_dataset\n\nload_dataset("PATH", split="train")\n```',
        "## Fields\n\n" + _table(("field", "what it is"), FIELDS.items()),
        "## Counts\n\n"
        + _table(("direction", "accepted pairs"), sorted((w, f"{n:,}") for w, n in ways.items()))
        + "\n\n"
        + _table(("evidence", "pairs"), sorted((s, f"{n:,}") for s, n in sources.items())),
        "## Provenance\n\n" + _provenance(verdicts),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in LIMITS),
    ]
    return "\n\n".join(parts) + "\n"


def _provenance(verdicts: Sequence[Verdict]) -> str:
    """The packages that accepted pairs stand in, and their licences."""
    from malmoi.synonyms.sources.packaged import LICENCES

    counts: Counter[str] = Counter()
    for verdict in verdicts:
        said = [e.detail for e in verdict.evidence if e.source == "packaged" and e.value > 0]
        counts.update({name for detail in said for name in detail.split(", ") if name in LICENCES})
    verifiers = ", ".join(sorted({clean(verdict.verifier) for verdict in verdicts}))
    text = f"Verified by {verifiers}."
    if counts:
        rows = [(name, f"{n:,}", LICENCES[name]) for name, n in sorted(counts.items())]
        text += "\n\n" + _table(("package", "pairs", "licence"), rows)
    return text + (
        "\n\nWhoever redistributes this data set answers for its licence: of the packages above, "
        "and of the corpus that the terms were found in."
    )


def _size(rows: int) -> str:
    return "n<1K" if rows < 1000 else "1K<n<10K" if rows < 10_000 else "10K<n<100K"


def _table(head: Sequence[str], body: Any) -> str:
    rows = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)
