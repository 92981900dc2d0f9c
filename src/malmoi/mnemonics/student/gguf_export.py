"""A student's safetensors folder as GGUF: F16 and Q8_0, and K-quants where llama.cpp's tool is.

    export_gguf(folder, Path("student-F16.gguf"), "F16")
    export_all(folder, out, "student")      # F16, Q8_0, and Q4_K_M if llama-quantize is on PATH

For Llama's architecture with a GPT-2-like BPE (SmolLM2 is that). Two things go wrong silently and
are seen to here: llama.cpp wants the rows of q and k in another order (its rotary embedding turns
neighbouring pairs, transformers' turns halves), and it has its own splitting of text into words,
chosen by name (`tokenizer.ggml.pre`), which must be the tokenizer's.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from malmoi.core.errors import StudentError

logger = logging.getLogger(__name__)

WRITTEN = ("F16", "Q8_0")
"""What is written here; any other type is made of F16 by llama.cpp's own tool."""
K_QUANT = "Q4_K_M"
TOOL = "llama-quantize"

_DIGITS = {"type": "Digits", "individual_digits": True}
_BYTES = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
PRE_TOKENIZERS: dict[str, list[dict[str, Any]]] = {"smollm": [_DIGITS, _BYTES], "gpt-2": [_BYTES]}
"""llama.cpp's name of a pre-tokenizer: its steps in tokenizer.json."""

_REMEDY = "use llama.cpp's convert_hf_to_gguf.py for this model"


def export_all(model: Path, folder: Path, name: str) -> list[Path]:
    """Write `name`-F16.gguf and `name`-Q8_0.gguf, and a K-quant where llama-quantize is on PATH.

    Raises:
        StudentError: the model's architecture or tokenizer is none that can be written here.
    """
    files = [export_gguf(model, folder / f"{name}-{kind}.gguf", kind) for kind in WRITTEN]
    if shutil.which(TOOL):
        files.append(quantize(files[0], folder / f"{name}-{K_QUANT}.gguf", K_QUANT))
    else:
        logger.info(f"no {K_QUANT}: {TOOL} (part of llama.cpp) is not on PATH")
    return files


