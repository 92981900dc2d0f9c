from __future__ import annotations

from malmoi.mnemonics.openings import MOST, opening_for, opening_of


def test_a_beginning_ends_before_what_belongs_to_the_word() -> None:
    said = "Nobody expects a turtle to be ephemeral."
    assert opening_of(said, {"ephemeral", "turtle"}) == "Nobody expects a"
    assert opening_of("The ephemeral turtle", {"ephemeral"}) == "The"
    assert opening_of("Ephemeral turtles run.", {"ephemeral"}) == ""


def test_a_quote_or_a_comma_ends_it() -> None:
    assert opening_of('"What is it?" asked Ben', ()) == ""
    assert opening_of("Once more, said Ben", ()) == "Once"


def test_a_term_has_one_beginning_and_neighbours_have_others() -> None:
    terms = [f"word{n}" for n in range(60)]
    found = [opening_for(term, "adjective") for term in terms]
    assert found == [opening_for(term, "adjective") for term in terms]
    assert len(set(found)) > 15
    assert all(1 <= len(opening.split()) <= MOST for opening in found)
    assert not any("{" in opening for opening in found)
    assert opening_for("word", "other")
