from __future__ import annotations

from malmoi.core.files import write_lines
from malmoi.pipelines.search.systems.translations import SHOWN, Translations


def test_words_are_found_in_both_directions_the_surest_first(tmp_path):
    rows = [("행", "line", 0.4), ("행", "Row", 0.9), ("열", "row", 0.1)]
    records = [{"korean": k, "english": e, "share": s, "sources": ["teacher"]} for k, e, s in rows]
    write_lines(tmp_path / "t.jsonl", records)
    found = Translations(tmp_path / "t.jsonl").of(["행", "ROW", "우주선"])
    assert [t.word for t in found["행"]] == ["Row", "line"]
    assert [(t.word, t.share) for t in found["row"]] == [("행", 0.9), ("열", 0.1)]
    assert found["행"][0].sources == ("teacher",)
    assert "우주선" not in found


def test_no_more_than_a_few_are_shown(tmp_path):
    records = [{"korean": "행", "english": f"w{n}", "share": 0.5, "sources": []} for n in range(20)]
    write_lines(tmp_path / "t.jsonl", records)
    assert len(Translations(tmp_path / "t.jsonl").of(["행"])["행"]) == SHOWN
    assert Translations(tmp_path / "none.jsonl").of(["행"]) == {}
