"""What a text says of a word, as claims that can be looked up.

    >>> [c.relation for c in find_claims("incur", "Incur is from Latin currere 'to run'.")]
    ['from']

A relation is found by the words that state it ("rhymes with", "comes from", "ends in"); then what
stands before says of whom, what stands after says what. Questions are no claims; hedged statements
("may come from") are; a negation is kept and turns the verdict round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from malmoi.lexicon.facts import Root
from malmoi.mnemonics.claims import claim_text as reading
from malmoi.mnemonics.claims.patterns import AMBIGUOUS, NEGATION, Pattern, patterns
from malmoi.mnemonics.claims.readers import CUT

Kind = Literal["sound", "spelling", "parts", "origin", "meaning"]


@dataclass(frozen=True, slots=True)
class RawClaim:
    """A claim before it is looked up.

    Attributes:
        kind, relation: what is said ("sound", "rhymes").
        subject: of what: the term, a piece of it, a root or another word.
        values: with what; forms with glosses and languages as far as the text gives them.
        text: the words that make the claim.
        negated: the text denies it.
        position: where in the text the claim's trigger stands.
        sentence: the whole sentence: it may say of which accent, or how nearly, the claim is meant.
        context: the text before that sentence: what "it" speaks of.
    """

    kind: Kind
    relation: str
    subject: str
    values: tuple[Root, ...]
    text: str
    negated: bool = False
    position: int = 0
    sentence: str = ""
    context: str = ""


MAX_SENTENCE = 1000
"""Characters of a sentence that are read: a longer one is a degenerate model's babble."""

_SENTENCE = re.compile(r"(?<=[.!?;])[\"')\]]*\s+(?=[\"'(\[]*[^\W\d_])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:L|Gr|F|OF|Fr|Lat|Sp|It|AS|ME|OE|G|D|e\.g|i\.e|cf|viz|lit|etc|vs|pl|p|adj|orig|"
    r"fig|St|Mr|Dr|Mrs))\.$"
)


def find_claims(term: str, text: str) -> list[RawClaim]:
    """The claims of `text` about `term`, in order; [] where it makes none.

    `term` as it is learned, any case. Text may be several sentences in any quotes.
    """
    term = reading.normalize_quotes(term).strip().strip("\"'")
    straight = reading.normalize_quotes(text)
    claims: list[RawClaim] = []
    if not term or not straight.strip():
        return claims
    for start, sentence in _sentences(straight):
        if sentence.rstrip(" \"')").endswith("?"):
            continue
        found = _in_sentence(term, sentence[:MAX_SENTENCE])
        claims.extend(
            replace(c, position=c.position + start, sentence=sentence, context=straight[:start])
            for c in found
        )
    return claims


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for gap in _SENTENCE.finditer(text):
        if _ABBREVIATION.search(text[begin : gap.start()]):
            continue
        yield begin, text[begin : gap.end()].rstrip()
        begin = gap.end()
    if text[begin:].strip():
        yield begin, text[begin:].rstrip()


def _in_sentence(term: str, sentence: str) -> list[RawClaim]:
    found: list[tuple[int, int, Pattern]] = []
    for pattern in patterns():
        for match in pattern.trigger.finditer(sentence):
            begin, end = match.span()
            if pattern.relation == "sum" and "+" not in sentence[:begin]:
                continue
            if pattern.relation == "person" and not re.search(
                rf"(?i)\b{re.escape(term)}\W*$", sentence[:begin]
            ):
                continue
            if all(end <= b or begin >= e for b, e, _ in found):
                found.append((begin, end, pattern))
    found.sort(key=lambda item: item[:2])
    claims = []
    read_to = 0
    for number, (begin, end, pattern) in enumerate(found):
        if begin < read_to:
            continue  # inside the gloss or root list of the claim before
        if pattern.relation == "is" and any(
            b < end + 60 and p.kind in {"sound", "spelling", "parts", "origin"}
            and not re.search(r"[;:,.]", sentence[end:b])
            for b, _, p in found[number + 1 :]
        ):  # fmt: skip
            continue  # "is a two-syllable word", "is spelt with two r's"
        limit = len(sentence)
        if number + 1 < len(found) and not pattern.greedy:
            limit = found[number + 1][0]
            limit += sentence[limit] in "\"'"  # its closing quote
            if pattern.relation == "means" and not sentence[end:limit].strip():
                limit = len(sentence)  # "means | coming from elsewhere"
        made = _claim(term, sentence, begin, end, limit, pattern)
        if made:
            claim, read_to = made
            read_to = read_to if pattern.greedy else min(read_to, limit)
            claims.append(claim)
    return claims


