"""Words made by hand, over the real Sounds and Frequency: no .deb is needed to test the writer."""

from __future__ import annotations

from malmoi.lexicon.facts import Number, Origin, Part, Relative, Root, Sense, Word
from malmoi.lexicon.lookup import Lexicon


class HandMade(Lexicon):
    """A lexicon whose words are given; what isn't is a word without facts. It has no keywords."""

    def __init__(self, *words: Word) -> None:
        super().__init__()
        self._given = {word.term: word for word in words}
        for name in ("wordnet", "gcide", "etymology", "keywords"):
            self._sources[name] = None

    def word(self, term: str) -> Word:
        return self._given.get(term, Word(term, term))


def sense(term: str, pos: str, definition: str, **more: tuple[str, ...]) -> Sense:
    filled = {"examples": (), "synonyms": (), "antonyms": (), **more}
    return Sense(f"{term}.{pos}.1", pos, definition, source="test", **filled)  # type: ignore[arg-type]


FRANK = Word("frank", "frank", senses=(
    sense("frank", "adjective", "open and honest", synonyms=("candid", "blunt")),
))  # fmt: skip
BLUNT = Word("blunt", "blunt", senses=(
    sense("blunt", "adjective", "direct in speech", synonyms=("candid", "frank")),
))  # fmt: skip
CANDID = Word(
    "candid", "candid",
    family=(Relative("candidly", "-ly", "test"),),
    origins=(
        Origin(
            Root("candidus", "white", "Latin"), (Root("candere", "to glow", "Latin"),),
            ("Candle",), "L. candidus white, fr. candere to glow. Cf. {Candle}.", "GCIDE",
        ),
    ),
    senses=(
        sense(
            "candid", "adjective", "direct in manner or speech; without evasion",
            synonyms=("frank", "blunt"), antonyms=("indirect",),
            examples=("I gave them my candid opinion",),
        ),
    ),
    zipf=Number(3.0, "test"),
)  # fmt: skip
OBSTINATE = Word(
    "obstinate", "obstinate",
    origins=(
        Origin(
            Root("obstinare", "to persist in", "Latin"),
            (
                Root("ob", "to, toward, before, against", "Latin"),
                Root("stare", "to stand", "Latin"),
            ),
            ("Stand",), "L. obstinare; ob against + stare to stand.", "GCIDE",
        ),
    ),
    senses=(sense("obstinate", "adjective", "unwilling to yield", synonyms=("stubborn",)),),
    zipf=Number(2.7, "test"),
)  # fmt: skip
STUBBORN = Word("stubborn", "stubborn", senses=(
    sense("stubborn", "adjective", "unwilling to yield", synonyms=("obstinate",)),
))  # fmt: skip
VIRULENT = Word(
    "virulent", "virulent",
    origins=(
        Origin(
            None, (Root("virus", "poison", "Latin"), Root("venenum", "venom", "Latin")), (),
            "L. virulentus, fr. virus poison, venenum venom.", "GCIDE",
        ),
    ),
    senses=(
        sense(
            "virulent", "adjective", "deadly", synonyms=("deadly",),
            examples=("They found a virulent snake in the garden.",),
        ),
    ),
    zipf=Number(2.8, "test"),
)  # fmt: skip
DEADLY = Word("deadly", "deadly", senses=(
    sense("deadly", "adjective", "extremely poisonous", synonyms=("virulent",)),
))  # fmt: skip
BREAK = Word("break", "break", senses=(sense("break", "verb", "fall to pieces"),))
UNBREAKABLE = Word(
    "unbreakable", "unbreakable",
    parts=(
        Part("un-", "prefix", "not", "test"), Part("break", "stem", "", "test"),
        Part("-able", "suffix", "able to be", "test"),
    ),
    family=(Relative("break", "", "test"),),
    senses=(sense("unbreakable", "adjective", "impossible to smash"),),
    zipf=Number(2.8, "test"),
)  # fmt: skip
PLACATE = Word(
    "placate", "placate", inflections=("placates", "placated", "placating"),
    senses=(sense("placate", "verb", "cause to be more favorably inclined; gain the favor of"),),
    zipf=Number(2.8, "test"),
)  # fmt: skip


def lexicon() -> HandMade:
    """A lexicon of the words above."""
    return HandMade(
        CANDID, FRANK, BLUNT, OBSTINATE, STUBBORN, VIRULENT, DEADLY, BREAK, UNBREAKABLE, PLACATE
    )  # fmt: skip
