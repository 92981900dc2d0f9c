"""Scenes: what a keyword can do, and where the meaning stands."""

import re
import tomllib
from pathlib import Path

import pytest

import malmoi.mnemonics.korean.scenes as scenes
from malmoi.lexicon.keywords.korean import Korean
from malmoi.mnemonics.korean.scenes import kind_of, scene

KINDS = tomllib.loads((Path(scenes.__file__).parent / "kinds.toml").read_text(encoding="utf-8"))


def test_each_word_has_one_kind_and_is_a_keyword() -> None:
    words = [word for kind in KINDS.values() for word in kind.split()]
    assert len(words) == len(set(words))
    assert set(words) <= set(Korean.open().grades)
    assert set(KINDS) == {"someone", "something", "somewhere"}


def test_someone_has_the_quality() -> None:
    told = scene("stubborn", "adjective", ("오빠",), "완고한", "unwilling to yield")
    assert re.search(r"완고한 오빠가 (문을 열고 들어온다|눈앞에 서 있다)\.", told)
    assert "stubborn" in told
    assert "‘오빠’" in told


@pytest.mark.parametrize(
    ("keywords", "part"),
    [
        (("카드", "닭"), "카드를 든 닭이 포기하는 모습"),
        (("섬", "오빠"), "섬에서 온 오빠가 포기하는 모습"),
        (("섬", "칼"), "칼이 놓인 섬에서 포기하는 내 모습"),
        (("칼", "컵"), "칼과 컵을 앞에 놓고 포기하는 내 모습"),
        (("인기", "칼"), "누군가 “인기, 칼!” 하고 외치자 모두가 포기하는 장면"),
    ],
)
def test_who_acts(keywords: tuple[str, ...], part: str) -> None:
    assert part in scene("quit", "verb", keywords, "포기하다", "give up")


def test_without_a_gloss_the_meaning_is_written_in_the_scene() -> None:
    assert scene("oval", "adjective", ("오빠",), "", "like an egg").endswith(
        "오빠가 칠판에 뜻을 적는다: “like an egg”."
    )
    assert "인기!" in scene("oval", "adjective", ("인기",), "", "like an egg")


def test_a_gloss_of_another_form_is_written_out() -> None:
    told = scene("oval", "adjective", ("오빠",), "둥글다", "like an egg")
    assert told.endswith("오빠가 칠판에 뜻을 적는다: “둥글다”.")


@pytest.mark.parametrize("pos", ["noun", "verb", "adjective", "adverb", "other"])
@pytest.mark.parametrize("keyword", ["오빠", "칼", "섬", "인기"])
def test_every_kind_and_part_of_speech_has_a_scene(pos: str, keyword: str) -> None:
    gloss = {"verb": "속이다", "adjective": "둥근"}.get(pos, "달걀")
    told = scene("term", pos, (keyword,), gloss, "meaning")
    assert told.count(keyword) >= 2
    assert "{" not in told
    assert {"verb": "속이는", "adjective": "둥근"}.get(pos, "달걀") in told


def test_kinds() -> None:
    assert [kind_of(word) for word in ("오빠", "칼", "섬", "인기")] == [
        "someone", "something", "somewhere", "heard",
    ]  # fmt: skip
