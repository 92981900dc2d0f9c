"""What is asked of an index: one function a kind of query, each giving a part of a `_search` body.

    bm25            words of title and text by the fields' analyzers (nori), synonyms where the
                    index has them (`bm25_plain`: without them)
    rank_features   Σ query weight × document weight, as `rank_feature` clauses with `linear`
    neural_sparse   the same by the neural-search plugin, with `query_tokens`
    two_phase       neural_sparse whose weak tokens only rescore the best documents
    sparse_vector   the same over integer ids; SEISMIC where a segment has one
    hybrid          bm25 and neural_sparse, their scores normalised and averaged
    hybrid_rrf      bm25 and neural_sparse, fused by reciprocal rank
    hybrid_dense    neural_sparse and the similarity of the best passage, standardised and averaged

`rank_feature` without `linear` would saturate (w · S / (S + pivot)), which is another ranking.
Pipelines go with the request, so that a search needs none that somebody made in the cluster;
without one a `hybrid` answers with separators among its hits.

Lucene refuses a query of more than 1,024 clauses: a token is one, a word of `bm25` two (it is
looked for in both fields), and a hybrid has the sum. A longer query (a page that was pasted) is
asked by its heaviest words and tokens (see `limits.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from malmoi.core.errors import StudentError
from malmoi.retrieval.opensearch.analysis import INDEX_ANALYZER
from malmoi.retrieval.opensearch.limits import MAX_CLAUSES, heaviest, shortened, terms, words_of
from malmoi.retrieval.opensearch.mapping import (
    FEATURES,
    PASSAGE_VECTOR,
    PASSAGES,
    TEXT,
    TITLE,
    VECTOR,
)
from malmoi.retrieval.opensearch.pipelines import (
    DENSE_WEIGHTS,
    normalization_pipeline,
    rrf_pipeline,
    two_phase_pipeline,
)
from malmoi.retrieval.query import QueryEncoder
from malmoi.text.unicode import readable, usual_form

if TYPE_CHECKING:
    from malmoi.models.joined import QueryEncoder as DenseQueries

Body = dict[str, Any]
Mode = Literal[
    "bm25",
    "bm25_plain",
    "rank_features",
    "neural_sparse",
    "two_phase",
    "sparse_vector",
    "hybrid",
    "hybrid_rrf",
    "hybrid_dense",
]
TITLE_BOOST = 0.5
"""Weight of the title beside the text in `bm25`, whose rare words weigh much already: the best on
development queries (docs/opensearch-sizing.md)."""
MAX_WEIGHT = 64.0
"""The greatest query weight of `FeatureField.newLinearQuery`, which neural_sparse is made of."""
FIELDS = 2
"""Title and text: a word of `bm25` is a clause in each."""
DEPTH = 100
"""Documents of each query that are fused, as in the embedded search."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query as the fields want it: its text, its tokens' weights, and those by dimension.

    `words`: what each word of a long text weighs, where the text must be cut. `dense`: its vector.
    """

    text: str
    tokens: Mapping[str, float]
    ids: Mapping[int, float]
    words: Mapping[str, float] = field(default_factory=dict)
    dense: Sequence[float] = ()

    @classmethod
    def of(cls, text: str, encoder: QueryEncoder, dense: DenseQueries | None = None) -> Question:
        """Encode a query, composed (NFKC); tokens and ids are empty where it has no known token.

        Args:
            text: the query.
            encoder: of tokens.
            dense: what embeds it for `hybrid_dense` (`malmoi.models.dense.query_encoder`).
        """
        text = usual_form(text)
        tokens = encoder.encode(text)
        words: dict[str, float] = {}
        if terms(text) > MAX_CLAUSES // FIELDS // 2:
            words = {word: sum(encoder.token_weights(word).values()) for word in words_of(text)}
        vector = dense.embed_queries([text])[0].tolist() if dense and text.strip() else ()
        return cls(text, tokens, encoder.dimensions(tokens), words, vector)


def body(question: Question, mode: Mode, k: int, max_clauses: int = MAX_CLAUSES) -> Body:
    """The body of a `_search` request for the `k` best documents, with their titles.

    Args:
        question: the query; of a long one only the heaviest words and tokens are asked.
        mode: how it is asked.
        k: documents at most.
        max_clauses: what the cluster takes in one query.

    Raises:
        StudentError: a token has a dot in it (`rank_features`), or weighs too much (the others).
            `hybrid_dense` was asked and the question has no vector.
    """
    request: Body = {"size": k, "_source": [TITLE], "track_total_hits": False}
    tokens = heaviest(question.tokens, max_clauses)
    match mode:
        case "bm25" | "bm25_plain":
            text = shortened(question.text, question.words, max_clauses // FIELDS)
            query = bm25(text, analyzer=INDEX_ANALYZER if mode == "bm25_plain" else "")
        case "rank_features":
            query = rank_features(tokens)
        case "neural_sparse":
            query = neural_sparse(tokens)
        case "two_phase":
            query = neural_sparse(tokens)
            request["search_pipeline"] = two_phase_pipeline()
        case "sparse_vector":
            query = sparse_vector(heaviest(question.ids, max_clauses), k)
        case "hybrid" | "hybrid_rrf":
            text = shortened(question.text, question.words, max_clauses // FIELDS // 2)
            tokens = heaviest(tokens, max_clauses - FIELDS * terms(text))
            query = hybrid([bm25(text), neural_sparse(tokens)], max(k, DEPTH))
            rrf = mode == "hybrid_rrf"
            request["search_pipeline"] = rrf_pipeline() if rrf else normalization_pipeline()
        case "hybrid_dense":
            depth = max(k, DEPTH)
            query = hybrid([neural_sparse(tokens), nearest(question, depth)], depth)
            request["search_pipeline"] = normalization_pipeline(DENSE_WEIGHTS, "z_score")
    return {**request, "query": query}


def bm25(text: str, title_boost: float = TITLE_BOOST, analyzer: str = "") -> Body:
    """Words of the title and of the text, their scores added.

    `analyzer` replaces the search analyzer of the fields: name the one without synonyms to search
    without them.
    """
    query: Body = {
        "query": text,
        "type": "most_fields",
        "fields": [f"{TITLE}^{title_boost:g}", TEXT],
        # A synonym of several words need not stand as a phrase: particles leave gaps in documents.
        "auto_generate_synonyms_phrase_query": False,
    }
    if analyzer:
        query["analyzer"] = analyzer
    return {"multi_match": query}


def rank_features(tokens: Mapping[str, float], field: str = FEATURES) -> Body:
    """The dot product of a query with `rank_features` that any OpenSearch can compute.

    Raises:
        StudentError: a token has a dot in it. The server takes `features.a.b` for feature b of a
            field features.a, and finds nothing without a word; `neural_sparse` finds it.
    """
    dotted = [token for token in tokens if "." in token]
    if dotted:
        raise StudentError(
            f"The token {readable(dotted[0])!r} has a dot in it, with which a rank_feature "
            "query finds nothing. Search with neural_sparse, or use a vocabulary without dots."
        )
    clauses = [
        {"rank_feature": {"field": f"{field}.{token}", "boost": weight, "linear": {}}}
        for token, weight in tokens.items()
    ]
    return {"bool": {"should": clauses}} if clauses else match_none()


def neural_sparse(tokens: Mapping[str, float], field: str = FEATURES) -> Body:
    """The same dot product by the neural-search plugin.

    Raises:
        StudentError: a weight is above 64, which Lucene refuses.
    """
    if not tokens:
        return match_none()
    _refuse_heavy(tokens.values())
    return {"neural_sparse": {field: {"query_tokens": dict(tokens)}}}


def sparse_vector(
    ids: Mapping[int, float],
    k: int,
    top_n: int | None = None,
    heap_factor: float = 1.0,
    field: str = VECTOR,
) -> Body:
    """The dot product with a `sparse_vector`.

    In a segment of fewer documents than the mapping's `approximate_threshold` it is exact and the
    other parameters say nothing. In others SEISMIC visits clusters of the posting lists.

    Args:
        ids: query weight of each dimension.
        k: documents that SEISMIC may return of each segment.
        top_n: so many of the heaviest query tokens choose clusters (all tokens score); all of them
            if not given.
        heap_factor: a cluster is skipped where heap_factor × its summary's score is below the 10th
            best score so far: higher visits more.
        field: of the mapping.

    Raises:
        StudentError: a weight is above 64, which Lucene refuses.
    """
    if not ids:
        return match_none()
    _refuse_heavy(ids.values())
    parameters = {"top_n": top_n or len(ids), "k": k, "heap_factor": heap_factor}
    tokens = {str(dimension): weight for dimension, weight in ids.items()}
    return {"neural_sparse": {field: {"query_tokens": tokens, "method_parameters": parameters}}}


def nearest(question: Question, k: int) -> Body:
    """The `k` documents whose best passage is most like the question.

    Raises:
        StudentError: the question was not embedded.
    """
    if not question.text.strip():
        return match_none()
    if not question.dense:
        raise StudentError(
            "The question has no vector for hybrid_dense: give Question.of the encoder that the "
            "push embedded with (malmoi.models.dense.query_encoder)."
        )
    near = {"knn": {PASSAGE_VECTOR: {"vector": list(question.dense), "k": k}}}
    return {"nested": {"path": PASSAGES, "score_mode": "max", "query": near}}


def _refuse_heavy(weights: Iterable[float]) -> None:
    """Only `rank_feature` clauses, whose weight is a boost, take heavier ones."""
    heaviest = max(weights)
    if heaviest > MAX_WEIGHT:
        raise StudentError(
            f"A query token weighs {heaviest:g}; neural_sparse takes {MAX_WEIGHT:g} at most. "
            "Search by rank_features, or scale the weights in idf.json down (the ranking stays)."
        )


def hybrid(queries: Sequence[Body], depth: int = DEPTH) -> Body:
    """Several queries, of whose best `depth` each a pipeline of the request makes one list."""
    return {"hybrid": {"queries": list(queries), "pagination_depth": depth}}


def match_none() -> Body:
    """A query that no document matches, for texts without a known token."""
    return {"match_none": {}}
