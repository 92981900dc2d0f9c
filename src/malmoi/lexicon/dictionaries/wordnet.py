"""Princeton WordNet 3.0 as Debian packages it (`wordnet-base`): senses, relations, base forms.

Formats: wndb(5WN), morphy(7WN). Sense order is WordNet's own: most frequent first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.kept import tables
from malmoi.core.packages import apt, deb
from malmoi.lexicon.facts import PartOfSpeech, Sense

SOURCE = "WordNet 3.0"
_FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_POS: dict[str, PartOfSpeech] = {"n": "noun", "v": "verb", "a": "adjective", "r": "adverb"}
FUNCTION_WORDS = frozenset(
    """a about above after again against all also although am among an and any are as at be because
    been before behind being below beside between both but by can could did do does down during each
    either every few for from had has have he her here hers him his how i if in into is it its just
    many may me might mine more most must my near neither no nor not of off on once one only onto or
    other ought our ours out over own same shall she should since so some such than that the their
    them then there these they this those through till to too under unless until up upon us very was
    we were what when where whether which while who whom whose why will with within without would
    yes yet you your yours""".split()
)
"""Words of grammar, of which WordNet has some as adverbs or adjectives and most not at all."""
_NOUNS = frozenset("can may must own one few all will being might mine yes why does".split())
"""Of these words of grammar WordNet's nouns are words too; "a", "at", "in", "he" are units, signs
and letters."""

_FIELDS = dict(
    pair.split(":")
    for pair in """04:act 05:animal 06:artifact 07:attribute 08:body 09:cognition 10:communication
    11:event 12:feeling 13:food 14:group 15:location 16:motive 17:object 18:person 19:phenomenon
    20:plant 21:possession 22:process 23:quantity 24:relation 25:shape 26:state 27:substance
    28:time""".split()
)
"""lexnames(5WN), the nouns' files."""
# morphy(7WN), "detachment rules"
_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "n": (
        ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
        ("men", "man"), ("ies", "y"),
    ),
    "v": (
        ("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"),
        ("ing", ""),
    ),
    "a": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "r": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Synset:
    """A line of a data file: its words, pointers (symbol, kind, offset, from, to) and gloss.

    `field` is the number of its lexicographer file (lexnames(5WN): 06 artifacts, 13 food …);
    `frames` are a verb's sentence frames, each with the word that it is of (0: all of them);
    `markers` say of each word of an adjective where alone it stands ("a", "p", "ip"; "" anywhere).
    """

    kind: str
    offset: int
    words: tuple[str, ...]
    pointers: tuple[tuple[str, str, int, int, int], ...]
    definition: str
    examples: tuple[str, ...]
    field: str
    frames: tuple[tuple[int, int], ...] = ()
    markers: tuple[str, ...] = ()


Tables = Mapping[str, Mapping[str, Any]]
"""Synsets' lines by kind and offset ("n1740"); for each kind an index (lemma → offsets of its
synsets) and exceptions (form → lemmas); and how often senses are tagged (kind and lemma → number →
count)."""


