from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from malmoi.mnemonics.cards import FEATURES, Draft
from malmoi.mnemonics.form import INSTRUCTIONS, KEYS, MAX_LINE, FormError, parse, render

GOOD = (
    "feature: etymology\nreasoning: from stare 'to stand'.\nmnemonic: A mule.\nexample: It is so."
)

lines = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).map(
    lambda text: text.strip()[:MAX_LINE].strip()
)


@given(st.sampled_from(FEATURES), *[lines.filter(bool)] * 3)
@example("phonetics", "0", ":", ": :0")
def test_what_is_rendered_is_parsed_again(feature, reasoning, mnemonic, sentence) -> None:
    draft = Draft(feature, reasoning, mnemonic, sentence)
    assert parse(render(draft)) == draft


@given(st.text())
def test_any_text_is_a_draft_or_an_error(text: str) -> None:
    try:
        draft = parse(text)
    except FormError:
        return
    assert draft.feature in FEATURES


def test_words_before_the_first_line_and_marks_around_keys_are_passed_over() -> None:
    draft = parse("Sure!\n\n**Feature**: Etymology.\n- reasoning: a\nmnemonic: b\n\nexample: c")
    assert draft == Draft("etymology", "a", "b", "c")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "saw none"),
        (GOOD.replace("mnemonic: A mule.\n", ""), "saw feature, reasoning, example"),
        (GOOD + "\nmnemonic: twice", "expected the lines"),
        ("\n".join(reversed(GOOD.splitlines())), "expected the lines"),
        (GOOD.replace("A mule.", ""), "mnemonic is empty"),
        (GOOD.replace("etymology", "history"), "'history' is none of"),
        (GOOD + "\nHope this helps!", "none of the form"),
        (GOOD.replace("A mule.", "a" * (MAX_LINE + 1)), "at most"),
    ],
)
def test_other_texts_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(FormError, match=reason):
        parse(text)


def test_the_instructions_name_every_key_and_feature() -> None:
    for name in (*KEYS, *FEATURES):
        assert name in INSTRUCTIONS
