from __future__ import annotations

from malmoi.encoder.forms import NAME_PART, PART, READING, SPELLING, WHOLE, forms_table
from malmoi.encoder.lexical import Lexical, Weighting
from malmoi.encoder.vocabulary import Vocabulary, build


def readable(vocabulary: Vocabulary) -> dict[str, dict[str, float]]:
    return {
        " ".join(map(vocabulary.readable, term)): {vocabulary.readable(i): w for i, w in to.items()}
        for term, to in forms_table(vocabulary).items()
    }


def test_a_document_has_other_forms_of_its_words() -> None:
    texts = ["데이터베이스와 데이터, 베이스", "컨텐츠", "콘텐츠", "大學", "SM-G998N", "C++"]
    found = readable(build(texts))
    assert found["데이터베이스"] == {"데이터": PART, "베이스": PART}
    assert found["데이터 베이스"] == {"데이터베이스": WHOLE}
    assert found["컨텐츠"] == {"콘텐츠": SPELLING}
    assert found["콘텐츠"] == {"컨텐츠": SPELLING}
    assert found["大學"] == {"대학": READING}
    name_parts = ("sm", "g998n", "998", "smg998n")
    assert found["sm-g998n"] == dict.fromkeys(name_parts, NAME_PART)
    assert found["c++"] == {"c": NAME_PART}


def test_other_words_have_no_other_form() -> None:
    assert readable(build(["재정과 제정, 카드와 코드, 문서 word 2025"])) == {}


def test_a_form_weighs_less_than_the_word() -> None:
    vocabulary = build(["데이터베이스와 데이터, 베이스"])
    lexical = Lexical(
        vocabulary.tokenizer, vocabulary.content, Weighting(), {}, forms_table(vocabulary)
    )
    word, part = (vocabulary.encode([text])[0][0] for text in ("데이터베이스", "데이터"))
    (vector,) = lexical.vectors(["\n데이터베이스"])
    assert vector[part] == PART * vector[word]
