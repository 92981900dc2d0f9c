"""The stage in which cards and student are handed over: Anki, tables, GGUF, Ollama."""

from __future__ import annotations

from malmoi.mnemonics.cards import from_record
from malmoi.mnemonics.prompts import SYSTEM
from malmoi.mnemonics.teaching import model_folder
from malmoi.recipe import MnemonicsRecipe
from malmoi.run import Run, Stage


def hand_over(run: Run, recipe: MnemonicsRecipe, cards: Stage, student: Stage | None) -> Stage:
    """Stage `handover`: `cards.apkg`, `.tsv`, `.csv`, `.md`; the student's GGUF and Modelfile."""
    from malmoi.mnemonics.anki import write_anki_tsv, write_apkg
    from malmoi.mnemonics.exports import write

    after = [cards, student] if student else [cards]
    stage = run.stage("handover", {"name": recipe.name, "version": 1}, after)
    if stage.done:
        return stage
    made = [from_record(record) for record in cards.records()]
    if made:
        write_apkg(made, stage.folder / "cards.apkg", recipe.name)
        write_anki_tsv(made, stage.folder / "cards-for-anki.txt", recipe.name)
        for ending in ("csv", "tsv", "md"):
            write(made, stage.folder / f"cards.{ending}")
    if student:
        from malmoi.mnemonics.gguf_export import export_all
        from malmoi.mnemonics.ollama import write_modelfile

        model = model_folder(student)
        files = export_all(model, stage.folder / "student", recipe.name)
        best = files[1] if len(files) == 2 else files[-1]
        write_modelfile(stage.folder / "student" / "Modelfile", best, model, SYSTEM)
    stage.finish(cards=len(made))
    return stage
