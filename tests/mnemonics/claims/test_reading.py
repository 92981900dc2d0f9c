from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.claims.reading import RawClaim, find_claims


def only(term: str, text: str) -> RawClaim:
    claims = find_claims(term, text)
    assert len(claims) == 1, claims
    return claims[0]


@pytest.mark.parametrize(
    ("term", "text", "kind", "relation", "values"),
    [
        ("obstinate", "It has three syllables.", "sound", "syllables", ["3"]),
        ("obstinate", "The stress in 'obstinate' falls on the first syllable.", "sound", "stress",
         ["1"]),
        ("abate", "“Abate” rhymes with fate, late and debate.", "sound", "rhymes",
         ["fate", "late", "debate"]),
        ("abate", "abate sounds like “a bait”", "sound", "sounds-like", ["a bait"]),
        ("abate", "Think of 'a bait': it sounds like abate.", "sound", "sounds-like", ["a bait"]),
        ("knight", "'Knight' and 'night' are homophones.", "sound", "homophone", ["night"]),
        ("abate", "It is pronounced /əˈbeɪt/.", "sound", "ipa", ["əˈbeɪt"]),
        ("abate", "ABATE contains the word 'bat'", "spelling", "contains", ["bat"]),
        ("abate", "It ends in -ate.", "spelling", "ends", ["ate"]),
        ("gregarious", "The last four letters are 'ious'.", "spelling", "ends", ["ious"]),
        ("occur", "occur has a double r", "spelling", "double", ["r"]),
        ("credible", "The suffix -ible means 'able'.", "parts", "gloss", ["-ible"]),
        ("kidnap", "Kidnap is a compound of kid and nap.", "parts", "made-of", ["kid", "nap"]),
        ("inept", "Inept comes from the Latin ineptus.", "origin", "from", ["ineptus"]),
        ("inept", "Inept shares a root with 'apt'.", "origin", "related", ["apt"]),
        ("shy", "Shy is the opposite of bold.", "meaning", "opposite", ["bold"]),
        ("shy", "The opposite of shy is 'bold'.", "meaning", "opposite", ["bold"]),
    ],
)  # fmt: skip
def test_the_ways_to_say_it(
    term: str, text: str, kind: str, relation: str, values: list[str]
) -> None:
    claim = only(term, text)
    assert (claim.kind, claim.relation) == (kind, relation)
    assert [v.form for v in claim.values] == values


def test_roots_come_with_gloss_and_language() -> None:
    claim = only("obstinate", "Obstinate is from Latin ob 'against' + stare (to stand).")
    assert [(v.form, v.gloss, v.language) for v in claim.values] == [
        ("ob", "against", "Latin"),
        ("stare", "to stand", "Latin"),
    ]


def test_a_sentence_may_hold_several_claims() -> None:
    claims = find_claims("abate", "Abate has two syllables, rhymes with 'late' and ends in -ate.")
    assert [c.relation for c in claims] == ["syllables", "rhymes", "ends"]


def test_a_denial_is_kept_and_a_hedge_is_a_claim() -> None:
    assert only("abate", "Abate does not come from Latin.").negated
    assert not only("abate", "Abate may come from Latin.").negated
    assert only("abate", "It is not related to 'bat'.").negated


def test_the_subject_may_be_a_piece() -> None:
    claim = only("biology", "The prefix bio- means 'life'.")
    assert (claim.kind, claim.values[0].form, claim.values[0].gloss) == ("parts", "bio-", "life")
    assert only("abate", "The 'a-' in abate means 'not'.").subject == "a-"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "?!…",
        "Does abate come from Latin?",
        "An obstinate mule sounds like a drill.",
        "The flood began to abate at last.",
        "\ud800\x00🙂",
    ],
)
def test_no_claim(text: str) -> None:
    assert find_claims("abate", text) == []


def test_no_term_no_claim() -> None:
    assert find_claims("", "It comes from Latin.") == []


WORDS = st.lists(
    st.sampled_from(
        "abate 'bat' comes from Latin means sounds like ( ) + = : / , . rhymes with prefix -ate "
        "is the opposite of has two syllables not and “late” root contains word".split()
    ),
    max_size=14,
).map(" ".join)


@given(st.one_of(WORDS, st.text(max_size=60)))
def test_any_text_is_read_and_claims_stand_in_order(text: str) -> None:
    claims = find_claims("abate", text)
    assert [c.position for c in claims] == sorted(c.position for c in claims)
    assert all(c.kind in {"sound", "spelling", "parts", "origin", "meaning"} for c in claims)
