"""Finds slurs and ethnic jokes by the maintained list `slurs.tsv`, which says how to extend it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_JOKES = re.compile(
    r"(?i)\bhow many (?!people\b)\w+ does it take\b|"
    r"\b(?:an?|the) (?P<a>\w+),? (?:an?|the) \w+,? and (?:an?|the) \w+ (?:walk|went|go|enter)"
)


@lru_cache(maxsize=1)
def _entries() -> dict[str, dict[str, str]]:
    """Kind → entry → reason."""
    found: dict[str, dict[str, str]] = {"word": {}, "people": {}, "insult": {}}
    text = (Path(__file__).parent / "slurs.tsv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        if line and not line.startswith(("#", "entry\t")):
            entry, kind, reason = line.split("\t")
            found[kind][entry] = reason
    return found


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    entries = _entries()

    def either(words: dict[str, str]) -> str:
        longest = sorted(words, key=lambda w: (-len(w), w))
        return "|".join(
            re.escape(w).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?") for w in longest
        )

    people, insults = either(entries["people"]), either(entries["insult"])
    joke = (
        rf"\b(?:{insults})[\s,-]+(?:old\s+|little\s+)?(?:{people})s?"
        r"(?:\s+(?:man|men|woman|women|people|guy|person|folk)s?)?\b|"
        rf"\b(?:{people})(?:s|\s+people|\s+men|\s+women)?\s+(?:are|is)\s+"
        rf"(?:all\s+|so\s+|very\s+|always\s+|just\s+)*(?:{insults})\b"
    )
    return (
        re.compile(rf"(?<![\w-])({either(entries['word'])})(?:s|es|'s)?(?![\w-])", re.IGNORECASE),
        re.compile(joke, re.IGNORECASE),
    )


def offence(text: str) -> str:
    """The first slur or ethnic joke of `text` with its reason, "" where it has none."""
    word, joke = _patterns()
    if found := word.search(text):
        entry = re.sub(r"[\s-]+", " ", found[1].lower())
        reasons = {re.sub(r"[\s-]+", " ", k): v for k, v in _entries()["word"].items()}
        return f"{found[1]!r}: {reasons.get(entry, 'listed')}"
    if found := joke.search(text):
        return f"{found[0]!r}: ethnic joke"
    if found := _JOKES.search(text):
        peoples = _entries()["people"]
        named = [
            w
            for w in re.findall(r"\w+", found[0].lower())
            if w in peoples or w.rstrip("s") in peoples
        ]
        if named:
            return f"{found[0]!r}: ethnic joke"
    return ""
