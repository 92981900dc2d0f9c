"""Words with hand-made facts, and a lexicon that knows nothing else: no package is needed."""

from __future__ import annotations

from malmoi.lexicon.facts import Number, Origin, Part, Pronunciation, Relative, Root, Sense, Word

OBSTINATE = Word(
    "obstinate",
    "obstinate",
    pronunciations=(
        Pronunciation("ˈɑbstənət", tuple("AA1 B S T AH0 N AH0 T".split()), "100", "toy"),
    ),
    family=(Relative("obstinacy", "-acy", "toy"),),
    parts=(Part("ob", "prefix", "against", "toy"),),
    origins=(
        Origin(
            Root("obstinare", "to persist", "Latin"),
            (Root("ob", "against", "Latin"), Root("stare", "to stand", "Latin")),
            ("destine",),
            "L. obstinatus, fr. obstinare to persist; ob + stare to stand. Cf. {Destine}.",
            "GCIDE",
        ),
    ),
    senses=(
        Sense(
            "obstinate.adjective.1", "adjective", "unwilling to yield or change one's mind", (),
            ("stubborn",), ("docile",), "toy",
        ),
        Sense(
            "obstinate.adjective.2", "adjective", "of a disease hard to cure by medicine", (),
            ("intractable",), (), "toy",
        ),
    ),
    zipf=Number(2.7, "toy"),
)  # fmt: skip
ABATE = Word(
    "abate",
    "abate",
    inflections=("abates", "abated", "abating"),
    senses=(Sense("abate.verb.1", "verb", "become less intense", (), ("subside",), (), "toy"),),
)
WORDS = {w.term: w for w in (OBSTINATE, ABATE)}


class ToyLexicon:
    """Knows the words above and no source."""

    sounds = morphology = etymology = frequency = keywords = wordnet = None

    def word(self, term: str) -> Word:
        return WORDS.get(term.casefold(), Word(term.casefold(), term.casefold()))

    def knows(self, term: str) -> bool:
        return term.casefold() in WORDS
