from __future__ import annotations

from malmoi.lexicon.morphology.families import Families, group
from malmoi.lexicon.morphology.morphynet import Derivation
from malmoi.lexicon.morphology.segmentation import Segmenter
from malmoi.lexicon.vocabulary import Vocabulary

KNOWN = {
    "cure", "curable", "incurable", "incur", "decide", "decision", "moon", "month", "port",
    "portable", "import", "colour", "color", "four", "for", "gastronomy", "gastronomical", "butt",
    "butter",
}  # fmt: skip


def made(*derivations: Derivation) -> Families:
    by_word: dict[str, list[Derivation]] = {}
    for derivation in derivations:
        by_word.setdefault(derivation.derived, []).append(derivation)
    forms = {"incur": ("incurred",)}
    segmenter = Segmenter(
        lambda word: by_word.get(word, ()),
        Vocabulary(KNOWN, {"butter": "made of milk"}, {}),
        lambda word: 3.0 if word in KNOWN else 0.0,
        lambda word: forms.get(word, ()),
        lambda word: set(),
    )
    return Families(**group(by_word, segmenter, KNOWN))


def suffix(base: str, word: str, affix: str) -> Derivation:
    return Derivation(base, word, affix, "suffix", "adjective")


def prefix(base: str, word: str, affix: str) -> Derivation:
    return Derivation(base, word, affix, "prefix", "adjective")


def test_what_holds_joins_and_what_does_not_does_not() -> None:
    found = made(
        suffix("cure", "curable", "able"),
        prefix("curable", "incurable", "in"),
        suffix("incur", "incurable", "able"),
        suffix("decide", "decision", "ion"),
        suffix("moon", "month", "th"),
        suffix("butt", "butter", "er"),
    )
    assert found.members("cure") == ["curable", "cure", "incurable"]
    assert found.members("incur") == ["incur"]
    assert found.name("decision") == "decide"
    assert found.name("month") == "month"
    assert found.name("butter") == "butter"


def test_a_prefix_before_a_suffixed_word_joins_no_two_stems() -> None:
    found = made(
        suffix("port", "portable", "able"),
        prefix("portable", "importable", "im"),
        suffix("import", "importable", "able"),
    )
    assert found.name("import") == "import"
    assert found.name("portable") == "port"
    assert "importable" not in found


def test_variants_and_pairs_of_endings() -> None:
    found = made()
    assert found.members("colour") == ["color", "colour"]
    assert found.name("gastronomical") == found.name("gastronomy")
    assert found.name("four") != found.name("for")
