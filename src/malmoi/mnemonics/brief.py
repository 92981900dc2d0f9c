"""A word's facts as a prompt gives them: short, one line a field, what is unknown left out.

    term: preposterous (adjective)
    meaning: completely devoid of wisdom or good sense
    sound: /pɹɪˈpɑstɝəs/, 4 syllables, sounds like "press" + "pasta"
    origin: Latin praeposterus = prae 'before' + posterus 'coming after'; related: posterior
    like: absurd, ludicrous; opposite: sensible
    example: a preposterous attempt to turn back the pages of history

Closed-book the brief is the first line without its part of speech: the word alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Origin, Root, Sense, Word

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

LONGEST = 140
"""Most characters of a definition or an example."""


def brief(word: Word, sense: Sense | None, lexicon: Lexicon | None, facts: bool = True) -> str:
    """The prompt's account of a word in a sense; without `facts` the word alone.

    `lexicon` gives the keywords that the word sounds like; None leaves them out.
    """
    if not facts:
        return f"term: {word.term}"
    lines = [f"term: {word.term}" + (f" ({sense.pos})" if sense else "")]
    if sense:
        lines.append(f"meaning: {_cut(sense.definition)}")
    lines += [_sound(word, lexicon), _parts(word), _origin(word), _relations(word, sense)]
    if sense and sense.examples:
        lines.append(f"example: {_cut(sense.examples[0])}")
    return "\n".join(filter(None, lines))


def _sound(word: Word, lexicon: Lexicon | None) -> str:
    if not word.pronunciations:
        return ""
    said = word.pronunciations[0]
    count = "1 syllable" if said.syllables == 1 else f"{said.syllables} syllables"
    line = f"sound: /{said.ipa}/, {count}"
    covers = lexicon.keywords.covers(word.term, 1) if lexicon and lexicon.keywords else []
    if covers:
        line += ", sounds like " + " + ".join(f'"{keyword}"' for keyword in covers[0].words)
    return line


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
        text += f"; related: {', '.join(origin.cognates[:3])}"
    return f"origin: {text}" if text else ""


def _gloss(root: Root) -> str:
    return f"{root.form} '{root.gloss}'" if root.gloss else root.form


def _relations(word: Word, sense: Sense | None) -> str:
    alike = (sense.synonyms if sense and sense.synonyms else word.synonyms)[:4]
    opposite = (sense.antonyms if sense and sense.antonyms else word.antonyms)[:2]
    said = [f"like: {', '.join(alike)}"] if alike else []
    said += [f"opposite: {', '.join(opposite)}"] if opposite else []
    return "; ".join(said)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
