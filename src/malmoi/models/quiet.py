"""Libraries that load models, told to load them without bars and notes of their own."""

from __future__ import annotations


def silence_transformers() -> None:
    """Silence transformers' bars of the loading of weights, and what it deprecates for itself."""
    import warnings

    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(?:transformers|trl|peft)\b")