class WordNet:
    """Senses of a word and how they hang together. Reading is safe between threads.

    `package` is the file that they were read from.
    """

    def __init__(self, tables: Tables, package: Path) -> None:
        self.package = package
        self._synsets: Mapping[str, str] = tables["synsets"]
        self._index: dict[str, Mapping[str, tuple[int, ...]]] = {
            kind: tables[f"index {kind}"] for kind in _FILES
        }
        self._exceptions: dict[str, Mapping[str, tuple[str, ...]]] = {
            kind: tables[f"exceptions {kind}"] for kind in _FILES
        }
        self._tagged: Mapping[str, dict[int, int]] = tables["tagged"]

    @classmethod
    def open(cls, folder: Path | None = None) -> WordNet:
        """WordNet out of the package in `folder` or in malmoi's cache.

        Raises:
            SourceError: the package is not there and can't be fetched, or lacks a file.
        """
        package = apt.find(("wordnet-base",), folder, "lexicon")["wordnet-base"]
        return cls(
            tables("wordnet", [package], __file__, lambda: read_tables(_files(package))), package
        )

    def __contains__(self, word: str) -> bool:
        return any(_key(word) in index for index in self._index.values())

    def words(self) -> set[str]:
        """All lemmas, lower-cased, phrases with spaces."""
        return {word.replace("_", " ") for index in self._index.values() for word in index}

    def glosses(self) -> str:
        """The glosses of all synsets, one a line after "|"."""
        return "\n".join(
            f"| {gloss.strip()}"
            for line in self._synsets.values()
            for gloss in line.partition(" | ")[2:]
        )

    def senses(self, word: str) -> tuple[Sense, ...]:
        """The senses of a word, its parts of speech in the order of WordNet's tag counts.

        An inflected form gives the senses of its lemma. A sense's id is "obstinate.adjective.1".
        Names and abbreviations of the same letters (August, IT) come last; of a function word
        (or, us, he) they are left out: WordNet hasn't the word, only Oregon and helium.
        """
        word_of = {kind: self._entry_word(word, kind) for kind in _FILES}
        kinds = [kind for kind in _FILES if word_of[kind]]
        kinds.sort(key=lambda kind: self._rank(word_of[kind], kind))
        own, names = list[Sense](), list[Sense]()
        for kind in kinds:
            for number, offset in enumerate(self._index[kind][_key(word_of[kind])], 1):
                named = self._is_name(word_of[kind], kind, offset)
                where = names if named else own
                where.append(self._sense(word_of[kind], kind, number, offset))
        return tuple(own + names if _key(word) not in FUNCTION_WORDS - _NOUNS else own)

    def _is_name(self, word: str, kind: str, offset: int) -> bool:
        """Whether a sense of a word is written with a capital (August, Oregon: OR, helium: He)."""
        key = _key(word)
        synset = self._synset(kind, offset)
        written = [own for own in synset.words if own.lower() == key]
        unit = key in FUNCTION_WORDS and kind == "n" and len(key) < 4
        return all(own != key for own in written) or (unit and key not in _NOUNS)

    def _entry_word(self, word: str, kind: str) -> str:
        """The lemma under which a word's senses of a kind stand; "" where it has none.

        "banks" is in WordNet as a name only; a word in small letters means its lemma then.
        """
        offsets = self._index[kind].get(_key(word), ())
        bases = self._bases(word, kind)
        if kind == "n" and _key(word) in FUNCTION_WORDS - _NOUNS:
            bases = []  # "us" is no plural of the letter u
        if not offsets:
            own = any(_key(word) in index for index in self._index.values())
            return bases[0] if bases and (not own or self._only_names(word)) else ""
        return bases[0] if bases and self._only_names(word) else word

    def _only_names(self, word: str) -> bool:
        """Whether every sense of a word is a name (written with a capital)."""
        return all(self._is_name(word, kind, offset) for kind, offset in self.places(word))

    def _rank(self, word: str, kind: str) -> tuple[int, int]:
        """The kind in which a word is used most comes first; then that with most senses."""
        key = _key(word)
        tagged = sum(self._tagged.get(f"{kind} {key}", {}).values())
        return (-tagged, -len(self._index[kind][key]))

    def related(self, word: str) -> set[str]:
        """Derivationally related forms of a word in any of its senses ("obstinacy"), and those
        it pertains to ("atomic" → "atom")."""
        found: set[str] = set()
        for kind, offset in self.places(word):
            synset = self._synset(kind, offset)
            for position, own in enumerate(synset.words, 1):
                if own.lower() != _key(word):
                    continue
                for symbol, other, place, origin, target in synset.pointers:
                    if symbol in ("+", "\\", "<") and origin == position and target:
                        found.add(_plain(self._synset(other, place).words[target - 1]))
        return found - {word.lower()}

    def lemma(self, word: str, pos: PartOfSpeech | None = None) -> str | None:
        """The base form of a word as morphy finds it; None where WordNet knows none."""
        wanted = [kind for kind in _FILES if pos is None or _POS[kind] == pos]
        if any(_key(word) in self._index[kind] for kind in wanted) and not (
            self._only_names(word) and any(self._bases(word, kind) for kind in wanted)
        ):
            return word.lower()
        return next((base for kind in wanted for base in self._bases(word, kind)), None)

    def bases(self, word: str, pos: PartOfSpeech) -> list[str]:
        """Words of which it may be a regular or listed form, names left out."""
        kind = next((kind for kind, name in _POS.items() if name == pos), "")
        found = self._bases(word, kind) if kind else []
        return [base for base in found if not self._only_names(base)]

    def fields(self, word: str) -> list[str]:
        """What kind of thing a noun names in each of its senses ("artifact", "attribute", …)."""
        places = [offset for kind, offset in self.places(word) if kind == "n"]
        return [_FIELDS.get(self._synset("n", offset).field, "") for offset in places]

    def tagged(self, sense_id: str) -> int:
        """How often WordNet's corpus is tagged with a sense; 0 for an unknown id."""
        word, kind, number = _parts(sense_id)
        return self._tagged.get(f"{kind} {word}", {}).get(number, 0)

    def frames(self, sense_id: str) -> frozenset[int]:
        """The numbers of a verb's sentence frames in a sense (wninput(5WN): 8 is "Somebody ----s
        something"); empty for an unknown id and for what is no verb."""
        found = self._find(sense_id)
        if found is None:
            return frozenset()
        words = [word.lower() for word in found.words]
        key = _parts(sense_id)[0]
        own = words.index(key) + 1 if key in words else 0
        return frozenset(frame for frame, word in found.frames if word in (0, own))

    def position(self, sense_id: str) -> str:
        """Where alone an adjective stands: "a" before its noun (lone), "p" after a verb (afraid),
        "ip" right after its noun ("elect"); "" for anywhere, or an unknown id."""
        found = self._find(sense_id)
        key = _parts(sense_id)[0]
        marked = zip(found.words, found.markers, strict=True) if found else ()
        return next((marker for word, marker in marked if word.lower() == key and marker), "")

    def broader(self, sense_id: str) -> tuple[str, ...]:
        """Words of the synsets directly above a sense (hypernyms; for adjectives the head of the
        cluster); () for an unknown id."""
        return self._across(sense_id, ("@", "@i", "&"))

    def coordinate(self, sense_id: str) -> tuple[str, ...]:
        """Words that share a hypernym with a sense."""
        found = self._find(sense_id)
        if found is None:
            return ()
        words: list[str] = []
        for symbol, kind, offset, _, _ in found.pointers:
            if symbol in ("@", "@i"):
                for down, other, place, _, _ in self._synset(kind, offset).pointers:
                    if down in ("~", "~i") and place != found.offset:
                        words += map(_plain, self._synset(other, place).words)
        return tuple(dict.fromkeys(words))

    def _across(self, sense_id: str, symbols: tuple[str, ...]) -> tuple[str, ...]:
        found = self._find(sense_id)
        if found is None:
            return ()
        return tuple(
            dict.fromkeys(
                _plain(word)
                for symbol, kind, offset, _, _ in found.pointers
                if symbol in symbols
                for word in self._synset(kind, offset).words
            )
        )

    def _find(self, sense_id: str) -> _Synset | None:
        word, kind, number = _parts(sense_id)
        offsets = self._index.get(kind, {}).get(word, ())
        return self._synset(kind, offsets[number - 1]) if 1 <= number <= len(offsets) else None

    def places(self, word: str) -> Iterable[tuple[str, int]]:
        """(kind, offset) of each synset that lists the word."""
        for kind, index in self._index.items():
            for offset in index.get(_key(word), ()):
                yield kind, offset

    def _bases(self, word: str, kind: str) -> list[str]:
        """Base forms by exception list and detachment rules."""
        key, index = _key(word), self._index[kind]
        bases = [base for base in self._exceptions[kind].get(key, ()) if base in index]
        if not bases:
            bases = [
                key[: -len(ending)] + put
                for ending, put in _ENDINGS[kind]
                if key.endswith(ending) and key[: -len(ending)] + put in index
            ]
        return [base.replace("_", " ") for base in dict.fromkeys(bases)]

    def _sense(self, word: str, kind: str, number: int, offset: int) -> Sense:
        synset = self._synset(kind, offset)
        opposites: list[str] = []
        for symbol, other, place, origin, target in synset.pointers:
            if symbol == "!" and (not origin or synset.words[origin - 1].lower() == _key(word)):
                opposites.append(_plain(self._synset(other, place).words[max(target, 1) - 1]))
            elif symbol == "&" and synset.kind == "s":
                # A satellite adjective has the antonyms of its cluster's head.
                for sign, third, spot, _, target_word in self._synset(other, place).pointers:
                    if sign == "!":
                        opposites.append(
                            _plain(self._synset(third, spot).words[max(target_word, 1) - 1])
                        )
        names = [_plain(own) for own in synset.words]
        return Sense(
            id=f"{word.lower()}.{_POS[kind]}.{number}",
            pos=_POS[kind],
            definition=synset.definition,
            examples=synset.examples,
            synonyms=tuple(name for name in names if name.lower() != word.lower()),
            antonyms=tuple(dict.fromkeys(opposites)),
            source=SOURCE,
        )

    def _synset(self, kind: str, offset: int) -> _Synset:
        """Parse the line at `offset` of the data file of `kind`."""
        line = self._synsets[f"{'a' if kind == 's' else kind}{offset}"]
        fields, _, gloss = line.partition(" | ")
        parts = fields.split()
        count = int(parts[3], 16)
        marked = [word.partition("(") for word in parts[4 : 4 + 2 * count : 2]]
        words = tuple(word for word, _, _ in marked)
        markers = tuple(marker.rstrip(")") for _, _, marker in marked)
        start = 4 + 2 * count
        pointers = tuple(
            (parts[at], parts[at + 2], int(parts[at + 1]), int(parts[at + 3][:2], 16),
             int(parts[at + 3][2:], 16))
            for at in range(start + 1, start + 1 + 4 * int(parts[start]), 4)
        )  # fmt: skip
        last = start + 1 + 4 * int(parts[start])
        frames = tuple(  # after their number, each as "+ 08 00"
            (int(parts[at + 1]), int(parts[at + 2], 16)) for at in range(last + 1, len(parts), 3)
        )
        pieces = gloss.strip().split('; "')
        definition = pieces[0].strip().rstrip(";")
        examples = tuple(piece.strip().strip('"').strip() for piece in pieces[1:])
        return _Synset(
            parts[2], offset, words, pointers, definition, examples, parts[1], frames, markers
        )


