"""Which linguistic feature a text builds on, read from what it says and from the word's facts.

    named_facts   which facts of the word a text names
    evidence      how strongly a text speaks of each feature
    classify      the feature that a draft's reasoning builds on
    disagrees     why a draft's own label is wrong

`DraftAnalysis` has the outcome of each for a draft.

A mnemonic labelled "etymology" that speaks only of a rhyme teaches the wrong thing about why it
works. Three things count: claims that can be parsed, words by which people speak of sounds,
letters, pieces, origins and meanings, and the word's own facts where the text names them (a root,
a part, a synonym, a word that stands in the term's letters or ends like it).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.cards import Draft, Feature
from malmoi.mnemonics.claims.glosses import content
from malmoi.mnemonics.claims.reading import RawClaim
from malmoi.mnemonics.form import NONE
from malmoi.text.english import stem, tokenize
from malmoi.text.stop_words import FUNCTION_WORDS

OF_KIND: dict[str, Feature] = {
    "sound": "phonetics",
    "spelling": "orthography",
    "parts": "morphology",
    "origin": "etymology",
    "meaning": "semantics",
}

LABELS: tuple[Feature, ...] = ("phonetics", "orthography", "morphology", "etymology", "semantics")

CLAIM, CUE, FACT = 1.0, 0.4, 0.5
"""What a parsed claim, a cue word and a named fact of the word count."""

MIN_EVIDENCE = 0.25
"""Evidence under which a text says nothing of the word."""

DEFINED = 0.25
"""What a word of the definition counts, CUE at most for all of them."""

SHARE = 0.4
"""A label is wrong where its evidence is less than this share of the strongest."""


def _cues(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


CUES: dict[Feature, re.Pattern[str]] = {
    "phonetics": _cues(
        r"sound\w*", r"rhym\w+", r"pronounc\w*", r"pronunciation", r"syllables?", r"say (?:it|the)",
        r"hear(?:s|d|ing)?", r"stress(?:ed|es)?", r"homophon\w*", r"echo\w*", r"aloud", r"out loud",
        r"ears?", r"tongue", r"mouth", r"spoken", r"speak(?:s|ing)? it", r"when you (?:say|speak)",
        r"in speech", r"voice\w*", r"hiss\w*", r"chim\w+", r"rings? like", r"beats?", r"rhythm",
        r"silent", r"mute", r"vowels?", r"consonants?", r"phonetic\w*", r"say \w+(?:,| and)",
        r"accent\w*", r"you(?: would| will|'ll|'d)? say it", r"utter\w*", r"noise",
        r"say [\"'“‘]\w+", r"said (?:quickly|slowly|fast|with|like|as|the)", r"resembl\w+",
        r"match\w*", r"tunes?", r"sing\w*", r"intonation", r"diphthongs?", r"loud\w*", r"listen\w*",
        r"nasal", r"long [aeiou]", r"short [aeiou]", r"articulat\w+", r"breath", r"lips",
        r"alliterat\w+", r"assonan\w+",
    ),
    "orthography": _cues(
        r"letters?", r"spell\w*", r"written", r"write", r"print\w*", r"on (?:the )?(?:page|paper)",
        r"hidden", r"hid(?:e|es|ing)", r"contain\w*", r"looks? (?:like|inside)", r"inside it",
        r"double(?:d)? [a-z]", r"capital letters?", r"characters?", r"half of the word", r"reads?",
        r"(?:an?|the|one|first|last|final|silent) [b-z](?=[\s,;.])", r"[b-z]'s", r"[ie] before",
        r"(?:drop|cover|remove|delete|take|cross)(?: out| off)? the",
        r"(?:you|can) (?:can )?(?:see|spot|find)", r"vowels?", r"consonants?", r"twins?", r"eyes?",
        r"tucked", r"visible", r"sits? (?:in|inside)", r"anagram\w*", r"backwards?",
        r"palindrom\w*", r"without (?:its|the) (?:first|last)", r"(?:is|are) left", r"remains?",
        r"shaped?", r"dots?", r"initial", r"misspel\w*", r"pairs? of [a-z]'?s",
    ),
    "morphology": _cues(
        r"prefix\w*", r"suffix\w*", r"affix\w*", r"compound\w*", r"stem", r"base(?: word)?",
        r"made (?:up )?of", r"endings?", r"pieces?", r"elements?", r"segment\w*",
        r"building blocks?", r"morphemes?", r"word parts?", r"breaks? (?:down )?into", r"splits?",
        r"divide\w*", r"take \w+ apart", r"apart", r"join(?:s|ed)?", r"weld\w*", r"graft\w*",
        r"attach\w*", r"glued?", r"built", r"assembl\w*", r"adds?", r"added", r"strip\w*",
        r"put(?:ting)?", r"stuck on", r"negat\w+", r"verb of it",
        r"(?:noun|verb|adjective|adverb)s?", r"beginning", r"extend\w*", r"core", r"preced\w+",
        r"follow\w*", r"front", r"tail", r"turns? (?:it|the|an?) .{0,25} into", r"form(?:s|ed)",
        r"blend\w*", r"portmanteau", r"combin\w+", r"plus", r"consists? of", r"on top of",
    ),
    "etymology": _cues(
        r"latin\w*", r"greek\w*", r"french", r"(?:old|middle) english", r"anglo-\w+", r"norse",
        r"german\w*", r"ital\w+", r"spanish", r"arab\w+", r"sanskrit", r"persian", r"hindi",
        r"turkish", r"japanese", r"chinese", r"hebrew", r"celtic", r"gaelic", r"dutch", r"romans?",
        r"rome", r"greece", r"vikings?", r"ancients?", r"origin\w*", r"deriv\w+", r"etymolog\w*",
        r"ancest\w+", r"forefathers?", r"forebears?", r"descend\w*", r"cognates?", r"cousins?",
        r"akin", r"related to", r"shares? (?:a|its|the) root", r"roots?", r"comes? (?:down )?from",
        r"came from", r"from the", r"named? (?:after|for|it)?", r"goes back", r"traces? back",
        r"once", r"borrow\w*", r"coined", r"entered", r"myth\w*", r"history", r"centur\w+",
        r"source", r"behind it", r"gave us", r"inherit\w*", r"(?:old|mother) tongue", r"owes?",
        r"relatives?", r"anci?ent times", r"used to (?:be|mean)", r"mediev\w+", r"classical",
        r"literally", r"stems? from", r"gods?", r"goddess", r"legend", r"lends?|lent", r"evolv\w*",
        r"ultimately", r"russian", r"portuguese", r"sailors", r"first meant",
    ),
    "semantics": _cues(
        r"synonym\w*", r"antonym\w*", r"opposites?", r"means?", r"meaning", r"contrast\w*",
        r"similar to", r"(?:kind|sort|type|way|form) of", r"unlike", r"as opposed to",
        r"the same as", r"rather than", r"revers\w+", r"counterpart", r"in (?:meaning|sense)",
        r"same thing", r"almost", r"(?:close|near) to", r"degrees?", r"extremes?", r"than",
        r"another (?:word|name|term)", r"undo(?:es)?", r"swap\w*", r"replac\w*", r"equals?",
        r"equivalent\w*", r"what \w+ is to", r"to \w+ what", r"is for", r"famil(?:y|ies) of",
        r"belongs?", r"not just", r"but with", r"only with", r"hand in hand", r"brothers?",
        r"half of the way", r"not enough", r"scale", r"milder", r"stronger", r"weaker", r"pole",
        r"says? (?:it|the same)", r"describes?", r"neither", r"even", r"less", r"more", r"rather",
        r"at its (?:highest|lowest|best|worst)", r"would do", r"simple word", r"express\w*",
        r"differs?", r"difference", r"shade", r"intens\w+", r"like", r"say \w+ instead",
    ),
}  # fmt: skip
"""Words by which a text says what it builds on, where it makes no claim that can be parsed."""

_SCENE = _cues(
    r"pictur\w+", r"imagin\w+", r"visuali[sz]\w+", r"scenes?", r"story", r"tale", r"films?",
    r"movies?", r"photo\w*", r"images?", r"painting", r"cartoon", r"gestures?", r"memor(?:y|ies)",
    r"recall", r"remember(?:s)?", r"yourself", r"your", r"my", r"our", r"feelings?", r"model", r"i",
    r"everyone", r"watch", r"familiar", r"drawing", r"trip", r"holiday", r"mind", r"you know",
    r"you have", r"feel", r"act it", r"play it", r"hook", r"school\w*",
)  # fmt: skip
"""Words of a memory or a picture that hangs on nothing in the word."""

_AFFIX = re.compile(r"(?<![\w-])(?:[a-z]{1,6}-(?!\w)|-[a-z]{2,6}(?![\w-]))", re.IGNORECASE)
_RESPELLED = re.compile(r"\b(?:[A-Z]{2,}-[a-z]+|[a-z]+-[A-Z]{2,}|[A-Z]{2,4})\b")


def evidence(
    reasoning: str, claims: Sequence[RawClaim], facts: Mapping[Feature, float]
) -> dict[Feature, float]:
    """How strongly a text speaks of each feature; 0 where it doesn't.

    What a word means is said beside every other hook, so semantics counts a third where the text
    makes a claim about, or names a fact of, anything else. `claims` are what the text claims,
    `facts` are its `named_facts`.
    """
    counts: Counter[Feature] = Counter()
    for claim in claims:
        counts[OF_KIND[claim.kind]] += CLAIM  # type: ignore[assignment]
    counts.update(facts)
    beside = any(counts[label] for label in LABELS if label != "semantics")
    for feature, pattern in CUES.items():
        counts[feature] += CUE * _different(pattern, reasoning)  # type: ignore[assignment]
    counts["morphology"] += FACT * _different(_AFFIX, reasoning)  # type: ignore[assignment]
    counts["phonetics"] += CUE * len(_RESPELLED.findall(reasoning))  # type: ignore[assignment]
    found = {feature: float(counts[feature]) for feature in LABELS}
    if beside:
        found["semantics"] /= 3
    return found


def _different(cues: re.Pattern[str], text: str) -> int:
    """How many different cues stand in a text, whatever their case."""
    return len({match[0].lower() for match in cues.finditer(text)})


def named_facts(word: Word, text: str) -> Counter[Feature]:
    """The facts of a word that a text names, FACT each; CUE for what only ends like it."""
    own = {word.term, word.lemma, *word.inflections}
    told = [w.casefold() for w in tokenize(text, "")]
    named = {w for w in told if w not in own and len(w) > 2 and w not in FUNCTION_WORDS}
    parts = {letters(p.form) for p in word.parts}
    stems = {letters(p.form) for p in word.parts if p.kind == "stem"}
    roots = _roots(word) - own - parts
    alike = {s.casefold() for s in (*word.synonyms, *word.antonyms)}
    heard = CUES["phonetics"].search(text) and not CUES["orthography"].search(text)
    counts: Counter[Feature] = Counter()
    for each in sorted(named):
        if each in stems or each in parts:
            counts["morphology"] += FACT  # type: ignore[assignment]
        elif each in roots:
            counts["etymology"] += FACT  # type: ignore[assignment]
        elif each in alike:
            counts["semantics"] += FACT  # type: ignore[assignment]
        elif each in word.term:
            # A word that stands in the term's letters is heard in it as well.
            counts["phonetics" if heard else "orthography"] += FACT  # type: ignore[assignment]
        elif _ends_alike(each, word.term):
            counts["phonetics"] += CUE  # type: ignore[assignment]
    defined = {stem(w) for s in word.senses[:3] for w in content(s.definition)}
    hits = len({stem(w) for w in named} & defined)
    counts["semantics"] += min(CUE, DEFINED * hits)  # type: ignore[assignment]
    return counts


def _roots(word: Word) -> set[str]:
    forms: Iterable[str] = (
        root.form
        for origin in word.origins
        for root in (*origin.roots, *((origin.etymon,) if origin.etymon else ()))
        # Without a language the pieces are the English word's own ("heart + -less").
        if root.language not in ("", "English")
    )
    return {letters(form) for form in forms if len(letters(form)) > 2}


def _ends_alike(first: str, second: str) -> bool:
    """Whether two words end in the same three letters with a vowel: a rhyme as the eye sees it."""
    return first[-3:] == second[-3:] and bool(set(first[-3:]) & set("aeiouy"))


def letters(form: str) -> str:
    """A form's letters alone, lower-cased."""
    return "".join(filter(str.isalpha, form.casefold()))


