"""A GGUF file as a transformers checkpoint, made once and kept in the cache folder.

transformers reads a GGUF's metadata in pure Python: a minute and a half for a vocabulary of 262,144
pieces, three times over. The checkpoint it gives (bf16 weights, tokenizer.json) loads in seconds.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from malmoi.core.errors import TeacherError
from malmoi.core.files import cache_folder, make_folder_atomically
from malmoi.models.quiet import silence_transformers
from malmoi.models.weights import gguf_metadata, sha256_of

logger = logging.getLogger(__name__)

SINGLE_DIGITS = "smollm"
"""llama.cpp's name for splitting a text into words and single digits; transformers, which reads
GPT-2's splitting out of any such GGUF, would tokenise "in  2024" otherwise than the model learned.
"""


def checkpoint_of(gguf: Path) -> Path:
    """The folder with `gguf` as safetensors, config and tokenizer; made where it is not there yet.

    Raises:
        OSError, ValueError, ImportError: what transformers raises for a file it can't read.
    """
    name = f"{gguf.stem}-{sha256_of(gguf)[:12]}-bf16"
    folder = cache_folder() / (f"{name}-digits" if _splits_digits(gguf) else name)
    if not (folder / "config.json").exists():
        logger.info(f"converting {gguf.name} for transformers, once (a minute or two)")
        make_folder_atomically(folder, lambda target: _convert(gguf, target))
    return folder


def _splits_digits(gguf: Path) -> bool:
    try:
        return bool(gguf_metadata(gguf).get("tokenizer.ggml.pre") == SINGLE_DIGITS)
    except TeacherError:  # no GGUF file: transformers says so, too
        return False


def _convert(gguf: Path, target: Path) -> None:
    import torch
    from tokenizers import pre_tokenizers
    from transformers import AutoModelForCausalLM, AutoTokenizer

    silence_transformers()
    source, options = str(gguf.parent), {"gguf_file": gguf.name}
    tokenizer: Any = AutoTokenizer.from_pretrained(source, **options)
    if _splits_digits(gguf):
        split = pre_tokenizers.Digits(individual_digits=True)
        bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, bytes_])
    tokenizer.save_pretrained(target)
    loaded = AutoModelForCausalLM.from_pretrained(source, dtype=torch.bfloat16, **options)
    config = loaded.config
    # What was dequantised still calls itself quantised, and transformers won't save that.
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    plain: Any = type(loaded)(config)
    plain = plain.to(torch.bfloat16)
    plain.load_state_dict(loaded.state_dict())
    plain.save_pretrained(target)
