"""One line or cell of a word list: the word, and what its owner wrote beside it.

    >>> read_line("1. abate (v.) - to become less")
    Line(word='abate', meaning='to become less', pos='verb')
    >>> read_line("The storm will {{c1::abate}} soon.").word
    'abate'

What stands beside a word is its meaning in the learner's words or language, its part of speech, or
nothing that helps (a number, a pronunciation, a sound file). The word is what is left: whether a
dictionary has it is asked elsewhere.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

_POS_NAMES = {
    "noun": "n nn noun nouns s sb pln 명사 명 名詞 名词 名",
    "verb": "v vb vt vi verb verbs vtr vintr phrv phrverb phrasalverb 동사 동 자동사 타동사 動詞 "
    "动词 動",
    "adjective": "a adj adjs adject adjective adjectives 형용사 형 形容詞 形容词 形",
    "adverb": "adv adverb adverbs 부사 부 副詞 副词 副",
    "other": "prep preposition conj conjunction interj interjection pron pronoun det determiner "
    "phr phrase idiom exp expr expression abbr 전치사 접속사 감탄사 대명사 숙어 구",
}  # fmt: skip
_POS = {name: pos for pos, names in _POS_NAMES.items() for name in names.split()}
_BARE_POS = frozenset("v n vt vi adj adv vb prep conj interj phr pron".split())
"""Abbreviations that stand behind a word without a full stop or brackets."""

_ELEMENT = re.compile(r"(?is)<(script|style|audio|video|svg)\b.*?(?:</\1\s*>|$)")
_BREAK = re.compile(r"(?i)<\s*/?\s*(?:br|p|div|li|ul|ol|tr|td|th|h\d|hr|table)\b[^<>]*>")
_TAG = re.compile(r"<\s*/?\s*[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_MEDIA = re.compile(r"\[(?:sound|anki|latex)[:\]][^\]]*\]?", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::(.*?))?\}\}", re.DOTALL | re.IGNORECASE)
_MARK = re.compile(
    r"""(?x)^\s*(?:
      [(\[]?\d{1,5}\s*[.)\]:]+\s* | \#?\d{1,5}\s*[.)]?\s+(?=[^\W\d_]) | No\.?\s*\d+[.:)]?\s+
      | (?![nv]\.)[a-zA-Z][.)]\s+ | [①-⑳⓪❶-❿]\s*
      | [-–—*+•·▪■□●○◦‣▶►☐☑☒✓✔✗>]+\s+(?=\S) | \[[\sxX✓]?\]\s*
    )"""
)
"""A number, letter, bullet or box before the word."""
_EMPHASIS = re.compile(r"^(\*{1,3}|_{1,3}|`{1,2}|~~|==)(?=\S)(.+?)(?<=\S)\1(?=\W|$)")
_PRONOUNCED = re.compile(r"\s*(?:/[^/\n]{2,60}/|\[[^\]\n]{1,60}\])(?=[\s.,;:=–—-]|$)")
_QUOTES = {'"': '"', "“": "”", "'": "'", "‘": "’", "«": "»", "„": "“", "「": "」"}
_SEPARATOR = re.compile(
    r"\t+|\s*(?:=>|->|→|⇒|=|\|)\s*|\s+[-–—~]{1,3}\s+|(?<=[^\W\d_)])[-–—]{1,2}\s+|\s*[:：]\s+|\s*：\s*"
    r"|(?<=[^\W\d_)]):(?=\S)|\s*;\s*|\s*\n+\s*"
)
_IN_BRACKETS = re.compile(
    r"^([^()（）]*?[^\W\d_][^()（）]*?)(\s*)[(（]([^()（）]*)[)）]\s*(.*)$", re.DOTALL
)
_AFTER_WORD = re.compile(
    r"^(?P<word>[^\W\d_][\w'’ -]*?)[\s,]+(?P<pos>[a-z]{1,6})\.(?P<rest>.*)$", re.DOTALL
)
_POS_FIRST = re.compile(
    r"^\s*(?:[(\[]([^()\[\]]{1,12})[)\]]|([^\s.()]{1,6})\.|([가-힣]{1,3}사)(?=\s))\s*[:,;-]?\s*(.*)$",
    re.DOTALL,
)
_PLACEHOLDER = re.compile(
    r"(?i)\(?\b(?:sth|sb|smth|smb|s\.?o|s\.?th|something|somebody|someone|oneself|one's|"
    r"somebody's|someone's)\b\.?\)?"
)
_EAST_ASIAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_HOMOGRAPH = re.compile(r"(?<=[^\W\d_])(?:[¹²³⁴-⁹]+|\s*\(\d\)|\s+\d)$")


class Line(NamedTuple):
    """A word as it stands (not yet cleaned), "" where there is none; and what stands beside it.

    `pos` is one of the lexicon's parts of speech, "" for none. `problem` says why no single word
    can be told, "" where one can.
    """

    word: str
    meaning: str = ""
    pos: str = ""
    problem: str = ""


def read_line(text: str) -> Line:
    """The word, its meaning and part of speech out of a line or cell as people write them."""
    text = plain_text(text)
    word, meaning, pos = text, "", ""
    if clozes := list(_CLOZE.finditer(text)):
        answers = dict.fromkeys(" ".join(match[1].split()) for match in clozes)
        if len(answers) > 1:
            return Line("", problem=f"{len(answers)} cloze deletions; expected one word")
        word = next(iter(answers))
        around = _CLOZE.sub(lambda match: match[1], text).strip()
        meaning = "; ".join(filter(None, (clozes[0][2], around if around != word else "")))
        return Line(word, meaning, "")
    word = _unmarked(text)
    head, separator, tail = _parted(word)
    if separator:
        word, meaning = head, tail
        if not _has_latin(word) and _has_latin(meaning):
            word, meaning = meaning, word  # the learner's language stands first
    word, inside = _without_brackets(word)
    rest, first = _without_pos_before(word)
    word, first = (rest, first) if _has_latin(rest) else (word, "")
    word, script = _other_script(word)
    word, said = _without_pos(_PRONOUNCED.sub(" ", f"{word} ").strip())
    meaning, told = _without_pos_before(" ".join(meaning.split()))
    inside, between = _without_pos_before(inside)
    script, beside = _without_pos_before(script)
    if match := _AFTER_WORD.match(word):  # "abate v. to lessen"
        between = between or _POS.get(match["pos"], "")
    pos = first or said or told or between or beside
    word, listed = _before_comma(word)
    if listed is None:
        problem = f"several words in one line ({word}); expected one, its meaning after a tab"
        return Line("", problem=problem)
    beside_it = (inside, script, listed, _PRONOUNCED.sub(" ", meaning).strip())
    meaning = "; ".join(filter(None, beside_it))
    return Line(_open_phrase(_unwrapped(_HOMOGRAPH.sub("", word))), meaning, pos)


def _open_phrase(word: str) -> str:
    """ "look forward to (sth)", "give ~ up": without what only marks a place."""
    if " " in word:
        word = " ".join(re.sub(r"[~…]+|\.{3}", " ", word).split())
    return re.sub(r"[()]", "", word) if _PLACEHOLDER.search(word) else word


def plain_text(text: str) -> str:
    """A cell without HTML, sound files and invisible characters; line breaks of HTML as such."""
    if "<" in text or "&" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _ELEMENT.sub("", text)))
        text = html.unescape(text)
    text = _MEDIA.sub("", text).replace("\u00a0", " ")
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip(" \t\r\n\u3000")


def pos_of(text: str) -> str:
    """The part of speech that a whole cell names ("v.", "(adj)", "명사"), "" for none."""
    bare = re.sub(r"[\s.()\[\]<>&]", "", text).casefold()
    return _POS.get(bare, "")


def base_forms(phrase: str) -> list[str]:
    """How a dictionary may list a phrase: "to give sth up" → "give up", "an abyss" → "abyss"."""
    bare = " ".join(_PLACEHOLDER.sub(" ", phrase).replace("(", " ").replace(")", " ").split())
    found = [phrase, bare]
    found += [re.sub(r"(?i)^(?:to|an?|the|be|get)\s+(?=\S)", "", one) for one in found]
    return list(dict.fromkeys(filter(None, found)))


def _unmarked(text: str) -> str:
    """The text without list marks, emphasis and quotes around its beginning."""
    text = _MARK.sub("", text, count=1).strip()
    if match := _EMPHASIS.match(text):
        text = match[2] + text[match.end() :]
    return _unwrapped(text)


def _unwrapped(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and "." not in text[:-1]:
        text = text.rstrip(",;:.").rstrip()
    closing = _QUOTES.get(text[:1], "")
    if closing and len(text) > 2 and text.endswith(closing) and closing not in text[1:-1]:
        return text[1:-1].strip()
    return text


def _parted(text: str) -> tuple[str, str, str]:
    """What stands before and after the first separator."""
    match = _SEPARATOR.search(text)
    if not match or not match.start():
        return text, "", ""
    return text[: match.start()].strip(), match[0], text[match.end() :].strip()


def _without_brackets(text: str) -> tuple[str, str]:
    """ "abate (v.) lessen" → "abate lessen" and "v."; what belongs to the word stays with it."""
    match = _IN_BRACKETS.match(text)
    if not match or _PLACEHOLDER.search(match[3]) or match[3] in {"s", "es"}:
        return re.sub(r"\(e?s\)$", "", text), ""
    apart = match[2] or not _has_latin(match[3]) or pos_of(match[3])
    if match[3].isdigit() or not apart:
        return text, ""
    return f"{match[1]} {match[4]}".strip(), match[3].strip()


def _other_script(text: str) -> tuple[str, str]:
    """A word in Latin letters, and what stands behind it in the learner's script."""
    if not text or not _latin(text[0]):
        return text, ""
    for at, letter in enumerate(text):
        if letter.isalpha() and not _latin(letter):
            # A letter of another alphabet amid the word is a mistake, Hangul or Han never is.
            glued = text[at - 1].isalpha()
            if glued and not _EAST_ASIAN.match(letter):
                return text, ""
            return text[:at].strip(" ,~-–—([「"), text[at:].strip(" )]」")
    return text, ""


