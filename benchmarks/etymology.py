"""How many words have an origin with glossed roots in GCIDE, and a sample of them to read.

    python benchmarks/etymology.py [--words 300] [--read 60] [--seed 9] [--all]

Words: of wordfreq's list, Zipf 2 to 4.3, four letters or more, their own lemma in WordNet, headword
of a GCIDE entry. Prints what share of the sample has any origin, one with a glossed root, and one
with a glossed root or etymon; with --all the same for all words; then the first --read origins with
a gloss, each under the text that it was read from, for a person to judge whether each gloss stands
with its form.
"""

from __future__ import annotations

import argparse
import random
import time

from malmoi.cli.console import say, shown
from malmoi.lexicon.dictionaries.gcide import Gcide
from malmoi.lexicon.dictionaries.wordnet import WordNet
from malmoi.lexicon.facts import Origin


def headwords(gcide: Gcide, wordnet: WordNet) -> list[str]:
    import wordfreq

    frequencies = wordfreq.get_frequency_dict("en")
    return sorted(
        word
        for word in frequencies
        if word.isascii()
        and word.isalpha()
        and len(word) > 3
        and 2 <= wordfreq.zipf_frequency(word, "en") <= 4.3
        and word in wordnet
        and wordnet.lemma(word) == word
        and gcide.definitions(word)
    )


def glossed(origin: Origin, etymon: bool) -> bool:
    roots = origin.roots
    if etymon and origin.etymon:
        roots = (origin.etymon, *roots)
    return any(root.gloss for root in roots)


def report(name: str, words: list[str], gcide: Gcide) -> None:
    start = time.perf_counter()
    origins = [gcide.origins(word) for word in words]
    milliseconds = 1000 * (time.perf_counter() - start) / len(words)
    some = sum(bool(of_word) for of_word in origins)
    roots = sum(any(glossed(origin, False) for origin in of_word) for of_word in origins)
    either = sum(any(glossed(origin, True) for origin in of_word) for of_word in origins)
    say(
        f"{name}: {len(words)} words, origin {some} ({some / len(words):.0%}), "
        f"glossed root {roots} ({roots / len(words):.0%}), "
        f"glossed root or etymon {either} ({either / len(words):.0%}), "
        f"{milliseconds:.2f} ms a word"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--read", type=int, default=60)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    gcide, wordnet = Gcide.open(), WordNet.open()
    words = headwords(gcide, wordnet)
    sample = random.Random(options.seed).sample(words, options.words)
    report("sample", sample, gcide)
    if options.all:
        report("all", words, gcide)
    left = options.read
    for word in sample:
        shown = next((o for o in gcide.origins(word) if glossed(o, True)), None)
        if shown is None or not left:
            continue
        left -= 1
        say(f"\n{word} ({shown.source}): {shown.text}")
        for root in ((shown.etymon,) if shown.etymon else ()) + shown.roots:
            kind = "etymon" if root is shown.etymon else "root"
            say(f"    {kind}: {root.language} {root.form} {root.gloss or '–'}")


if __name__ == "__main__":
    with shown():
        main()
