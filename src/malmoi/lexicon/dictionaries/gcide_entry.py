"""An entry of GCIDE: headword, part of speech, etymology, senses, synonyms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from malmoi.lexicon.dictionaries.gcide_markup import brackets, decode
from malmoi.lexicon.facts import PartOfSpeech


@dataclass(frozen=True, slots=True)
class EntrySense:
    """A definition with its examples and labels ("Obs.", "R.", and domains such as "Law")."""

    number: str
    definition: str
    examples: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the book.

    Attributes:
        headwords: its spellings, the first the entry's name ("Banc", "Bancus", "Bank").
        pos: part of speech as one of ours; `grammar` as the book has it ("v. t.").
        inflections: forms named in the head ("Abated", "Abating").
        etymology: the text of the etymology bracket on one line, without brackets; "" where none.
        syn: synonyms of the "Syn:" paragraph.
        run_ons: words that the entry names as its derivatives ("Obstinately").
        accent: the stressed syllable, from 0, and how many there are; None where it isn't marked.
    """

    headwords: tuple[str, ...]
    pos: PartOfSpeech
    grammar: str
    inflections: tuple[str, ...]
    etymology: str
    senses: tuple[EntrySense, ...]
    syn: tuple[str, ...]
    run_ons: tuple[str, ...]
    accent: tuple[int, int] | None = None

    @property
    def headword(self) -> str:
        """The entry's name."""
        return self.headwords[0]


_TAG_NAMES = (
    r"(?:1913 Webster|Webster[^\[\]]*|PJC\.?|WordNet[^\[\]+]*|Century Dict[^\[\]+]*|MW\d+|RDH"
    r"|RHUD|AS|JDP|PC|RP|Stedman|Encyc\. Brit\.[^\[\]+]*|ILFE?\w*)"
)
_TAG = re.compile(rf"\s*\[{_TAG_NAMES}(?:\s*[+&,]\s*{_TAG_NAMES})*\]")
_HEAD = re.compile(r"([^\\\[\]{}]{1,80}?)\s*\\[^\\]{0,120}\\")
_GRAMMAR = re.compile(
    r"(?:prop\. n|proper n|n|v\. t|v\. i|v|a|adj|adv|prep|pron|conj|interj|imp|p\. p|p\. pr|pl|fem"
    r"|superl|compar|t|i|pref|suff|prefix|suffix|masc|sing|obj|poss|vb\. n|obs|pres)(?:\.|\b)"
)
_INFLECTIONS = re.compile(
    r"^\[\s*(?:imp|p\. ?p|p\. ?pr|p\. ?a|pres|vb|Compar|compar|Superl|superl|pl|Pl|sing|Sing|3d"
    r"|obs\. imp|prop)\b"
)
_LABELS = re.compile(
    r"^\[(?:Obs|R|Archaic|Colloq|Poetic|Prov|Scot|U\. ?S|Eng|Slang|Low|Rare|Local|Cant|Obsoles"
    r"|Written|Also|Called|Formerly|Spelt|Spelled|Commonly|Usually|Often|Sometimes|Naut|Law|Nonce"
    r"|Jocose|Humorous|Vulgar|Dial|Brit|Southern|Western|New Eng|Canad|Austral|Pejorative"
    r"|informal|slang|offensive|Mostly|Chiefly|Now|fig|Fig|obs|rare|archaic|colloq|Derog|acron)",
)
_NUMBERED = re.compile(r"^(?:(\d{1,2})\.|\(([a-z])\))\s+")
_BRACES = re.compile(r"\{([^{}]*)\}")
_RUN_ON = re.compile(r"--?\s*\{([^{}]+)\}")
_AUTHOR = re.compile(r"\s*--\s?[A-Z][\w.,'’&\[\] ()]{1,60}$")
_QUOTE = re.compile(r'"([^"]{8,300})"\s*(?:--\s?[A-Z(][^"]{0,40}?(?=\s["(]|$))?')
_USAGE_LABEL = re.compile(r"\s*\[((?:[A-Z][\w.,&' ]{0,30}|slang|obs\.|fig\.|R\.))\]")
_DOMAIN = re.compile(r"^\((?=[A-Z])([A-Z][\w.,&' -]{1,30})\)\s*")


def parse_entry(text: str) -> Entry | None:
    """Read an entry as the dictd file has it; None where it has no head. Never raises."""
    text = decode(text)
    heads, position = _heads(text)
    if not heads:
        return None
    grammar, inflections, etymology, position = _grammar(text, position)
    body = text[position:]
    senses, syn = _body(body)
    return Entry(
        headwords=heads,
        pos=_part_of_speech(grammar),
        grammar=grammar,
        inflections=inflections,
        etymology=etymology,
        senses=senses,
        syn=syn,
        accent=accent(text),
        run_ons=tuple(
            dict.fromkeys(plain(match[1]) for match in _RUN_ON.finditer(" ".join(body.split())))
        ),
    )


