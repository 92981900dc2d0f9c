"""Search pipelines: hybrid scores normalised or fused by rank, and two-phase search.

A search of ours sends its pipeline with the request; `push` also leaves them beside the index under
names of their own, for other clients.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from malmoi.retrieval.opensearch.check import Capabilities

Body = dict[str, Any]

HYBRID, RRF, TWO_PHASE, HYBRID_DENSE = "hybrid", "rrf", "two-phase", "hybrid-dense"
KINDS = (HYBRID, RRF, TWO_PHASE, HYBRID_DENSE)
MADE_BY = "malmoi: "
"""Begins the description of every pipeline that is ours."""
HYBRID_WEIGHTS = (0.2, 0.8)
"""Shares of bm25 and of the encoder in a normalised hybrid, in this order: the best on development
queries (docs/opensearch-sizing.md)."""
DENSE_WEIGHTS = (0.5, 0.5)
"""Shares of the encoder and of the passages' similarity, standardised, in this order: the best on
development queries (docs/experiments.md)."""
RANK_CONSTANT = 60
"""RRF's constant (Cormack et al. 2009), the same as the embedded search's."""
PRUNE_RATIO = 0.2
"""Query tokens under this share of the heaviest one's weight wait for the second phase. The
server's default, 0.4, loses nDCG where queries have few tokens (docs/opensearch-sizing.md)."""


def pipeline_name(index: str, kind: str) -> str:
    """The search pipeline of an index's alias: `kind` is HYBRID, RRF or TWO_PHASE."""
    return f"{index}-{kind}"


def pipelines(index: str, has: Capabilities) -> dict[str, Body]:
    """Name → body of an index's pipelines; none where the cluster has no neural-search."""
    if not has.neural:
        return {}
    bodies = {
        HYBRID: (
            "scores of bm25 and the encoder scaled to 0…1, averaged",
            normalization_pipeline(),
        ),
        RRF: ("bm25 and the encoder by reciprocal rank fusion", rrf_pipeline()),
        TWO_PHASE: ("heavy tokens find, light ones rescore", two_phase_pipeline()),
        HYBRID_DENSE: (
            "scores of the encoder and similarities of passages, standardised and averaged",
            normalization_pipeline(DENSE_WEIGHTS, "z_score"),
        ),
    }
    return {
        pipeline_name(index, kind): {"description": f"{MADE_BY}{about}", **body}
        for kind, (about, body) in bodies.items()
    }


def two_phase_pipeline(prune_ratio: float = PRUNE_RATIO, expansion: float = 5.0) -> Body:
    """Tokens below `prune_ratio` × the heaviest one only rescore the best k × `expansion`.

    Documents beyond those keep the score of their heavy tokens alone.
    """
    parameters = {"prune_ratio": prune_ratio, "expansion_rate": expansion}
    processor = {"enabled": True, "two_phase_parameter": parameters}
    return {"request_processors": [{"neural_sparse_two_phase_processor": processor}]}


def normalization_pipeline(
    weights: Sequence[float] = HYBRID_WEIGHTS, technique: str = "min_max"
) -> Body:
    """Each query's scores scaled to 0…1 ("min_max") or standardised ("z_score"), then their mean
    with `weights` (sum 1)."""
    processor = {
        "normalization": {"technique": technique},
        "combination": {
            "technique": "arithmetic_mean",
            "parameters": {"weights": list(weights)},
        },
    }
    return {"phase_results_processors": [{"normalization-processor": processor}]}


def rrf_pipeline(rank_constant: int = RANK_CONSTANT) -> Body:
    """Reciprocal rank fusion, Σ 1 / (rank_constant + rank) (Cormack, Clarke and Büttcher 2009)."""
    combination = {"technique": "rrf", "rank_constant": rank_constant}
    return {"phase_results_processors": [{"score-ranker-processor": {"combination": combination}}]}
