from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.form import render
from malmoi.mnemonics.judging.pairs import (
    BASE,
    STUDENT,
    WRITER,
    Output,
    is_card,
    make_pairs,
    shown,
)

CARD = render(Draft("phonetics", "It sounds like it.", "A mule.", "He is one."))
NO_CARD = render(Draft("other", "Nothing.", "none", "An example."))


def output(system, number, text=CARD):
    return Output(system, f"word{number}", f"word{number}.noun.1", "noun", "a thing", text)


def outputs(n, writer=lambda number: CARD):
    found = []
    for number in range(n):
        found += [output(STUDENT, number), output(BASE, number, f"rubbish {number}")]
        found.append(output(WRITER, number, writer(number)))
    return found


def test_a_card_has_form_and_a_mnemonic():
    assert is_card(CARD)
    assert not is_card(NO_CARD)
    assert not is_card("A mule.")


def test_what_is_shown_has_neither_feature_nor_control_characters():
    assert shown(CARD) == "Mnemonic: A mule.\nBecause: It sounds like it.\nExample: He is one."
    assert "\x1b" not in shown("\x1b[31mred\x1b[0m\x07 text")
    assert shown("  \n ") == "(nothing)"
    assert len(shown("a" * 5000)) == 601


def test_a_word_is_in_one_pair_and_kinds_are_balanced():
    pairs = make_pairs(outputs(40))
    assert len({pair.term for pair in pairs}) == len(pairs) == 40
    kinds = [tuple(sorted(pair.systems)) for pair in pairs]
    assert kinds.count((BASE, STUDENT)) == kinds.count((WRITER, STUDENT)) == 20


def test_judges_may_have_all():
    assert len(make_pairs(outputs(10), once=False)) == 20
    assert len(make_pairs(outputs(10), once=False, limit=7)) == 7


def test_the_writer_meets_the_student_only_where_both_wrote_a_card():
    pairs = make_pairs(outputs(30, lambda n: NO_CARD if n % 2 else CARD), once=False)
    with_writer = {pair.term for pair in pairs if WRITER in pair.systems}
    assert with_writer == {f"word{n}" for n in range(0, 30, 2)}
    rubbish = [output(STUDENT, 0, "no form"), output(WRITER, 0), output(BASE, 0)]
    assert [set(pair.systems) for pair in make_pairs(rubbish)] == [{STUDENT, BASE}]


def test_sides_are_drawn_and_say_nothing():
    pairs = make_pairs(outputs(200), ((STUDENT, BASE),))
    first = sum(pair.systems[0] == STUDENT for pair in pairs)
    assert 70 < first < 130
    for pair in pairs:
        side = pair.systems.index(BASE)
        assert pair.texts[side].startswith("rubbish")


@given(st.integers(1, 30), st.integers(0, 5), st.randoms(use_true_random=False))
def test_a_pair_is_the_same_wherever_it_is_made(n, seed, random):
    mixed = outputs(n)
    random.shuffle(mixed)
    there = {pair.id: pair for pair in make_pairs(mixed, once=False, seed=seed)}
    for pair in make_pairs(outputs(n), seed=3):
        assert there[pair.id] == pair


def test_seeds_shuffle():
    orders = [[pair.term for pair in make_pairs(outputs(30), seed=seed)] for seed in (1, 2, 2)]
    assert orders[0] != orders[1] == orders[2]
    assert make_pairs([output(STUDENT, 1)]) == []
