"""Search pipelines of an index: hybrid scores normalised or fused by rank, and two-phase search."""

from __future__ import annotations

from typing import Any

from malmoi.search.opensearch.check import Capabilities

HYBRID, RRF, TWO_PHASE = "hybrid", "rrf", "two-phase"
KINDS = (HYBRID, RRF, TWO_PHASE)
MADE_BY = "malmoi: "
"""Begins the description of every pipeline that is ours."""
RANK_CONSTANT = 60
"""RRF's constant (Cormack et al. 2009), the same as the embedded search's."""
PRUNE_RATIO = 0.4
"""Query tokens under this share of the heaviest one's weight wait for the second phase."""


def pipeline_name(index: str, kind: str) -> str:
    """The search pipeline of an index's alias: `kind` is HYBRID, RRF or TWO_PHASE."""
    return f"{index}-{kind}"


def pipelines(index: str, has: Capabilities) -> dict[str, dict[str, Any]]:
    """Name → body of the search pipelines; none where the cluster has no neural-search."""
    if not has.neural:
        return {}
    mean = {"technique": "arithmetic_mean"}
    rrf = {"technique": "rrf", "rank_constant": RANK_CONSTANT}
    bodies: dict[str, dict[str, Any]] = {
        HYBRID: {
            "description": f"{MADE_BY}hybrid: scores of each query scaled to 0…1, then their mean",
            "phase_results_processors": [
                {
                    "normalization-processor": {
                        "normalization": {"technique": "min_max"},
                        "combination": mean,
                    }
                }
            ],
        },
        RRF: {
            "description": f"{MADE_BY}hybrid: reciprocal rank fusion",
            "phase_results_processors": [{"score-ranker-processor": {"combination": rrf}}],
        },
        TWO_PHASE: {
            "description": f"{MADE_BY}neural_sparse: heavy tokens find, light ones rescore",
            "request_processors": [
                {
                    "neural_sparse_two_phase_processor": {
                        "enabled": True,
                        "two_phase_parameter": {
                            "prune_type": "max_ratio",
                            "prune_ratio": PRUNE_RATIO,
                            "expansion_rate": 5.0,
                            "max_window_size": 10_000,
                        },
                    }
                }
            ],
        },
    }
    return {pipeline_name(index, kind): body for kind, body in bodies.items()}
