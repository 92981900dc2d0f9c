"""The words that state a relation, and how what follows them is read."""

# ruff: noqa: E501 (a pattern reads best on one line)
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from malmoi.lexicon.facts import Root
from malmoi.mnemonics.claims import claim_text as reading

Reader = Callable[[str, str], tuple[list[Root], int]]
"""Trigger and the text after it → values and how many characters were read."""

NEGATION = re.compile(
    r"(?i)\b(?:not|never|neither|nor|nothing|cannot|hardly)\b|n't\b|\bno\s+(?=\w*\s*$)"
)
CUT = "\x00"
"""Ends the text after a trigger where the next claim begins."""
AMBIGUOUS = frozenset({"sounds-like", "contains", "starts", "ends", "is"})
"""Relations whose words people use of things too."""

NUMBERS = {
    "one": 1, "a single": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15,
}  # fmt: skip
_NUMBER = r"(\d{1,2}|(?:a\s+)?single|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen)"
ORDINALS = {
    "first": 1, "initial": 1, "opening": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3,
    "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "last": -1, "final": -1, "penultimate": -2,
    "second-to-last": -2, "next-to-last": -2, "middle": 0, "antepenultimate": -3,
}  # fmt: skip
_ORDINAL = rf"({'|'.join(sorted(ORDINALS, key=len, reverse=True))})"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A relation and the words that state it.

    `both`: the words compared stand before it ("X and Y rhyme").

    `greedy` readers find their own end; `alone` needs no value after the trigger; `denies`: the
    words themselves deny ("unrelated to").
    """

    kind: Literal["sound", "spelling", "parts", "origin", "meaning"]
    relation: str
    trigger: re.Pattern[str]
    read: Reader
    greedy: bool = False
    alone: bool = False
    denies: bool = False
    both: bool = False


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
        r"english|common|everyday|familiar|verb|noun|adjective|string|sequence|like|such as|phrase|then|"
        r"followed by|plus|also|as|to|with|how|you|say|saying|a bit like|something like)\b\s*)*"
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
        if not bare or bare[1].lower() in _STOP:
            break
        gloss, end = reading.read_gloss(after, bare.end())
        values.append(Root(bare[1], gloss))
        place = end
    return values, place


_STOP = frozenset(
    "in on at it is was are be that this which who when where while so but because if by into he "
    "she they you we i his her their its there not no".split()
)


def _group(trigger: str, after: str) -> tuple[list[Root], int]:
    """What the trigger itself names in its groups."""
    return [Root(trigger)], 0


def _count(trigger: str, after: str) -> tuple[list[Root], int]:
    found = re.search(_NUMBER, trigger, re.I)
    if found and (value := number(found[1])) is not None:
        return [Root(str(value))], 0
    return [], 0


def _monosyllabic(trigger: str, after: str) -> tuple[list[Root], int]:
    heads = {"mono": 1, "di": 2, "tri": 3}
    return [Root(str(n)) for head, n in heads.items() if trigger.lower().startswith(head)], 0


def _ordinal(trigger: str, after: str) -> tuple[list[Root], int]:
    found = re.search(_ORDINAL, trigger, re.I)
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
        r"[.;!?\n]|,\s+(?:so|and|but|which|because|from|since|while|just|like|as|think|picture|its?)\b"
        r"|\s(?:so|because|since|while)\s|\s[–—]\s|\("
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
        r"(?i)(?:double|two|2|pair of|one|1|single|three)[\s-]*[\"']*([a-z])\1?[\"']*(?:'?s)?[\"']*$",
        trigger,
    )
    if not found:
        return [], 0
    if re.search(r"(?i)\b(?:double|pair of)\b", trigger):
        return [Root(found[1].lower(), "double")], 0
    many = 1 if re.search(r"(?i)\b(?:one|1|single)\b", trigger) else 2
    many = 3 if re.search(r"(?i)\bthree\b", trigger) else many
    return [Root(found[1].lower(), str(many))], 0


def _pattern(
    kind: Literal["sound", "spelling", "parts", "origin", "meaning"],
    relation: str,
    words: str,
    read: Reader,
    **more: bool,
) -> Pattern:
    return Pattern(kind, relation, re.compile(words, re.IGNORECASE | re.VERBOSE), read, **more)


_HAS = r"(?:has|have|having|with|contains?|containing|takes?|includes?|consists\ of|there\ (?:is|are)|made\ up\ of|of)"
_COMES = (
    r"(?:com(?:es?|ing)|came|passed|reached\ us|goes|travell?ed|deriv(?:es?|ed|ing)|stem(?:s|med|ming)?|descend(?:s|ed|ing)?|"
    r"originat(?:es?|ed|ing)|borrowed|taken|adopted|inherited|(?:was|is|been)\ (?:borrowed|taken)|"
    r"traces?\ (?:its\ roots?\ )?back|goes\ back|dates\ back|formed|built|coined|drawn|loaned|"
    r"entered\ english|arrived|evolved|developed|springs?|rooted|has\ its\ (?:roots?|origins?))"
)

PATTERNS: tuple[Pattern, ...] = (
    _pattern("origin", "related", r"\bshares?\s+(?:the|its|a)\s+(?:\w+\s+)?(?:root|stem|base)\s+[\"'][\w-]+[\"']\s+with\b", _related),
    # sound
    _pattern("sound", "rhymes", r"\brhym(?:es?|ed|ing)\s+(?:perfectly\s+|well\s+|closely\s+)?with\b|\bis\s+a\s+(?:perfect\s+)?rhyme\s+(?:of|for|with)\b", _words),
    _pattern("sound", "homophone", r"\b(?:is|are)?\s*(?:an?\s+|the\s+)?(?:exact\s+|perfect\s+)?homophones?\s+(?:of|for|with|to)\b|\bhomophonous\s+with\b|\bsounds?\s+(?:exactly\s+|just\s+)?(?:the\s+same\s+as|identical\s+to)\b|\bpronounced\s+(?:exactly\s+|just\s+)?(?:the\s+same\s+as|like|identically\s+to)\b", _words),
    _pattern("sound", "syllables", rf"(?<!first\s)(?<!last\s)(?<!its\s)(?<!these\s)(?<!those\s)(?<!final\s)(?<!middle\s)(?<!other\s)(?<!initial\s)(?<!opening\s)\b{_NUMBER}[\s-]+syllables?\b(?:\s+(?:word|long))?", _count, alone=True),
    _pattern("sound", "syllables", r"\b(?:mono|di|tri)syllabic\b|\b(?:mono|di|tri)syllable\b", _monosyllabic),
    _pattern("sound", "stress", rf"\b(?:stress(?:ed)?|accent(?:ed)?|emphasis|emphasi[sz]ed)\s+(?:\w+\s+){{0,3}}?(?:on|at)\s+(?:the\s+|its\s+)?{_ORDINAL}(?:\s+syllable|\s+vowel)?\b|\b{_ORDINAL}\s+syllable\s+(?:\w+\s+){{0,2}}?(?:stress(?:ed)?|accent(?:ed)?|emphasi[sz]ed)\b|\bstress(?:es)?\s+(?:the\s+|its\s+){_ORDINAL}\s+syllable|\bstress\w*\s+(?:(?:in|of)\s+\S+\s+(?:\S+\s+)?)?(?:falls|lies|is|comes|goes)\s+on\s+(?:the|its)\s+{_ORDINAL}", _ordinal),
    _pattern("sound", "starts-like", r"\b(?:begins?|starts?|opens?|beginning|starting)\s+(?:like|with\s+the\s+(?:same\s+)?sounds?\s+(?:of|as|like|in)|(?:and\s+sounds\s+)?as\s+in)\b|\b(?:begins?|starts?)\s+with\s+the\s+sound\b|\bfirst\s+(?:syllable|part)\s+(?:sounds?|rhymes?)\s+(?:like|with)\b", _words),
    _pattern("sound", "ends-like", r"\b(?:ends?|finish(?:es)?|ending|closes?)\s+(?:like|with\s+the\s+(?:same\s+)?sounds?\s+(?:of|as|like|in))\b|\b(?:ends?|ending)\s+with\s+the\s+sound\b|\blast\s+(?:syllable|part)\s+(?:sounds?|rhymes?)\s+(?:like|with)\b", _words),
    _pattern("sound", "ipa", r"\b(?:pronounced|pronounce\s+it|pronunciation\s+(?:is|:)|pronunciation|say\s+it|IPA:?(?:\s+is)?|transcribed)\b(?=\s*(?:as|like|:|is)?\s*[\"'(]*[/\[A-Za-z])", _ipa),
    _pattern("sound", "sounds-like", r"\bsound(?:s|ed|ing)?\s+(?:(?:a\s+(?:lot|bit|little|touch)|very|much|almost|nearly|exactly|just|kind\s+of|sort\s+of|similar|rather|somewhat|vaguely|roughly|quite|faintly|loosely|remotely|not\s+unlike)\s+){0,2}(?:like|to|as\s+if\s+you\s+say)\b|\bechoes\b|\bsounds?\s+similar\s+to\b", _words),
    _pattern("sound", "silent", r"\b(?:the\s+)?[\"']?([a-z]{1,2})[\"']?\s+(?:in\s+\S+\s+)?(?:is|are)\s+(?:silent|not\s+(?:pronounced|sounded|heard))\b|\bsilent\s+(?:[\"'][a-z]{1,2}[\"']|(?:[b-hj-z]|gh|kn|ph|gn)\b)|(?:\bnot|n't|\bnever)\s+(?:pronounce|say|sound|hear)\s+the\s+(?:letter\s+)?[\"']?([a-z]{1,2})\b|\bthe\s+[\"']?([a-z]{1,2})[\"']?\s+(?:in\s+\S+\s+)?(?:isn't|is\s+never|is\s+not)\s+(?:pronounced|heard|sounded|said)\b", _group, alone=True),
    _pattern("sound", "rhymes", r"\brhymes?\b(?=\s*(?:[.,;!]|$|perfectly|exactly))", _before, both=True),
    _pattern("sound", "homophone", r"\bare\s+(?:exact\s+|perfect\s+)?homophones\b|\bsound\s+(?:exactly\s+)?(?:the\s+same|alike|identical)\b", _before, both=True),
    # spelling
    _pattern("spelling", "contains", r"\b(?:there\s+(?:is|are)|there's|(?:you\s+(?:can\s+|will\s+)?)?(?:see|find|spot))\s+(?:the\s+|an?\s+)?(?:words?\s+)?(?=(?:[\"'][a-z]+[\"']|(?-i:[A-Z]{2,}))\s+(?:in|inside|hidden\s+in)\s)|\b(?:hidden|tucked|hiding)\s+(?:away\s+)?(?:inside|in|within)\s+(?:the\s+(?:word|middle\s+of)\s+)?[\"']?\w+[\"']?\s+is\s+(?:the\s+)?(?:word\s+)?(?=[\"'])", _words),
    _pattern("spelling", "contained", r"\b(?:is|are)\s+(?:tucked|hidden|hiding|lurking|sitting)\s+(?:away\s+)?(?:inside|in|within)\b|\b(?:hides|lurks|sits|lies)\s+(?:inside|within|in|at\s+the\s+(?:end|start|beginning)\s+of)\b", _words, alone=True),
    _pattern("spelling", "double", r"\b(?:double|two|pair\s+of|one|a\s+single|single|three)[\s-]+[\"']*([a-z])\b[\"']*(?:'?s\b)?[\"']*|\b(?:double|two|one|three)\s+(?:letter\s+)?[\"']*([a-z])'?s\b[\"']*|\bdouble[\s-]+[\"']*([a-z])\3?\b[\"']*", _doubled),
    _pattern("spelling", "starts", r"\b(?:starts?|begins?|opens?|starting|beginning|opening)\s+(?:off\s+)?with\b(?:\s+the\s+(?:first\s+)?(?:\w+\s+)?letters\s+of\b)?|\bfirst\s+(?:few\s+|two\s+|three\s+|four\s+|five\s+)?letters?\s+(?:of\s+\S+\s+)?(?:is|are|spell|form|make)\b", _words),
    _pattern("spelling", "ends", r"\b(?:ends?|finish(?:es)?|ending|terminates?|finishing)\s+(?:off\s+)?(?:with|in)\b|\blast\s+(?:few\s+|two\s+|three\s+|four\s+|five\s+)?letters?\s+(?:of\s+\S+\s+)?(?:is|are|spell|form|make)\b", _words),
    _pattern("spelling", "count", rf"(?<!,\s)(?<!\bthe\s)(?<!\bfirst\s)(?<!\blast\s)(?<!\bfinal\s)(?<!\bnext\s)(?<!\bof\sits\s)\b{_NUMBER}[\s-]+letters?\b(?!\s+(?:[\"']|of\b|in\s+the\s+middle))|\b{_NUMBER}\s+vowels\b", _count, alone=True),
    _pattern("spelling", "spelled", r"\b(?:spelled|spelt)\s+(?:as\s+|out\s+as\s+)?(?=[\"'A-Za-z]-?)(?!with|out|like|the|using|by|in|backwards?)", _spelling),
    _pattern("spelling", "backwards", r"\b(?:spelled|read|written|spelt)\s+(?:backwards?|in\s+reverse)\s+(?:is|gives|makes|spells|reads)?\b", _words),
    _pattern("spelling", "anagram", r"\b(?:is|are)\s+an?\s+anagram\s+of\b|\banagram\s+of\b|\brearranges?\s+to\b", _words),
    _pattern("spelling", "contains", r"\b(?:contains?|containing|hides?|hiding|hidden\s+in\s+(?:it|the\s+word)\s+is|has|includes?|holds?|there\s+is|there's)\s+(?:inside\s+(?:it\s+)?|within\s+it\s+|in\s+it\s+)?(?:the\s+|an?\s+)?(?:hidden\s+|little\s+|small(?:er)?\s+|whole\s+|full\s+|short\s+|letter\s+|english\s+|entire\s+)*(?:words?|letters?|sequence|string|names?|pronoun|letter\s+sequence|letter\s+combination|spelling|cluster)\b|\b(?:contains?|hides?|includes|spells\s+out|has)\s+(?:both\s+)?(?=[\"'])|\byou(?:\s+can|\s+will|'ll)?\s+(?:see|find|spot)\s+(?:the\s+)?(?:words?\s+|letters?\s+|name\s+)?(?=[\"'])|\bletters\s+(?=[\"'][a-z-]+[\"'])|\b(?:look\s+inside|inside|within|hidden\s+in)\s+(?:of\s+)?(?:the\s+word\s+)?[\"']?\w+[\"']?\s*(?:is|,|:|you(?:'ll|\s+will|\s+can)?\s+(?:find|see)|there\s+is|lies|sits|hides)\s+(?:the\s+(?:hidden\s+)?word\b)?", _words),
    _pattern("spelling", "contained", r"\b(?:is|are)\s+(?:hidden|found|contained|right\s+there|at\s+the\s+(?:end|start|beginning))\s+(?:inside|in|within|of)\b|\bhides\s+(?:inside|in)\b|\b(?:appears?|sits|lies|occurs)\s+(?:inside|in|within)\b", _words, alone=True),
    # parts
    _pattern("parts", "gloss", r"\b(?:prefix|suffix|combining\s+form|affix)\s+(?=[\"']*-?\w+-?[\"']*\s*(?:,?\s*(?:which\s+)?(?:literally\s+|usually\s+|often\s+)?(?:means?|meaning|meant|signif|denot|indicat|forms?|turns|makes|marks|expresses|conveys|=|\()|[\"']\w+(?:\s|[\"'])))", _roots, greedy=True),
    _pattern("parts", "affix", r"\b(?:prefix(?:es)?|suffix(?:es)?|combining\s+form)\b(?=\s*(?:is|of|,|:|here\s+is)?\s*(?:\w+\s+is\s+)?[\"']*-?\w)", _roots, greedy=True),
    _pattern("parts", "made-of", r"\s(?:=|→|->|:)\s*(?=[^=→:;]*\s\+\s)", _pieces, greedy=True),
    _pattern("parts", "sum", r"\s(?:=|→|->|makes|gives)\s+(?=[\"']*\w+[\"']*\s*[.!]?\s*$)", _before, both=True),
    _pattern("parts", "made-of", r"\b(?:made\s+(?:up\s+)?(?:of|from)|(?:is\s+)?composed\s+of|consists\s+of|broken\s+(?:down\s+)?into|breaks?\s+(?:down\s+)?into|(?:is\s+)?(?:an?\s+)?(?:compound|combination|blend|portmanteau|contraction)\s+of|splits?\s+(?:up\s+)?into|built\s+from|combines|joins|put\s+together\s+from|formed\s+(?:from|by|of)|breaks?\s+(?:\S+\s+)?(?:down\s+|up\s+)?into|splits?\s+\S+\s+into)\b(?!\s+(?:\w+\s+)?(?:\w+\s+)?(?:syllables|beats|chunks|letters|sounds))", _pieces, greedy=True),
    _pattern("parts", "root", r"\b(?:root|stem|base(?:\s+word)?)\b(?=\s*(?:is|word\s+is|of\s+the\s+word\s+is|word|here\s+is|,|:)?\s*[\"'])", _roots, greedy=True),
    # origin
    _pattern("origin", "related", r"\b(?:unrelated\s+to|nothing\s+to\s+do\s+with|no\s+(?:relation|connection|link)\s+(?:to|with))\b", _related, denies=True),
    _pattern("origin", "related", r"\b(?:(?:is\s+|are\s+)?(?:(?:closely|distantly|etymologically|directly)\s+)*(?:related|akin|cognate|kin|connected|linked|cousins?)\s+(?:\w+\s+)?(?:to|with|of)|(?:is\s+)?(?:an?\s+)?cognates?\s+(?:of|with|include|are)|same\s+(?:latin\s+|greek\s+|ancient\s+|old\s+|proto-indo-european\s+|\w+\s+)?(?:root|origin|source|family|stem|ancestor|etymon|base)s?\s+(?:word\s+)?(?:as|that\s+gives\s+us|we\s+see\s+in|found\s+in|behind|is\s+in)|shares?\s+(?:its|a|an|the|the\s+same|its\s+\w+|a\s+common|common|\w+)\s+(?:\w+\s+)?(?:root|origin|ancestor|source|stem|etymology|family|ancestry|base)s?\s+with|(?:is\s+)?(?:in|of|belongs\s+to)\s+the\s+same\s+(?:word\s+)?family\s+(?:as|of)|a\s+relative\s+of|same\s+family\s+as|also\s+gave\s+us|also\s+gives\s+us|also\s+found\s+in|as\s+in(?=\s+[\"']))", _related),
    _pattern("origin", "related", r"\b(?:all\s+|both\s+)?shares?\s+(?:(?:a|an|the|one)\s+)?(?:same\s+|common\s+)?(?:\w+\s+)?(?:root|origin|ancestor|stem|etymology|family)\b(?!\s+with)|\bare\s+(?:all\s+|both\s+|closely\s+)?(?:related|cognates?)\b(?!\s+(?:to|with))", _before, both=True),
    _pattern("origin", "named-after", r"\b(?:named\s+(?:after|for)|is\s+an?\s+eponym\s+(?:of|from|for)|takes\s+its\s+name\s+from|eponymous\s+with)\b", _name),
    _pattern("origin", "gloss", rf"\b(?:is|was)\s+(?:the\s+|an?\s+)?{reading.LANGUAGES}\s+(?:\w+\s+)?for\b", _gloss_for),
    _pattern("origin", "from", rf"(?<=[\w\"'])\s*<\s*(?={reading.LANGUAGES}\b)|\b{_COMES}\s+(?:\w+ly\s+)?(?:in(?:to\s+english)?\s+)?(?:from|to|on|out\s+of|of|via|through|with|in|by)\b(?!\s+the\s+same)|\b(?:from|via|through)\s+(?=(?:the\s+|an?\s+)?(?:\w+\s+)?{reading.LANGUAGES}\b)|(?:\b(?:its|the|whose)|'s)\s+(?:\w+\s+)?(?:etymology|origin|root|source|etymon)s?\s+(?:is|are|lies?\s+in|:)|\b(?:is|was|isn't|is\s+not)\s+(?:of|an?|originally|in\s+origin)\s+(?=(?:an?\s+)?{reading.LANGUAGES}\b)|\bbut\s+(?:rather\s+)?(?=(?:an?\s+){reading.LANGUAGES}\s+(?:one|word)\b)|\betymology\s*:|\borigin\s*:|\bfrom\s+(?=[\"'][a-z]+[\"']\s*[(,]?\s*(?:meaning|[\"'(]))|\bfrom\s+(?=[a-z]+,?\s+['\"(])|\b(?:has|have)\s+(?=(?:an?\s+)?{reading.LANGUAGES}\s+(?:origin|root)s?\b)|\b{reading.LANGUAGES}\s+in\s+origin\b", _from, greedy=True),
    _pattern("origin", "gloss", rf"\b(?:in\s+)?(?={reading.LANGUAGES}\s*,?\s*(?:root\s+|verb\s+|noun\s+|word\s+|prefix\s+)?[\"']*[a-zāēīōūα-ωά-ώ-]+[\"']*\s*,?\s*(?:means?|meant|meaning|signif|is\s+[\"']|[\"'(=]))", _roots, greedy=True),
    # meaning
    _pattern("meaning", "opposite", r"\b(?:(?:is\s+|are\s+)?(?:the\s+|an?\s+)?(?:exact\s+|direct\s+|very\s+|near\s+|polar\s+|complete\s+)*(?:opposite|antonym|reverse|contrary)s?\s+(?:of|to|is|are|include|:)|contrasts\s+with|antonyms?\s*:|as\s+opposed\s+to|the\s+opposite\s+meaning\s+(?:of|to))\b", _words),
    _pattern("meaning", "synonym", r"\b(?:(?:is\s+|are\s+)?(?:an?\s+|the\s+)?(?:near[\s-]+|close\s+|exact\s+|rough\s+)*synonyms?\s+(?:of|for|is|are|include|to|with)|synonymous\s+(?:with|to)|(?:is\s+)?(?:just\s+)?(?:another|a\s+fancy|a\s+formal|a|an\s+elegant)\s+(?:word|term|way\s+(?:to|of)\s+say(?:ing)?|name)\s+(?:for|of)?|similar\s+in\s+meaning\s+to|the\s+same\s+(?:meaning\s+)?as|interchangeable\s+with|synonyms?\s*:)", _words),
    _pattern("meaning", "opposite", r"\bare\s+(?:antonyms|opposites)\b", _before, both=True),
    _pattern("meaning", "synonym", r"\bare\s+(?:near[\s-]+|close\s+)?synonyms\b|\bmean\s+the\s+same\b", _before, both=True),
    _pattern("meaning", "kind", r"\b(?:is|are)\s+(?:an?\s+|some\s+|one\s+)?(?:kind|type|sort|form|species|variety)\s+of\b", _sentence_gloss),
    _pattern("meaning", "pos", r"\b(?:is|acts\s+as|functions\s+as|used\s+as)\s+(?:an?\s+|both\s+an?\s+)?(?:\w+\s+)?(?:noun|verb|adjective|adverb)\b(?!\s+(?:meaning|for|that))", _part_of_speech),
    _pattern("meaning", "means", r"\b(?:means?|meant|meaning|signif(?:y|ies|ied)|denot(?:es?|ed|ing)|describ(?:es?|ing)|refer(?:s|red|ring)?\s+to|is\s+defined\s+as|defined\s+as|definition\s*(?:is|:)|translates?\s+(?:as|to|into)|is\s+used\s+(?:of|for|to\s+describe)|expresses|is\s+(?:to|when|what\s+you\s+call)(?=\s)|characteri[sz]es)\b(?!\s+of\b)", _sentence_gloss),
    _pattern("meaning", "means", r"(?<=\w)[\"']*\s*(?:=|:|–|—|\s-)\s+(?=[\"']?[a-z])", _sentence_gloss),
    _pattern("meaning", "person", r"\b(?:person|people|someone|somebody|man|men|woman|women)\s+(?:who\s+)?(?:is|are)?\b(?=\s*[a-z])", _sentence_gloss),
    _pattern("meaning", "is", r"\b(?:is|are)\s+(?=[a-z\"'])", _sentence_gloss),
)  # fmt: skip
"""Tried in this order: of two that overlap the first stands."""
