"""What a model needs, and what memory there is: checked before loading, not found out by a kill."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from malmoi.core import memory
from malmoi.core.errors import TeacherError

GIB = 1024**3
WORKSPACE = 0.1
"""Activations and buffers, as a share of the weights."""


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes a model takes: its weights, and keys and values of a full batch."""

    weights: int
    cache: int

    @property
    def total(self) -> int:
        """Weights, cache and working space, in bytes."""
        return self.weights + self.cache + int(self.weights * WORKSPACE)


def kv_cache_bytes(
    layers: int, heads: int, head_size: int, tokens: int, batch: int, width: int = 2
) -> int:
    """Bytes of the keys and values of `batch` sequences of `tokens` tokens.

    Two (keys and values) × layers × key-value heads × head size × tokens × batch × bytes a number.

    Args:
        layers: transformer blocks that have a cache.
        heads: key-value heads of a layer.
        head_size: numbers of a head.
        tokens: of the longest sequence, prompt and answer.
        batch: sequences at once.
        width: bytes of a number (2: 16 bits).
    """
    return 2 * layers * heads * head_size * tokens * batch * width


def need_of(config: Any, weights: int, context: int, batch: int, width: int = 2) -> Need:
    """What a transformers model of this `config` needs, with `weights` bytes of weights.

    Args:
        config: a `PretrainedConfig`, of a text model or of one that holds a text model.
        weights: bytes that the weights take.
        context: tokens of a sequence, prompt and answer.
        batch: sequences at once.
        width: bytes of a number in the cache.
    """
    text = config.get_text_config()
    heads = int(text.num_attention_heads)
    head_size = int(getattr(text, "head_dim", None) or text.hidden_size // heads)
    kv_heads = int(getattr(text, "num_key_value_heads", None) or heads)
    layers = int(text.num_hidden_layers)
    return Need(weights, kv_cache_bytes(layers, kv_heads, head_size, context, batch, width))


def check_fits(name: str, need: Need, available: int, where: str, batch: int, context: int) -> None:
    """Refuse a model that doesn't fit.

    Args:
        name: the model's, for the message.
        need: what it needs.
        available: free bytes.
        where: "the GPU" or "memory", for the message.
        batch, context: sequences at once and tokens of each, which could be lowered.

    Raises:
        TeacherError: with what is needed, what there is, and what can be done about it.
    """
    if need.total <= available:
        return
    if need.weights * (1 + WORKSPACE) > available:
        remedy = (
            "take a smaller or a quantised model (AWQ, GPTQ, or a GGUF with kind = "
            '"embedded"), or use an endpoint (kind = "http")'
        )
    else:
        remedy = f"lower teacher.slots (now {batch}) or teacher.context (now {context} tokens)"
    raise TeacherError(
        f"{name} needs {_gib(need.total)} ({_gib(need.weights)} of weights, {_gib(need.cache)} of "
        f"cache for {batch} sequences of {context} tokens, and working space), but {where} has "
        f"{_gib(available)} free: {remedy}"
    )


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB" if size >= GIB / 10 else f"{size / 1024**2:.1f} MiB"


def available_memory(root: Path = Path("/")) -> int:
    """Free main memory in bytes: what the system says, or the container's limit if that is less.

    Args:
        root: where /proc and /sys are (tests make their own).
    """
    free = _meminfo(root / "proc/meminfo")
    if free is None:
        import psutil  # type: ignore[import-untyped]

        free = int(psutil.virtual_memory().available)
    limit, used = (
        _number(root / "sys/fs/cgroup" / f"memory.{what}") for what in ("max", "current")
    )
    if limit is None or used is None:
        return free
    return min(free, max(0, limit - used))


def _meminfo(path: Path) -> int | None:
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no control group, or "max": no limit
        return None


def weights_bytes(folder: Path, width: int) -> int:
    """Bytes the checkpoint in `folder` will take when loaded with `width` bytes a number.

    A quantised checkpoint takes what its files take; a plain one that was saved in another
    precision is scaled by the ratio.

    Raises:
        TeacherError: the folder holds no weights.
    """
    import json

    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    if not files:
        raise TeacherError(
            f"{folder} holds no weights (*.safetensors): expected a folder saved by "
            "transformers, or the path of a .gguf file"
        )
    size = sum(file.stat().st_size for file in files)
    config_file = folder / "config.json"
    config = json.loads(config_file.read_text(encoding="utf-8")) if config_file.exists() else {}
    if config.get("quantization_config"):
        return size
    saved = str(config.get("dtype") or config.get("torch_dtype") or "bfloat16")
    return size * width // (4 if saved == "float32" else 2)


def peak_memory() -> tuple[str, int]:
    """("GPU" or "memory", the most bytes this process has used of it so far)."""
    import torch

    if torch.cuda.is_available():
        return "GPU", int(torch.cuda.max_memory_allocated())
    try:
        return "memory", memory.peak_memory()
    except ImportError:  # Windows
        import psutil

        return "memory", int(psutil.Process(os.getpid()).memory_info().rss)