def _without_pos(text: str) -> tuple[str, str]:
    """A word without the part of speech behind it: "abate v." → "abate", "verb"."""
    match = re.match(r"^(.*\S)[\s,]+([^\s.,]{1,12})\.?$", text)
    if match and (pos := _POS.get(match[2].casefold(), "")) and (
        match[2].casefold() in _BARE_POS or text.endswith(".") or not _latin(match[2][0])
    ):  # fmt: skip
        return match[1].rstrip(" ,"), pos
    return text, ""


def _without_pos_before(text: str) -> tuple[str, str]:
    """A meaning without the part of speech before it: "v. to lessen", "(동사) 줄다"."""
    if pos := pos_of(text):
        return "", pos
    if (match := _POS_FIRST.match(text)) and (pos := pos_of(match[1] or match[2] or match[3])):
        return match[4], pos
    return text, ""


def _before_comma(text: str) -> tuple[str, str | None]:
    """ "abate, to lessen" → both; (the words, None) where each piece is a word of its own."""
    match = _AFTER_WORD.match(text)
    if match and _POS.get(match["pos"]) and match["rest"].strip():  # "abate v. to lessen"
        return match["word"].strip(" ,"), match["rest"].strip()
    pieces = [piece.strip() for piece in re.split(r"[,/]", text)]
    full = [piece for piece in pieces if piece]
    if len(full) < 2:
        return text.strip(" ,"), ""
    if "," not in text and min(map(len, full)) < 3:
        return text, ""  # "and/or", "24/7"
    words = [piece for piece in full if " " not in piece]
    if len(words) == len(full) and not ("," not in text and len(full) == 2):
        return ", ".join(full[:4]), None
    return full[0], text[text.index(full[0]) + len(full[0]) :].strip(" ,/")


def _has_latin(text: str) -> bool:
    return any(letter.isalpha() and _latin(letter) for letter in text)


def _latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN"))
