"""Reading the words of a claim: quotes, lists of roots with their glosses, who is spoken of."""

from __future__ import annotations

import re
import unicodedata

from malmoi.lexicon.facts import Root
from malmoi.text.english import without_accents
from malmoi.text.stop_words import HAVE, SUBJECTS

_QUOTES = str.maketrans({
    **dict.fromkeys("“”„‟«»″*_`「」『』〝〞", '"'),
    **dict.fromkeys("‘’‚‛‹›´ʹ′", "'"),
    **dict.fromkeys("‐‑‒−", "-"),
    "\u00a0": " ", "\u2028": "\n", "\u2029": "\n", "\t": " ", "＋": "+", "：": ":", "×": "+",
})  # fmt: skip
"""Each to one character, so that places in the straightened text are places in the text."""

LANGUAGES = (
    r"(?:(?:old|middle|late|medieval|new|modern|vulgar|classical|ancient|early|ecclesiastical|"
    r"church|low|high|proto|pre|anglo|norman|american|koine|west|north)[\s-]+){0,3}"
    r"(?:latin|greek|french|english|norse|german|dutch|germanic|italian|spanish|portuguese|"
    r"arabic|hebrew|sanskrit|hindi|persian|turkish|celtic|irish|gaelic|welsh|scottish|scots|saxon|"
    r"norman|frisian|russian|slavic|japanese|chinese|malay|tamil|icelandic|danish|swedish|"
    r"norwegian|scandinavian|indo-european|frankish|catalan|proven[cç]al|yiddish|aramaic|"
    r"hungarian|czech|polish|finnish|korean|hawaiian|algonquian|nahuatl|quechua|tahitian|swahili|"
    r"urdu|bengali|egyptian|gothic|romani|basque|etruscan|phoenician|babylonian|tibetan|mongolian|"
    r"afrikaans|flemish|breton|cornish|samoan|tongan|maori|taino|carib|tupi|romance)"
)
"""A language's name, with what stands before it ("Late Latin", "Old High German")."""

_LANGUAGE = re.compile(rf"\b({LANGUAGES})\b", re.IGNORECASE)
_QUOTED = re.compile(
    r"""(?:"+'*([^"\n]{1,120}?)'*"+"""
    r"""|(?<!\w)'+([^'\n]{1,80}?(?:'(?:s|t|re|ll)\b[^'\n]{0,60})?)'+(?!\w))"""
)
_FILLER = re.compile(
    r"""(?ix)(?:\s+|[,+&/]|->|→|
    \b(?:the|a|an|its|two|three|both|parts?|words?|roots?|root\ words?|stems?|bases?|
    verbs?|nouns?|adjectives?|adverbs?|prepositions?|particles?|participles?|past|present|terms?|
    names?|elements?|morphemes?|prefix(?:es)?|suffix(?:es)?|combining|forms?|and|plus|with|
    then|also|combined|followed|by|or|joined|to|of|from|via|through|ultimately|itself|derived|
    borrowed|expression|phrase|compound|diminutive|intensive|negative|english|meaning|literally)
    \b(?!-)|:)"""
)
_FORM = re.compile(r"\*?(-?[^\W\d_]+(?:-?[^\W\d_]+)*-?)(?![\w'])")
_LEAD = re.compile(
    r"""(?ix)\s*(?:[,(\[=–—:]|-(?=\s))*\s*
    (?:(?:which|that|both|itself|originally|literally|roughly|here|also|and|,|\s)*
    (?P<verb>means?\b|meant\b|meaning\b|signif(?:y|ies|ied|ying)\b|denot(?:es?|ed|ing)\b|
      refer(?:s|red|ring)\s+to\b|translat\w+\s+(?:as|to|into)\b|i\.e\.|gives?\b|for\b|is\b|=|or\b)
    (?:\s+(?:literally|roughly|something\s+like|both|simply))?)?\s*:?\s*"""
)
_END_OF_GLOSS = re.compile(
    r"""(?ix)[.;!?)\]\n+"]|,|\s[–—-]\s|
    \s(?:and|but|which|so|while|because|plus|with|as\ in|via|where)\s(?!or\b)"""
)


_ASIDE = re.compile(
    r"(?i)\s*,?\s*(?:which\s+is\s+)?(?:an?|the)\s+(?:variant|form|version|alteration|assimilated)\b"
)
"""What a root is said to be ("-ept, a form of 'apt'") is no further root."""


def normalize_quotes(text: str) -> str:
    """NFC, every kind of quote or emphasis as " or ', one character for one."""
    return unicodedata.normalize("NFC", text).translate(_QUOTES)


def bare(form: str) -> str:
    """A form to compare letters by: no case, accents, macrons, hyphens at its ends, asterisk."""
    return without_accents(form).casefold().replace("æ", "ae").replace("œ", "oe").strip(" -*.,\"'")


def quoted(text: str, start: int = 0) -> re.Match[str] | None:
    """The quotation that begins exactly at `start`; `inside` gives its words."""
    return _QUOTED.match(text, start)


def quotations(text: str) -> list[str]:
    """All quoted words of a text, in order."""
    return [inside(match) for match in _QUOTED.finditer(text)]


def inside(match: re.Match[str]) -> str:
    """The words between the quotes."""
    return (match[1] or match[2] or "").strip(" ,.;:!?")


def language(text: str) -> str:
    """The first language that `text` names, as it stands there; "" for none."""
    match = _LANGUAGE.search(text)
    return match[1] if match else ""


def languages(text: str) -> list[str]:
    """All languages that `text` names, in order."""
    return [match[1] for match in _LANGUAGE.finditer(text)]


