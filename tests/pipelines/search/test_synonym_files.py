"""The files of verified pairs, and what the commands do with them."""

import json
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.encoder.vocabulary import build
from malmoi.pipelines.search import synonym_files
from malmoi.retrieval.query import QueryEncoder
from malmoi.synonyms.formats.solr import Rule
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.verification.verify import Verdict

VERDICTS = [
    Verdict("행", "row", 0.98, "both", True, (Evidence("packaged", 1.0, "ko→en", "babel"),), "v"),
    Verdict("검색", "search", 0.9, "en=>ko", True, (), "v"),
    Verdict("행", "column", 0.02, "both", False, (), "v"),
]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    synonym_files.write(tmp_path, VERDICTS)
    lines = (tmp_path / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "search => search, 검색",
        "행, row",
    ]
    assert set(synonym_files.read_table(tmp_path)) == set(VERDICTS)


def test_a_query_gets_one_translation_in_its_direction(tmp_path: Path) -> None:
    aligned = (Evidence("alignment", 0.6, "en→ko", ""),)
    verdicts = [
        Verdict("찾기", "search", 0.9, "both", True, (), "v"),
        Verdict("검색", "search", 0.9, "both", True, aligned, "v"),  # as probable, and aligned
        Verdict("수색", "Searches", 0.8, "both", True, aligned, "v"),  # the same word to analysis
        Verdict("색인", "search", 0.99, "both", False, aligned, "v"),  # rejected
        Verdict("열", "row", 0.7, "ko=>en", True, (), "v"),  # not in this direction
        Verdict("그리고", "then", 0.7, "both", True, (), "v"),  # nothing is left of it
    ]
    synonym_files.write(tmp_path, verdicts)

    def lines(name: str) -> list[str]:
        text = (tmp_path / name).read_text(encoding="utf-8")
        return [line for line in text.splitlines() if not line.startswith("#")]

    assert "search => search, 검색" in lines("english-queries.txt")
    assert not [line for line in lines("english-queries.txt") if "찾기" in line or "수색" in line]
    assert not [line for line in lines("english-queries.txt") if line.startswith("row")]
    assert "열 => 열, row" in lines("korean-queries.txt")
    assert "찾기 => 찾기, search" in lines("korean-queries.txt")
    assert not [line for line in lines("korean-queries.txt") if line.startswith("그리고")]


@pytest.mark.parametrize("line", ['{"korean": "행"}', "[]", '{"korean": 1, "direction": "x"}'])
def test_a_broken_table_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(SourceError, match="no table of synonyms at"):
        synonym_files.read_table(tmp_path)
    (tmp_path / "synonyms.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match="is no table of synonyms"):
        synonym_files.read_table(tmp_path)


def test_check_finds_what_analysis_does_to_an_entry(logged: pytest.LogCaptureFixture) -> None:
    rules = [Rule(("검색", "search")), Rule(("그리고", "then"))]
    (finding,) = synonym_files.check(rules)
    assert (finding.term, finding.problem) == ("그리고", "nothing")
    assert "nothing is left of it" in logged.text


def test_a_dictionary_is_not_overwritten_by_its_own_enhancement(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("검색, search\n", encoding="utf-8")
    with pytest.raises(SourceError, match="Name another folder"):
        synonym_files.enhance_file(path, tmp_path)


def test_a_models_queries_are_expanded(tmp_path: Path) -> None:
    tokenizer = build(["행을 검색합니다", "row"], ["search"]).tokenizer
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    piece = tokenizer.encode("행", add_special_tokens=False).tokens
    assert len(piece) == 1
    weights = {"row": 4.0, piece[0]: 2.0}
    (tmp_path / "idf.json").write_text(json.dumps(weights), encoding="utf-8")
    synonym_files.write(tmp_path, VERDICTS)
    assert len(synonym_files.put_to_use(tmp_path, tmp_path, scale=0.5)) == 1
    encoder = QueryEncoder(tmp_path)
    assert encoder.encode("rows") == {"row": 4.0, piece[0]: 1.0}
    assert encoder.encode("행") == {piece[0]: 2.0}  # documents are Korean: nothing to add
