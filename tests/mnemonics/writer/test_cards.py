from __future__ import annotations

from importlib import util
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError, StudentError, TeacherError
from malmoi.lexicon.facts import Sense
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.writer import cards as module
from malmoi.mnemonics.writer.cards import write_cards
from tests.helpers.small_run import Made

GOOD = Draft(
    "etymology",
    "Candid is from Latin candidus 'white'. Candid means frank.",
    'If "white" had a face, it would be the candid face of a pig, quite frank.',
    "I gave them my candid opinion.",
)


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a student writes, word by word; a real one is asked in other tests."""
    texts: list[str] = []
    monkeypatch.setattr(module, "_texts", lambda *_: iter(texts))
    return texts


def test_a_word_is_written_once(real_lexicon: Lexicon) -> None:
    cards = write_cards(["Luminous", "luminous", " luminous ", "starlight"], real_lexicon)
    assert [card.term for card in cards] == ["luminous", "starlight"]


def test_what_the_learner_wrote_chooses_the_sense(
    real_lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Sense | None] = {}

    def write(term: str, _: Lexicon, sense: Sense | None, __: str) -> None:
        asked[term] = sense

    monkeypatch.setattr(module, "write_card", write)
    list(write_cards(["novel", "candid"], real_lexicon))
    assert asked == {"novel": None, "candid": None}  # the writer chooses
    list(write_cards(["novel"], real_lexicon, meanings={"novel": "new; not known before"}))
    assert asked["novel"]
    assert asked["novel"].pos == "adjective"


def test_unknown_words_say_so_and_the_rest_goes_on(
    real_lexicon: Lexicon, logged: pytest.LogCaptureFixture
) -> None:
    (card,) = write_cards(["zzyzxq\x1b[31m", "", "give it up now", "luminous"], real_lexicon)
    assert card.term == "luminous"
    said = logged.text
    assert "zzyzxq\\x1b[31m: no meaning of it is in the lexicon" in said
    assert "give it up now: no meaning" in said
    with pytest.raises(SourceError, match="none of the words is in the lexicon"):
        list(write_cards(["zzyzxq"], real_lexicon))


def test_no_good_mnemonic_is_an_answer(
    real_lexicon: Lexicon, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("malmoi.mnemonics.writer.card.checked", lambda *_: [])
    assert list(write_cards(["candid"], real_lexicon)) == []
    assert "candid: no good mnemonic" in logged.text


def test_a_students_card_goes_through_the_checks(
    real_lexicon: Lexicon, student: list[str], logged: pytest.LogCaptureFixture
) -> None:
    false = Draft(GOOD.feature, "Candid rhymes with lamp.", GOOD.mnemonic, GOOD.example)
    student += [form.render(GOOD), "I am a student", form.render(false)]
    cards = [*write_cards(["candid", "lucid", "benevolent"], real_lexicon, Path("mine"))]
    said = logged.text
    assert cards[0].writer == "mine"
    assert cards[0].mnemonic == GOOD.mnemonic
    assert "lucid: the student's answer is no card" in said
    assert "benevolent: the student's card was rejected: " in said
    assert [card.writer for card in cards[1:]] == ["lexicon-writer"] * (len(cards) - 1)
    assert all(c.verdict != "contradicted" for card in cards for c in card.claims)


def test_a_trained_students_folder_is_asked(
    real_lexicon: Lexicon, made: Made, logged: pytest.LogCaptureFixture
) -> None:
    """A tiny one writes rubbish, so the lexicon writer's card stands in."""
    (card,) = write_cards(
        ["luminous"], real_lexicon, student=made.folder / "student" / "grpo" / "model"
    )
    assert card.writer == "lexicon-writer"
    assert "luminous: the student's answer is no card" in logged.text


def test_a_students_gguf_is_asked(
    real_lexicon: Lexicon, made: Made, logged: pytest.LogCaptureFixture
) -> None:
    if util.find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is not installed: pip install 'malmoi[embedded]'")
    gguf = made.folder / "handover" / "student" / "small-Q8_0.gguf"
    (card,) = write_cards(["luminous"], real_lexicon, student=gguf)
    assert card.writer == "lexicon-writer"
    assert "luminous: the student's answer is no card" in logged.text


@pytest.mark.parametrize("name", ["nowhere.gguf", "nowhere/model"])
def test_a_student_that_is_not_there(real_lexicon: Lexicon, tmp_path: Path, name: str) -> None:
    with pytest.raises((TeacherError, StudentError), match="nowhere"):
        list(write_cards(["candid"], real_lexicon, student=tmp_path / name))


def test_korean_learners(real_lexicon: Lexicon) -> None:
    cards = write_cards(["commotion", "luminous"], real_lexicon, learner="ko")
    assert [card.term for card in cards] == ["commotion", "luminous"]


def test_a_card_from_facts_alone(real_lexicon: Lexicon) -> None:
    (card,) = write_cards(["luminous"], real_lexicon)
    assert card.writer == "lexicon-writer"
    assert {claim.verdict for claim in card.claims} == {"supported"}
