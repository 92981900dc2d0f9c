"""The stage in which cards and student are handed over: Anki, tables, GGUF, Ollama."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from malmoi.core.errors import RunError, StudentError
from malmoi.core.files import read_lines
from malmoi.mnemonics.cards import Card, from_record
from malmoi.mnemonics.editing import with_edits
from malmoi.mnemonics.prompting.prompts import SYSTEM
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.training import model_folder
from malmoi.runs.run import RECIPE, Stage
from malmoi.runs.states import is_done

logger = logging.getLogger(__name__)


def hand_over(context: MnemonicsContext, cards: Stage, student: Stage | None) -> Stage:
    """Stage `handover`: `cards.apkg`, `.tsv`, `.csv`, `.md`; the student's GGUF and Modelfile.

    A student whose kind can't be written as GGUF here keeps its safetensors, and it is said.
    """
    from malmoi.mnemonics.export.anki import write_anki, write_anki_tsv
    from malmoi.mnemonics.export.tables import write

    after = [cards, student] if student else [cards]
    name = context.recipe.name
    stage = context.run.stage("handover", {"name": name, "version": 1}, after)
    if stage.done:
        return stage
    made = [from_record(record) for record in cards.records()]
    if made:
        write_anki(made, stage.folder / "cards.apkg", name)
        write_anki_tsv(made, stage.folder / "cards-for-anki.txt", name)
        for ending in ("csv", "tsv", "md"):
            write(made, stage.folder / f"cards.{ending}")
    if student:
        stage.note(gguf=_export(model_folder(student), stage.folder / "student", name))
    stage.finish(cards=len(made))
    return stage


def cards_of_run(folder: Path) -> tuple[str, list[Card]]:
    """The name of the run in `folder`, which is its deck's, and its cards as people edited them.

    Raises:
        RunError: it is no run of the mnemonic writer, or it has no cards yet.
    """
    if not is_done(folder, "cards"):
        raise RunError(
            f"{folder} has no finished cards. Expected a run of the mnemonic writer: "
            "`malmoi run mnemonics` makes one, `malmoi status RUN` says how far it is."
        )
    name = json.loads((folder / RECIPE).read_text(encoding="utf-8"))["name"]
    records = read_lines(folder / "cards" / "records.jsonl")
    return name, with_edits(folder, map(from_record, records))


def _export(model: Path, folder: Path, name: str) -> list[str]:
    """The names of the GGUF files that were written; the smallest is Ollama's."""
    from malmoi.mnemonics.student.gguf_export import export_all
    from malmoi.mnemonics.student.ollama import write_modelfile

    try:
        files = export_all(model, folder, name)
    except StudentError as error:
        logger.info(f"no GGUF of the student: {error}")
        return []
    try:
        write_modelfile(folder / "Modelfile", files[-1], model, SYSTEM)
    except StudentError as error:
        logger.info(f"no Modelfile for Ollama: {error}")
    return [file.name for file in files]
