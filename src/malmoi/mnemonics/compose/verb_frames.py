"""How a verb is used in a sense, by WordNet's sentence frames ("Somebody ----s something").

use_of("quell.verb.1", lexicon)   # Use("things", "people"): people quell things
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

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


def use_of(sense_id: str, lexicon: Lexicon) -> Use | None:
    """How a verb is used in a sense; None where WordNet isn't there or doesn't say."""
    found = lexicon.wordnet.frames(sense_id) if lexicon.wordnet else frozenset()
    if not found:
        return None
    things = len(found & _SOMETHING_OBJECT)
    people = len(found & _SOMEBODY_OBJECT)
    alone = len(found & _ALONE)
    takes = things + people > 0 and (alone == 0 or things + people > alone)
    subject = "things" if found and found <= _OF_THINGS else "people"
    return Use(("people" if people > things else "things") if takes else "", subject)


def object_of(verb: str, lexicon: Lexicon) -> str:
    """What a verb is mostly done to: "people", "things", or "" where it takes no object."""
    senses = [sense for sense in lexicon.word(verb).senses if sense.pos == "verb"]
    use = use_of(senses[0].id, lexicon) if senses else None
    return use.object if use else ""
