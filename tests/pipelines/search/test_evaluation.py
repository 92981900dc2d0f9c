from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import numpy as np
import pytest

from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.models.vectors import to_matrix
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.evaluation import (
    EXAMPLES,
    SHOWN_TOKENS,
    Student,
    baselines,
    claims,
    evaluate_students,
    examples,
    verdicts,
)
from malmoi.pipelines.search.students import V0, V1, V2, Variant
from malmoi.recipe import EvaluationSection, SearchRecipe
from malmoi.reports.search_results import CONVERSATIONAL, Evaluated
from malmoi.retrieval.passages import DensePassages
from malmoi.runs.run import Run
from tests.helpers.run_outcome import without_seconds
from tests.helpers.tiny_student import DOCUMENTS, tiny_parts

IDS = list(DOCUMENTS)
QUERIES = tuple(
    Query(f"{language}{name}", text.partition("\n")[0], language)
    for language in ("ko", "en")
    for name, text in DOCUMENTS.items()
)
CORPUS = Corpus(
    "toy",
    tuple(
        Document(name, text.partition("\n")[0], (Section("", text.partition("\n")[2]),))
        for name, text in DOCUMENTS.items()
    ),
    QUERIES,
    {query.id: {"macro": 0, query.id[2:]: 1} for query in QUERIES},
)


def student(variant: Variant = V2, factor: float = 1.0) -> Student:
    vocabulary, lexical, weights = tiny_parts()
    matrix = to_matrix(lexical.vectors(list(DOCUMENTS.values())), len(vocabulary))
    return Student(variant, vocabulary, matrix * factor, weights)


def test_a_query_is_the_presence_of_its_pieces_times_their_weights() -> None:
    made = student()
    texts = ["문서 인쇄 문서 문서", "그리고 모르는", "", "print 표"]
    matrix = made.queries(texts)
    presence = np.zeros(matrix.shape, np.float32)
    for row, found in enumerate(made.vocabulary.encode(texts)):
        presence[row, found] = 1
    np.testing.assert_array_equal(matrix.toarray(), presence * made.weights)
    assert matrix.shape == (4, len(made.vocabulary))
    assert matrix[1].nnz == matrix[2].nnz == 0
    assert made.queries(["문서 인쇄"]).nnz == 2


def test_a_piece_without_weight_is_no_part_of_a_query() -> None:
    made = student()
    (piece,) = made.vocabulary.encode(["문서"])[0]
    made.weights[piece] = 0
    assert made.queries(["문서"]).nnz == 0


def test_the_ranking_is_that_of_the_products() -> None:
    made = student()
    found = made.rank(QUERIES, IDS)
    scores = (made.queries([QUERIES[0].text]) @ made.documents.T).toarray()[0]
    (best, score), *_ = found["koprint"]
    assert best == "print" == IDS[int(scores.argmax())]
    assert score == pytest.approx(scores.max(), rel=1e-5)


def compared(verdict: str, **more: object) -> dict[str, object]:
    numbers = {"difference": 0.0512, "low": 0.01, "high": -0.2, "p_holm": 0.00321}
    return {"language": "ko", "a": "v2", "b": "v1", "verdict": verdict} | numbers | more


def test_a_verdict_says_gain_loss_or_neither() -> None:
    within = compared("no gain", language="ja", low=-0.01, high=0.11)
    tests = [compared("gain"), compared("loss", language="en"), within]
    (sentence,) = verdicts({"comparisons": tests})
    figures = "(+0.051 [+0.010, -0.200])"
    assert sentence == (
        f"v2 against v1: better in ko→ko {figures}; worse in en→ko {figures}; "
        "no difference shown in ja (+0.051 [-0.010, +0.110])."
    )
    # Beside an interval that excludes 0, it says what keeps it from being a gain.
    (sentence,) = verdicts({"comparisons": [compared("no gain", high=0.2, p_holm=0.211)]})
    assert "(+0.051 [+0.010, +0.200], but p = 0.21, corrected for" in sentence
    assert verdicts({"comparisons": []}) == []


def test_examples_show_a_relevant_document_before_and_after() -> None:
    shown = examples(CORPUS, QUERIES, [student(V0, 3), student(V1, 1), student(V2, 2)])
    assert len(shown) == EXAMPLES
    assert [e["language"] for e in shown].count("en") == EXAMPLES // 2
    again = examples(CORPUS, QUERIES[::-1], [student(V0, 3), student(V1, 1), student(V2, 2)])
    assert again == shown, "chosen by hash, not by order"
    for example in shown:
        (page,) = example["documents"]
        assert page["title"] == example["query"]
        before, after = dict(page["before"]), dict(page["after"])
        assert len(before) <= SHOWN_TOKENS
        assert [w for _, w in page["after"]] == sorted(after.values(), reverse=True)
        assert after == pytest.approx({token: 2 * w for token, w in before.items()}, abs=2e-3)
        assert {token for token, _ in example["weights"]} == set(example["query"].split())