def _parts(sense_id: str) -> tuple[str, str, int]:
    """A sense's word as WordNet writes it, its kind ("" for an unknown one) and its number."""
    word, _, number = sense_id.rpartition(".")
    word, _, pos = word.rpartition(".")
    kind = next((kind for kind, name in _POS.items() if name == pos), "")
    return _key(word), kind, int(number) if number.isdigit() else 0


def _key(word: str) -> str:
    return word.strip().lower().replace(" ", "_")


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _files(package: Path) -> dict[str, bytes]:
    """The files of the package that are read, by name."""
    names = {
        file
        for name in _FILES.values()
        for file in (f"data.{name}", f"index.{name}", f"{name}.exc")
    } | {"cntlist.rev"}
    files = {
        path.rsplit("/", 1)[1]: data
        for path, data in deb.files(package, lambda path: path.rsplit("/", 1)[-1] in names)
    }
    missing = sorted(names - set(files))
    if missing:
        raise SourceError(f"{package} lacks {', '.join(missing)}. Delete it and fetch it again.")
    return files


def read_tables(files: Mapping[str, bytes]) -> Tables:
    """The tables out of the package's files."""
    text = {name: data.decode("latin-1") for name, data in files.items()}
    made: dict[str, dict[str, Any]] = {"synsets": {}, "tagged": _read_counts(text["cntlist.rev"])}
    for kind, name in _FILES.items():
        for line in _lines(text[f"data.{name}"]):
            made["synsets"][f"{kind}{int(line[:8])}"] = line
        made[f"index {kind}"] = _read_index(text[f"index.{name}"])
        made[f"exceptions {kind}"] = _read_exceptions(text[f"{name}.exc"])
    return made


def _lines(text: str) -> list[str]:
    """The lines of a file without its licence, whose lines are indented."""
    return [line for line in text.split("\n") if line and not line.startswith("  ")]


def _read_index(text: str) -> dict[str, tuple[int, ...]]:
    """Lemma → offsets of its synsets in order."""
    index = {}
    for line in _lines(text):
        parts = line.split()
        index[parts[0]] = tuple(map(int, parts[-int(parts[2]) :]))
    return index


def _read_counts(text: str) -> dict[str, dict[int, int]]:
    """Kind and lemma ("n dog") → number → how often the sense was tagged (cntlist(5WN))."""
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for line in text.splitlines():
        key, number, count = line.split()
        lemma, _, rest = key.partition("%")
        kind = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}[rest[0]]
        counts[f"{kind} {lemma}"][int(number)] = int(count)
    return dict(counts)


def _read_exceptions(text: str) -> dict[str, tuple[str, ...]]:
    lines = (line.split() for line in text.splitlines())
    return {parts[0]: tuple(parts[1:]) for parts in lines if parts}
