"""Entries as the dictd edition sets them; the wording is ours, so that no text is copied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.dictionaries.gcide_entry import accent, parse_entry, plain, said_only

STUBBORN = """Stubborn \\Stub"born\\ (st[u^]b"b[u^]rn), a. [Compar. {Stubborner};
   superl. {Stubbornest}.] [OE. stoburn; fr. stob a stump [see
   {Stub}]. Cf. {Stump}.]
   1. Hard to move; not giving way; as, a stubborn mule;
      stubborn stains. "Stubborn facts and figures." --Le Sage.
      [1913 Webster]

            He was as stubborn as the bolt that would not turn.
                                                  --Writer.
      [1913 Webster]

   2. (Bot.)
      (a) Stiff. [Obs.]
      (b) Slow to grow. --Gardener.
          [1913 Webster]

   {Stubborn grass}, a grass.
      [1913 Webster]

   Note: Not to be read as a sense.

   Syn: Obstinate; headstrong, wilful. See {Obstinate}.
        [1913 Webster] -- {Stub"born*ly}, adv. --
        {Stub"born*ness}, n.
        [1913 Webster]
"""


def test_an_entry_is_taken_apart() -> None:
    entry = parse_entry(STUBBORN)
    assert entry
    assert entry.headword == "Stubborn"
    assert (entry.pos, entry.grammar) == ("adjective", "a.")
    assert entry.inflections == ("Stubborner", "Stubbornest")
    assert entry.etymology == "OE. stoburn; fr. stob a stump [see {Stub}]. Cf. {Stump}."
    assert entry.syn == ("obstinate", "headstrong", "wilful")
    assert entry.run_ons == ("Stubbornly", "Stubbornness")
    first, second, third = entry.senses
    assert first.definition == "Hard to move; not giving way"
    assert first.examples == (
        "a stubborn mule",
        "stubborn stains",
        "Stubborn facts and figures.",
        "He was as stubborn as the bolt that would not turn.",
    )
    assert (second.number, second.definition, second.labels) == ("2a", "Stiff", ("Obs.",))
    assert (third.number, third.definition) == ("2b", "Slow to grow")


@pytest.mark.parametrize(
    ("head", "pos"),
    [
        ("Run \\Run\\, v. i.\n   To go fast.", "verb"),
        ("Run \\Run\\, n.\n   A race.", "noun"),
        ("Cat \\Cat\\, n.; pl. {Cats} (k[a^]ts). [L. catus.]\n   A beast.", "noun"),
        ("Fast \\Fast\\, adv.\n   Quickly.", "adverb"),
        ("fat \\fat\\ adj.\n   heavy.", "adjective"),
        ("Gone \\Gone\\, p. p.\n   Away.", "adjective"),
        ("Ah \\Ah\\, interj.\n   A cry.", "other"),
        ("Rome \\Rome\\, prop. n.\n   A city.", "noun"),
    ],
)
def test_parts_of_speech(head: str, pos: str) -> None:
    entry = parse_entry(head)
    assert entry
    assert entry.pos == pos
    assert entry.senses, "the definition was taken for the head"


def test_inflections_are_no_etymology() -> None:
    entry = parse_entry("Go \\Go\\, v. i. [imp. {Went}; p. p. {Gone}.]\n   1. To move.\n")
    assert entry
    assert entry.inflections == ("Went", "Gone")
    assert entry.etymology == ""


def test_a_label_or_a_mark_of_source_is_no_etymology() -> None:
    for label in ("[Obs.]", "[1913 Webster]", "[U. S.]", "[PJC]"):
        entry = parse_entry(f"Gad \\Gad\\, n. {label}\n   1. A rod.\n")
        assert entry
        assert entry.etymology == ""


def test_an_etymology_in_anglo_saxon_is_no_mark_of_source() -> None:
    entry = parse_entry("Oak \\Oak\\, n. [AS. [=a]c; akin to D. eik.]\n   1. A tree.\n")
    assert entry
    assert entry.etymology == "AS. āc; akin to D. eik."


def test_several_spellings_share_an_entry() -> None:
    entry = parse_entry('Banc \\Banc\\, Bancus \\Ban"cus\\, n. [LL. bancus.]\n   A bench.\n')
    assert entry
    assert entry.headwords == ("Banc", "Bancus")


def test_a_definition_that_begins_with_an_article_is_no_adjective() -> None:
    entry = parse_entry("monk \\monk\\ n.\n   a believer in silence.\n")
    assert entry
    assert entry.senses[0].definition == "a believer in silence"


def test_text_without_a_head_is_no_entry() -> None:
    assert parse_entry("") is None
    assert parse_entry("   [1913 Webster]\n") is None


def test_marks_of_syllables_go() -> None:
    assert plain('Ob"sti*nate`ly') == "Obstinately"


@given(
    st.lists(
        st.sampled_from(
            [
                "Ab \\Ab\\,",
                " n.",
                " [",
                "]",
                "\n",
                "   1. ",
                "(a)",
                "Syn:",
                "{x}",
                "--",
                '"',
                "; as, ",
            ]
        ),
        max_size=40,
    )
)
def test_no_text_raises(pieces: list[str]) -> None:
    parse_entry("".join(pieces))


@pytest.mark.parametrize(
    ("text", "definition", "labels"),
    [
        ("A quart pot; -- so called because bound with hoops.", "A quart pot", []),
        ("To pass away; -- said of time", "To pass away", []),
        ("A weaver's reed. [Spelt also slaie.]", "A weaver's reed", []),
        ("pl. Four children born together", "Four children born together", ["pl."]),
        ("Magnificent. --1 Chron. xxii. 5", "Magnificent", []),
        ("A whitlow, or felon[3]", "A whitlow, or felon", []),
        ("A bitch of the hound kind. See also bratchet", "A bitch of the hound kind", []),
        ("See Pomage", "", []),
        ("of Pleuron.", "", []),
        ("), but architecturally corresponding to a column", "", []),
        ("To lessen; to diminish", "To lessen; to diminish", []),
    ],
)  # fmt: skip
def test_a_definition_is_its_meaning_alone(text: str, definition: str, labels: list[str]) -> None:
    assert said_only(text) == (definition, labels)


def test_a_head_whose_stress_follows_no_syllable_tells_none() -> None:
    assert accent('August \\Au*gust"\\, a.') == (1, 2)
    assert accent('Odd \\-"odd\\, a.') is None