def read_roots(text: str, limit: int = 6, *, bare_words: bool = False) -> tuple[list[Root], int]:
    """Roots with glosses from the beginning of `text`, and where reading stopped.

    Understands `Latin ob 'against' + stare 'to stand'`, `the Latin words ob (against) and stare,
    meaning to stand`, `the Greek for "light"` (a root without a form) and `French`
    (a root of which the language alone is told). A bare word counts as a root only after a
    language, a hyphen, a word like "root", or before a gloss; with `bare_words` always.
    """
    roots: list[Root] = []
    place, tongue, pending, expected = 0, "", False, bare_words
    while len(roots) < limit and not (roots and _ASIDE.match(text, place)):
        if filler := _FILLER.match(text, place):
            word = filler[0].lower().strip()
            if not word and filler[0] == "":
                break
            expected |= word.rstrip("s") in {
                "word", "root", "stem", "verb", "noun", "prefix", "prefixe", "suffix", "suffixe",
                "term", "adjective", "root word", "participle", "preposition",
            }  # fmt: skip
            if word in {"meaning", "literally"} or (word == "english" and not tongue):
                break
            place = filler.end()
            continue
        if tongue_here := _LANGUAGE.match(text, place):
            if pending:
                roots.append(Root("", "", tongue))
            tongue, pending, place = tongue_here[1], True, tongue_here.end()
            continue
        if tongue and (for_gloss := re.compile(r"(?:word\s+)?for\s+").match(text, place)):
            gloss, end = _gloss_at(text, for_gloss.end(), explicit=True)
            if gloss:
                roots.append(Root("", gloss, tongue))
                pending, place = False, end
                continue
        form, end = _form_at(text, place)
        if not form:
            break
        gloss, after = read_gloss(text, end)
        is_quoted = text[place] in "\"'"
        sure = is_quoted or bool(tongue) or expected or "-" in form or bool(gloss)
        if not sure or (roots and not is_quoted and not gloss and _is_prose(form, text, place)):
            break
        if not roots and not is_quoted and not gloss and tongue and _is_prose(form, text, place):
            break
        roots.append(Root(form, gloss, tongue))
        pending, place = False, after
    if pending:
        roots.append(Root("", "", tongue))
    return roots, place


CLAUSE_WORDS = SUBJECTS | frozenset(
    """in on at is was are be that this which who when where while so but because if by into his
    her their there not no""".split()
)
"""Where one of these stands, no further form is named: the sentence goes on."""
_PROSE = (
    CLAUSE_WORDS | HAVE
    | frozenset(
        """were as like since during just meaning means origin origins language century through via
        before after over about him can could will would may might today now later first used helps
        think makes gave giving came comes way than then influence speakers times heritage stock
        hence thus only still too sources source era appears appear appeared found hides seen lies
        sits shows languages language roots word survives lives gives underlies mythology
        philosophy medicine god goddess people soldiers""".split()
    )
)  # fmt: skip


_LATIN_TOO = frozenset({"in"})
"""Latin as well as English: a root where its gloss follows ("in 'into' and carcer 'prison'")."""


def _is_prose(form: str, text: str, position: int) -> bool:
    """Whether a bare word is the sentence going on rather than a root."""
    return form.casefold() in _PROSE


def _form_at(text: str, position: int) -> tuple[str, int]:
    if match := quoted(text, position):
        return inside(match), match.end()
    if (match := _FORM.match(text, position)) and (
        match[1].casefold() not in _PROSE
        or (match[1].casefold() in _LATIN_TOO and re.match(r"\s*['\"(]", text[match.end() :]))
    ):
        # "se cernere", "a priori": a second bare word belongs to the form only before a gloss.
        return match[1], match.end()
    return "", position


def read_gloss(text: str, position: int) -> tuple[str, int]:
    """A gloss right after a form: 'to run', ("to run"), (to run), meaning to run, = run."""
    lead = _LEAD.match(text, position)
    if not lead:
        return "", position
    opened = any(c in "([" for c in lead[0])
    explicit = opened or bool(lead["verb"]) or "=" in lead[0] or ":" in lead[0]
    if lead["verb"] and lead["verb"].lower() in {"or", "is", "for", "gives", "give"}:
        explicit = False
    gloss, end = _gloss_at(text, lead.end(), explicit=explicit, brackets=opened)
    return (gloss, end) if gloss else ("", position)


def _gloss_at(
    text: str, position: int, *, explicit: bool, brackets: bool = False
) -> tuple[str, int]:
    if match := quoted(text, position):
        end, gloss = match.end(), inside(match)
        while more := re.compile(r"\s*(?:,|or|and|,\s*or|/)\s*").match(text, end):
            following = quoted(text, more.end())
            if not following or _has_own_gloss(text, following.end()) or "and" in more[0]:
                break
            gloss, end = f"{gloss}, {inside(following)}", following.end()
        closing = re.compile(r"\s*[)\]]").match(text, end)
        return gloss, closing.end() if closing and brackets else end
    if not explicit or not (position < len(text) and (text[position].isalpha())):
        return "", position
    if brackets:
        closes = re.compile(r"[)\]]").search(text, position)
        end = closes.start() if closes else len(text)
        return text[position:end].strip(" ,\"'"), end + bool(closes)
    stop = _END_OF_GLOSS.search(text, position)
    end = stop.start() if stop else len(text)
    return text[position:end].strip(" ,\"'"), end


def _has_own_gloss(text: str, position: int) -> bool:
    after = re.compile(r"\s*(?:[(=]|meaning|means|')").match(text, position)
    return bool(after)
