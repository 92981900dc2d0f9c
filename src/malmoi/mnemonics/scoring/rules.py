"""Rules that a draft must pass whatever its claims are. Each gives a reason, "" where it passes.

A rule rejects only where it is sure: what it lets through is still scored, what it rejects is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from malmoi.lexicon.facts import PartOfSpeech, Sense
from malmoi.lexicon.morphology.affixes import table as elements
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.claims.claim_text import normalize_quotes
from malmoi.mnemonics.claims.glosses import STOP, stems
from malmoi.mnemonics.form import INSTRUCTIONS, NONE
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.slurs import offence
from malmoi.text.english import family_stem, only_letters, stem, tokenize, word_matches


def reject(analysis: DraftAnalysis) -> str:
    """ "" where the draft passes every rule, else the reason, which begins with the rule's name.

    Rules, in order: none, placeholder, echo, repetition, term, marked, no anchor, acronym, slur,
    circular, harder, part of speech, other sense.
    """
    for name, rule in _RULES:
        if reason := rule(analysis):
            return f"{name}: {reason}"
    return ""


def uses(text: str, forms: frozenset[str]) -> bool:
    """Whether a form stands in `text` as whole words ("art" is not in "party" or "art-deco")."""
    low = normalize_quotes(text).casefold()
    return any(
        re.search(rf"(?<![\w-]){re.escape(f)}(?:'s|')?(?![\w]|-\w)", low) is not None for f in forms
    )


def tokens(text: str) -> list[str]:
    """Words in their case, a possessive 's cut off."""
    return [t.removesuffix("'s") for t in tokenize(normalize_quotes(text))]


def _none(analysis: DraftAnalysis) -> str:
    abstains = analysis.draft.mnemonic.strip(" .\"'").casefold() == NONE
    return "the writer found no good mnemonic" if abstains else ""


_PLACEHOLDER = re.compile(
    r"\{\{?[\w .|-]*\}?\}|<\/?[A-Za-z][\w /-]*>|\[(?:[a-z]+[\w ]*|[A-Z_ ]{3,})\]|_{3,}|\bTODO\b|"
    r"\bXXX+\b|"
    r"(?i:lorem ipsum|\binsert (?:the )?(?:word|term|definition|example)|your (?:mnemonic|"
    r"example) here)|"
    r"\b(?:TERM|WORD|DEFINITION|MNEMONIC)\b|\.\.\.\s*$|^\W*$|%s|\$\{"
)


def _placeholder(analysis: DraftAnalysis) -> str:
    for name, text in _fields(analysis.draft):
        found = _PLACEHOLDER.search(text)
        if found and found[0].casefold() != analysis.word.term:
            return (
                f"the {name} holds {found[0].strip()!r}"
                if found[0].strip()
                else f"the {name} is empty"
            )
    return ""


def _echo(analysis: DraftAnalysis) -> str:
    grams = _instructions()
    for name, text in _fields(analysis.draft):
        if re.search(r"(?i)\b(?:feature|reasoning|mnemonic|example|term|definition)\s*:", text):
            return f"the {name} holds another line's key"
        if re.search(
            r"(?i)\bas an ai\b|\blanguage model\b|here(?:'s| is) (?:a|the|your) mnemonic", text
        ):
            return f"the {name} speaks of the task"
        words = [t.casefold() for t in tokens(text)]
        if any(tuple(words[i : i + 5]) in grams for i in range(len(words) - 4)):
            return f"the {name} repeats the instructions"
    return ""


@lru_cache(maxsize=1)
def _instructions() -> frozenset[tuple[str, ...]]:
    """Runs of five words of the instructions."""
    asked = [t.casefold() for t in tokens(INSTRUCTIONS)]
    return frozenset(tuple(asked[i : i + 5]) for i in range(len(asked) - 4))


def _repetition(analysis: DraftAnalysis) -> str:
    seen: dict[str, str] = {}
    for name, text in _fields(analysis.draft):
        words = [t.casefold() for t in tokens(text)]
        plain = " ".join(words)
        if plain in seen:
            return f"the {name} is the {seen[plain]} again"
        seen[plain] = name
        if any(len({*words[i : i + 3]}) == 1 for i in range(len(words) - 2)):
            return f"the {name} says a word three times in a row"
        triples = Counter(tuple(words[i : i + 3]) for i in range(len(words) - 2))
        ends = [part.strip(" .").casefold() for part in re.split(r"[:;.] ", text)]
        if any(part and part == after for part, after in pairwise(ends)):
            return f"the {name} says a clause twice"
        if triples and triples.most_common(1)[0][1] >= 3:
            return f"the {name} says {' '.join(triples.most_common(1)[0][0])!r} over and over"
        if len(words) >= 10 and len(set(words)) / len(words) < 0.45:
            return f"the {name} has {len(set(words))} different words among {len(words)}"
    return ""


def _term(analysis: DraftAnalysis) -> str:
    for name in ("mnemonic", "example"):
        if name == "example" and analysis.draft.example == NONE:
            continue
        if not uses(getattr(analysis.draft, name), analysis.forms):
            return f"the {name} does not use {analysis.word.term}"
    return ""


