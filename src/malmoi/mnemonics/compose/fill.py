"""Templates: sentences with slots, and the cast, places and endings that fill them.

A template is used where all its slots can be filled; which ones is decided by a stable hash of the
term, so that a word always gets the same sentences and neighbouring words get different ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from malmoi.core.files import stable_hash
from malmoi.mnemonics.compose.phrases import Meaning, upper_first
from malmoi.text.english import family_stem, lower_words, with_article

FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{(\w+)\}")

NAMES = tuple(
    """Anna Ben Carla David Emma Felix Grace Hana Ivan Julia Kai Laura Minho Nora Oscar Paula Quinn
    Rosa Sam Tina Umar Vera Walter Yuna Zoe Grandma Grandpa Peter Sofia Jin Max Lily Hugo Mina Leo
    Clara Tom Ruth Omar Ella""".split()
)
PLACES = tuple(
    " ".join(place.split())
    for place in """in the kitchen; on the bus; at the zoo; in the library; on the roof; at school;
    in the garden; at the market; on the beach; in the elevator; at the airport; in the bathtub;
    under the bridge; behind the barn; on the stage; at the bank; in the snow; on a tiny island;
    at the wedding; in the museum; at the train station; on the football field; in the classroom;
    at the breakfast table; in the middle of the road; in the supermarket; on a rainy Monday;
    in front of the mirror; at the castle gate; on top of the mountain; in the old cinema; by the
    lake; at the barber's; in a crowded tent; on the moon; at midnight; in the courtroom; on the
    sofa; at the bakery; in a rowing boat; in the waiting room; at the fair; on the stairs; in the
    rain""".split(";")
)
CARRIERS: Mapping[str, tuple[str, ...]] = {
    "food": ("a waiter with {}", "a boy who dropped {}", "a cook who burned {}", "a thief with {}",
             "a girl who is eating {}", "a monkey that stole {}", "a baker in love with {}"),
    "garment": ("a man in {}", "a cat in {}", "a clown in {}", "a lady who lost {}",
                "a bear wearing {}", "a tailor who is sewing {}", "a child hiding under {}"),
    "thing": ("a boy with {}", "a monkey with {}", "a farmer who is holding {}", "a girl with {}",
              "a giant who is carrying {}", "a queen with {}", "a sailor with {}"),
    "vehicle": ("the driver of {}", "a dog at the wheel of {}", "a king on {}",
                "a family stuck in {}", "a thief escaping in {}", "a nun driving {}"),
    "place": ("the ghost of {}", "a guard outside {}", "a boy lost in {}", "the owner of {}",
              "a tourist looking for {}", "a painter in front of {}"),
    "plant": ("a squirrel under {}", "a gardener watering {}", "a goat eating {}",
              "a girl talking to {}", "a knight behind {}"),
    "body": ("a pirate with {} of gold", "a giant with {} of stone", "a doctor drawing {}",
             "a robot with {} of glass"),
    "nature": ("a wizard pointing at {}", "a sailor staring at {}", "a dog barking at {}",
               "a child painting {}"),
}  # fmt: skip
"""Who acts in a scene when the picture word itself can't."""

SHE = frozenset(
    "actress aunt bride cow daughter duchess girl grandma hen lady maid mermaid mother nun "
    "princess queen sister waitress widow witch woman".split()
)
HE = frozenset(
    "boy bull cowboy duke emperor father fireman fisherman genie grandpa groom husband king knight "
    "man mailman monk policeman pope prince rooster salesman uncle waiter wizard".split()
)
PEOPLE = frozenset(
    "baker boy child clown cook doctor driver family farmer gardener ghost giant girl guard king "
    "knight lady man nun owner painter pirate queen sailor tailor thief tourist waiter "
    "wizard".split()
)


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots, and where it stands ("picture.verb.3")."""

    name: str
    text: str

    @property
    def slots(self) -> frozenset[str]:
        """The slots that must be filled."""
        return frozenset(_SLOT.findall(self.text))


@lru_cache(maxsize=1)
def pictures() -> dict[str, str]:
    """Picture word → kind, in the file's order."""
    found: dict[str, str] = {}
    for line in (FOLDER / "pictures.txt").read_text(encoding="utf-8").splitlines():
        kind, colon, words = line.partition(":")
        if colon and not line.startswith("#"):
            for word in words.split():
                found.setdefault(word, kind)
    return found


@lru_cache
def templates(file: str, section: str) -> tuple[Template, ...]:
    """The templates of a section of a file; () where there is no such section."""
    found: list[Template] = []
    current = ""
    text = (FOLDER / "templates" / f"{file}.txt").read_text(encoding="utf-8")
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
        elif line and not line.startswith("#") and current == section:
            found.append(Template(f"{file}.{section}.{len(found) + 1}", line))
    return tuple(found)


@lru_cache
def templates_of(file: str, kind: str) -> tuple[Template, ...]:
    """The templates of all sections of a file that are for a kind of word ("noun")."""
    text = (FOLDER / "templates" / f"{file}.txt").read_text(encoding="utf-8")
    heads = re.findall(r"^\[(.+)\]$", text, re.MULTILINE)
    return tuple(t for head in heads if head.split()[0] == kind for t in templates(file, head))


