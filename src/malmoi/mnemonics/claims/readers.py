"""How what follows the words that state a relation is read."""

from __future__ import annotations

import re
from collections.abc import Callable

from malmoi.lexicon.facts import Root
from malmoi.mnemonics.claims import claim_text as reading
from malmoi.mnemonics.claims.claim_text import CLAUSE_WORDS

Reader = Callable[[str, str], tuple[list[Root], int]]
"""Trigger and the text after it → values and how many characters were read."""

CUT = "\x00"
"""Ends the text after a trigger where the next claim begins."""
NUMBERS = {
    "one": 1, "a single": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15,
}  # fmt: skip
NUMBER = (
    r"(\d{1,2}|(?:a\s+)?single|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen)"
)
ORDINALS = {
    "first": 1, "initial": 1, "opening": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3,
    "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "last": -1, "final": -1, "penultimate": -2,
    "second-to-last": -2, "next-to-last": -2, "middle": 0, "antepenultimate": -3,
}  # fmt: skip
ORDINAL = rf"({'|'.join(sorted(ORDINALS, key=len, reverse=True))})"


def number(text: str) -> int | None:
    """2 for "two", "2", None for no number."""
    word = " ".join(text.lower().split())
    return int(word) if word.isdigit() else NUMBERS.get(word)


def _roots(trigger: str, after: str) -> tuple[list[Root], int]:
    return reading.read_roots(after)


def _from(trigger: str, after: str) -> tuple[list[Root], int]:
    """As `_roots`; without a language a bare word needs a gloss, so that prose is no root."""
    tongue = reading.language(trigger) if trigger.lower().endswith("in origin") else ""
    return reading.read_roots(f"{tongue} {after}" if tongue else after)


def _affixes(trigger: str, after: str) -> tuple[list[Root], int]:
    """ "(The prefix) of unreliable is un-", "(the prefix) is un-, 'not'"."""
    lead = re.match(
        r"""(?ix)\s*(?:(?:of|in)\s+(?:the\s+word\s+)?["']*[^\W\d_]+["']*\s+)?
        (?:here\s+is|is|are)\s+(?=["']*-?[^\W\d_])""",
        after,
    )
    if lead is None:
        return reading.read_roots(after)
    found, length = reading.read_roots(after[lead.end() :])
    return found, lead.end() + length


def _pieces(trigger: str, after: str) -> tuple[list[Root], int]:
    """What a word is made of: bare words count."""
    return reading.read_roots(after, bare_words=True)


def _related(trigger: str, after: str) -> tuple[list[Root], int]:
    """English words, or roots where a language is named."""
    if re.match(rf"(?i)\s*(?:the\s+|an?\s+)?{reading.LANGUAGES}\b", after):
        return reading.read_roots(after)
    return _words(trigger, after)


def _name(trigger: str, after: str) -> tuple[list[Root], int]:
    """A proper name: words with capitals."""
    found = re.search(
        r"(?:[A-Z][\w'.-]*)(?:\s+(?:of\s+|the\s+|de\s+|von\s+)?[A-Z][\w'.-]*)*", after
    )
    return ([Root(found[0])], found.end()) if found else _words(trigger, after)


def _gloss_for(trigger: str, after: str) -> tuple[list[Root], int]:
    """ "is the Greek word for death": a gloss with the trigger's language."""
    found, length = _sentence_gloss(trigger, after)
    return [Root("", f.gloss, reading.language(trigger)) for f in found], length


def _spelling(trigger: str, after: str) -> tuple[list[Root], int]:
    """Letters joined by hyphens or spaces, else a word."""
    found = re.match(r"\s*[\"':]*\s*((?:[A-Za-z][-. ]){2,}[A-Za-z])\b", after)
    return (
        ([Root(re.sub(r"[^A-Za-z]", "", found[1]))], found.end())
        if found
        else _words(trigger, after)
    )


def _before(trigger: str, after: str) -> tuple[list[Root], int]:
    """The values stand before the trigger: `claims` reads them there."""
    return [Root("")], 0


def _words(trigger: str, after: str) -> tuple[list[Root], int]:
    """Quoted words joined by commas, "and" or "or", else the first bare word."""
    place, values, in_quotes = 0, list[Root](), False
    skip = re.compile(
        r"(?i)\s*(?:[,:(=+-]\s*|->\s*|(?:and|or|both|the|a|an|words?|letters?|sounds?|names?|of|"
        r"english|common|everyday|familiar|verb|noun|adjective|string|sequence|like|such as|phrase|"
        r"then|followed by|plus|also|as|to|with|how|you|say|saying|a bit like|"
        r"something like)\b\s*)*"
    )
    while len(values) < 5:
        gap = skip.match(after, place)
        start = gap.end() if gap else place
        if values and not re.search(
            r"[,+]|\band\b|\bor\b|then|followed|plus", gap[0] if gap else ""
        ):
            break
        if match := reading.quoted(after, start):
            gloss, end = reading.read_gloss(after, match.end())
            values.append(Root(reading.inside(match), gloss))
            place, in_quotes = end, True
            continue
        if in_quotes:
            break  # "contains 'gull', a bird"
        if values and not re.match(r"-?\w+-?\s*(?:[.,;!?)]|$|and\b|or\b)", after[start:]):
            break
        bare = re.compile(r"(-?[^\W\d_]+(?:['-][^\W\d_]+)*-?)").match(after, start)
        if not bare or bare[1].lower() in CLAUSE_WORDS | {"its"}:
            break
        gloss, end = reading.read_gloss(after, bare.end())
        values.append(Root(bare[1], gloss))
        place = end
    return values, place


