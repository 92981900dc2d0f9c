"""Cards for Korean learners, from a few Korean words and hand-made senses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.korean import Korean
from malmoi.lexicon.sound import Sounds
from malmoi.mnemonics.form import parse, render
from malmoi.mnemonics.korean import compose, sound_claim, with_particle

WORDS = [("칼", "A"), ("엄마", "A"), ("택시", "A")]
SENSE = Sense(
    "columnist.noun.1", "noun", "a journalist who writes columns; an opinion writer",
    ("The columnist wrote about tea.",), (), (), "WordNet",
)  # fmt: skip


@pytest.fixture(scope="module")
def korean():
    return Korean(Sounds.open(), WORDS)


def test_a_candidate_says_what_was_computed(korean):
    (first, *_) = compose(Word("columnist", "columnist"), SENSE, korean=korean)
    assert [(a.word, a.link) for a in first.anchors] == [("칼", "sound"), ("엄마", "sound")]
    assert "‘col’ → 칼 /kʰal/" in first.draft.reasoning
    assert "소리 9개 중 7개" in first.draft.reasoning
    assert "칼과 엄마" in first.draft.mnemonic
    assert "a journalist who writes columns" in first.draft.mnemonic
    assert first.draft.example == "The columnist wrote about tea."
    assert parse(render(first.draft)) == first.draft


def test_a_gloss_is_shown_when_there_is_one(korean):
    (first, *_) = compose(Word("columnist", "columnist"), SENSE, gloss="칼럼니스트", korean=korean)
    assert "칼럼니스트, a journalist" in first.draft.mnemonic


def test_no_keyword_or_no_example_is_no_candidate(korean):
    assert compose(Word("languid", "languid"), SENSE, korean=korean) == []
    bare = Sense("columnist.noun.1", "noun", "a journalist", (), (), (), "WordNet")
    assert compose(Word("columnist", "columnist"), bare, korean=korean) == []


def test_the_claim_holds_its_figures(korean):
    cover = korean.keywords("columnist")[0]
    claim = sound_claim("columnist", cover)
    assert (claim.kind, claim.verdict) == ("sound", "supported")
    assert f"{cover.distance:.2f}" in claim.source
    assert "kʰal + ʌmma" in claim.source


def test_particles():
    assert with_particle("칼", "을", "를") == "칼을"
    assert with_particle("엄마", "을", "를") == "엄마를"
    with pytest.raises(ValueError, match="Hangul"):
        with_particle("knife", "을", "를")


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=3))
def test_every_syllable_takes_one_of_two(noun):
    assert with_particle(noun, "이", "가") in {noun + "이", noun + "가"}