def test_the_lexical_part_is_held_against_bm25f_wherever_both_are_there() -> None:
    made = ["lexical v0", "v1", "v2"]
    assert claims({"BM25F", *made}, made)[-1] == ("lexical v0", "BM25F")
    assert claims({"BM25F", *made}, made).count(("lexical v0", "BM25F")) == 1
    assert ("lexical v0", "BM25F") not in claims(made, made)
    assert claims({"BM25F", "lexical v0"}, ["lexical v0"]) == [("lexical v0", "BM25F")]
    assert ("v2 + synonyms", "v2") in claims(["v2", "v2 + synonyms"], ["v2", "v2 + synonyms"])


QUESTIONS = tuple(
    Query(f"c{name}", f"{text.partition(chr(10))[0]} 어떻게 해요", "ko", "conversational")
    for name, text in DOCUMENTS.items()
)


def proved(*questions: Query) -> Evaluated:
    """A proof with a student, BM25F and others; half of the queries are for tuning."""
    settings = EvaluationSection(bootstrap_samples=200, permutations=200)
    context = SearchContext(
        cast("Run", None), SearchRecipe(name="toy", evaluation=settings, seed=1)
    )
    judged = {question.id: {question.id[1:]: 2, "macro": 1} for question in questions}
    qrels = {**CORPUS.qrels, **judged}
    context.whole = replace(CORPUS, conversational=questions, qrels=qrels)
    context.split = QUERIES[::2], QUERIES[1::2]
    context.passages = context.hybrid_passages = cast("DensePassages", Searched())
    return evaluate_students(context, [student(V0), student(V2)], *baselines(context))


class Searched:
    """A dense model that finds the macro page; `asked` is what it was asked at one time."""

    identity = "toy"
    asked: ClassVar[list[list[str]]] = []

    def search(self, texts: list[str], depth: int) -> list[Any]:
        self.asked.append(texts)
        return [(["macro"], [1.0]) for _ in texts]

    def encoder(self) -> Any:
        return SimpleNamespace(
            embed_queries=embedded, encoder=SimpleNamespace(embed_queries=embedded)
        )

    def similarities(self, vectors: Any, ids: list[str]) -> Any:
        return np.tile(np.float32([name == "macro" for name in ids]), (len(vectors), 1))

    def counts(self) -> int:
        return len(IDS)


def embedded(texts: list[str]) -> Any:
    return np.ones((len(texts), 4), np.float32)


def test_conversational_questions_are_a_group_of_their_own_for_every_system() -> None:
    Searched.asked = []
    results = proved(*QUESTIONS)
    assert Searched.asked == [[q.text for q in QUERIES[1::2]], [q.text for q in QUESTIONS]]
    comparison = results["comparison"]
    assert comparison["queries"] == {"en": 3, "ko": 3, "conversational": 6}
    systems = {"BM25", "BM25F", "dense", "RRF", "lexical v0", "v2", "v2 + dense"}
    assert set(comparison["scores"]["conversational"]) == systems
    # The page itself is worth more than the one that only helps.
    first = comparison["scores"]["conversational"]["lexical v0"]["nDCG@10"]["mean"]
    assert first > comparison["scores"]["conversational"]["dense"]["nDCG@10"]["mean"] > 0
    tested = {
        (c["a"], c["b"]) for c in comparison["comparisons"] if c["language"] == CONVERSATIONAL
    }
    assert ("lexical v0", "BM25F") in tested
    assert any("ko→ko, conversational questions" in verdict for verdict in results["verdicts"])


def test_other_figures_are_the_same_with_and_without_conversational_questions() -> None:
    with_them, without = proved(*QUESTIONS), proved()
    held_out = dict(with_them["comparison"])
    assert set(without["comparison"]["scores"]) == {"ko", "en"}
    held_out["scores"] = {k: v for k, v in held_out["scores"].items() if k != CONVERSATIONAL}
    held_out["comparisons"] = [
        c for c in held_out["comparisons"] if c["language"] != CONVERSATIONAL
    ]
    for part in ("settings", "scores", "comparisons"):
        assert held_out[part] == without["comparison"][part], part
    assert without_seconds(with_them["systems"]) == without_seconds(without["systems"])
    assert with_them["examples"] == without["examples"]


def test_a_proof_compares_v2_with_what_it_should_beat() -> None:
    ranking = {query.id: [("macro", 1.0)] for query in QUERIES}
    settings = EvaluationSection(bootstrap_samples=200, permutations=200)
    recipe = SearchRecipe(name="toy", evaluation=settings, seed=1)
    context = SearchContext(cast("Run", None), recipe)
    context.whole, context.split = CORPUS, ((), QUERIES)
    learned, about = [student(V0), student(V2)], {"BM25F": "words"}
    results = evaluate_students(context, learned, {"BM25F": ranking}, about)
    assert set(results["systems"]) == {"BM25F", "lexical v0", "v2"}
    pairs = {(c["a"], c["b"]) for c in results["comparison"]["comparisons"]}
    assert pairs == {("v2", "BM25F"), ("v2", "lexical v0"), ("lexical v0", "BM25F")}
    assert len(results["verdicts"]) == len(pairs)
    assert not any("lexical v0" in v and "better" in v for v in results["verdicts"])
