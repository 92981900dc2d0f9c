"""How a verb is used in a sense: WordNet's sentence frames ("Somebody ----s something").

    frames("quell.verb.1")   # {8}: of somebody, with a thing as its object

The lexicon gives senses without their frames, so that they are read off the package here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from malmoi.core.errors import SourceError
from malmoi.core.packages import apt, deb

_SOMEBODY_OBJECT = frozenset({9, 10, 17, 18, 19, 20, 24, 25, 30})
_SOMETHING_OBJECT = frozenset({8, 11, 15, 16, 21, 31})
_OF_THINGS = frozenset({1, 3, 4, 6, 11, 12, 10})
_ALONE = frozenset({1, 2, 3, 4, 12, 13, 22, 23, 27})


@dataclass(frozen=True, slots=True)
class Use:
    """Whether a verb takes an object, of which kind, and who does it.

    `object` and `subject` are "people", "things" or "" (no object; not known).
    """

    object: str
    subject: str


def use_of(sense_id: str) -> Use | None:
    """How a verb is used in a sense; None where WordNet isn't there or doesn't say."""
    found = frames(sense_id)
    if not found:
        return None
    things = len(found & _SOMETHING_OBJECT)
    people = len(found & _SOMEBODY_OBJECT)
    alone = len(found & _ALONE)
    takes = things + people > 0 and (alone == 0 or things + people > alone)
    subject = "things" if found and found <= _OF_THINGS else "people"
    return Use(("people" if people > things else "things") if takes else "", subject)


def frames(sense_id: str) -> frozenset[int]:
    """The numbers of a sense's frames (wninput(5WN)), empty for one that WordNet lacks."""
    lemma, _, number = sense_id.rpartition(".")
    term = lemma.removesuffix(".verb").replace(" ", "_")
    index, data = _files()
    offsets = index.get(term, ())
    if not lemma.endswith(".verb") or not number.isdigit() or not 1 <= int(number) <= len(offsets):
        return frozenset()
    start = offsets[int(number) - 1]
    fields = data[start : data.index(b"\n", start)].decode("latin-1").partition(" | ")[0].split()
    count = int(fields[3], 16)
    words = [word.lower() for word in fields[4 : 4 + 2 * count : 2]]
    at = 4 + 2 * count
    at += 1 + 4 * int(fields[at])
    own = f"{words.index(term) + 1:02x}" if term in words else "00"
    rows = fields[at + 1 :]
    return frozenset(
        int(rows[i + 1]) for i in range(0, len(rows) - 2, 3) if rows[i + 2] in ("00", own)
    )


@lru_cache(maxsize=1)
def _files() -> tuple[dict[str, tuple[int, ...]], bytes]:
    """Verb → offsets of its senses in order, and the data that they point into."""
    try:
        package = apt.find(("wordnet-base",), None, "lexicon")["wordnet-base"]
    except SourceError:
        return {}, b""
    files = {
        path.rpartition("/")[2]: data
        for path, data in deb.files(package, lambda p: p.endswith(("index.verb", "data.verb")))
    }
    index = {}
    for line in files.get("index.verb", b"").decode("latin-1").splitlines():
        if not line.startswith("  "):
            parts = line.split()
            index[parts[0]] = tuple(map(int, parts[-int(parts[2]) :]))
    return index, files.get("data.verb", b"")
