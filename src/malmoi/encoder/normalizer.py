"""What a vocabulary's `tokenizer.json` does to a text before it is cut into pieces.

Decomposing comes first (NFKD), so that a piece can end inside a syllable: "바꿉니다" is 바꾸 +
ᆸ니다, just as kiwi has it. Then the rules of `text.written` give numbers, names and accents one
form, English is lower-cased and lightly stemmed, and each run of letters that isn't Hangul or Hanja
is put between two marks: a Unigram piece with both is that word whole, and never part of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.text.written import ACCENTS, CAPITAL_RULES, MARK, RULES, SIGNS, Rule

if TYPE_CHECKING:
    from tokenizers.normalizers import Normalizer
    from tokenizers.pre_tokenizers import PreTokenizer

_DOUBLED = "|".join(f"(?<=[a-z]{{2}}{c}){c}(?:ing|ed)\\b" for c in "bdgmnprt")
ENGLISH_STEMS = (
    (r"(?<=[a-z]{2})(?:ies|ied)\b", "y"),
    (r"(?<=ss|sh|ch|x|z)es\b", ""),
    (r"(?<=[a-z]{2}[a-hj-rtv-z])s\b", ""),
    (r"(?<=[a-z]{3}t)ion\b", ""),
    (_DOUBLED, ""),
    (r"(?<=[a-z]{3})(?<!\bstr)(?<!\bspr)(?<!th)ing\b", ""),
    (r"(?<=[a-z]{3})(?<!e)ed\b", ""),
    (r"(?<=[a-z]{3})e\b", ""),
)
"""Endings that are cut, in this order: the core of Porter's first step (1980), as expressions that
a `tokenizer.json` can hold. A stem need not be a word ("delet"); it is the same on both sides."""

_HANGUL = r"\x{1100}-\x{11FF}\x{3131}-\x{318E}"
_LETTER = rf"[[\w&&[^_{_HANGUL}\p{{Han}}]]{SIGNS}]"
"""A letter or digit of a word that is put between marks, in Oniguruma's syntax."""
_WORD = rf"{MARK}{_LETTER}+{MARK}"
_SPLIT = rf"{_WORD}(?:-{_WORD})*|[{_HANGUL}]+|\p{{Han}}+|[^\s]"


def normalizer() -> Normalizer:
    """What is done to text before it is cut."""
    from tokenizers import Regex, normalizers

    def replace(pattern: str, by: str) -> Normalizer:
        return normalizers.Replace(Regex(pattern), by)

    # Decomposing comes first: tokenizers 0.23 panics where it follows a rule that shortens text.
    steps = [normalizers.NFKD(), replace(MARK, " "), _replace(ACCENTS)]
    steps += [_replace(rule) for rule in CAPITAL_RULES]
    steps += [normalizers.Lowercase(), *(_replace(rule) for rule in RULES)]
    steps += [replace(pattern, by) for pattern, by in ENGLISH_STEMS]
    steps += [replace(rf"(?<!{_LETTER})(?={_LETTER})|(?<={_LETTER})(?!{_LETTER})", MARK)]
    return normalizers.Sequence(steps)


def _replace(rule: Rule) -> Normalizer:
    from tokenizers import Regex, normalizers

    before = rf"{rule.before}\K" if rule.before else ""
    return normalizers.Replace(Regex(before + rule.what), rule.by)


def piece_of(form: str, rules: Normalizer) -> str:
    """A written form as a vocabulary has it: each of its runs normalised, between marks."""
    return "-".join(str(rules.normalize_str(run)) for run in form.split("-"))


def pre_tokenizer() -> PreTokenizer:
    """Cuts a normalised text where no piece may go on: between scripts, at spaces and signs.

    A name with signs inside stays one, so that a piece can be the whole of it.
    """
    from tokenizers import Regex, pre_tokenizers

    return pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(_SPLIT), "isolated")]
    )
