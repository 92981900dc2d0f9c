"""What this machine has and lacks: `examine()`, and for a recipe `examine(load("docs.toml"))`.

Nothing heavy is imported: versions come from the packages' metadata. An endpoint is asked for a
few tokens, once.
"""

from __future__ import annotations

import os

from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.gpu import check_gpu, check_gpu_needs
from malmoi.pipelines.doctor.installed import check_extras
from malmoi.pipelines.doctor.machine import check_machine
from malmoi.pipelines.doctor.needs import check_cluster, check_needs
from malmoi.recipe import Recipe

__all__ = ["Check", "examine"]


def examine(recipe: Recipe | None = None) -> list[Check]:
    """Everything that is looked at: machine, packages, a recipe's needs, a cluster if one is named.

    What fails and is `needed` stops what was asked about: the recipe, or malmoi at all.
    """
    checks = [*check_machine(), check_gpu(), *check_extras(recipe)]
    if recipe is not None:
        checks += [*check_needs(recipe), *check_gpu_needs(recipe)]
    if os.environ.get("OPENSEARCH_URL"):
        checks += check_cluster()
    return checks
