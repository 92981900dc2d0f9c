"""How often the teacher's answers agree on a Korean gloss, and the cards that come of it.

    python benchmarks/korean_cards.py                # 40 words of level B2 and above, by hash
    python benchmarks/korean_cards.py --words 200 --preset gemma-3-270m
    python benchmarks/korean_cards.py --distances    # of Korean words drawn by hash; no teacher

Prints, for a person to judge, each word with its definition, the agreed gloss ("-" for none) and
the votes; then the share of words with a gloss, and the best Korean card of each word that has one.
"""

from __future__ import annotations

import argparse

from malmoi.cli.console import shown
from malmoi.core.files import stable_hash
from malmoi.lexicon.keywords.korean import MAX_DISTANCE, Korean
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.korean.claims import MIN_UNLIKE
from malmoi.mnemonics.korean.composing import compose
from malmoi.mnemonics.korean.glosses import SAMPLES, read, requests, short
from malmoi.recipe import TeacherSection
from malmoi.teachers.open import open_teacher


def show_distances(terms: list[str]) -> None:
    """How far Korean words that nobody chose are from English ones: what `MIN_UNLIKE` stands on."""
    korean = Korean.open()
    words = sorted(korean.grades, key=stable_hash)
    pairs = [
        (term, words[(7 * at + 331 * draw) % len(words)])
        for at, term in enumerate(terms)
        for draw in range(6)
    ]
    found = [near[0] for pair in pairs if (near := korean.nearest(*pair))]
    print(f"{len(found)} pairs; "
          f"near (up to {MAX_DISTANCE}): {sum(d <= MAX_DISTANCE for d in found)}; "
          f"far ({MIN_UNLIKE} and more): {sum(d >= MIN_UNLIKE for d in found)}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--preset", default="gemma-3-270m")
    parser.add_argument("--terms", nargs="*", default=[], help="these words instead")
    parser.add_argument("--distances", action="store_true")
    options = parser.parse_args()
    lexicon = Lexicon.open()
    terms = options.terms or sorted(lexicon.candidates("B2", 2.0, 4.3), key=stable_hash)
    if options.distances:
        show_distances(terms[:150])
        return
    words = [word for term in terms[: 2 * options.words] if (word := lexicon.word(term)).senses]
    words = words[: options.words]
    with open_teacher(TeacherSection(preset=options.preset)) as teacher:
        asked = [requests(word, word.senses[0], teacher.chat) for word in words]
        replies = list(teacher.write(request for each in asked for request in each))
        print(f"teacher: {teacher.identity}")
    size = SAMPLES + 1
    glosses = {}
    for number, word in enumerate(words):
        sense = word.senses[0]
        gloss, share = read(replies[size * number : size * (number + 1)], sense.pos)
        glosses[word.term] = gloss
        heard = " / ".join(r.text.strip() for r in replies[size * number : size * (number + 1)])
        print(f"{word.term}\t{sense.pos}\t{short(sense.definition)}\t{gloss or '-'}\t"
              f"{round(share * size)}\t{heard}")  # fmt: skip
    agreed = sum(map(bool, glosses.values()))
    print(f"\nagreed gloss: {agreed} of {len(words)} words ({agreed / len(words):.0%})\n")
    made = 0
    for word in words:
        found = compose(word, word.senses[0], lexicon, glosses[word.term], limit=1)
        for candidate in found:
            made += 1
            print(f"{word.term}: {candidate.draft.mnemonic}\n    {candidate.draft.reasoning}")
    print(f"\nKorean keyword cards: {made} of {len(words)} words ({made / len(words):.0%})")


if __name__ == "__main__":
    with shown():
        main()
