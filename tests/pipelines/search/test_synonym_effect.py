"""Each use measured: thirty Korean documents, and English queries that can't match them."""

from dataclasses import replace

import pytest

from malmoi.core.errors import RunError
from malmoi.encoder.lexical_fit import document_text, fit_lexical
from malmoi.encoder.vocabulary import build
from malmoi.pipelines.search import synonym_effect
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import V2
from malmoi.pipelines.search.synonym_bench import Bench
from malmoi.retrieval.bm25 import analyse
from malmoi.retrieval.expansion import Expansion
from malmoi.synonyms import apply
from malmoi.synonyms.verification.verify import Verdict
from tests.helpers.small_corpus import WORDS, corpus, small_recipe

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
    plain = fit_lexical(of.documents, vocabulary, {}, recipe.encoder)
    v2 = Student(V2, vocabulary, plain.vectors, plain.weights)
    words = build(texts, apply.english_terms(VERDICTS))
    table = apply.to_table(VERDICTS, words)
    taught = fit_lexical(of.documents, words, table, recipe.encoder)
    variant = replace(V2, name="v2 + synonyms", synonyms=True)
    trained = Student(variant, words, taught.vectors, taught.weights)
    half = len(of.queries) // 2
    asked = sorted(of.queries, key=lambda query: query.text)
    return Bench(
        recipe.evaluation,
        of,
        tuple(asked[::2][:half]),
        tuple(asked[1::2]),
        analyse((d.id, d.title, d.text) for d in of.documents),
        v2,
        trained,
    )


def test_each_use_is_measured_against_the_same_without(bench: Bench) -> None:
    found = synonym_effect.effects(bench, VERDICTS)
    tests = found["comparison"]["comparisons"]
    assert {(t["a"], t["b"]) for t in tests} == {
        ("BM25F + synonyms", "BM25F"),
        ("v2 + query synonyms", "v2"),
        ("v2 + synonyms", "v2"),
    }
    english = {t["a"]: t["difference"] for t in tests if t["language"] == "en"}
    assert english["BM25F + synonyms"] > 0.1
    assert english["v2 + synonyms"] > 0.1
    assert set(found["chosen"]) == {"BM25F, en", "BM25F, ko", "v2 + query synonyms"}
    assert found["pairs"] == len(VERDICTS)


def test_names_are_those_of_the_run_where_v2_learns_from_the_pairs(bench: Bench) -> None:
    assert bench.trained is not None
    without = replace(bench.without, variant=replace(V2, name="v2 without synonyms"))
    trained = replace(bench.trained, variant=replace(V2, synonyms=True))
    found = synonym_effect.effects(replace(bench, without=without, trained=trained), VERDICTS)
    assert {(t["a"], t["b"]) for t in found["comparison"]["comparisons"]} == {
        ("BM25F + synonyms", "BM25F"),
        ("v2 without synonyms + query synonyms", "v2 without synonyms"),
        ("v2", "v2 without synonyms"),
    }


def test_pairs_that_no_student_learned_from_are_measured_in_queries_alone(bench: Bench) -> None:
    found = synonym_effect.effects(replace(bench, trained=None), VERDICTS)
    assert {t["a"] for t in found["comparison"]["comparisons"]} == {
        *("BM25F + synonyms", "v2 + query synonyms")
    }


def test_nothing_to_measure_with_is_said(bench: Bench) -> None:
    with pytest.raises(RunError, match="0 accepted pairs"):
        synonym_effect.effects(bench, [replace(v, accepted=False) for v in VERDICTS])
    with pytest.raises(RunError, match="0 held-out queries"):
        synonym_effect.effects(replace(bench, test=()), VERDICTS)


def test_scales_that_do_not_help_are_0(bench: Bench) -> None:
    wrong = [replace(v, korean="보증금", english=v.english) for v in VERDICTS]
    scales = synonym_effect.tune_scales(bench, wrong, bench.dev)
    assert scales["en=>ko"] == 0.0
    assert synonym_effect.tune_scales(bench, VERDICTS, ()) == {"en=>ko": 1.0, "ko=>en": 1.0}
    assert synonym_effect.tune_scales(bench, VERDICTS, bench.dev)["en=>ko"] > 0


def test_an_empty_expansion_changes_no_query(bench: Bench) -> None:
    texts = [query.text for query in bench.test]
    plain, same = (
        bench.without.queries(texts),
        synonym_effect.expanded(bench.without, Expansion({}), texts),
    )
    assert abs(plain - same).max() == 0
