"""Where tests marked `gpu` compute; `MALMOI_TEST_GPU=cpu` tries the tests without one."""

from __future__ import annotations

import os

DEVICE = os.environ.get("MALMOI_TEST_GPU", "cuda")


def has_device() -> bool:
    """Whether tests marked `gpu` can run."""
    import torch

    return DEVICE == "cpu" or torch.cuda.is_available()