def accent(text: str) -> tuple[int, int] | None:
    """The stressed syllable (from 0) and the number of syllables of a head: "Au*gust\"" → (1, 2).

    A syllable ends with its mark: `"` the main stress, a grave accent a weaker one, `*` none.
    """
    match = re.match(r"[^\\\[\]{}]{1,80}?\s*\\([^\\ ]{1,60})\\", text)
    if match is None or match[1].count('"') != 1:
        return None
    pieces = re.findall(r"[^\"`*-]+[\"`*-]?", match[1])
    at = next((at for at, piece in enumerate(pieces) if piece.endswith('"')), None)
    return None if at is None else (at, len(pieces))


def plain(word: str) -> str:
    """A headword without the marks of syllables and stress ("Ob\"sti*nate*ly" → "Obstinately")."""
    return " ".join(re.sub(r"[\"`*|]", "", word).split()).strip(" ,;")


def _heads(text: str) -> tuple[tuple[str, ...], int]:
    heads: list[str] = []
    position = 0
    while True:
        match = _HEAD.match(text, position)
        if match is None:
            break
        head = plain(match[1].strip(" ,;|"))
        head = re.sub(r"^(?:or|and)\s+", "", head)
        if not head:
            break
        heads.append(head)
        position = match.end()
        pronunciation = re.match(r"\s*\([^()]*\)", text[position : position + 200])
        if pronunciation:
            position += pronunciation.end()
        comma = re.match(r"\s*,?\s*", text[position:])
        position += comma.end() if comma else 0
    return tuple(dict.fromkeys(heads)), position


def _grammar(text: str, position: int) -> tuple[str, tuple[str, ...], str, int]:
    """Part of speech, inflections and etymology of the head, and where the body begins."""
    grammar: list[str] = []
    inflections: list[str] = []
    etymology = ""
    end = min(len(text), position + 6000)
    while position < end:
        space = re.match(r"\s*", text[position:end])
        at = position + (space.end() if space else 0)
        line_break = "\n" in text[position:at]
        if at < end and text[at] == "[":
            start, stop = next(brackets(text[:end], at), (at, end))
            inside = text[start:stop]
            if start != at or _TAG.match(" " + inside) or _LABELS.match(inside):
                break
            if _INFLECTIONS.match(inside):
                inflections += [plain(name) for name in _BRACES.findall(inside)]
            elif not etymology:
                etymology = " ".join(inside[1:].removesuffix("]").split())
            else:
                break
            position = stop
            continue
        rest = text[at:end]
        match = None if line_break and etymology else _GRAMMAR.match(rest)
        if match and line_break and not match[0].endswith("."):
            match = None  # "n." and on the next line "a believer": the definition has begun
        if match is None:
            match = re.match(r"(?:[;,&.]|or\b|and\b|pl\b|[LE]\.)\s*", rest)
        if match is None:
            match = re.match(r"\{([^{}]*)\}(?:\s*\([^()]*\))?", rest) if not line_break else None
            if match:
                inflections.append(plain(match[1]))
        if match is None and not line_break:
            match = re.match(r"\((?:[^()\s]*[*\[^][^()]*|[?;\d ]+)\)", rest)
        if match is None:
            break
        grammar.append(match[0].strip())
        position = at + match.end()
    return (
        " ".join(" ".join(grammar).split()),
        tuple(dict.fromkeys(inflections)),
        etymology,
        position,
    )


def _part_of_speech(grammar: str) -> PartOfSpeech:
    start = grammar.removeprefix("prop. ").removeprefix("proper ")
    if start.startswith(("n.", "n", "pl.", "vb. n.")):
        return "noun"
    if start.startswith(("v.", "imp.")):
        return "verb"
    if start.startswith("adv"):
        return "adverb"
    if start.startswith(("a.", "adj", "p. a", "superl", "compar", "p. p.", "p. pr.")):
        return "adjective"
    return "other"


