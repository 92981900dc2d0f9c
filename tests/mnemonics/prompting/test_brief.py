from __future__ import annotations

from dataclasses import replace

from malmoi.lexicon.facts import Origin, Part, Pronunciation, Root, Sense, Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.prompting.brief import (
    MAX_CHARACTERS,
    best_origin,
    brief,
    student_brief,
)

SENSE = Sense(
    id="preposterous.adjective.1",
    pos="adjective",
    definition="completely devoid of good sense",
    examples=("a preposterous claim",),
    synonyms=("absurd",),
    antonyms=(),
    source="WordNet",
)
BARE = Origin(Root("praeposterus", "", "Latin"), (), (), "", "Etymological Wordnet")
GLOSSED = Origin(
    Root("praeposterus", "", "Latin"),
    (Root("prae", "before", "Latin"), Root("posterus", "coming after", "Latin")),
    ("posterior",),
    "[L. praeposterus …]",
    "GCIDE",
)
WORD = Word(
    term="preposterous",
    lemma="preposterous",
    pronunciations=(Pronunciation("pɹɪˈpɑstɝəs", ("P",), "0100", "CMUdict"),),
    parts=(Part("pre-", "prefix", "before", "ours"), Part("posterous", "stem", "", "ours")),
    origins=(BARE, GLOSSED),
    senses=(SENSE,),
    antonyms=("sensible",),
)


def test_every_known_fact_has_its_line() -> None:
    assert brief(WORD, SENSE, None).splitlines() == [
        "term: preposterous (adjective)",
        "meaning: completely devoid of good sense",
        "sound: /pɹɪˈpɑstɝəs/, 4 syllables",
        "parts: pre- 'before' + posterous",
        "origin: Latin praeposterus = prae 'before' + posterus 'coming after'; related: posterior",
        "like: absurd; opposite: sensible",
        "example: a preposterous claim",
    ]


def test_what_is_unknown_is_left_out_and_closed_book_is_the_word_alone() -> None:
    assert brief(Word("ken", "ken"), None, None) == "term: ken"
    other = replace(SENSE, examples=("the absurd excuse that the dog ate it",))
    assert "example" not in brief(WORD, other, None)
    assert brief(WORD, SENSE, None, facts=False) == "term: preposterous"


def test_the_account_with_glosses_is_preferred() -> None:
    assert best_origin(WORD) == GLOSSED
    assert best_origin(Word("a", "a", origins=(BARE,))) == BARE
    assert best_origin(Word("a", "a")) is None


def test_long_texts_are_cut_at_a_word() -> None:
    long = Sense("a.noun.1", "noun", "word " * 100, (), (), (), "WordNet")
    line = brief(Word("a", "a"), long, None).splitlines()[1]
    assert len(line) < MAX_CHARACTERS + 20
    assert line.endswith("word …")


def test_a_student_is_given_facts_that_lead_to_the_meaning(real_lexicon: Lexicon) -> None:
    word = real_lexicon.word("gearbox")
    lines = student_brief(word, word.senses[0], real_lexicon).splitlines()
    assert "fact: GEARbox is made of gear + box." in lines
    assert not any(line.startswith(("sound:", "parts:", "origin:")) for line in lines)
    assert student_brief(word, word.senses[0], real_lexicon, facts=False) == "term: gearbox"


def test_where_no_fact_leads_there_a_student_is_given_what_is_known(real_lexicon: Lexicon) -> None:
    word = real_lexicon.word("whirl")
    text = student_brief(word, word.senses[0], real_lexicon)
    assert "fact:" not in text
    assert "origin: Middle English whirlen" in text
    inside = real_lexicon.word("asymptomatic")
    assert "MAT" not in student_brief(inside, inside.senses[0], real_lexicon)
