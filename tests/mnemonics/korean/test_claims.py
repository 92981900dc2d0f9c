"""The sound of Korean words in a draft, whoever wrote it."""

import pytest

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.keywords.korean import Korean
from malmoi.lexicon.sound.pronunciation import Sounds
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.korean.claims import (
    claims_of,
    gloss_in,
    is_korean,
    judged,
    named,
    score_of,
    sound_claim,
)
from malmoi.mnemonics.korean.composing import compose
from tests.helpers.hand_made import HandMade

LEXICON = HandMade()

WORD = Word("columnist", "columnist")
SENSE = Sense(
    "columnist.noun.1", "noun", "a journalist who writes columns",
    ("The columnist wrote about tea.",), (), (), "WordNet",
)  # fmt: skip
EXAMPLE = "The columnist wrote about tea."


@pytest.fixture(scope="module")
def korean() -> Korean:
    return Korean(Sounds.open(), [("칼", "A"), ("엄마", "A"), ("택시", "A")])


def draft(mnemonic: str, reasoning: str = "소리가 비슷하다.") -> Draft:
    return Draft("phonetics", reasoning, mnemonic, EXAMPLE)


def test_the_claim_holds_its_figures(korean: Korean) -> None:
    cover = korean.keywords("columnist")[0]
    claim = sound_claim("columnist", cover)
    assert (claim.kind, claim.verdict) == ("sound", "supported")
    assert f"{cover.distance:.2f}" in claim.source
    assert "kʰal + ʌmma" in claim.source


def test_what_the_lexicon_writer_composes_is_one_supported_claim(korean: Korean) -> None:
    made = compose(WORD, SENSE, gloss="논객", korean=korean)[0].draft
    assert is_korean(made)
    assert named(made) == ("칼", "엄마")
    assert gloss_in(made) == "논객"
    sound, gloss = claims_of(WORD, made, korean)
    assert (sound.text, sound.verdict) == ("columnist ~ 칼 + 엄마", "supported")
    assert (gloss.kind, gloss.text, gloss.verdict) == ("meaning", "columnist = 논객", "unverified")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("‘칼’처럼 들리는 columnist.", ("칼",)),
        ("columnist에서 “칼, 엄마” 소리가 들린다.", ("칼", "엄마")),
        ("columnist는 '칼'과 발음이 비슷하다.", ("칼",)),
        ("columnist는 ‘칼’로 들린다.", ("칼",)),
        ("columnist, 소리 내어 읽으면 ‘칼, 엄마’!", ("칼", "엄마")),
        ("col → 칼", ("칼",)),
        ("칼을 든 엄마가 칠판에 ‘논객’이라고 적는다.", ()),
        ("뜻은 ‘논객’.", ()),
    ],
)
def test_which_words_are_named(text: str, words: tuple[str, ...]) -> None:
    assert named(draft(text)) == words


@pytest.mark.parametrize(
    ("keyword", "verdict"),
    [("칼럼", "supported"), ("칼날이", "unverified"), ("토끼", "contradicted")],
)
def test_any_hangul_word_is_measured(korean: Korean, keyword: str, verdict: str) -> None:
    (claim,) = claims_of(WORD, draft(f"‘{keyword}’처럼 들리는 columnist."), korean)
    assert claim.verdict == verdict
    assert bool(claim.source) is (verdict != "unverified")


def test_a_false_keyword_is_told_beside_a_true_one(korean: Korean) -> None:
    claims = claims_of(WORD, draft("‘칼, 토끼’처럼 들리는 columnist."), korean)
    assert [claim.verdict for claim in claims] == ["supported", "contradicted"]


def test_a_word_of_unknown_sound_is_unverified(korean: Korean) -> None:
    (claim,) = claims_of(Word("zzyzxq", "zzyzxq"), draft("‘칼’처럼 들리는 zzyzxq."), korean)
    assert claim.verdict == "unverified"


def test_the_score_wants_sound_and_meaning(korean: Korean) -> None:
    whole = compose(WORD, SENSE, gloss="논객", korean=korean)[0].draft
    english = compose(WORD, SENSE, korean=korean)[0].draft
    opening = draft("‘칼, 엄마’처럼 들리는 columnist.")
    less = draft("‘칼’처럼 들리는 columnist.")
    scores = [score_of(WORD, SENSE, each, korean) for each in (whole, english, opening, less)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4
    assert 0 < scores[-1] < scores[0] <= 1
    assert score_of(WORD, SENSE, draft("‘토끼’처럼 들리는 columnist."), korean) == 0
    assert score_of(WORD, SENSE, draft("엄마가 웃는다."), korean) == 0


def test_a_verb_counts_as_it_stands_in_a_scene(korean: Korean) -> None:
    told = "‘칼, 엄마’처럼 들리는 columnist. 엄마가 만드는 모습."
    with_gloss = draft(told, "뜻은 ‘만들다’.")
    other = draft(told, "뜻은 ‘버리다’.")
    assert score_of(WORD, None, with_gloss, korean) == pytest.approx(
        score_of(WORD, None, other, korean) + 0.4
    )


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (draft("‘토끼’처럼 들리는 columnist. 토끼가 웃는다."), "contradicted"),
        (draft("columnist가 웃는다."), "no keyword"),
        (draft("‘칼럼’처럼 들리는 columnist. 칼럼에 적는다."), ""),
    ],
)
def test_what_a_draft_is_rejected_for(written: Draft, problem: str) -> None:
    said, _, score = judged(written, WORD, SENSE, LEXICON)
    assert said.partition(":")[0] == problem
    assert bool(score) is not bool(said)
