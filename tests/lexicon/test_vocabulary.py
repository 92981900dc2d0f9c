from __future__ import annotations

from malmoi.lexicon.vocabulary import Vocabulary

OWN = Vocabulary(
    {"rebuild", "build"},
    {
        "rebuild": "build again",
        "repress": "put down by force",
        "butter": "made by churning milk; buttery | one that butts",
    },
    {"incurable": ["curable"]},
)


def test_mentions() -> None:
    assert OWN.mentions("rebuild", "build") is True
    assert OWN.mentions("repress", "press") is False
    assert OWN.mentions("nowhere", "where") is None


def test_only_the_first_definition_and_never_the_word_itself() -> None:
    assert OWN.mentions("butter", "butt") is True
    assert OWN.mentions("butter", "butt", first=True) is False


def test_the_packaged_words() -> None:
    words = Vocabulary.open()
    assert words
    assert "obstinate" in words
    assert "obstinat" not in words
    assert words.grades("obstinate")
    assert not words.grades("darfur")
    assert words.antonyms("incurable") == ["curable"]
    assert words.words() == sorted(set(words.words()))


def test_an_empty_one_is_false_and_knows_nothing() -> None:
    empty = Vocabulary(set(), {}, {})
    assert not empty
    assert "word" not in empty
    assert empty.mentions("rebuild", "build") is None
