"""Each use measured: thirty Korean documents, and English queries that can't match them."""

from dataclasses import replace

import numpy as np
import pytest
from small_corpus import WORDS, corpus, small_recipe

from malmoi.errors import RunError
from malmoi.search.expansion import Expansion
from malmoi.search.lexical import analyse
from malmoi.sparse.encoder import idf
from malmoi.sparse.learning import to_matrix
from malmoi.sparse.proof import Student
from malmoi.sparse.students import V2, document_text, lexical_of, weighting
from malmoi.sparse.synonyms import effect
from malmoi.sparse.synonyms.bench import Bench
from malmoi.sparse.synonyms.verify import Verdict
from malmoi.sparse.vocabulary import build

VERDICTS = [
    Verdict(korean, english.removeprefix("to "), 0.95, "both", True, (), "by hand")
    for korean, english in WORDS.items()
]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    of = corpus()
    recipe = small_recipe(tmp_path_factory.mktemp("data"))
    texts = [document_text(document) for document in of.documents]
    vocabulary = build(texts, ["water"])
    lexical = lexical_of(vocabulary, weighting(recipe, vocabulary, of.documents), {})
    vectors = lexical.vectors(texts)
    v2 = Student(V2, vocabulary, to_matrix(vectors, len(vocabulary)), idf(vectors, vocabulary))
    half = len(of.queries) // 2
    asked = sorted(of.queries, key=lambda query: query.text)
    return Bench(
        recipe,
        of,
        tuple(asked[::2][:half]),
        tuple(asked[1::2]),
        analyse((d.id, d.title, d.text) for d in of.documents),
        v2,
        lexical,
        ("water",),
    )


def test_each_use_is_measured_against_the_same_without(bench: Bench) -> None:
    found = effect.effects(bench, VERDICTS)
    tests = found["comparison"]["comparisons"]
    assert {(t["a"], t["b"]) for t in tests} == {
        ("BM25F + synonyms", "BM25F"),
        ("v2 + query synonyms", "v2"),
        ("v2 without neural + pairs in documents", "v2 without neural"),
        ("v2 + pairs in documents", "v2"),
    }
    english = {t["a"]: t["difference"] for t in tests if t["language"] == "en"}
    assert english["BM25F + synonyms"] > 0.1
    assert english["v2 without neural + pairs in documents"] > 0.1
    # Without a neural part, exchanging the lexical part is all there is to v2.
    scores = found["comparison"]["scores"]["en"]
    assert scores["v2 + pairs in documents"] == scores["v2 without neural + pairs in documents"]
    assert found["pairs"] == len(VERDICTS)


def test_nothing_to_measure_with_is_said(bench: Bench) -> None:
    with pytest.raises(RunError, match="0 accepted pairs"):
        effect.effects(bench, [replace(v, accepted=False) for v in VERDICTS])
    with pytest.raises(RunError, match="0 held-out queries"):
        effect.effects(replace(bench, test=()), VERDICTS)


def test_scales_that_do_not_help_are_0(bench: Bench) -> None:
    wrong = [replace(v, korean="보증금", english=v.english) for v in VERDICTS]
    scales = effect.tune_scales(bench, wrong, bench.dev)
    assert scales["en=>ko"] == 0.0
    assert effect.tune_scales(bench, VERDICTS, ()) == {"en=>ko": 1.0, "ko=>en": 1.0}
    assert effect.tune_scales(bench, VERDICTS, bench.dev)["en=>ko"] > 0


def test_an_empty_expansion_changes_no_query(bench: Bench) -> None:
    texts = [query.text for query in bench.test]
    plain, same = bench.v2.queries(texts), effect.expanded(bench.v2, Expansion({}), texts)
    assert abs(plain - same).max() == 0


def test_swapping_keeps_the_neural_part_and_what_query_weights_learned(
    bench: Bench,
) -> None:
    texts = [document_text(document) for document in bench.corpus.documents]
    old = bench.v2
    neural = np.zeros(old.documents.shape, np.float32)
    piece = sorted(old.vocabulary.content)[3]
    neural[2, piece] = 1.5
    learned = replace(old, documents=(old.documents + neural), weights=old.weights * 2)
    learned = replace(learned, documents=to_sparse(learned.documents))
    other = build(texts, ["water", "photo"])
    vectors = lexical_of(other, bench.lexical.weighting, {}).vectors(texts)
    new = Student(V2, other, to_matrix(vectors, len(other)), idf(vectors, other))
    token = old.vocabulary.tokenizer.id_to_token(piece)
    number = {
        i: other.tokenizer.token_to_id(old.vocabulary.tokenizer.id_to_token(i))
        for i in old.vocabulary.content
    }
    found = effect.swapped(learned, old, new, number)
    there = other.tokenizer.token_to_id(token)
    added = (found.documents - new.documents).toarray()
    assert added[2, there] == pytest.approx(1.5)
    assert np.count_nonzero(np.abs(added) > 1e-4) == 1
    assert found.weights[there] == pytest.approx(2 * new.weights[there])
    photo = other.encode(["photo"])[0][0]
    assert found.weights[photo] == new.weights[photo]  # v2 knew nothing of it


def to_sparse(matrix):
    from scipy.sparse import csr_matrix

    return csr_matrix(matrix)
