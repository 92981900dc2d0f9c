"""What three systems wrote of eight words, for reviewers to choose from."""

from __future__ import annotations

from pathlib import Path

from malmoi.core.files import append_line
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.form import render
from malmoi.mnemonics.judging.review import OUTPUTS


def write_outputs(run: Path) -> Path:
    """A run's folder with nothing but the outputs of its student, base and lexicon writer."""
    for n in range(8):
        about = {"term": f"word{n}", "sense": f"word{n}.noun.1", "pos": "noun"}
        about["definition"] = f"thing {n}"
        texts = {
            "student": _card(f"good {n}"),
            "base": f"bad {n}",
            "lexicon writer": _card(f"ok {n}"),
        }
        for system, text in texts.items():
            line = {"system": system, **about, "text": text}
            append_line(run / OUTPUTS, line)
    return run


def _card(text: str) -> str:
    return render(Draft("phonetics", "It sounds so.", text, "An example."))
