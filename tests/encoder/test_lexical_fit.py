from __future__ import annotations

import numpy as np

from malmoi.corpora.corpus import Document, Section
from malmoi.encoder.lexical import split
from malmoi.encoder.lexical_fit import document_text, fit_lexical, weighting
from malmoi.recipe import EncoderSection
from tests.helpers.tiny_student import DOCUMENTS, tiny_parts

PAGES = [
    Document(name, text.partition("\n")[0], (Section("", text.partition("\n")[2]),))
    for name, text in DOCUMENTS.items()
]


SECTION = EncoderSection()


def test_document_text_is_what_split_takes_apart() -> None:
    document = Document("1", "제목", (Section("머리", "몸"), Section("", "끝")))
    assert document_text(document) == "제목\n머리\n몸\n끝"
    assert document_text(document, ["한 줄", "two"]) == "제목\n머리\n몸\n끝\f한 줄\ntwo"
    assert split(document_text(document, ["a", "b"])) == ("제목", "머리\n몸\n끝", "a\nb")


def test_the_average_length_is_that_of_the_corpus() -> None:
    vocabulary, _, _ = tiny_parts()
    documents = [Document("a", "문서 인쇄", (Section("", "문서"),)), Document("b", "표", ())]
    found = weighting(SECTION, vocabulary, documents)
    assert found.average_length == 2.0
    assert (found.k1, found.title) == (SECTION.k1, SECTION.title_weight)
    assert np.isfinite(found.average_length)


def test_words_are_weighed_and_what_was_written_counts() -> None:
    vocabulary, _, _ = tiny_parts()
    (font,) = vocabulary.encode(["글꼴"])[0]
    (label,) = vocabulary.encode(["print"])[0]
    plain = fit_lexical(PAGES, vocabulary, {}, SECTION)
    assert plain.ids == list(DOCUMENTS)
    assert plain.texts == list(DOCUMENTS.values())
    assert plain.vectors.shape == (len(PAGES), len(vocabulary))
    assert plain.weights[font] > 0
    row = plain.ids.index("font")
    assert plain.vectors[row, label] == 0
    known = fit_lexical(PAGES, vocabulary, {(font,): {label: 0.5}}, SECTION)
    assert known.vectors[row, label] > 0
    section = replace_section(doc2query_weight=0.5)
    written = fit_lexical(PAGES, vocabulary, {}, section, {"font": ["print"]})
    assert written.vectors[row, label] > 0
    assert written.texts[row].endswith("\fprint")


def replace_section(**more: object) -> EncoderSection:
    return SECTION.model_copy(update=more)