def _marked(analysis: DraftAnalysis) -> str:
    """Some letters in capitals mark what two words share, so the words are words."""
    for word in tokens(analysis.draft.mnemonic):
        low = word.casefold()
        short = word.isupper() and len(word) <= _ABBREVIATION
        marked = re.search(r"[A-Z]{2}", word) and not short and low not in analysis.forms
        if marked and not analysis.lexicon.knows(low):
            return f"{word} is no word"
    return ""


_ABBREVIATION = 5
_ITSELF = re.compile(
    r"\W*([\w-]+)\b[^.]* (?:related to|spelled(?: as)?|hides the word) ([\w-]+)", re.IGNORECASE
)
_BARE_ORIGIN = re.compile(
    r"\W*[\w-]+ (?:is|comes|came|was) from (?:(?:the )?[A-Z][a-z]+ ?)+(?:[a-z]\w*)?\.(?: |$)"
)


def _no_anchor(analysis: DraftAnalysis) -> str:
    text = analysis.draft.mnemonic
    itself = _ITSELF.match(text)
    if itself and itself[2].casefold() in analysis.forms:
        return f"{itself[0].strip()!r} names the word itself"
    found = _BARE_ORIGIN.match(text)
    return f"{found[0].strip()!r} says nothing that a learner knows" if found else ""


_ACRONYM_WORDS = re.compile(
    r"(?i)\bacronyms?\b|\bstands? for\b|\binitials\b|\b(?:first|each|every) letters? (?:of each|"
    r"stand|is for|to)"
    r"|\bacrostic\b|\b[A-Z] (?:is )?for [A-Z]\w+,"
)


def _acronym(analysis: DraftAnalysis) -> str:
    for name, text in _fields(analysis.draft)[:2]:
        text = normalize_quotes(text)
        if found := _ACRONYM_WORDS.search(text):
            return f"the {name} says {found[0]!r}"
        if found := re.search(r"\b(?:[A-Z]\.){3,}|\b(?:[A-Z]\.){2}[A-Z]\b", text):
            return f"{found[0]} in the {name}"
        if found := re.search(r"\b([A-Z](?:-[A-Z]){1,})\b\s*[:=(]", text):
            return f"{found[0]} in the {name}"
        if expansion := _expansion(analysis.word.term, text):
            return f"the first letters of {expansion!r} in the {name}"
    return ""


def _expansion(term: str, text: str) -> str:
    """Words whose first letters spell the term, or with capitals its first three or more."""
    letters = only_letters(term.casefold(), latin=True)
    words = tokens(text)
    spelled = "".join(w[0].casefold() for w in words)
    at = spelled.find(letters)
    if len(letters) >= 4 and at >= 0:
        return " ".join(words[at : at + len(letters)])
    named = {m.casefold() for m in re.findall(r"\b[A-Z]{3,}\b", text)} - {letters}
    for start in range(len(words)):
        end = start
        while end < len(words) and words[end][0].isupper() and words[end].casefold() != letters:
            end += 1
        for first in range(start, max(end - 2, start)):
            run = "".join(w[0].casefold() for w in words[first:end])
            if len(run) >= 3 and (letters.startswith(run) or run in named):
                return " ".join(words[first:end])
    for short in sorted(named):
        # "OBS: only big sheep": letters in capitals and their words, whatever the case.
        at = spelled.find(short)
        if at >= 0 and short in letters:
            return " ".join(words[at : at + len(short)])
    return ""


def _slur(analysis: DraftAnalysis) -> str:
    for name, text in _fields(analysis.draft):
        if found := offence(text):
            return f"{found}, in the {name}"
    return ""


def _circular(analysis: DraftAnalysis) -> str:
    word = analysis.word
    forms = analysis.forms | {r.word.casefold() for r in word.family}
    if analysis.draft.feature == "morphology":
        # What hangs on a word's parts has to name them: "a heartless man has no heart".
        forms -= {p.form.casefold() for p in word.parts if p.kind == "stem"}
    # So has what hangs on a relative: "a cameraman operates a camera".
    named = {
        family_stem(value.form)
        for claim in analysis.raw_claims
        if claim.kind in ("origin", "parts", "spelling")
        for value in claim.values
    }
    forms -= {form for form in forms if family_stem(form) in named} - analysis.forms
    for claim in analysis.raw_claims:
        if claim.kind != "meaning" or claim.relation in {"opposite", "pos"}:
            continue
        for value in claim.values:
            for told in tokens(f"{value.form} {value.gloss}"):
                if told.casefold() in forms:
                    return f"{claim.text!r} explains {word.term} by {told}"
    return ""


MARGIN = 0.5
"""A word rarer by this many Zipf units than the term is harder, if above B2 as well."""
MIN_CONCRETENESS = 4.0
"""Concreteness (1 to 5) from which on a rare word is no hurdle."""


