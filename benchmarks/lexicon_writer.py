"""What the lexicon writer makes of words of the built-in list: how many cards, how good, how quick.

    python benchmarks/lexicon_writer.py [words] [shown]

Prints a table, and as many cards as asked, to read.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from itertools import pairwise

from malmoi.cli.console import shown
from malmoi.core.files import stable_hash
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.senses import first_sense
from malmoi.mnemonics.writer.lexicon_writer import checked
from malmoi.text.english import lower_words


def main(words: int = 300, shown: int = 0) -> None:
    lexicon = Lexicon.open()
    listed = sorted(lexicon.candidates("B2", 2.0, 4.3), key=lambda w: stable_hash(f"bench{w}"))
    terms = [term for term in listed if lexicon.word(term).senses][:words]
    checked(lexicon.word("candid"), lexicon.word("candid").senses[0], lexicon, 1)  # opens sources
    features: Counter[str] = Counter()
    seconds, passed, pairs = [], 0, []
    for number, term in enumerate(terms):
        word = lexicon.word(term)
        began = time.perf_counter()
        sense = first_sense(word, lexicon)
        assert sense
        found = checked(word, sense, lexicon, 1)
        seconds.append(time.perf_counter() - began)
        if not found:
            continue
        draft = found[0].candidate.draft
        passed += found[0].analysis.gate.passed
        features[draft.feature] += 1
        if sum(features.values()) <= 200:
            text = lower_words(f"{draft.reasoning} {draft.mnemonic}")
            pairs += list(pairwise(text))
        if shown and number % max(1, len(terms) // shown) == 0:
            print(f"\n{term} ({sense.pos}) {sense.definition}")
            print(f"  {draft.feature} {found[0].score:.2f}: {draft.reasoning}")
            print(f"  {draft.mnemonic}\n  e.g. {draft.example}")
    kept = sum(features.values())
    print(f"\nwords with a card, all claims supported: {kept / len(terms):.1%} of {len(terms)}")
    print(f"of these the gate of three passes:       {passed / kept:.1%}")
    print(f"distinct-2 over the first 200 cards:     {len(set(pairs)) / len(pairs):.3f}")
    print(f"milliseconds a word (mean, median):      {1000 * sum(seconds) / len(seconds):.0f}, "
          f"{1000 * sorted(seconds)[len(seconds) // 2]:.0f}")  # fmt: skip
    print(f"features: {dict(features.most_common())}")


if __name__ == "__main__":
    with shown():
        main(*map(int, sys.argv[1:]))
