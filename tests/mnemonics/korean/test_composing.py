"""Cards for Korean learners, from a few Korean words and hand-made senses."""

import pytest

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.keywords.korean import Korean
from malmoi.lexicon.sound.pronunciation import Sounds
from malmoi.mnemonics.form import parse, render
from malmoi.mnemonics.korean.composing import compose

WORDS = [("칼", "A"), ("엄마", "A"), ("택시", "A")]
SENSE = Sense(
    "columnist.noun.1", "noun", "a journalist who writes columns; an opinion writer",
    ("The columnist wrote about tea.",), (), (), "WordNet",
)  # fmt: skip


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean(Sounds.open(), WORDS)


def test_a_candidate_says_what_was_computed(korean: Korean) -> None:
    (first, *_) = compose(Word("columnist", "columnist"), SENSE, korean=korean)
    assert [(a.word, a.link) for a in first.anchors] == [("칼", "sound"), ("엄마", "sound")]
    assert "‘col’ → 칼 /kʰal/" in first.draft.reasoning
    assert "소리 9개 중 7개" in first.draft.reasoning
    assert "뜻은" not in first.draft.reasoning
    assert "칼을 든 엄마가 칠판에 뜻을 적는다" in first.draft.mnemonic
    assert "“a journalist who writes columns”" in first.draft.mnemonic
    assert "columnist" in first.draft.mnemonic
    assert first.draft.example == "The columnist wrote about tea."
    assert parse(render(first.draft)) == first.draft


def test_a_gloss_stands_in_the_scene_and_in_the_reasoning(korean: Korean) -> None:
    (first, *_) = compose(Word("columnist", "columnist"), SENSE, gloss="논객", korean=korean)
    assert "논객" in first.draft.mnemonic
    assert "journalist" not in first.draft.mnemonic
    assert first.draft.reasoning.endswith("뜻은 ‘논객’.")


def test_no_keyword_is_no_candidate_and_no_example_is_said(korean: Korean) -> None:
    assert compose(Word("languid", "languid"), SENSE, korean=korean) == []
    bare = Sense("columnist.noun.1", "noun", "a journalist", (), (), (), "WordNet")
    (first, *_) = compose(Word("columnist", "columnist"), bare, korean=korean)
    assert first.draft.example == "none"