def _claim(
    term: str, sentence: str, begin: int, end: int, limit: int, pattern: Pattern
) -> tuple[RawClaim, int] | None:
    before = sentence[:begin]
    subject, begins = subject_before(term, before)
    after = sentence[end:] if pattern.greedy else sentence[end:limit]
    trigger = sentence[begin:end]
    if not pattern.greedy and limit < len(sentence) and pattern.kind == "meaning":
        after += CUT
    values, length = pattern.read(trigger, after)
    if pattern.both:
        values, subject = _listed(term, before, pattern), term
    elif pattern.kind in {"meaning", "sound", "origin"} and values and pattern.relation != "from":
        values, length = _other_than(term, values, length, before, sentence[end:], pattern)
    if not values and not pattern.alone:
        return None
    if pattern.relation in AMBIGUOUS and not _is_about_the_word(term, before, after, subject):
        return None
    sign = trigger.strip(" \"'")
    if (
        sign == "="
        and 1 < len(bare := reading.bare(subject)) < len(term)
        and bare in reading.bare(term)
    ):
        return _made("parts", "gloss", subject, values, sentence, begin, end, length, False)
    if (
        relation_is := pattern.relation == "is" or trigger.strip(" \"'") in set("=:-–—")
    ) and not _defines(term, before):
        return None
    if pattern.kind == "meaning" and re.search(r"\s\+\s|^\s*\w+\s*-\s.*\+", after):
        return None  # "extra- 'beyond' + vag": what it is made of
    if pattern.relation == "double" and re.search(
        r"(?i)\b(?:without|lacks?|lacking|no|not|never|nor|missing)\s+(?:even\s+)?$", before
    ):
        return None  # "without a single a"
    if (
        relation_is
        and pattern.relation == "is"
        and re.match(r"\s*(?:[a-z]+ly\s+)?[a-z]+(?:ed|ing)\b", after)
    ):
        return None  # "is broken", "is standing": what befalls it, not what it means
    negated = bool(NEGATION.search(before[-28:] if begins is None else before[begins:]))
    if relation_of_silence := pattern.relation == "silent":
        negated = bool(re.search(r"(?i)(?:not|n't)\s+silent", sentence[begin - 4 : end]))
    negated ^= not relation_of_silence and bool(
        re.search(r"\bnot\b|n't\b|\bnever\b|\bno\b", trigger, re.I)
    )
    if pattern.denies:
        negated = not negated
    kind, relation = pattern.kind, pattern.relation
    if relation == "means":
        kind, relation = _kind_of_gloss(term, before, subject)
    if relation == "person":
        relation = "is"
    if relation == "sum":
        relation = "made-of"
    return _made(kind, relation, subject, values, sentence, begin, end, length, negated)


def _made(
    kind: Kind, relation: str, subject: str, values: list[Root], sentence: str,
    begin: int, end: int, length: int, negated: bool,
) -> tuple[RawClaim, int]:  # fmt: skip
    first = _clause_start(sentence[:begin])
    stop = re.compile(r"[.;,!?]|\s(?:and|but|so)\s").search(
        sentence, min(end + max(length, 1), len(sentence))
    )
    text = sentence[first : stop.start() if stop else len(sentence)].strip(" ,;.")
    return RawClaim(kind, relation, subject, tuple(values), text, negated, begin), end + length