def _harder(analysis: DraftAnalysis) -> str:
    word, draft = analysis.word, analysis.draft
    frequency = analysis.lexicon.frequency
    if word.zipf is None or frequency is None:
        return ""
    morphology = analysis.lexicon.morphology
    own = analysis.forms | {r.word.casefold() for r in word.family}
    # A root is told with its gloss, whatever language it is of.
    own |= {
        only_letters(root.form.casefold())
        for o in word.origins
        for root in (*o.roots, o.etymon)
        if root
    }
    own |= {letters for letters in elements() if letters in word.term}
    text = normalize_quotes(draft.mnemonic + " . " + draft.example)
    unquoted = re.sub(r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)", " ", text)
    for found in word_matches(unquoted):
        told = found[0]
        low = told.casefold().removesuffix("'s")
        # Capitals and mixed hyphenated words are names or coinages.
        if low in own or not told.islower() or "-" in told or len(low) < 4:
            continue
        lemma = morphology.lemma(low) if morphology else low
        values = [v.value for v in (frequency.zipf(low), frequency.zipf(lemma)) if v]
        level = frequency.cefr(lemma) or frequency.cefr(low)
        rare = max(values) if values else None
        rating = frequency.concreteness(lemma) or frequency.concreteness(low)
        if rating is not None and rating.value >= MIN_CONCRETENESS:
            continue  # a rare thing that one can see ("vulture") is what a picture is made of
        if rare is not None and rare < word.zipf.value - MARGIN and (
            (level is None and rare < 3) or (level is not None and level.value in {"C1", "C2"})
        ):  # fmt: skip
            return f"{low} (Zipf {rare:.1f}) is harder than {word.term} ({word.zipf.value:.1f})"
    return ""


_MODALS = (
    r"(?:can|could|must|shall|should|would|might|don't|doesn't|didn't|won't|can't|cannot|couldn't)"
)
_MISUSE: dict[PartOfSpeech, tuple[str, ...]] = {
    "noun": (
        rf"\b{_MODALS} (?:not )?@",
        r"\b(?:he|she|they|we|it) @ (?:the|a|an|his|her|it|them)\b",
    ),
    "verb": (
        r"\b(?:a|an|the|my|his|her|their|this|that) @(?= (?:of|is|was|in|on|at)\b|[.,;!?]|$)",
        r"\b(?:very|too|quite|extremely) @\b",
        r"\b(?:is|was|are|were|am|seems|feels|became) @(?=[.,;!?]|$| (?:and|but)\b)",
    ),
    "adjective": (
        rf"\b{_MODALS} (?:not )?@", r"\b(?:a|an) @(?= (?:of|is|was)\b|[.,;!?]|$)",
        r"\bto @ (?:the|a|an|his|her|it|them|him|me|us)\b",
    ),
    "adverb": (
        rf"\b{_MODALS} (?:not )?@ (?:the|a|an|his|her)\b",
        r"\b(?:a|an) @(?=[.,;!?]|$| (?:of|is|was)\b)",
    ),
    "other": (),
}  # fmt: skip
"""Contexts that show the term (@) to be another part of speech."""


def _part_of_speech(analysis: DraftAnalysis) -> str:
    word, sense = analysis.word, analysis.sense
    told = {s.pos for s in word.senses}
    pos = sense.pos if sense else next(iter(told)) if len(told) == 1 else "other"
    text = normalize_quotes(analysis.draft.example).casefold()
    for context in _MISUSE[pos]:
        # Inflected verbs stand where adjectives and nouns do: only the base form is judged.
        if found := re.search(context.replace("@", re.escape(word.term)), text):
            return f"{found[0]!r} in the example uses {word.term} as no {pos}"
    return ""


def _other_sense(analysis: DraftAnalysis) -> str:
    word, sense = analysis.word, analysis.sense
    if sense is None or len(word.senses) < 2:
        return ""
    told = stems(analysis.draft.mnemonic) - {stem(f) for f in (*analysis.forms, *STOP)}
    own = _of_sense(sense)
    if told & own:
        return ""
    best: tuple[int, Sense] | None = None
    for other in word.senses:
        meant = _of_sense(other)
        if other.id == sense.id or meant & own:
            continue  # too near to tell apart
        hits = len(told & meant)
        if hits >= 2 and (best is None or hits > best[0]):
            best = hits, other
    return f"it explains {best[1].id}: {best[1].definition[:80]}" if best else ""


def _of_sense(sense: Sense) -> set[str]:
    return stems(sense.definition) | {stem(s) for s in sense.synonyms}


def _fields(draft: Draft) -> tuple[tuple[str, str], ...]:
    return (
        ("reasoning", draft.reasoning),
        ("mnemonic", draft.mnemonic),
        ("example", draft.example),
    )


_Rule = Callable[[DraftAnalysis], str]
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("none", _none), ("placeholder", _placeholder), ("echo", _echo), ("repetition", _repetition),
    ("term", _term), ("marked", _marked), ("no anchor", _no_anchor), ("acronym", _acronym),
    ("slur", _slur), ("circular", _circular), ("harder", _harder),
    ("part of speech", _part_of_speech), ("other sense", _other_sense),
)  # fmt: skip
