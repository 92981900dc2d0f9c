from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from malmoi.cli import search
from malmoi.core.errors import RunError, StudentError
from malmoi.retrieval.index.building import Counts
from malmoi.retrieval.index.index import Match, Result
from malmoi.retrieval.query import AnalysedQuery
from malmoi.retrieval.unknown_words import Correction, UnknownWord


class Known:
    """An index of three documents and one word, which others are taken for."""

    def analyse(self, query: str) -> AnalysedQuery:
        weights = {decomposed("당뇨병"): 1.0 for word in query.split() if word == "당뇨병"}
        corrected = tuple(
            Correction(word, "당뇨병", "hanja") for word in query.split() if word == "糖尿病"
        )
        unknown = (UnknownWord("모르는말", ("아는말",)),) if "모르는말" in query else ()
        return AnalysedQuery(weights, corrected, unknown)

    def __len__(self) -> int:
        return 3


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


RESULTS = [
    Result(1, 2.5, "문서/1", "당뇨병", (Match("당뇨병", 2.0, 1.0), Match("치료", 0.5, 1.0))),
    Result(2, 0.25, "문서/2", "", (Match("치료", 0.5, 0.5),)),
]


def test_results_are_a_table_with_what_each_token_added(capsys: pytest.CaptureFixture[str]) -> None:
    search.print_results(RESULTS, Known(), "당뇨병 치료")  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert err == ""
    for text in ("2.500", "당뇨병 2.000 (2.00 × 1.00)", "치료 0.500 (0.50 × 1.00)", "문서/2"):
        assert text in out


def test_results_of_one_title_are_told_apart_by_their_ids(
    capsys: pytest.CaptureFixture[str],
) -> None:
    results = [
        Result(n, 1.0, f"T-{n}", title, ()) for n, title in enumerate("환불 환불 배송".split())
    ]
    search.print_results(results, Known(), "환불")  # type: ignore[arg-type]
    out = capsys.readouterr().out
    assert "환불 [T-0]" in out
    assert "환불 [T-1]" in out
    assert "T-2" not in out


def test_results_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    search.print_results(RESULTS, Known(), "당뇨병 치료", as_json=True)  # type: ignore[arg-type]
    first, second = json.loads(capsys.readouterr().out)
    assert (first["rank"], first["score"], first["id"], first["title"]) == (
        1,
        2.5,
        "문서/1",
        "당뇨병",
    )
    assert second["tokens"] == [
        {"token": "치료", "query_weight": 0.5, "document_weight": 0.5, "contribution": 0.25}
    ]
    assert second["corrections"] == second["unknown"] == []


def test_what_was_made_of_the_query_is_said_beside_the_results(
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = "糖尿病 모르는말"
    said = [
        "searched as: 糖尿病 → 당뇨병 (hanja)",
        "not in this corpus: 모르는말 (near: 아는말)",
    ]
    search.print_results(RESULTS, Known(), query)  # type: ignore[arg-type]
    assert capsys.readouterr().err.splitlines() == said
    search.print_results(RESULTS, Known(), query, as_json=True)  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert err.splitlines() == said
    first = json.loads(out)[0]
    assert first["corrections"] == [{"written": "糖尿病", "meant": "당뇨병", "kind": "hanja"}]
    assert first["unknown"] == [{"word": "모르는말", "near": ["아는말"]}]


@pytest.mark.parametrize(
    ("query", "said"),
    [("당뇨병", "The query's tokens: 당뇨병"), ("그러나", "No token of it is known.")],
)
def test_nothing_found_is_said(query: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    search.print_results([], Known(), query)  # type: ignore[arg-type]
    assert capsys.readouterr() == ("", f"Nothing found in 3 documents. {said}\n")


def test_a_build_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counts(added=2, replaced=2, unchanged=1, deleted=1, empty=1, active=50, documents=5)
    search.print_counts(counts, Path("index"))
    assert capsys.readouterr().err.splitlines() == [
        "index: 5 documents (2 added, 2 replaced, 1 unchanged, 1 deleted)",
        "active dimensions of those encoded: 12.5 on average",
        "1 documents have no active dimension: no query can find them",
    ]


def test_no_index_and_no_model(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no index"):
        search.search(tmp_path / "nowhere", "당뇨병")
    (tmp_path / "corpus.csv").write_text("id,title,text\n1,a,b c d\n")
    with pytest.raises(StudentError):
        search.index(tmp_path, tmp_path / "corpus.csv", tmp_path / "index")
