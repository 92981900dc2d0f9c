"""A word's facts as a prompt gives them: short, one line a field, what is unknown left out.

    term: incur (verb)
    meaning: make oneself subject to; bring upon oneself; become liable to
    sound: /ˌɪnˈkɝ/, 2 syllables
    origin: Latin incurrere 'to run into or toward' = in- 'in' + currere 'to run'; related: current
    like: receive, get, find
    example: People who smoke incur a great danger to their health

A student's brief tells sound, parts and origin as sentences that a card may begin with, the best
first, and gives the wording that the lexicon writer would end it with:

    term: gearbox (noun)
    meaning: the shell (metal casing) in which a train of gears is sealed
    like: gear box
    short: a shell in which a train of gears is sealed
    fact: GEARbox is made of gear + box.

Closed-book the brief is the first line without its part of speech: the word alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Origin, Root, Sense, Word

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

VERSION = 5
"""Raised when what a student is asked with changes, so that it is trained and asked again."""

MAX_CHARACTERS = 110
"""Most characters of a definition or an example."""

MAX_FACTS = 3
"""Most facts that a student chooses from."""


def brief(word: Word, sense: Sense | None, lexicon: Lexicon | None, facts: bool = True) -> str:
    """The prompt's account of a word in a sense.

    Args:
        word: with its facts.
        sense: the sense to be taught; None leaves its meaning out.
        lexicon: gives words that are heard inside the word; None leaves them out.
        facts: False names the word alone.
    """
    if not facts:
        return f"term: {word.term}"
    lines = _head(word, sense)
    lines += [_sound(word, lexicon), _parts(word), _origin(word), _relations(word, sense)]
    lines.append(_example(word, sense))
    return "\n".join(filter(None, lines))


def student_brief(word: Word, sense: Sense, lexicon: Lexicon, facts: bool = True) -> str:
    """What a student is asked with: the brief and, open-book, the words that a card is made of.

    Args:
        word, sense: what the card is to teach.
        lexicon: gives the short meaning, and what the word goes with.
        facts: open book; False names the word alone.
    """
    if not facts:
        return brief(word, sense, lexicon, facts)
    told = _facts(word, sense, lexicon)
    lines = _head(word, sense)
    lines += [] if told else [_sound(word, None), _parts(word), _origin(word)]
    lines += [_relations(word, sense), _example(word, sense)]
    lines += [*_wording(word, sense, lexicon), *told]
    return "\n".join(filter(None, lines))


def _head(word: Word, sense: Sense | None) -> list[str]:
    if not sense:
        return [f"term: {word.term}"]
    return [f"term: {word.term} ({sense.pos})", f"meaning: {_cut(sense.definition)}"]


def _facts(word: Word, sense: Sense, lexicon: Lexicon) -> list[str]:
    """Lines with what a card may hang on, the best first: by the writer's score, then by how
    surely the word calls it up. What surely tells nothing of the meaning is left out."""
    from malmoi.mnemonics.compose import attempts
    from malmoi.mnemonics.compose.link import MIN_LINK

    tried = [
        (each.candidate.score if each.candidate else 0.0, each.basis)
        for each in attempts(word, sense, lexicon)
        if (each.candidate.link >= MIN_LINK if each.candidate else not each.tells_nothing)
    ]
    tried.sort(key=lambda each: (-each[0], -each[1].trigger))
    return [f"fact: {text}" for text in dict.fromkeys(basis.fact for _, basis in tried)][:MAX_FACTS]


def _wording(word: Word, sense: Sense, lexicon: Lexicon) -> list[str]:
    """Lines with the meaning in a few words and a phrase that the word goes with."""
    from malmoi.mnemonics.compose.frames import frame_of
    from malmoi.mnemonics.compose.meaning import short_meaning

    meaning = short_meaning(word, sense, lexicon)
    lines = [f"short: {meaning.plain}"] if meaning.text else []
    if sense.pos == "adjective":
        lines.append(f"goes with: {frame_of(word, sense, lexicon).with_adjective(word.term)}")
    elif sense.pos == "verb" and meaning.object:
        lines.append(f"goes with: {word.term} {frame_of(word, sense, lexicon).object}")
    return lines


def _sound(word: Word, lexicon: Lexicon | None) -> str:
    said = []
    if word.pronunciations:
        first = word.pronunciations[0]
        count = "1 syllable" if first.syllables == 1 else f"{first.syllables} syllables"
        said = [f"/{first.ipa}/", count]
    if lexicon:
        from malmoi.mnemonics.compose import inside

        said += [f"hides the word {each.says}" for each in inside.bases(word, lexicon)][:1]
    return f"sound: {', '.join(said)}" if said else ""


def _parts(word: Word) -> str:
    if len(word.parts) < 2:
        return ""
    pieces = [f"{part.form} '{part.gloss}'" if part.gloss else part.form for part in word.parts]
    return "parts: " + " + ".join(pieces)


def best_origin(word: Word) -> Origin | None:
    """The account that says most: the first whose roots are glossed, else the first of all."""
    glossed = (o for o in word.origins if any(root.gloss for root in (*o.roots, o.etymon) if root))
    return next(glossed, word.origins[0] if word.origins else None)


def _origin(word: Word) -> str:
    origin = best_origin(word)
    if origin is None:
        return ""
    text = ""
    if origin.etymon:
        text = f"{origin.etymon.language} {_gloss(origin.etymon)}".strip()
    if origin.roots:
        text += (" = " if text else "") + " + ".join(map(_gloss, origin.roots))
    if origin.cognates:
        text += f"; related: {', '.join(origin.cognates[:2]).lower()}"
    return f"origin: {text}" if text else ""


def _gloss(root: Root) -> str:
    return f"{root.form} '{root.gloss}'" if root.gloss else root.form


def _relations(word: Word, sense: Sense | None) -> str:
    alike = (sense.synonyms if sense and sense.synonyms else word.synonyms)[:3]
    opposite = (sense.antonyms if sense and sense.antonyms else word.antonyms)[:1]
    said = [f"like: {', '.join(alike)}"] if alike else []
    said += [f"opposite: {', '.join(opposite)}"] if opposite else []
    return "; ".join(said)


def _example(word: Word, sense: Sense | None) -> str:
    """The first example that holds the word: WordNet's are shared by all words of a meaning."""
    forms = {word.term, word.lemma, *word.inflections}
    for text in sense.examples if sense else ():
        if forms & set(re.findall(r"[a-z'-]+", text.lower())):
            return f"example: {_cut(text)}"
    return ""


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS].rsplit(" ", 1)[0] + " …"
