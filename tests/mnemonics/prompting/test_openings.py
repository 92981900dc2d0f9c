from __future__ import annotations

from malmoi.mnemonics.prompting.openings import FILES, MAX_WORDS, Start, start_for, start_of


def test_a_beginning_ends_before_what_belongs_to_the_word() -> None:
    said = "Nobody expects a turtle to be ephemeral."
    assert start_of(said, {"ephemeral", "turtle"}).begin == "Nobody expects a"
    assert start_of("The ephemeral turtle", {"ephemeral"}).begin == "The"
    assert start_of("Ephemeral turtles run.", {"ephemeral"}).begin == ""


def test_a_comma_or_a_second_quotation_mark_ends_it() -> None:
    assert start_of("Once more, said Ben", ()).begin == "Once"
    assert start_of('"What is it?" asked Ben', ()).begin == '"What is'
    assert start_of('"Run!" cried Ben', ()).begin == ""


def test_the_cast_is_who_and_where() -> None:
    said = "Of all the hens at the zoo, a farmer who is holding a melon gave Ruth the felon."
    assert start_of(said, ()).cast == ("at the zoo", "Ruth", "a farmer who is holding")
    assert start_of("In the rain Zoe met Ben.", ()).cast == ("in the rain", "Zoe")
    assert start_of("A benign tin.", ()).cast == ()  # "Ben" is no part of a word


def test_the_lines_of_a_prompt() -> None:
    assert str(Start("Nobody expects", ("at the zoo", "Ruth"))) == (
        "begin: Nobody expects\nwith: at the zoo; Ruth"
    )
    assert str(Start("", ("Ruth",))) == "with: Ruth"
    assert str(Start("", ())) == ""


def test_a_term_has_one_start_and_neighbours_have_others() -> None:
    terms = [f"word{n}" for n in range(60)]
    found = [start_for(term, "adjective") for term in terms]
    assert found == [start_for(term, "adjective") for term in terms]
    assert len({start.begin for start in found}) > 15
    assert len({start.cast for start in found}) > 25
    assert all(len(start.begin.split()) <= MAX_WORDS for start in found)
    assert not any("{" in str(start) for start in found)
    assert start_for("word", "other").begin


def test_what_a_word_has_decides_the_templates() -> None:
    terms = [f"word{n}" for n in range(200)]
    roots = {start_for(term, "noun", FILES[:2]).begin for term in terms}
    assert "Old coins said" in roots
    assert "Old coins said" not in {start_for(term, "noun").begin for term in terms}
    assert all(start_for(term, "verb", FILES).begin for term in terms)
