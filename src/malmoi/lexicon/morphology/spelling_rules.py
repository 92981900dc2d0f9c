"""How English spells a stem with a suffix: the rules by which a claimed derivation is checked.

is_regular_spelling("cure", "able", "curable")  # True: a silent e is dropped
is_regular_spelling("obstinate", "cy", "obstinacy")  # True: -te becomes -cy
is_regular_spelling("moon", "th", "month")  # False, whatever a derivation file says
"""

from __future__ import annotations

import re

_VOWELS = "aeiou"
_SHORT = re.compile(r"(?:^|[^aeiou]|qu)[aeiouy][^aeiouwxyh]$")
"""A stem that may double its last consonant: a single vowel, then a single consonant."""


def is_regular_spelling(stem: str, suffix: str, word: str) -> bool:
    """Whether `word` is a regular spelling of `stem` + `suffix`."""
    return word in spellings(stem, suffix)


def spellings(stem: str, suffix: str) -> set[str]:
    """Every regular spelling of `stem` + `suffix` (both without hyphens)."""
    if not stem or not suffix:
        return set()
    vowel = suffix[0] in _VOWELS + "y"
    found = {stem + suffix}
    if stem[-1] == "e":
        if vowel:
            found.add(stem[:-1] + suffix)
            if suffix[0] != "y" and not stem.endswith(("ce", "ge", "ee", "oe", "ye", "ae")):
                found.discard(stem + suffix)
        if suffix[0] == "e":
            found.add(stem + suffix[1:])
        if suffix in ("ly", "ment", "ful", "th") and stem.endswith(("ue", "dge", "we", "ole")):
            found.add(stem[:-1] + suffix)
    if len(stem) > 2 and stem[-1] == "y" and stem[-2] not in _VOWELS:
        if suffix in ("ness", "ly", "ful", "less", "ment", "able", "ous", "al", "ance", "ed", "er"):
            # shyness and dryer are of one syllable
            found -= {stem + suffix} if re.search(r"[aeiou]", stem) else set()
        if suffix[0] != "i":
            found.add(stem[:-1] + "i" + suffix)
        if vowel:
            found.add(stem[:-1] + suffix)
    if vowel and _SHORT.search(stem):
        found.add(stem + stem[-1] + suffix)
    if stem[-1] == "c" and suffix[0] in "eiy":
        found.add(stem + "k" + suffix)
    return found | _alternations(stem, suffix, vowel)


def _alternations(stem: str, suffix: str, vowel: bool) -> set[str]:
    """Spellings in which the end of the stem changes in one of the regular ways."""
    found = set()
    if suffix == "ly" and stem.endswith("le"):
        found.add(stem[:-1] + "y")
    if suffix == "ly" and stem.endswith("ll"):
        found.add(stem + "y")
    if suffix in ("ity", "ize", "ise", "ist") and stem.endswith("ble"):
        found.add(stem[:-2] + "il" + suffix)
    if suffix in ("able", "ant", "ance", "ability", "ive", "or", "ible") and stem.endswith("ate"):
        found.add(stem[:-3] + suffix)
    if suffix == "cy" and stem.endswith(("te", "t")):
        found.add(stem[: -2 if stem.endswith("te") else -1] + "cy")
    if suffix in ("acy", "ency", "ancy", "ence", "ance") and stem.endswith(("ate", "ent", "ant")):
        found.add(stem[:-3] + suffix)
    if suffix in ("ity", "osity") and stem.endswith("ous"):
        found.update((stem[:-3] + "osity", stem[:-3] + "ity"))
    if suffix in ("ce", "cy") and stem.endswith("nt"):
        found.add(stem[:-1] + suffix)
    if suffix in ("ation", "ication", "cation") and stem.endswith("fy"):
        found.add(stem[:-1] + "ication")
    if suffix == "ification" and stem.endswith("ify"):
        found.add(stem[:-3] + suffix)
    if suffix in ("ation", "ative", "atory", "ator") and stem.endswith("ate"):
        found.add(stem[:-3] + suffix)
    if suffix in ("an", "ian", "al", "ic", "oid") and stem.endswith("a"):
        found.add(stem[:-1] + suffix)
    if vowel and stem.endswith(("er", "or")) and len(stem) > 4:
        found.add(stem[:-2] + "r" + suffix)
    return found


def doubles(stem: str, suffix: str, word: str, inflections: tuple[str, ...]) -> bool:
    """Whether `word` doubles the stem's last letter where the stem's own inflections do.

    "incurred" shows that incur + -able would be "incurrable", so that "incurable" is not of it. A
    few words are spelled so all the same (preferable): what fails here is doubtful, not impossible.

    Args:
        stem, suffix: the pieces ("incur", "-able" without its hyphen).
        word: what they may make ("incurrable").
        inflections: the stem's own ("incurred").
    """
    if suffix[0] not in _VOWELS + "y" or not _SHORT.search(stem):
        return True
    doubled = stem + stem[-1]
    if not any(form.startswith(doubled) for form in inflections):
        return True
    return word.startswith(doubled)
