"""English text: its words, its letters, and what a word is cut down to where two are compared.

    tokenize("Zoë's re-read 2 notes")      # ["Zoë's", "re-read", "notes"]
    lower_words("Zoë's re-read 2 notes")   # ["zo", "s", "re-read", "notes"]

Three stems answer three questions, and none can stand for another (on the demo's words family
stems by Porter's rules choose other cards):

| | for | "entries" | "forgotten" | "frankly" |
|---|---|---|---|---|
| `light_stem` | retrieval: never merges unlike words | entry | forgotten | frankly |
| `stem` | meanings: whether two glosses say the same | entri | forget | frankli |
| `family_stem` | relatives: whether one word is made of the other | entri | forgotten | frank |

The tokenizer of a saved vocabulary holds rules of its own (`encoder.vocabulary`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from malmoi.text.porter import porter_stem


@cache
def _word(marks: str, latin: bool, digits: bool) -> re.Pattern[str]:
    letters = "[A-Za-z]" if latin else r"[^\W_]" if digits else r"[^\W\d_]"
    return re.compile(f"{letters}+(?:[{re.escape(marks)}]{letters}+)*" if marks else f"{letters}+")


def tokenize(
    text: str, marks: str = "'-", *, latin: bool = False, digits: bool = False
) -> list[str]:
    """The words of a text in order and in their case.

    Args:
        text: the text; a typographic apostrophe parts words unless it is among the `marks`.
        marks: what joins two runs of letters to one word ("don't", "re-read"), "" for nothing.
        latin: only A to Z are letters, and any other parts words; else those of every script are.
        digits: digits are as letters ("3D").
    """
    return _word(marks, latin, digits).findall(text)


def word_matches(text: str) -> Iterator[re.Match[str]]:
    """The words that `tokenize` finds, with their places."""
    return _word("'-", latin=False, digits=False).finditer(text)


def lower_words(text: str, marks: str = "'-") -> list[str]:
    """The words of plain English (A to Z) in order, lower-cased; `marks` as in `tokenize`."""
    return tokenize(text.lower(), marks, latin=True)


def is_word(text: str, marks: str = "'-", *, latin: bool = False) -> bool:
    """Whether a text is one word and nothing else; `marks` and `latin` as in `tokenize`."""
    return _word(marks, latin, digits=False).fullmatch(text) is not None


def only_letters(text: str, *, latin: bool = False) -> str:
    """The letters of a text without all that stands between them; `latin` keeps A to Z alone."""
    return "".join(tokenize(text, "", latin=latin))


def has_latin(text: str) -> bool:
    """Whether a text holds a letter from A to Z."""
    return _word("", latin=True, digits=False).search(text) is not None


def without_accents(text: str) -> str:
    """The text without accents, macrons and other marks on its letters (decomposed, NFD)."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def with_article(noun: str) -> str:
    """The noun, or noun phrase, with "a" or "an" before it, as its first sound asks for."""
    return f"{'an' if _VOWEL_SOUND.match(noun) else 'a'} {noun}"


_VOWEL_SOUND = re.compile(
    r"^(?:hon(?:est|o)|heir|hour|[ai]|e(?!u|we)|o(?!nce|ne\b)|u(?!ni(?!n|m|d(?!ir)|gn)|"
    r"nanim|s[aeiu]|t[eio](?!$)|r[aio]|bi|kul))",
    re.IGNORECASE,
)


def light_stem(word: str) -> str:
    """Lower case without a plural -s, -es, -ies: a light stemmer that never merges unlike words.

    After Harman's S-stemmer (1991, "How effective is suffixing?").
    """
    word = word.lower()
    if len(word) > 4 and word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and word[-2] not in "us" and not word.endswith("is"):
        return word[:-1]
    return word


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """What words of like meaning share: irregular forms go to their verb, all else is Porter's."""
    word = word.casefold()
    return porter_stem(_IRREGULAR.get(word, word))


_FORMS = {
    "angri": "anger", "bear": "born birth", "believ": "belief believing", "bend": "bent",
    "bind": "bound", "break": "broken broke", "bring": "brought", "buy": "bought",
    "catch": "caught", "child": "children", "choose": "chosen choice", "come": "came",
    "decid": "decision", "destroi": "destruction", "die": "death dead", "divid": "division",
    "draw": "drew drawn", "fall": "fell fallen", "feed": "fed", "feel": "felt", "fight": "fought",
    "flee": "fled flight", "foot": "feet", "forget": "forgotten forgetful forgetfulness",
    "give": "given gave", "go": "went gone", "grow": "grew grown growth", "hate": "hatred",
    "healthi": "health", "hear": "heard", "hide": "hidden hid", "high": "height", "hold": "held",
    "know": "known knowledge", "lay": "laid", "lead": "led", "live": "life lives",
    "long": "length", "lose": "loss lost", "man": "men", "run": "ran", "see": "seen saw sight",
    "sell": "sold", "send": "sent", "shine": "shone", "sing": "sung sang song", "sit": "sat seat",
    "speak": "spoke speech", "stand": "stood", "strike": "struck", "strong": "strength",
    "swear": "sworn swore", "take": "taken took", "teach": "taught", "tell": "told",
    "think": "thought", "throw": "thrown threw", "tooth": "teeth", "true": "truth",
    "wear": "worn", "weav": "woven", "weep": "wept", "wide": "width", "woman": "women",
    "write": "written wrote",
}  # fmt: skip
"""Irregular forms of a verb or noun, and nouns that are no further from their verb or adjective."""
_IRREGULAR = {form: base for base, forms in _FORMS.items() for form in forms.split()}


@lru_cache(maxsize=50_000)
def family_stem(word: str) -> str:
    """What relatives share: enough to see that frank and frankly, persist and persistent agree."""
    word = word.lower().removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


_SUFFIXES = tuple(
    sorted(
        "ations ation ingly edly fulness lessness ousness iveness ness ments ment ities ity ance "
        "ence ances ences ible able ibly ably ation ition ions ion ings ing iest ier ily ers er "
        "ors or est ed es s ly ful less ous ive ant ent al ally ize izes ized ise ised e".split(),
        key=len,
        reverse=True,
    )
)