def _group(trigger: str, after: str) -> tuple[list[Root], int]:
    """What the trigger itself names in its groups."""
    return [Root(trigger)], 0


def _count(trigger: str, after: str) -> tuple[list[Root], int]:
    found = re.search(NUMBER, trigger, re.I)
    if found and (value := number(found[1])) is not None:
        return [Root(str(value))], 0
    return [], 0


def _monosyllabic(trigger: str, after: str) -> tuple[list[Root], int]:
    heads = {"mono": 1, "di": 2, "tri": 3}
    return [Root(str(n)) for head, n in heads.items() if trigger.lower().startswith(head)], 0


def _ordinal(trigger: str, after: str) -> tuple[list[Root], int]:
    found = re.search(ORDINAL, trigger, re.I)
    if found:
        return [Root(str(ORDINALS[found[1].lower()]))], 0
    words, length = _words(trigger, after)
    return words[:1], length


def _ipa(trigger: str, after: str) -> tuple[list[Root], int]:
    found = re.match(r"\s*(?:as\s+|like\s+|:\s*)?(?:/([^/\n]{1,40})/|\[([^\]\n]{1,40})\])", after)
    if found:
        return [Root(found[1] or found[2], language="ipa")], found.end()
    found = re.match(
        r"\s*(?:as\s+|like\s+|:\s*)?[\"'(]*([A-Za-z]+(?:[-·•][A-Za-z]+)+)[\"')]*", after
    )
    if found:
        return [Root(found[1], language="respelling")], found.end()
    values, length = _words(trigger, after)
    return [Root(v.form, language="word") for v in values[:1]], length


def _sentence_gloss(trigger: str, after: str) -> tuple[list[Root], int]:
    """A meaning: the quotations that follow, else the words up to the clause's end."""
    lead = re.match(
        r"""(?ix)\s*(?:literally\s+|roughly\s+|basically\s+|simply\s+|something\s+like\s+|that\s+|
        more\s+or\s+less\s+|the\s+same\s+(?:thing\s+)?as\s+|to\s+be\s+|:|-|,|=)*\s*""",
        after,
    )
    place = lead.end() if lead else 0
    if match := reading.quoted(after, place):
        gloss, end = reading.inside(match), match.end()
        while more := re.compile(r"\s*(?:,|or|and|,\s*or)\s*").match(after, end):
            following = reading.quoted(after, more.end())
            if not following:
                break
            gloss, end = f"{gloss}; {reading.inside(following)}", following.end()
        return [Root("", gloss)], end
    stop = re.compile(
        r"[.;!?\n]|,\s+(?:so|and|but|which|because|from|since|while|just|like|as|think|"
        r"picture|its?)\b|\s(?:so|because|since|while)\s|\s[–—]\s|\("
    ).search(after, place)
    end = stop.start() if stop else len(after)
    gloss = after[place:end].strip(" ,\"'")
    if gloss.endswith(CUT):
        # "bio means life and logy | means study"
        gloss = re.sub(
            r"\s*(?:,|\band\b|\bbut\b|\bwhile\b)\s*[\"']?-?\w*-?[\"']?$", "", gloss[:-1].rstrip()
        )
    return ([Root("", gloss)] if gloss else []), end


def _part_of_speech(trigger: str, after: str) -> tuple[list[Root], int]:
    found = re.search(r"(noun|verb|adjective|adverb)", trigger, re.I)
    return ([Root(found[1].lower())] if found else []), 0


def _doubled(trigger: str, after: str) -> tuple[list[Root], int]:
    found = re.search(
        r"(?i)(?:double|two|2|pair of|one|1|single|three)[\s-]*[\"']*([a-z])\1?[\"']*"
        r"(?:'?s)?[\"']*$",
        trigger,
    )
    if not found:
        return [], 0
    if re.search(r"(?i)\b(?:double|pair of)\b", trigger):
        return [Root(found[1].lower(), "double")], 0
    many = 1 if re.search(r"(?i)\b(?:one|1|single)\b", trigger) else 2
    many = 3 if re.search(r"(?i)\bthree\b", trigger) else many
    return [Root(found[1].lower(), str(many))], 0


READERS: dict[str, Reader] = {
    "roots": _roots, "affixes": _affixes, "from": _from, "pieces": _pieces,
    "related": _related, "name": _name,
    "gloss_for": _gloss_for, "spelling": _spelling, "before": _before, "words": _words,
    "group": _group, "count": _count, "monosyllabic": _monosyllabic, "ordinal": _ordinal,
    "ipa": _ipa, "sentence_gloss": _sentence_gloss, "part_of_speech": _part_of_speech,
    "doubled": _doubled,
}  # fmt: skip
"""By the name that `patterns.toml` calls them."""