def quantize(f16: Path, target: Path, kind: str) -> Path:
    """Make a GGUF of another type (Q4_K_M, Q5_K_S, …) with llama.cpp's own tool.

    Raises:
        StudentError: the tool is missing, or failed.
    """
    tool = shutil.which(TOOL)
    if tool is None:
        raise StudentError(
            f"{kind} needs {TOOL}, which is not on PATH: install llama.cpp, or export "
            f"{' or '.join(WRITTEN)}"
        )
    temporary = _temporary(target)
    try:
        done = subprocess.run(
            [tool, str(f16), str(temporary), kind], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StudentError(f"{TOOL} failed on {f16}: {done.stderr.strip()[-400:]}")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def export_gguf(model: Path, target: Path, kind: str = "F16") -> Path:
    """Write the model in `model` to `target`, whole or not at all.

    Args:
        model: a folder with config.json, safetensors and tokenizer.json.
        kind: "F16" or "Q8_0"; norms stay F32 in both.

    Raises:
        StudentError: a type, an architecture or a tokenizer that can't be written here.
    """
    if kind not in WRITTEN:
        raise StudentError(f"{kind!r} is not written here, expected {' or '.join(WRITTEN)}")
    import gguf

    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    check_architecture(model, config)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(target)
    writer = gguf.GGUFWriter(temporary, "llama")
    try:
        _add_config(writer, config, model.resolve().name, kind)
        _add_tokenizer(writer, model, config)
        _add_tensors(writer, model, config, kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}")


def check_architecture(model: Path, config: dict[str, Any]) -> None:
    """Refuse what this file can't write.

    Raises:
        StudentError: with what was seen and what to do instead.
    """
    seen = (config.get("architectures") or ["none"])[0]
    rope = _rope(config)
    kind = rope.get("rope_type") or rope.get("type") or "default"
    problem = ""
    if seen != "LlamaForCausalLM":
        problem = f"its architecture is {seen}, expected LlamaForCausalLM"
    elif kind != "default":
        problem = f"its rotary embedding is scaled ({kind}), expected none"
    elif config.get("attention_bias") or config.get("mlp_bias"):
        problem = "its linear layers have biases, expected none"
    if problem:
        raise StudentError(f"{model} can't be written as GGUF here: {problem}; {_REMEDY}")


def _rope(config: dict[str, Any]) -> dict[str, Any]:
    return config.get("rope_parameters") or config.get("rope_scaling") or {}


def _add_config(writer: Any, config: dict[str, Any], name: str, kind: str) -> None:
    import gguf

    heads, width = int(config["num_attention_heads"]), int(config["hidden_size"])
    head_size = int(config.get("head_dim") or width // heads)
    theta = _rope(config).get("rope_theta") or config.get("rope_theta") or 10000.0
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(name)
    writer.add_vocab_size(int(config["vocab_size"]))
    writer.add_context_length(int(config["max_position_embeddings"]))
    writer.add_embedding_length(width)
    writer.add_block_count(int(config["num_hidden_layers"]))
    writer.add_feed_forward_length(int(config["intermediate_size"]))
    writer.add_head_count(heads)
    writer.add_head_count_kv(int(config.get("num_key_value_heads") or heads))
    writer.add_key_length(head_size)
    writer.add_value_length(head_size)
    writer.add_rope_dimension_count(head_size)
    writer.add_rope_freq_base(float(theta))
    writer.add_layer_norm_rms_eps(float(config["rms_norm_eps"]))
    types = {"F16": gguf.LlamaFileType.MOSTLY_F16, "Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}
    writer.add_file_type(types[kind])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def pre_tokenizer(model: Path, parts: dict[str, Any]) -> str:
    """llama.cpp's name for how a tokenizer splits text into words.

    Args:
        parts: what tokenizer.json holds.

    Raises:
        StudentError: the tokenizer is no byte-level BPE of a known kind.
    """
    found = parts.get("pre_tokenizer") or {}
    steps = found.get("pretokenizers", [found])
    plain = [{k: v for k, v in step.items() if k != "trim_offsets"} for step in steps]
    byte_pairs = parts["model"].get("type") == "BPE" and not parts["model"].get("byte_fallback")
    for name, known in PRE_TOKENIZERS.items():
        if byte_pairs and plain == known and not parts.get("normalizer"):
            return name
    kinds = [step.get("type") for step in steps]
    raise StudentError(
        f"{model}'s tokenizer ({parts['model'].get('type')}, split by {kinds}) is none that can be "
        f"written as GGUF here, expected a byte-level BPE ({', '.join(PRE_TOKENIZERS)}); "
        f"{_REMEDY}"
    )


def _add_tokenizer(writer: Any, model: Path, config: dict[str, Any]) -> None:
    import gguf
    from transformers import AutoTokenizer

    parts = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    size = int(config["vocab_size"])
    tokens = [f"[PAD{number}]" for number in range(size)]
    kinds = [int(gguf.TokenType.UNUSED)] * size
    for token, number in parts["model"]["vocab"].items():
        tokens[number], kinds[number] = token, int(gguf.TokenType.NORMAL)
    for added in parts.get("added_tokens", []):
        kind = gguf.TokenType.CONTROL if added["special"] else gguf.TokenType.USER_DEFINED
        tokens[added["id"]], kinds[added["id"]] = added["content"], int(kind)
    merges = [m if isinstance(m, str) else " ".join(m) for m in parts["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre_tokenizer(model, parts))
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    tokenizer: Any = AutoTokenizer.from_pretrained(str(model))
    for name in ("bos", "eos", "unk", "pad"):
        number = getattr(tokenizer, f"{name}_token_id")
        if number is not None:
            getattr(writer, f"add_{name}_token_id")(number)
    writer.add_add_space_prefix(False)
    begun = tokenizer("a")["input_ids"][:1] == [tokenizer.bos_token_id]
    writer.add_add_bos_token(begun)
    if tokenizer.chat_template:
        writer.add_chat_template(tokenizer.chat_template)


def _add_tensors(writer: Any, model: Path, config: dict[str, Any], kind: str) -> None:
    import gguf
    import numpy as np
    import torch
    from safetensors import safe_open

    layers, heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, layers)
    kv_heads = int(config.get("num_key_value_heads") or heads)
    tied = bool(config.get("tie_word_embeddings"))
    for file in sorted(model.glob("*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            for name in sorted(tensors.keys()):
                if tied and name == "lm_head.weight":
                    continue
                new = names.get_name(name, try_suffixes=(".weight",))
                if new is None:
                    raise StudentError(f"{model} has an unknown tensor {name!r}; {_REMEDY}")
                values = tensors.get_tensor(name).to(torch.float32).numpy()
                if name.endswith(("q_proj.weight", "k_proj.weight")):
                    values = pairwise(values, heads if "q_proj" in name else kv_heads)
                if values.ndim == 1:
                    writer.add_tensor(new, values)
                elif kind == "F16" or values.shape[-1] % 32:
                    writer.add_tensor(new, values.astype(np.float16))
                else:
                    quant = gguf.GGMLQuantizationType.Q8_0
                    writer.add_tensor(new, gguf.quants.quantize(values, quant), raw_dtype=quant)


def pairwise(weight: Any, heads: int) -> Any:
    """Rows of a q or k projection [heads × size, width] from halves to neighbouring pairs."""
    size = weight.shape[0] // heads
    halves = weight.reshape(heads, 2, size // 2, weight.shape[1])
    return halves.swapaxes(1, 2).reshape(weight.shape)
