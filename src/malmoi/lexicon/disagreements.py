"""Where two sources differ about a word, in a sentence each.

Listed only where a learner would be misled by reading one source alone: definitions of different
parts of speech, or without a word in common; different languages or forms of the etymon; a level
that the frequency speaks against; several pronunciations.
"""

from __future__ import annotations

from malmoi.lexicon.facts import Level, Number, Origin, Pronunciation, Root, Sense, Word
from malmoi.lexicon.frequency import RAREST
from malmoi.text.english import lower_words, with_article, without_accents
from malmoi.text.stop_words import DEFINITION_WORDS, DEMONSTRATIVES

_EMPTY = (
    DEMONSTRATIVES | DEFINITION_WORDS
    | frozenset(
        """about above after also another being both each from full give given have into like
        marked more most much name other same some someone something such than their them there
        they thus using very were what when where which while whose with without""".split()
    )
)  # fmt: skip
"""Of four letters and more: definitions by two sources may share them and say nothing alike."""
_GROUPS = ("Greek", "Latin", "French", "English")
"""English words came through French from Latin from Greek, and sources stop at different points of
that way: a later and an earlier stage don't contradict each other."""
_MAX_CHARACTERS = 90


def disagreements(word: Word, gcide_pos: str = "") -> tuple[str, ...]:
    """All of them; `gcide_pos` is the part of speech of GCIDE's first entry ("" if none)."""
    found = [
        _level(word.cefr, word.zipf),
        _sounds(word.pronunciations),
        _definitions(word.senses, word.definitions, gcide_pos),
        _origins(word.origins),
    ]
    return tuple(sentence for sentence in found if sentence)


def _level(cefr: Level | None, zipf: Number | None) -> str:
    if cefr is None or zipf is None or not cefr.doubtful:
        return ""
    how = "too rare" if zipf.value < RAREST.get(cefr.value, 0) else "too common"
    return (
        f"{cefr.source} has it at {cefr.value}, but it is {how} for that: "
        f"Zipf {zipf.value:.1f} ({zipf.source})."
    )


def _sounds(pronunciations: tuple[Pronunciation, ...]) -> str:
    # /ə/ and /ɪ/ without stress are the same to most ears, and to most speakers
    spoken = list({p.ipa.replace("ɪ", "ə"): p.ipa for p in reversed(pronunciations)}.values())[::-1]
    if len(spoken) < 2:
        return ""
    said = " or ".join(f"/{ipa}/" for ipa in spoken)
    return f"{pronunciations[0].source} has {len(spoken)} pronunciations: {said}."


def _definitions(
    senses: tuple[Sense, ...], others: tuple[tuple[str, str], ...], other_pos: str
) -> str:
    """The first sense against the other source's definitions."""
    if not senses or not others:
        return ""
    first, (text, source) = senses[0], others[0]
    known = {sense.pos for sense in senses}
    if other_pos and other_pos != "other" and other_pos not in known:
        return (
            f"{source} has it first as {with_article(other_pos)} (“{_cut(text)}”), "
            f"{first.source} only as {' or '.join(map(with_article, sorted(known)))}."
        )
    own = _content(first.definition) | {w for s in first.synonyms for w in _content(s)}
    if own & {word for other, _ in others for word in _content(other)}:
        return ""
    return (
        f"The first meanings share no word: {first.source} says “{_cut(first.definition)}”, "
        f"{source} “{_cut(text)}”."
    )


def _origins(origins: tuple[Origin, ...]) -> str:
    """GCIDE's etymon against that of Etymological Wordnet."""
    ours = next(
        (o for o in origins if o.source.startswith("GCIDE") and (o.etymon or o.roots)), None
    )
    other = next((o for o in origins if o.source.startswith("Etym") and o.etymon), None)
    if ours is None or other is None or other.etymon is None:
        return ""
    named = [root for root in (ours.etymon, *ours.roots) if root and root.language]
    theirs = other.etymon
    if not named or any(_agree(root, theirs) for root in named):
        return ""
    if _plain(theirs.form)[:4] in _plain(ours.text):  # a stage that the parsed etymon leaves out
        return ""
    return (
        f"{ours.source} traces it to {named[0].language} {named[0].form}, "
        f"{other.source} to {theirs.language} {theirs.form}."
    )


def _agree(a: Root, b: Root) -> bool:
    """Whether two etyma may be one word, or stages of one way."""
    one, other = _group(a.language), _group(b.language)
    if one != other:
        return one in _GROUPS and other in _GROUPS
    if a.language != b.language or not (_plain(a.form).isascii() and _plain(b.form).isascii()):
        return True  # Anglo-Saxon and Middle English, or letters that can't be compared
    return _plain(a.form)[:3] == _plain(b.form)[:3]


def _group(language: str) -> str:
    """ "Ancient Greek" → "Greek", "Anglo-Saxon" and "Middle English" → "English"."""
    if "Saxon" in language:
        return "English"
    return next((group for group in _GROUPS if group in language), language)


def _plain(text: str) -> str:
    """Lower case without accents, ligatures as two letters."""
    return without_accents(text.lower().replace("æ", "ae").replace("œ", "oe"))


def _content(text: str) -> set[str]:
    """The beginnings of the words that say something, so that "stubbornly" is "stubborn"."""
    return {w[:5] for w in lower_words(text, "") if len(w) > 3 and w not in _EMPTY}


def _cut(text: str) -> str:
    text = text.rstrip(".;: ")
    return text if len(text) <= _MAX_CHARACTERS else text[:_MAX_CHARACTERS].rsplit(" ", 1)[0] + " …"
