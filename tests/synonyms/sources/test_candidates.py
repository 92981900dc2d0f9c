from __future__ import annotations

from malmoi.synonyms.sources.candidates import Evidence, Pair


def test_sources_stand_once_in_the_order_of_the_evidence() -> None:
    evidence = (
        Evidence("packaged", 1.0, "ko→en"),
        Evidence("alignment", 0.0, "ko→en"),
        Evidence("packaged", 0.5, "en→ko", "babel"),
    )
    assert Pair("행", "row", evidence).sources == ("packaged", "alignment")
    assert Pair("행", "row").sources == ()


def test_the_same_pair_with_the_same_evidence_is_equal() -> None:
    first, second = (Pair("행", "row", (Evidence("packaged", 1.0, "both"),)) for _ in range(2))
    assert first == second
    assert len({first, second, Pair("행", "row")}) == 2
