"""Whether the sentence of a claim is so plain that what it says was surely read aright.

Only such a claim may be called contradicted. A shape is well understood where every word of the
clause is accounted for: the term, the words of the relation, what is claimed, and a few words that
change nothing. A word that is left over ("you don't hear", "without", "if it were") may turn the
sense round, and then nobody should be told that the claim is false.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.mnemonics.claims import claim_text as reading
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.text.english import tokenize
from malmoi.text.stop_words import DEMONSTRATIVES, OBJECTS, POSSESSIVES, SOMEONE, SUBJECTS

if TYPE_CHECKING:
    from malmoi.mnemonics.claims.reading import RawClaim

_UNSURE = re.compile(
    r"""(?ix)\b(?:if|unless|would|should|might|imagine\w*|pretend\w*|suppos\w*|think\w*|believ\w*|
    assum\w*|mistak\w*|mislead\w*|myth|folk|confus\w*|mix(?:ed)?\s+up|wrong\w*|fals\w*|incorrect\w*|
    contrary|despite|although|though|unlike|instead|rather|tempt\w*|guess\w*|seem\w*|
    look(?:s|ed|ing)?\s+(?:like|as)|as\s+though|more\s+than|less\s+than|rather\s+than|other\s+than|
    fewer|nearly|almost|apart\s+from|except\w*|without|joke\w*|jok(?:e|ing)|pun|story\s+goes|
    so-called|used\s+to|formerly|once|no\s+longer|until|people|speakers?|some|sometimes|many|
    rarely|seldom|hardly|barely|only\s+if|whether|either|neither|far\s+from|anything\s+but|
    not\s+because|first\s+vowel|whose|nothing|nobody|none|extra|minus|remov\w*|drop\w*|add\w*|
    chang\w*|swap\w*|replac\w*)\b
    |\?"""
)
"""Anywhere in the sentence: it may be meant otherwise than it stands."""

_PLAIN = frozenset(
    """the a an this that its it word term adjective noun verb adverb name english language
    and or is are
    was were be of to in with both also too just exactly here simply really actually i.e
    as i e does do did not doesn't isn't don't literally ultimately originally directly which
    has have
    from by for entirely definitely certainly always all any letters letter ancient late old modern
    classical medieval middle roots root""".split()
)
_OF_KIND = {
    "sound": """rhymes rhyme rhymed perfectly perfect homophone homophones sound sounds sounding
        sounded pronounced pronunciation pronounce stress stressed accent accented emphasis falls
        fall lies comes goes on at syllable syllables first second third fourth fifth last final
        middle initial penultimate one two three four five six seven eight monosyllable
        disyllable trisyllable monosyllabic disyllabic trisyllabic begins starts ends like same
        identical alike silent ipa say saying said long single placed put main primary
        carries takes gets opening next-to-last second-to-last antepenultimate contains
        consists made up you spoken english""",
    "spelling": """contains contain containing hides hiding hidden includes holds inside within
        there there's lurks lurking tucked sits lies find see spot you can will spelled spelt
        written spelling begins starts ends ending beginning finishes first last start end
        middle double doubled single pair one two three four five six seven eight nine ten eleven
        twelve long letter-word at stands stand back front head tail heart centre center very right
        reads read appears appear comes holds notice little small smaller short whole full
        consists made up hide""",
    "parts": """prefix suffix root stem base part parts affix combining form means mean meaning
        meant made up built combines contains consists formed = + comes latin greek uses begins
        starts ends composed pieces elements compound""",
    "origin": """come comes came derives derived coming stems descends descended originates borrowed
        taken adopted goes back traces latin greek related relative cognate akin kin shares share
        same common source origin origins family etymology word's words means meaning meant
        verb noun through via loanword loan connected linked adjective into born derivative""",
    "meaning": """means mean meaning meant signifies denotes describes refers defined definition
        synonym synonyms synonymous antonym antonyms opposite exact direct near close kind type
        sort form person people someone somebody something who when you another way say used =
        same act functions acts""",
}
_KNOWN = {kind: _PLAIN | frozenset(words.split()) for kind, words in _OF_KIND.items()}

_TURNED = re.compile(
    r"""(?ix)\b(?:not|no|never|without|lack\w*|less|least|more|most|than|too|hardly|barely|
    almost|nearly|opposite|free|freed|rid|stop\w*|end(?:s|ing|ed)?|against|avoid\w*|refus\w*|
    fail\w*|only|but|far|enough|hat(?:e|es|ing)|fear\w*|dislik\w*|los(?:e|es|ing|s)|remov\w*|
    away|out|off|unable|unwilling|instead|over|beyond|little|few|nothing|nobody|none|neither|rarely|
    seldom|as|like|while|so|such)\b|n't\b"""
)
"""In a gloss: what is said of its words may be turned round or taken by degrees."""

