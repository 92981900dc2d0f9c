from __future__ import annotations

import pytest

from malmoi.mnemonics.cards import Claim, Draft
from malmoi.mnemonics.claims.checks import check_claims, check_draft, verdict_of
from tests.helpers.toy_words import OBSTINATE, ToyLexicon


def verdicts(text: str, term: str = "obstinate") -> list[str]:
    return [c.verdict for c in check_claims(term, text, ToyLexicon())]


def test_each_kind_is_looked_up_and_names_its_source() -> None:
    claims = check_claims(
        "obstinate",
        "Obstinate contains 'tin'. It comes from Latin stare 'to stand'. Obstinate means stubborn.",
        ToyLexicon(),
    )
    assert [(c.kind, c.verdict) for c in claims] == [
        ("spelling", "supported"),
        ("origin", "supported"),
        ("meaning", "supported"),
    ]
    assert all(c.source for c in claims)


def test_a_denial_turns_the_verdict_round() -> None:
    assert verdicts("Obstinate does not come from Latin.") == ["contradicted"]
    assert verdicts("Obstinate does not contain the word 'stone'.") == ["supported"]


def test_what_the_lexicon_lacks_is_unverified_never_false() -> None:
    for text in (
        "Zyzzyva comes from Greek zyz 'bee'.", "Zyzzyva rhymes with 'saliva'.",
        "Zyzzyva has three syllables.", "Zyzzyva means a weevil.",
        "Zyzzyva is the opposite of 'ant'.", "Zyzzyva is related to 'zoo'.",
    ):  # fmt: skip
        assert verdicts(text, "zyzzyva") == ["unverified"], text


def test_a_draft_is_checked_in_reasoning_and_mnemonic() -> None:
    draft = Draft(
        "spelling",  # type: ignore[arg-type]
        "Obstinate hides the word 'tin'.",
        "Obstinate ends in 'nade', hard as stone.",
        "The obstinate boy said that it starts with 'zz'.",
    )
    claims = check_draft(OBSTINATE, None, draft, ToyLexicon())
    assert [c.verdict for c in claims] == ["supported", "contradicted"]


@pytest.mark.parametrize(
    ("found", "worst"),
    [
        ([], "unverified"),
        (["supported"], "supported"),
        (["supported", "unverified"], "unverified"),
        (["supported", "contradicted", "unverified"], "contradicted"),
    ],
)
def test_a_row_has_its_worst_verdict(found: list[str], worst: str) -> None:
    claims = tuple(Claim("sound", "x", v, "s") for v in found)  # type: ignore[arg-type]
    assert verdict_of(claims) == worst
