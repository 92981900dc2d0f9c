from __future__ import annotations

from malmoi.lexicon.disagreements import disagreements
from malmoi.lexicon.facts import Level, Number, Origin, Pronunciation, Root, Sense, Word

SENSE = Sense("x.noun.1", "noun", "a drying shed for tile", (), ("barn",), (), "WordNet 3.0")


def origin(source: str, form: str, language: str, text: str = "") -> Origin:
    return Origin(Root(form, "", language), (), (), text, source)


def said(ipa: str) -> Pronunciation:
    return Pronunciation(ipa, (), "1", "CMUdict")


def test_a_doubtful_level() -> None:
    word = Word("x", "x", zipf=Number(3.1, "wordfreq"), cefr=Level("A2", "cefrpy", True))
    assert disagreements(word) == (
        "cefrpy has it at A2, but it is too rare for that: Zipf 3.1 (wordfreq).",
    )
    common = Word("x", "x", zipf=Number(5.1, "wordfreq"), cefr=Level("C2", "cefrpy", True))
    assert "too common" in disagreements(common)[0]
    sure = Word("x", "x", zipf=Number(5.1, "wordfreq"), cefr=Level("A1", "cefrpy"))
    assert disagreements(sure) == ()


def test_pronunciations_that_differ_by_more_than_a_reduced_vowel() -> None:
    word = Word("x", "x", pronunciations=(said("ˈsɑləs"), said("ˈsoʊlɪs")))
    assert disagreements(word) == ("CMUdict has 2 pronunciations: /ˈsɑləs/ or /ˈsoʊlɪs/.",)
    alike = Word("x", "x", pronunciations=(said("ˈkændəd"), said("ˈkændɪd")))
    assert disagreements(alike) == ()


def test_definitions_without_a_word_in_common() -> None:
    word = Word("x", "x", senses=(SENSE,), definitions=(("The flesh of a fish", "GCIDE"),))
    assert "share no word" in disagreements(word)[0]
    for text in ("A shed", "The flesh of a fish; a barn"):
        same = Word("x", "x", senses=(SENSE,), definitions=((text, "GCIDE"),))
        assert disagreements(same) == ()


def test_a_part_of_speech_that_the_other_lacks() -> None:
    word = Word("x", "x", senses=(SENSE,), definitions=(("To dry in a shed", "GCIDE"),))
    assert disagreements(word, "verb") == (
        "GCIDE has it first as a verb (“To dry in a shed”), WordNet 3.0 only as a noun.",
    )
    assert disagreements(word, "noun") == ()
    assert disagreements(word, "other") == ()


def test_etyma_of_other_languages_or_forms() -> None:
    gcide = origin("GCIDE", "ceara", "Gaelic")
    other = origin("Etymological Wordnet", "cherre", "Middle English")
    assert disagreements(Word("x", "x", origins=(gcide, other))) == (
        "GCIDE traces it to Gaelic ceara, Etymological Wordnet to Middle English cherre.",
    )
    latin = origin("GCIDE", "ligare", "Latin")
    unlike = origin("Etymological Wordnet", "fortis", "Latin")
    assert len(disagreements(Word("x", "x", origins=(latin, unlike)))) == 1


def test_stages_of_one_way_agree() -> None:
    latin = origin("GCIDE", "obstinare", "Latin")
    for form, language in (
        ("obstinatus", "Latin"), ("ὀβ", "Greek, Ancient (to 1453)"), ("obstiner", "Old French"),
    ):  # fmt: skip
        found = Word("x", "x", origins=(latin, origin("Etymological Wordnet", form, language)))
        assert disagreements(found) == ()
    named = origin("GCIDE", "ob", "Latin", "from a fortis root")
    said_there = origin("Etymological Wordnet", "fortis", "Latin")
    assert disagreements(Word("x", "x", origins=(named, said_there))) == ()