_PRONOUN = re.compile(
    r"(?i)\W*(?:it|its|this|that|which|they|these|those|here)\b(?!\s+(?:word|term)\b)"
)
_NO_WORD = (
    DEMONSTRATIVES | POSSESSIVES | SUBJECTS | OBJECTS | SOMEONE
    | frozenset(
        """itself who what which one ones nothing none each other another both many few several any
        all how when where word words pair two term terms""".split()
    )
)  # fmt: skip
_SPEAKS_OF_WORDS = frozenset(
    {
        "sounds-like",
        "rhymes",
        "homophone",
        "starts-like",
        "ends-like",
        "related",
        "synonym",
        "opposite",
    }
)


def is_unambiguous(claim: RawClaim, term: str) -> bool:
    """Whether `claim` stands in a shape that leaves no doubt of what it says of `term`.

    False where the subject isn't surely the term or a piece named with it, where what is claimed
    is a pronoun, a single letter or a syllable, or where the sentence compares, supposes or denies.
    """
    if _UNSURE.search(_without_values(claim.sentence, claim)):
        return False
    if claim.relation in _SPEAKS_OF_WORDS and not _names_words(claim):
        return False
    if claim.relation in {"sounds-like", "rhymes", "homophone"} and (
        bare(claim.subject) != bare(term)
        or re.search(r"(?i)\b(?:syllables?|part|half|bit|letters?|vowel|ending)\b", claim.text)
    ):
        return False
    about_another = bare(claim.subject) != bare(term) and claim.relation != "contained"
    if claim.kind in {"sound", "spelling"} and about_another:
        return False
    if claim.kind == "meaning":
        if bare(claim.subject) != bare(term):
            return False
        if claim.relation != "pos" and any(_TURNED.search(v.gloss or v.form) for v in claim.values):
            return False
    return _is_of_term(claim, term) and not left_over(claim, term)


def left_over(claim: RawClaim, term: str) -> set[str]:
    """Words of the claim's clause that no part of the claim accounts for."""
    text, at = claim.text, claim.position - len(claim.context)
    if re.search(r"(?:,|\band)\s+$", claim.sentence[:at]):
        # "It contains 'tin' and ends in …": what stands before is another claim.
        text = text[max(at - claim.sentence.find(text), 0) :]
    clause = _without_values(text, claim)
    clause = re.sub(rf"(?i){reading.LANGUAGES}\b", " ", clause)
    if claim.relation == "ipa":
        clause = re.sub(r"/[^/]*/|\[[^\]]*\]", " ", clause)
    own = {*re.findall(r"[\w'-]+", term.casefold()), bare(claim.subject), term.casefold() + "'s"}
    if claim.relation in {"double", "silent"}:
        clause = re.sub(r"(?i)(?<![\w])[a-z](?:'?s)?(?!\w)|\bonly\b", " ", clause)
    words = tokenize(clause.casefold())
    return {
        w for w in words
        if w not in own and w not in _KNOWN[claim.kind]
        and not set(re.split(r"['-]", w)) <= _KNOWN[claim.kind]
    }  # fmt: skip


def _without_values(text: str, claim: RawClaim) -> str:
    """The text without what is claimed: a gloss may speak of people, or say "if"."""
    told = [t for v in claim.values for t in (v.gloss, v.form) for t in t.split("; ") if len(t) > 1]
    for words in sorted(told, key=len, reverse=True):
        text = re.sub(rf"(?i)(?<!\w){re.escape(words)}(?!\w)", " ", text)
    return text


def _names_words(claim: RawClaim) -> bool:
    """Every value is a word, not a pronoun, a letter, an affix or a syllable's respelling."""
    forms = [v.form for v in claim.values]
    return all(
        len(bare(f)) > 1 and bare(f) not in _NO_WORD and f[0] != "-" and f[-1] != "-" for f in forms
    ) and bool(forms)


def _is_of_term(claim: RawClaim, term: str) -> bool:
    """A pronoun at the head stands for the term only where the term led the words before."""
    if not _PRONOUN.match(claim.text):
        return True
    at = claim.sentence.find(claim.text)
    context = f"{claim.context} {claim.sentence[: max(at, 0)]}".strip()
    if not context:
        return True
    last = re.split(r"(?<=[.!?;])\s+", context)[-1]
    return re.match(
        r"(?i)\W*(?:(?:the|an?|to)\s+)?(?:(?:word|term|adjective|noun|verb|adverb)\s+)?"
        rf"\W*{re.escape(term)}\b",
        last,
    ) is not None or (_PRONOUN.match(last) is not None and "'" not in last and '"' not in last)
