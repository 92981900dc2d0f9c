"""Train, development and test by derivational family, in strata of feature and frequency.

Two wishes pull apart. A place that depends on the word alone never moves, but fills a small stratum
as a coin does; a stratum filled exactly is filled anew when the list grows. So each stratum is
filled to its share in the order of a hash of the family's name, and what was placed before is
given back as `placed` and stays: a growing list moves nothing, and its new words mend the balance.
Without `placed` only families whose hash lies next to a border change sides: of 2,000 words 2 %
when 200 are added (the test measures it).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from malmoi.core.files import stable_share

Part = Literal["train", "dev", "test"]
PARTS: tuple[Part, ...] = get_args(Part)

BANDS = (2.0, 2.5, 3.0, 3.5, 4.0)
"""Borders between bands of Zipf frequency; fixed, so that a band doesn't move with the list."""

_SALT = "malmoi mnemonics split"


class Stratum(NamedTuple):
    """Words of one feature and frequency band, and how many of them are in each part."""

    feature: str
    band: str
    train: int
    dev: int
    test: int


def band(zipf: float | None) -> str:
    """The frequency band of a Zipf frequency (0 to 8), or "unknown"."""
    if zipf is None:
        return "unknown"
    below = [border for border in BANDS if zipf >= border]
    above = [border for border in BANDS if zipf < border]
    if not below:
        return f"under {above[0]:g}"
    return f"{below[-1]:g} to {above[0]:g}" if above else f"{below[-1]:g} or more"


def split(
    words: Mapping[str, str],
    features: Mapping[str, str],
    zipf: Mapping[str, float],
    test_share: float,
    dev_share: float,
    placed: Mapping[str, Part] | None = None,
) -> dict[str, Part]:
    """The part of each word. A family is never divided.

    Args:
        words: word → its family (`dedupe.families`).
        features: word → feature of its card; "none" where it has none.
        zipf: word → Zipf frequency, where it is known.
        test_share, dev_share: shares of the families (0 to 1 each, together less than 1).
        placed: an earlier split. Its words stay where they are, and take their family along: to
            test if any of it was there, else to dev, else to train.

    Raises:
        ValueError: the shares leave nothing to learn from.
    """
    if min(test_share, dev_share) < 0 or test_share + dev_share >= 1:
        raise ValueError(
            f"test {test_share} and dev {dev_share}: expected 0 or more, and less than 1 together"
        )
    members: dict[str, list[str]] = defaultdict(list)
    for word, family in words.items():
        members[family].append(word)
    earlier = placed or {}
    parts: dict[str, Part] = {}
    strata: dict[tuple[str, str], list[str]] = defaultdict(list)
    for family, its in sorted(members.items()):
        strata[_stratum(its, features, zipf)].append(family)
        before = {earlier[word] for word in its if word in earlier}
        if before:
            parts[family] = max(before, key=PARTS.index)
    behind = {"test": 0.0, "dev": 0.0}
    for key in sorted(strata, key=lambda key: (len(strata[key]), key)):
        _fill(strata[key], parts, {"test": test_share, "dev": dev_share}, behind)
    return {word: parts[family] for word, family in words.items()}


def _fill(
    families: list[str],
    parts: dict[str, Part],
    shares: dict[str, float],
    behind: dict[str, float],
) -> None:
    """Place the families of a stratum that have no place, in the order of their hashes.

    `behind` carries what rounding left to the next stratum, so that small strata (which come
    first) add up to the shares of the whole.
    """
    order = sorted(families, key=lambda family: (stable_share(family, _SALT), family))
    free = [family for family in order if family not in parts]
    for name in ("test", "dev"):
        part: Part = "test" if name == "test" else "dev"
        have = sum(parts.get(family) == part for family in families)
        wanted = shares[part] * len(families) + behind[part]
        count = min(len(free), max(0, int(wanted - have + 0.5)))
        behind[part] = wanted - have - count
        for family in free[:count]:
            parts[family] = part
        free = free[count:]
    parts.update(dict.fromkeys(free, "train"))


def _stratum(
    members: list[str], features: Mapping[str, str], zipf: Mapping[str, float]
) -> tuple[str, str]:
    """Of a family: the feature most of its cards have, the band of its commonest word."""
    counts = Counter(features.get(word, "none") for word in members)
    feature = min(counts, key=lambda feature: (-counts[feature], feature))
    known = [zipf[word] for word in members if word in zipf]
    return feature, band(max(known) if known else None)


def balance(
    parts: Mapping[str, Part], features: Mapping[str, str], zipf: Mapping[str, float]
) -> list[Stratum]:
    """Words of each feature and band by part, and of each feature ("all" bands) and of all."""
    counts: dict[tuple[str, str], Counter[Part]] = defaultdict(Counter)
    for word, part in parts.items():
        feature = features.get(word, "none")
        for key in ((feature, band(zipf.get(word))), (feature, "all"), ("all", "all")):
            counts[key][part] += 1
    return [
        Stratum(feature, of, counts[feature, of]["train"], counts[feature, of]["dev"],
                counts[feature, of]["test"])
        for feature, of in sorted(counts)
    ]  # fmt: skip
