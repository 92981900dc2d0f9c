from __future__ import annotations

import json

from malmoi.reports.search_results import SearchResults
from tests.helpers.toy_results import made_up
from tests.helpers.typed_dicts import misfits


def test_results_that_the_report_is_tested_on_are_of_the_type() -> None:
    results = json.loads(json.dumps(made_up()))
    assert misfits(results, SearchResults) == []


def test_what_is_missing_unknown_or_of_another_type_is_found() -> None:
    results = made_up()
    results["corpus"] = {"documents": "many", "pages": 3}
    found = misfits(results, SearchResults)
    assert ".corpus.documents: str" in found
    assert ".corpus.pages is unknown" in found
    assert ".corpus.split is missing" in found
