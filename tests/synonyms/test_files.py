"""The files of verified pairs."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.synonyms import files
from malmoi.synonyms.formats.solr import Rule
from malmoi.synonyms.sources.candidates import Evidence, Pair
from malmoi.synonyms.verification.verify import Verdict

VERDICTS = [
    Verdict("행", "row", 0.98, "both", True, (Evidence("packaged", 1.0, "ko→en", "babel"),), "v"),
    Verdict("검색", "search", 0.9, "en=>ko", True, (), "v"),
    Verdict("행", "column", 0.02, "both", False, (), "v"),
]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    files.write(tmp_path, VERDICTS)
    lines = (tmp_path / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "search => search, 검색",
        "행, row",
    ]
    assert set(files.read_table(tmp_path)) == set(VERDICTS)


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
    files.write(tmp_path, verdicts)

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
        files.read_table(tmp_path)
    (tmp_path / "synonyms.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match="is no table of synonyms"):
        files.read_table(tmp_path)


def test_check_finds_what_analysis_does_to_an_entry(logged: pytest.LogCaptureFixture) -> None:
    rules = [Rule(("검색", "search")), Rule(("그리고", "then"))]
    (finding,) = files.check(rules)
    assert (finding.term, finding.problem) == ("그리고", "nothing")
    assert "nothing is left of it" in logged.text


def test_a_dictionary_is_not_overwritten_by_its_own_enhancement(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("검색, search\n", encoding="utf-8")
    with pytest.raises(SourceError, match="Name another folder"):
        files.enhance_file(path, tmp_path, verify=lambda pairs: [])


def test_what_is_left_of_a_dictionary_is_written_with_its_table(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("행, row\n행, column\n", encoding="utf-8")
    known = {(v.korean, v.english): v for v in VERDICTS}

    def verify(pairs: Sequence[Pair]) -> list[Verdict]:
        return [known[pair.korean, pair.english] for pair in pairs]

    out = tmp_path / "out"
    enhanced = files.enhance_file(path, out, verify, proposed=[VERDICTS[1]])
    assert [rule.line() for rule in enhanced.dropped] == ["행, column"]
    lines = (out / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        *("행, row", "search => search, 검색")
    ]
    assert set(files.read_table(out)) == set(VERDICTS)