def _body(text: str) -> tuple[tuple[EntrySense, ...], tuple[str, ...]]:
    """The senses and the synonyms of an entry's body."""
    senses: list[EntrySense] = []
    syn: tuple[str, ...] = ()
    for block in re.split(r"\n\s*\n", _TAG.sub("", text)):
        lines = [line for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        indent = len(lines[0]) - len(lines[0].lstrip())
        flat = " ".join(" ".join(lines).split())
        if flat.startswith("Syn:"):
            syn = _synonyms(flat)
        elif flat.startswith(("Note:", "Usage:", "{", "Syn", "--", "[")):
            continue
        elif indent >= 9 and senses:
            example = _AUTHOR.sub("", flat).strip()
            last = senses[-1]
            senses[-1] = EntrySense(
                last.number, last.definition, (*last.examples, example), last.labels
            )
        else:
            senses += _senses(lines)
    return tuple(senses), syn


def _senses(lines: list[str]) -> list[EntrySense]:
    """The senses of one block: a numbered one may hold lettered ones."""
    pieces: list[tuple[str, str]] = []
    number = ""
    for line in lines:
        stripped = line.strip()
        match = _NUMBERED.match(stripped)
        if match and match[1]:
            number = match[1]
            pieces.append((number, stripped[match.end() :]))
            inner = _NUMBERED.match(pieces[-1][1])
            if inner and inner[2]:
                pieces[-1] = (f"{number}{inner[2]}", pieces[-1][1][inner.end() :])
        elif match and match[2]:
            if pieces and _is_domain(pieces[-1][1]):
                pieces.pop()
            pieces.append((f"{number}{match[2]}", stripped[match.end() :]))
        elif pieces:
            pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]} {stripped}")
        else:
            pieces.append(("", stripped))
    found = (_sense(name, piece) for name, piece in pieces)
    return [sense for sense in found if sense is not None]


def _is_domain(text: str) -> bool:
    return not _DOMAIN.sub("", text.strip())


def _sense(number: str, text: str) -> EntrySense | None:
    labels: list[str] = []
    while match := _DOMAIN.match(text):
        labels.append(match[1])
        text = text[match.end() :]
    text = re.split(r"\s--?\s?\{", text)[0]
    examples = [match[1].strip() for match in _QUOTE.finditer(text)]
    text = _QUOTE.sub("", text)
    labels += [label.strip() for label in _USAGE_LABEL.findall(text)]
    text = _USAGE_LABEL.sub("", text)
    text = _AUTHOR.sub("", text.strip())
    definition, _, usage = text.partition("; as, ")
    if usage:
        examples = [
            *(piece.strip(" .") for piece in usage.split(";") if piece.strip(" .")), *examples,
        ]  # fmt: skip
    definition = " ".join(_BRACES.sub(lambda match: plain(match[1]), definition).split()).strip()
    definition, noted = said_only(definition)
    labels += noted
    if not re.search(r"[A-Za-z]{2}", definition):
        return None
    return EntrySense(number, definition, tuple(dict.fromkeys(examples)), tuple(labels))


_NOTE = re.compile(
    r"\s*;\s*--.*$|\s*[,.]?\s*--\s*(?:called|used|applied|said|so|often|chiefly|usually|opposed|"
    r"sometimes|also|of|formerly|the|in|with|now|an?|as|contrasted|distinguished|followed|"
    r"generally|especially|n|[1-3]?\s?[A-Z]\w+)\b.*$|\s*\[[^\[\]]*\]?\s*$"
    r"|\s*(?:Same as|See|Cf\.|Compare)\s+[\w\s,-]{1,40}$"
)
"""What a definition adds of use, spelling or other entries, which is not its meaning."""
_LABEL_FIRST = re.compile(
    r"^(pl|p\. ?a|p\. ?p|a|n|v|imp)\.(?:\s*&\s*a\.)?\s+(?:\([A-Z][\w. ]*\)\s*)?(?=[A-Z(])"
)
_BROKEN = re.compile(r"^(?:[;:.,)\]?|]|etc\.|of [A-Z]\w+$)")
"""The rest of something that the text's conversion lost."""


def said_only(definition: str) -> tuple[str, list[str]]:
    """A definition without notes on use, and the labels before it ("pl.").

    It is "" where nothing is left but a reference ("See Pomage") or half a sentence.
    """
    labels: list[str] = []
    definition = re.sub(r"\[\d\]", "", definition)
    if match := _LABEL_FIRST.match(definition):
        labels, definition = [f"{match[1]}."], definition[match.end() :]
    while match := _NOTE.search(definition):
        definition = definition[: match.start()]
    definition = definition.strip(" .;,")
    return ("" if _BROKEN.match(definition) else definition), labels


def _synonyms(text: str) -> tuple[str, ...]:
    """The words of a "Syn:" paragraph, up to its references."""
    text = re.split(r"\bSee\b|\s--", text.removeprefix("Syn:"))[0]
    text = _BRACES.sub(lambda match: plain(match[1]), text)
    words = (re.sub(r"\[.*?\]|\(.*?\)", "", word).strip(" .") for word in re.split(r"[;,]", text))
    return tuple(
        dict.fromkeys(word.lower() for word in words if re.fullmatch(r"[A-Za-z][A-Za-z' -]*", word))
    )
