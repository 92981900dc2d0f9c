"""Cards for blind rating: held-out words as the lexicon writer writes them.

    python benchmarks/blind_cards.py new.tsv 120
    python benchmarks/blind_cards.py new.tsv 120 SALT    # other words, none of the rated ones
    python benchmarks/blind_cards.py new.tsv 120 SALT seen.tsv    # nor any of that file
    python benchmarks/blind_cards.py old.tsv new.tsv     # another build, the words of that file

The words are of the built-in list (B2 and above, Zipf 2.0 to 4.3), in the order of a hash, from the
half that nobody looked at while the writer was built. One row a card: word, meaning, mnemonic,
example. Of another file's words those without a card have an empty mnemonic.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from malmoi.core.files import stable_hash, stable_share
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.writer.card import write_card

SALT = "x12"
RATED = Path(__file__).parents[1] / "tests" / "data" / "rated_cards.tsv"


def main(path: str, words: str = "120", salt: str = SALT, seen: str = "") -> None:
    lexicon = Lexicon.open()
    given = not words.isdigit()
    rows, cards, known = ["word\tmeaning\tmnemonic\texample"], 0, 0
    began = time.perf_counter()
    for term in _listed(Path(words)) if given else _held_out(lexicon, salt, seen):
        word = lexicon.word(term)
        if not word.senses or not (word.origins or word.parts or word.family):
            continue
        known += 1
        card = write_card(term, lexicon)
        if card:
            rows.append("\t".join((term, card.definition, card.mnemonic, card.example)))
            cards += 1
        elif given:
            rows.append(f"{term}\t{word.senses[0].definition}\t\t")
        if not given and cards == int(words):
            break
    Path(path).write_text("\n".join(rows) + "\n", encoding="utf-8")
    took = time.perf_counter() - began
    print(f"{cards} cards of {known} words with an etymology, a part or a relative "
          f"({cards / known:.1%}), {1000 * took / known:.0f} ms a word")  # fmt: skip


def _held_out(lexicon: Lexicon, salt: str, seen: str) -> list[str]:
    rated = set() if salt == SALT else set(_listed(RATED))
    rated |= set(_listed(Path(seen))) if seen else set()
    words = [w for w in lexicon.candidates("B2", 2.0, 4.3) if stable_share(w, SALT) >= 0.5]
    return sorted((w for w in words if w not in rated), key=lambda w: stable_hash(f"{salt}{w}"))


def _listed(path: Path) -> list[str]:
    return [line.split("\t")[0] for line in path.read_text("utf-8").splitlines()[1:]]


if __name__ == "__main__":
    main(*sys.argv[1:])