def _listed(term: str, before: str, pattern: Pattern) -> list[Root]:
    """What stands before "rhyme", "share a root" or "= TERM" beside the term itself."""
    if pattern.relation == "sum":
        if "+" not in before:
            return []
        plain = re.split(r"[:;.]\s", before)[-1]
        return reading.read_roots(plain, bare_words=True)[0]
    found = reading.quotations(before) or re.findall(
        r"[^\W\d_]+(?=\s*,|\s+(?:and|or)\b|\s*$)|(?<=and\s)[^\W\d_]+", before.rstrip()
    )
    return [Root(word) for word in found if not _is_term(word, term) and " " not in word][:5]


def _other_than(
    term: str, values: list[Root], length: int, before: str, after: str, pattern: Pattern
) -> tuple[list[Root], int]:
    """ "The opposite of gregarious is 'shy'", "think of 'a bait': it sounds like abate"."""
    if not values[0].form or not _is_term(values[0].form, term):
        return values, length
    further = re.compile(r"\s*[\"']*\s*(?:is|are|would\s+be|:|include)\b\s*").match(after, length)
    if further:
        found, more = pattern.read("", after[further.end() :])
        return found, further.end() + more
    if named := [q for q in reading.quotations(before) if not _is_term(q, term)]:
        return [Root(named[-1])], length
    return values[1:] or (
        _listed(term, before, pattern) if pattern.relation == "related" else []
    ), length


def _clause_start(before: str) -> int:
    cut = max(
        (m.end() for m in re.finditer(r"[;,:]\s|\s(?:and|but|so|because)\s", before)), default=0
    )
    return cut if len(before) - cut > 3 else 0


_SUBJECT_NOUNS = (
    r"(?:it|this|that|which|word|term|adjective|noun|verb|adverb|name|and|but|so|because|one|they|"
    r"the|a|an|its|with|only|just|there|here|also|"
    r"you|we|both|then|while|though|although|yet|or|in|of|where)"
)
_ADVERBS = re.compile(
    r"""(?ix)(?:\s|,|
    \b(?:also|probably|may|might|possibly|perhaps|likely|literally|actually|roughly|
    does|do|did|doesn't|don't|didn't|not|can|could|cannot|can't|is|isn't|was|wasn't|are|be|been|has|
    have|had|hasn't|never|itself|in\ fact|really|just|simply|ultimately|originally|technically|
    often|usually|sometimes|clearly|almost|nearly|quite|exactly|to|said|thought|believed|known|
    very|somewhat|a\ bit|would|will|should|must|historically|etymologically|partly|directly|
    here|together|both|all|:|(?<=\s)-))+$"""
)
_PIECE = re.compile(
    r"""(?ix)(?:\b(?:first|second|third|fourth|last|final|middle|initial|next|opening)\s+
    (?:syllables?|part|half|sound|letters?|bit|piece|vowel|two\s+syllables)|
    \b(?:ending|beginning|start|end|middle|opening))\s*(?:of\s+(?:the\s+)?\S+(?:\s+\S+)?)?$"""
)
_AFFIX_LABEL = re.compile(r"(?i)\b(prefix|suffix|ending|root|stem|combining form|affix|base)\b")


