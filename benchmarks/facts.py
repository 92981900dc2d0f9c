"""What the word's facts in a teacher's prompt are worth: `facts.py [--words 40] [--preset NAME]`.

The teacher writes for the same words with and without their facts, in the few-shot style, greedily;
all is measured as in a run's evaluation. Prints shares with 95 % bootstrap intervals and the paired
tests.
"""

from __future__ import annotations

import argparse

from malmoi.cli.console import shown
from malmoi.cli.results import print_systems
from malmoi.core.files import stable_hash
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.evaluation import measure, report_table, table
from malmoi.mnemonics.prompting.prompts import answer
from malmoi.pipelines.mnemonics.words import Item, look_up
from malmoi.pipelines.mnemonics.writing import teacher_requests
from malmoi.recipe import CardsSection, TeacherSection
from malmoi.teachers.open import open_teacher

WITH, WITHOUT = "with facts", "without facts"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--preset", default="gemma-3-270m")
    parser.add_argument("--prompt", default="few-shot")
    options = parser.parse_args()
    lexicon = Lexicon.open()
    terms = sorted(
        lexicon.candidates("B2", 2.0, 4.3), key=lambda term: stable_hash(["facts", term])
    )
    known = [word for word in map(lexicon.word, terms[: 2 * options.words]) if word.senses]
    items = [Item(word.term, word.senses[0].id) for word in known[: options.words]]
    facts = [look_up(item, lexicon) for item in items]
    rows = {}
    with open_teacher(TeacherSection(preset=options.preset)) as teacher:
        for name, given in ((WITH, True), (WITHOUT, False)):
            section = CardsSection(candidates=1, facts=given, prompt=options.prompt)
            asked = [
                request
                for item in items
                for request in teacher_requests(item, section, lexicon, teacher.chat)
            ]
            texts = [answer(reply.text, teacher.chat) for reply in teacher.write(asked)]
            rows[name] = measure(texts, facts, lexicon)
    print(f"{options.preset}, {options.prompt}, {len(items)} words")
    found = table(rows, [(WITH, WITHOUT)])
    title = "The facts in the prompt"
    print_systems(report_table(found, title, [WITH, WITHOUT], (WITH, WITHOUT)))


if __name__ == "__main__":
    with shown():
        main()
