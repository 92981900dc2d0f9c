"""How fast does the student learn here, and what makes it so?

    python benchmarks/student.py --steps 3

Prints seconds a step of SFT (LoRA on all linear layers of SmolLM2-135M-Instruct, 8 cards of 350
tokens, 250 of them prompt), tokens a second, and what 1,500 cards twice would take, for the ways of
computing that `malmoi.mnemonics.student.weights` chose among. CPU seconds are of all threads
together: they tell more than the clock where other programs run as well.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from peft import get_peft_model
from torch.nn import functional
from transformers import AutoModelForCausalLM

from malmoi.cli import console
from malmoi.mnemonics.student import weights
from malmoi.recipe.mnemonics import StudentSection

CARDS, PROMPT, ANSWER = 8, 250, 100
ALL = 1500 * 2 / CARDS
"""Steps of 1,500 cards, twice."""

Context = Callable[[Any], AbstractContextManager[Any]]


def plain(model: Any) -> AbstractContextManager[Any]:
    """As torch and PEFT compute by themselves."""
    return nullcontext()


def cast(model: Any) -> AbstractContextManager[Any]:
    """Weights as they are, products in bf16, PEFT casting to float32 for LoRA."""
    return torch.autocast("cpu", torch.bfloat16)


BF16, FP32 = torch.bfloat16, torch.float32
WAYS: dict[str, tuple[Any, str, Context, bool]] = {
    "fp32, fused attention": (FP32, "sdpa", plain, True),
    "fp32 weights, bf16 products": (FP32, "sdpa", cast, True),
    "bf16, fused attention": (BF16, "sdpa", plain, True),
    "bf16, plain attention": (BF16, "eager", plain, True),
    "+ LoRA's products in bf16 (chosen)": (BF16, "eager", weights.computing, True),
    "chosen, prompts through the head": (BF16, "eager", weights.computing, False),
}


def measure(way: tuple[Any, str, Context, bool], steps: int) -> tuple[float, float]:
    """(seconds, CPU seconds) of the fastest of some steps after two to warm up."""
    dtype, attention, context, answers_alone = way
    torch.manual_seed(1)
    base = AutoModelForCausalLM.from_pretrained(
        weights.base_of(""), dtype=dtype, attn_implementation=attention
    )
    model = get_peft_model(base, weights.lora(StudentSection()))
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4)
    times = []
    for _ in range(steps + 2):
        ids = torch.randint(20, 40_000, (CARDS, PROMPT + ANSWER))
        clock, cpu = time.perf_counter(), time.process_time()
        with context(model):
            hidden = base.model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False)
            kept = hidden.last_hidden_state[:, PROMPT - 1 if answers_alone else 0 : -1]
            logits = base.lm_head(kept)[:, -ANSWER:].float()
        functional.cross_entropy(logits.flatten(0, 1), ids[:, PROMPT:].flatten()).backward()
        optimizer.step()
        optimizer.zero_grad()
        times.append((time.perf_counter() - clock, time.process_time() - cpu))
    return min(times[2:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--only", default="", help="ways whose name holds this")
    options = parser.parse_args()
    rows = []
    for name, way in WAYS.items():
        if options.only not in name:
            continue
        seconds, cpu = measure(way, options.steps)
        tokens = CARDS * (PROMPT + ANSWER) / seconds
        rows.append(
            (name, round(seconds, 2), round(cpu, 1), round(tokens), round(ALL * seconds / 60))
        )
    threads = torch.get_num_threads()
    console.table(
        ("way", "s a step", "CPU s", "tokens/s", "min for 1,500 cards x 2"),
        rows,
        f"SFT of SmolLM2-135M-Instruct on {threads} threads",
    )


if __name__ == "__main__":
    with console.shown():
        main()
