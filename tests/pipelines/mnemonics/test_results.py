from __future__ import annotations

import json

from malmoi.lexicon.lookup import Lexicon
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.results import SHOWN, Stages, assemble
from malmoi.runs.run import Run, Stage
from tests.helpers.small_run import Made


def test_results_are_gathered_from_finished_stages_alone(made: Made) -> None:
    """What a run wrote is what its stages still say, without a lexicon or a model."""
    names = ("words", "candidates-lexicon", "cards", "splits", "dataset", "student", "outputs")
    words, written, *others = (Stage(made.folder / name) for name in (*names, "proof"))
    with Run.open(made.folder, made.recipe) as run:
        context = MnemonicsContext(run, made.recipe, Lexicon())
        stages = Stages(words, [written], *others)
        results = assemble(context, stages, {"judge": {}, "people": {}})
    told = json.loads((made.folder / "results.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(results)) == told
    assert len(results["pairs"]) <= SHOWN
    assert all({"student", "base"} <= pair.keys() for pair in results["pairs"])
