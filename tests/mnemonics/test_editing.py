from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import SourceError
from malmoi.mnemonics import editing
from malmoi.mnemonics.cards import Claim, Draft
from malmoi.mnemonics.editing import BY_HAND, edited, keep_edit, with_edits
from tests.helpers.served_cards import CARDS

DRAFT = Draft("semantics", "It means so.", "New\nmnemonic\x00.", "")


class Words:
    def word(self, term: str) -> str:
        return term


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[Claim]:
    """What looking the claims up gives."""
    found: list[Claim] = []

    def check(word: str, sense: Any, draft: Draft, lexicon: Any) -> tuple[Claim, ...]:
        assert word == "obstinate"
        return tuple(found)

    monkeypatch.setattr(editing, "check_draft", check)
    return found


def test_the_text_is_new_the_claims_are_looked_up_and_the_id_stays(claims: list[Claim]) -> None:
    claims.append(Claim("meaning", "means so", "supported", "WordNet 3.0: so"))
    card = edited(CARDS[0], DRAFT, Words())  # type: ignore[arg-type]
    assert (card.id, card.term, card.sense) == (CARDS[0].id, "obstinate", CARDS[0].sense)
    assert card.mnemonic == "New mnemonic ."
    assert (card.feature, card.example) == ("semantics", "")
    assert card.claims == tuple(claims)
    assert card.sources == ("WordNet 3.0",)
    assert card.writer == "lexicon-writer" + BY_HAND
    again = edited(card, DRAFT, Words())  # type: ignore[arg-type]
    assert again.writer == card.writer


def test_what_a_source_contradicts_is_refused_with_the_source(claims: list[Claim]) -> None:
    claims.append(Claim("sound", "rhymes with late", "contradicted", "CMUdict: /x/"))
    with pytest.raises(SourceError, match=r"rhymes with late” \(CMUdict: /x/\)"):
        edited(CARDS[0], DRAFT, Words())  # type: ignore[arg-type]


@pytest.mark.parametrize("empty", [Draft("other", " ", "m", ""), Draft("other", "r", "\n", "e")])
def test_a_card_needs_its_text(claims: list[Claim], empty: Draft) -> None:
    with pytest.raises(SourceError, match="needs a mnemonic"):
        edited(CARDS[0], empty, Words())  # type: ignore[arg-type]


def test_the_last_edit_of_a_card_counts_and_survives_a_torn_line(
    tmp_path: Path, claims: list[Claim]
) -> None:
    assert with_edits(tmp_path, CARDS) == CARDS
    first = edited(CARDS[0], DRAFT, Words())  # type: ignore[arg-type]
    second = edited(first, Draft("other", "r", "Second.", ""), Words())  # type: ignore[arg-type]
    keep_edit(tmp_path, first)
    keep_edit(tmp_path, second)
    with (tmp_path / editing.EDITS).open("a") as file:
        file.write('{"id": "torn')
    assert with_edits(tmp_path, CARDS) == [second, *CARDS[1:]]
    keep_edit(tmp_path, first)
    assert with_edits(tmp_path, CARDS) == [first, *CARDS[1:]]
    assert with_edits(tmp_path, CARDS[1:]) == CARDS[1:], "a card that is gone stays gone"
