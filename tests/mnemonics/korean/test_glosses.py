"""What a teacher is asked for, and which of its answers are a gloss."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import RecipeError
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.korean.forms import has_form
from malmoi.mnemonics.korean.glosses import (
    MAX_CHARACTERS,
    SAMPLES,
    gloss_claim,
    load_gloss_prompt,
    read,
    requests,
    short,
)
from malmoi.teachers import Reply

WORD = Word("obstinate", "obstinate")
SENSE = Sense(
    "obstinate.adjective.1", "adjective", "(of persons) resistant to guidance; stubborn",
    (), (), (), "WordNet",
)  # fmt: skip


def answers(*texts: str) -> list[Reply]:
    return [Reply(text) for text in texts]


def test_one_greedy_request_and_samples() -> None:
    asked = requests(WORD, SENSE, chat=False)
    assert len(asked) == SAMPLES + 1
    assert [r.temperature > 0 for r in asked] == [False, True, True, True, True]
    assert len({r.sample for r in asked}) == len(asked)
    assert len({r.prompt for r in asked}) == 1
    assert asked[0].prompt.endswith("\nobstinate (adjective): resistant to guidance =")
    assert asked[0].stop == ("\n",)


def test_a_chat_gets_turns() -> None:
    first = requests(WORD, SENSE, chat=True)[0]
    assert not first.prompt
    assert [m.role for m in first.messages[:3]] == ["system", "user", "assistant"]
    assert first.messages[-1].content == "obstinate (adjective): resistant to guidance ="
    assert len(first.messages) == 2 + 2 * len(load_gloss_prompt().pairs)


def test_the_files_pairs_have_the_forms_that_are_read() -> None:
    pairs = load_gloss_prompt().pairs
    assert all(has_form(pair.korean, pair.pos) for pair in pairs)
    assert all(len(pair.korean) <= MAX_CHARACTERS for pair in pairs)
    assert {pair.pos for pair in pairs} == {"noun", "verb", "adjective", "adverb"}


def test_four_of_five_must_agree() -> None:
    most = answers("완고한", " 완고한.", "‘완고한’", "완고한", "Stubborn")
    assert read(most, "adjective") == ("완고한", 0.8)
    assert read(most[1:], "adjective") == ("", 0.0)
    assert read([], "adjective") == ("", 0.0)


@pytest.mark.parametrize(
    ("text", "pos", "gloss"),
    [
        ("완고한 (형용사)", "adjective", "완고한"),
        ("완고한, 고집 센", "adjective", "완고한"),
        ("완고한\nnext (noun):", "adjective", "완고한"),
        ("고집  센", "adjective", "고집 센"),
        ("완고하다", "adjective", ""),
        ("obstinate", "adjective", ""),
        ("완고한 stubborn", "adjective", ""),
        ("남의 말을 전혀 듣지 않고 고집을 부리는", "adjective", ""),
        ("", "noun", ""),
    ],
)
def test_what_counts_as_an_answer(text: str, pos: str, gloss: str) -> None:
    assert read(answers(*[text] * 5), pos)[0] == gloss


@given(st.lists(st.text(max_size=20), max_size=6))
def test_a_gloss_is_short_hangul_that_most_gave(texts: list[str]) -> None:
    gloss, share = read(answers(*texts), "noun")
    assert bool(gloss) is bool(share)
    assert len(gloss) <= MAX_CHARACTERS
    assert all(c == " " or "가" <= c <= "힣" for c in gloss)


def test_a_definition_is_cut_short() -> None:
    assert short("(of persons) resistant to guidance; stubborn") == "resistant to guidance"
    assert short("(archaic)") == "(archaic)"
    assert len(short("word " * 60)) <= 120
    assert short("word " * 60).endswith("word")


def test_the_claim_is_unverified_and_says_who_answered() -> None:
    claim = gloss_claim("obstinate", "완고한", 0.8, "Gemma")
    assert (claim.kind, claim.verdict, claim.source) == ("meaning", "unverified", "")
    assert claim.text == "obstinate = 완고한 (Gemma, 4 of 5)"


def test_a_users_file_replaces_the_packages(tmp_path: Path) -> None:
    assert load_gloss_prompt(str(tmp_path)) == load_gloss_prompt()
    mine = tmp_path / "mine"
    mine.mkdir()
    pair = 'word = "tea"\npos = "noun"\nmeaning = "a drink"\nkorean = "차"\n'
    (mine / "gloss.toml").write_text(
        f'instruction = "옮긴다."\n[[pairs]]\n{pair}', encoding="utf-8"
    )
    assert load_gloss_prompt(str(mine)).pairs[0].korean == "차"


@pytest.mark.parametrize("text", ["instruction = ", "instruction = 'a'", "pairs = 3"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "gloss.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=r"gloss\.toml"):
        load_gloss_prompt(str(tmp_path))