@lru_cache(maxsize=1)
def scenes() -> dict[str, tuple[str, ...]]:
    """Stem of a word of a meaning → endings."""
    found: dict[str, tuple[str, ...]] = {}
    text = (FOLDER / "templates" / "scenes.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        cues, colon, endings = line.partition(":")
        if colon and not line.startswith("#"):
            ways = tuple(ending.strip() for ending in endings.split("|"))
            for cue in cues.split():
                found.setdefault(family_stem(cue), ways)
    return found


def pick(options: tuple[str, ...] | list[str], *seed: object) -> str:
    """One of the options, always the same for the same seed."""
    return options[_number(*seed) % len(options)]


def _number(*seed: object) -> int:
    return int(stable_hash("\x1f".join(map(str, seed)))[:12], 16)


def cast(anchor: str, *seed: object) -> dict[str, str]:
    """The slots of a picture word: `anchor` itself and an `actor` with or without it."""
    kind = pictures().get(anchor, "thing")
    slots = {"anchor": anchor, "an_anchor": with_article(anchor), "anchors": plural(anchor)}
    if kind in ("animal", "person"):
        actor, noun = with_article(anchor), anchor
    else:
        carrier = pick(CARRIERS[kind], "carrier", anchor, *seed)
        actor, noun = carrier.format(with_article(anchor)), carrier.split()[1]
    person = noun in PEOPLE or noun in HE or noun in SHE or kind == "person"
    she = noun in SHE or (person and noun not in HE and _number("she", noun, *seed) % 2 == 0)
    it, its, it_object = ("it", "its", "it")
    if person:
        it, its, it_object = ("she", "her", "her") if she else ("he", "his", "him")
    return {**slots, "actor": actor, "actor_noun": noun, "it": it, "its": its,
            "it_object": it_object}  # fmt: skip


def plural(noun: str) -> str:
    """The regular plural, and the few irregular ones among the picture words."""
    odd = {"mouse": "mice", "goose": "geese", "ox": "oxen", "sheep": "sheep", "deer": "deer",
           "foot": "feet", "tooth": "teeth", "child": "children", "fish": "fish", "wolf": "wolves",
           "leaf": "leaves", "knife": "knives", "scarf": "scarves", "squid": "squid",
           "salmon": "salmon", "trout": "trout", "shrimp": "shrimp", "bison": "bison",
           "thief": "thieves", "calf": "calves", "shelf": "shelves", "salesman": "salesmen",
           "policeman": "policemen", "fireman": "firemen", "fisherman": "fishermen",
           "mailman": "mailmen", "moose": "moose"}  # fmt: skip
    if noun in odd:
        return odd[noun]
    if re.search(r"(?:s|x|z|ch|sh)$", noun):
        return noun + "es"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun in {"potato", "tomato", "hero", "tornado", "volcano"} else "s")


def slots_of(term: str, meaning: Meaning, *seed: object) -> dict[str, str]:
    """The slots of the term and its meaning, with a place and a name; empty ones are left out."""
    slot = {"adjective": "ap", "verb": "vp", "noun": "np", "adverb": "manner"}.get(meaning.pos, "")
    says = meaning.phrase if meaning.pos in ("noun", "adverb") else meaning.any
    if meaning.pos == "verb" and meaning.phrase and _number("say", term, *seed) % 3 == 0:
        says = meaning.phrase
    found = {
        "term": term,
        "Term": upper_first(term),
        "a_term": with_article(term),
        slot: says,
        upper_first(slot): upper_first(says),
        "phrase": meaning.phrase,
        "do": meaning.does,
        "Do": upper_first(meaning.does),
        "adjective": meaning.adjective,
        "opposite": meaning.opposite,
        "an_opposite": with_article(meaning.opposite) if meaning.opposite else "",
        "object": meaning.object,
        "collocate": meaning.collocate,
        "a_collocate": with_article(meaning.collocate) if meaning.collocate else "",
        "place": pick(PLACES, "place", term, *seed),
        "name": pick(NAMES, "name", term, *seed),
    }
    return {name: text for name, text in found.items() if text}


def ending(meaning: Meaning, term: str, *seed: object) -> str:
    """What one sees where this meaning is acted out, "" where none fits.

    Synonyms tell best what a scene should show; a definition's first words come after them. A
    person or a thing has no scene of its own.
    """
    if meaning.kind in ("person", "thing"):
        return ""
    told = "" if meaning.pos == "noun" else " ".join(meaning.phrase.split()[:6])
    for text in (meaning.adjective, meaning.short, told):
        for word in lower_words(text):
            if ways := scenes().get(family_stem(word)):
                return pick(ways, "scene", term, *seed)
    return ""


def fill(
    file: str, section: str, slots: Mapping[str, str], limit: int, *seed: object
) -> Iterator[tuple[Template, str]]:
    """Templates of a section whose slots can be filled, with their sentences.

    Args:
        file, section: where the templates stand ("picture", "verb").
        slots: name → the words that take its place.
        limit: templates at most.
        seed: values that choose among the templates; the same give the same.
    """
    usable = [t for t in templates(file, section) if t.slots <= slots.keys()]
    usable.sort(key=lambda template: stable_hash("\x1f".join(map(str, (template.name, *seed)))))
    for template in usable[:limit]:
        text = _SLOT.sub(lambda found: slots[found[1]], template.text)
        yield template, sentence(text)


def sentence(text: str) -> str:
    """The text with a capital at its beginning and after a quotation mark that opens it."""
    text = re.sub(r"^(\W*)(\w)", lambda m: m[1] + m[2].upper(), " ".join(text.split()))
    return re.sub(r",+(?=[.!?])", "", text)