def classify(draft: Draft, evidence: Mapping[Feature, float]) -> Feature:
    """The feature that a draft's reasoning builds on; "other" where it says nothing of the word.

    `evidence` is that of the reasoning.
    """
    if draft.mnemonic.lower().strip(" .") == NONE:
        return "other"
    # Of two as strong the rarer thing to say: a language's name settles more than a part does.
    best = max(reversed(LABELS[:-1]), key=lambda feature: evidence[feature])
    if evidence["semantics"] > evidence[best] - 1e-9:
        best = "semantics"
    scene = CUE * _different(_SCENE, draft.reasoning)
    return best if evidence[best] >= MIN_EVIDENCE and evidence[best] >= scene else "other"


def disagrees(draft: Draft, said: Feature, evidence: Mapping[Feature, float]) -> str:
    """Why a draft's label is wrong; "" where its reasoning speaks enough of that feature.

    `said` is what `classify` makes of the reasoning with this `evidence`.
    """
    if draft.feature == "other":
        return "" if said in ("other", "semantics") else f"wrong feature: {said}, not other"
    if said == "other":  # says nothing that is recognised: no evidence against the label
        return ""
    if evidence[draft.feature] and evidence[draft.feature] >= SHARE * evidence[said]:
        return ""
    return f"wrong feature: {said}, not {draft.feature}"
