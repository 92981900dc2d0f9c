from __future__ import annotations

import json

from malmoi.reports.mnemonics_results import MnemonicsResults
from tests.helpers.small_run import Made
from tests.helpers.typed_dicts import misfits


def test_what_a_run_writes_is_of_the_type(made: Made) -> None:
    results = json.loads((made.folder / "results.json").read_text(encoding="utf-8"))
    assert misfits(results, MnemonicsResults) == []


def test_what_is_missing_unknown_or_of_another_type_is_found(made: Made) -> None:
    results = json.loads((made.folder / "results.json").read_text(encoding="utf-8"))
    results["cards"] |= {"cards": "many", "drafts": 3}
    del results["pairs"][0]["definition"]
    found = misfits(results, MnemonicsResults)
    assert ".cards.cards: str" in found
    assert ".cards.drafts is unknown" in found
    assert ".pairs[].definition is missing" in found