def subject_before(term: str, before: str) -> tuple[str, int | None]:
    """Of what a trigger speaks, from the words before it, and where that begins there.

    The term itself where a pronoun, "the word" or nothing stands there. A quoted word, an affix
    with its hyphen, or a bare word after "Latin", "prefix" or "root" is its own subject.
    """
    trimmed = _ADVERBS.sub("", before)
    here = before[len(trimmed) :]
    # "the 'a-' in abate means"
    within = re.search(
        rf"(?i)[\"'\s]\s*(?:in|of)\s+(?:the\s+word\s+)?[\"']*{re.escape(term)}[\"']*$", trimmed
    )
    if within:
        head = trimmed[: within.start() + 1].rstrip()
        piece = re.search(r"(?i)\bthe\s+(-?[a-z]{2,}-?)$", head)
        if (
            re.search(r"[\"'-]$", head)
            or _AFFIX_LABEL.search(head[-24:])
            or (piece and reading.bare(piece[1]) in reading.bare(term))
        ):
            # "the 'a-' in abate", "the terr in subterranean", "the suffix -less in restless"
            last = re.search(r"(-?[^\W\d_]+-?)$", head)
            if last and _AFFIX_LABEL.fullmatch(last[1]):
                return term, len(before) - len(here)
            if last and not re.search(r"[\"']$", head):
                return last[1], len(before) - len(here)
            trimmed = head
    start = len(before) - len(here)
    if _PIECE.search(trimmed):
        return term, start
    closing = re.search(r"""(["']+[^"']{1,40}["']+)\s*(?:\([^)]*\)\s*)?$""", trimmed)
    if closing:
        inner = closing[1].strip("\"' ")
        if re.search(
            rf"(?i)\b{re.escape(term)}[\"']*\s*(?:,|and\b|or\b|&)", trimmed[: closing.start()]
        ):
            return term, start
        return (term if _is_term(inner, term) else inner), start
    last = re.search(r"(-?[^\W\d_]+(?:-[^\W\d_]+)*-?)\)?$", trimmed)
    if not last:
        return term, start
    word = last[1]
    if re.fullmatch(_SUBJECT_NOUNS, word, re.I) or _is_term(word, term):
        return term, start
    context = trimmed[: last.start()][-30:]
    if word.startswith("-") or word.endswith("-"):
        return word, start
    if _AFFIX_LABEL.search(context) or reading.language(context[-20:]):
        if not _AFFIX_LABEL.fullmatch(word):
            return word, start
        return term, start
    if re.search(r"(?:^|[,;(]|\band|\bwhere|\bwith|\bhere)\s*$", context, re.I) and word.islower():
        return word, start
    return term, start


def _is_term(word: str, term: str) -> bool:
    """The term or a plain inflection of it."""
    a, b = reading.bare(word), reading.bare(term)
    stem = b[:-1] if b.endswith(("e", "y")) else b
    return a == b or (len(b) > 3 and re.fullmatch(
        re.escape(stem) + r"(?:e?s|e?d|ing|ly|y|e|er|est|ies|ied)", a) is not None)  # fmt: skip


def _is_about_the_word(term: str, before: str, after: str, subject: str) -> bool:
    """Keeps "an obstinate man sounds like a drill" and the like from being read as claims."""
    if re.match(r"\s*[\"'/]", after):
        return True
    if reading.bare(subject) != reading.bare(term):
        return bool(re.match(r"\s*(?:an?\s+)?[a-z]+", after, re.I)) and len(subject) < 20
    trimmed = _ADVERBS.sub("", before)
    last = re.search(r"([^\W\d_]+)[\"')]*$", trimmed)
    if not trimmed.strip() or _PIECE.search(trimmed):
        return True
    if not last:
        return False
    return bool(re.fullmatch(_SUBJECT_NOUNS, last[1], re.I)) or _is_term(last[1], term)


def _defines(term: str, before: str) -> bool:
    """Nothing but the term stands before: "Solitude is the state of …", "candid = frank"."""
    before = re.sub(
        r"\([^)]*\)|/[^/]*/|\[[^\]]*\]|,\s*(?:n|v|adj|adv|noun|verb|adjective|adverb)\.?$",
        "",
        before,
    )
    head = re.sub(
        r"(?i)^(?:and|but|so|the word|the term|to|an?|the)\s+", "", before.strip(" \"'([,;-")
    )
    return _is_term(head.strip(" \"')]"), term)


def _kind_of_gloss(term: str, before: str, subject: str) -> tuple[Kind, str]:
    if reading.bare(subject) == reading.bare(term) and not subject.startswith("-"):
        return "meaning", "means"
    context = before[-60:]
    label = _AFFIX_LABEL.findall(context)
    hyphened = subject.startswith("-") or subject.endswith("-")
    if (hyphened or label) and not (reading.language(context[-40:]) and not hyphened):
        return "parts", "gloss"
    if reading.language(before):
        return "origin", "gloss"
    if reading.bare(subject) in reading.bare(term) and len(subject) < len(term):
        return "parts", "gloss"
    return "meaning", "means"
