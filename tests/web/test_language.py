from __future__ import annotations

import re
from pathlib import Path

import malmoi.web
from malmoi.web.language import messages, preferred, text

FOLDER = Path(malmoi.web.__file__).parent
FAMILIES = ("nav_", "theme_", "job_", "kind_", "grade_", "feature_", "verdict_", "card_", "curve_")
"""Beginnings of keys whose ends are put to them where they are used."""


def used() -> set[str]:
    pages = "".join(p.read_text("utf-8") for p in FOLDER.rglob("*.html"))
    code = "".join(p.read_text("utf-8") for p in FOLDER.rglob("*.py"))
    return set(re.findall(r'"([a-z]+(?:_[a-z0-9]+)*)"', pages + code))


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for key, by_language in messages().items():
        assert by_language.keys() == {"en", "ko"}
        fields = [sorted(re.findall(r"\{(\w+)\}", said)) for said in by_language.values()]
        assert fields[0] == fields[1], key
        assert all(said.strip() for said in by_language.values()), key


def test_every_text_is_used_and_every_used_one_is_there() -> None:
    words = used()
    assert [key for key in messages() if key not in words and not key.startswith(FAMILIES)] == []
    pages = "".join(p.read_text("utf-8") for p in FOLDER.rglob("*.html"))
    assert set(re.findall(r't\("(\w+)"[,)]', pages)) <= messages().keys()


def test_values_are_put_in() -> None:
    assert text("moved_up", "ko", n=2, name="v1") == "v1보다 2계단 위"


def test_the_browsers_language_is_taken_where_it_is_known() -> None:
    assert preferred("ko-KR,ko;q=0.9,en;q=0.8") == "ko"
    assert preferred("fr, en-GB;q=0.7, ko;q=0.5") == "en"
    assert preferred("") == preferred("xx;;;,") == "en"
