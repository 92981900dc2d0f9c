"""How fast does the student learn here, what makes it so, and how much faster than before?

    python benchmarks/student.py --steps 3
    git worktree add ../before 3ddabe0
    python benchmarks/student.py --before ../before/src

The first prints seconds a step of SFT (LoRA on all linear layers of SmolLM2-135M-Instruct, 8 cards
of 350 tokens, 250 of them prompt), tokens a second, and what 1,500 cards twice would take, for the
ways of computing padded rows that `malmoi.mnemonics.student.weights` chose among.

The second lets both builds train on the same cards (the lexicon writer's, or a run's: --run) in the
same order, each in a process of its own, --rounds times in turn; a step counts as the quickest of
its rounds. It prints steps a second, their ratio, and how far the losses and those of held-out
cards differ.

CPU seconds are of all threads together: they tell more than the clock where other programs run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from peft import get_peft_model
from torch.nn import functional
from transformers import AutoModelForCausalLM, Trainer

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


def lean(model: Any) -> AbstractContextManager[Any]:
    """As the student is trained."""
    from malmoi.mnemonics.student.weights import computing

    return computing(model)


BF16, FP32 = torch.bfloat16, torch.float32
WAYS: dict[str, tuple[Any, str, Context, bool]] = {
    "fp32, fused attention": (FP32, "sdpa", plain, True),
    "fp32 weights, bf16 products": (FP32, "sdpa", cast, True),
    "bf16, fused attention": (BF16, "sdpa", plain, True),
    "bf16, plain attention": (BF16, "eager", plain, True),
    "+ LoRA's products in bf16 (chosen)": (BF16, "eager", lean, True),
    "chosen, prompts through the head": (BF16, "eager", lean, False),
}


def measure(way: tuple[Any, str, Context, bool], steps: int) -> tuple[float, float]:
    """(seconds, CPU seconds) of the fastest of some steps after two to warm up."""
    from malmoi.mnemonics.student import weights
    from malmoi.recipe.mnemonics import StudentSection

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


HELD_OUT = 24
"""Cards that no student learns from."""


def lessons(count: int, run: str) -> list[tuple[str, str, str]]:
    """(system message, question, answer) of `count` cards."""
    if run:
        import pandas

        table = pandas.read_parquet(Path(run) / "dataset" / "files" / "chat" / "train.parquet")
        chats = [{turn["role"]: turn["content"] for turn in row} for row in table["messages"]]
        return [(chat["system"], chat["user"], chat["assistant"]) for chat in chats][:count]
    from malmoi.core.files import stable_hash, stable_share
    from malmoi.lexicon.lookup import Lexicon
    from malmoi.mnemonics import form
    from malmoi.mnemonics.compose.senses import first_sense
    from malmoi.mnemonics.prompting.brief import student_brief
    from malmoi.mnemonics.prompting.prompts import student_messages
    from malmoi.mnemonics.writer.lexicon_writer import checked

    lexicon = Lexicon.open()
    listed = sorted(lexicon.candidates("B2", 2.0, 4.3), key=lambda w: stable_hash(f"student{w}"))
    made: list[tuple[str, str, str]] = []
    for word in map(lexicon.word, listed):
        sense = first_sense(word, lexicon) if word.senses else None
        cards = checked(word, sense, lexicon, 1) if sense else []
        if sense and cards:
            facts = stable_share(word.term, "closed book") >= 0.1
            asked = student_messages(student_brief(word, sense, lexicon, facts))
            answer = form.render(cards[0].candidate.draft)
            made.append((asked[0].content, asked[1].content, answer))
        if len(made) == count:
            break
    return made


def train(lessons_file: Path, folder: Path, settings: dict[str, Any]) -> None:
    """In a process of its own, with either build: seconds of each step, and metrics.jsonl."""

    def module(*names: str) -> Any:
        for name in names:
            try:
                return importlib.import_module(name)
            except ModuleNotFoundError:
                continue
        raise ModuleNotFoundError(str(names))

    sft = module("malmoi.mnemonics.student.sft", "malmoi.mnemonics.sft")
    weights = module("malmoi.mnemonics.student.weights", "malmoi.mnemonics.student")
    section = module("malmoi.recipe.mnemonics").StudentSection(epochs=1.0, **settings)
    cards = [weights.Example(*card) for card in json.loads(lessons_file.read_text())]
    begins: list[tuple[float, float]] = []
    plain = Trainer.training_step

    def timed(self: Any, *args: Any, **kwargs: Any) -> Any:
        begins.append((time.perf_counter(), time.process_time()))
        return plain(self, *args, **kwargs)

    Trainer.training_step = timed  # type: ignore[method-assign]
    sft.train_sft(cards[HELD_OUT:], section, folder, 13, cards[:HELD_OUT])
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(begins)]
    (folder / "steps.json").write_text(json.dumps(steps))


def train_with(
    source: str, lessons_file: Path, folder: Path, settings: dict[str, Any]
) -> tuple[list[Any], list[Any]]:
    """(seconds of each step but the last, lines of metrics.jsonl) of one build.

    Args:
        source: its folder `src`.
        lessons_file: the cards.
        folder: to train in.
        settings: of `[student]`.
    """
    folder.mkdir()
    subprocess.run(
        [sys.executable, __file__, "--train", lessons_file, folder, json.dumps(settings)],
        env={**os.environ, "PYTHONPATH": source},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return json.loads((folder / "steps.json").read_text()), [json.loads(line) for line in lines]


def compare_ways(steps: int, only: str) -> None:
    """Print the table of the ways of computing."""
    from malmoi.cli import console

    rows = []
    for name, way in WAYS.items():
        if only not in name:
            continue
        seconds, cpu = measure(way, steps)
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


def compare_builds(
    before: str, cards: int, rounds: int, run: str, settings: dict[str, Any]
) -> None:
    """Print how fast both builds are, and how far apart what they learned.

    Args:
        before: the folder `src` of the other build.
        cards: that are learned from, and held out.
        rounds: trainings of each build.
        run: whose cards these are; "": the lexicon writer's.
        settings: of `[student]`, for this build.
    """
    now = str(Path(__file__).resolve().parents[1] / "src")
    best: dict[str, list[tuple[float, float]]] = {}
    curves: dict[str, list[Any]] = {}
    with tempfile.TemporaryDirectory() as work:
        lessons_file = Path(work, "lessons.json")
        lessons_file.write_text(json.dumps(lessons(cards, run)))
        for number in range(rounds):
            for name, source in (("before", before), ("now", now)):
                own = settings if name == "now" else {}
                folder = Path(work, f"{name}{number}")
                steps, curves[name] = train_with(source, lessons_file, folder, own)
                so_far = best.get(name, steps)
                best[name] = [
                    (min(a[0], b[0]), min(a[1], b[1])) for a, b in zip(so_far, steps, strict=True)
                ]
    totals = {
        name: [sum(part) for part in zip(*steps, strict=True)] for name, steps in best.items()
    }
    for name, (clock, processor) in totals.items():
        count = len(best[name])
        print(
            f"{name:7} {count / clock:.3f} steps/s, {processor / count:.2f} CPU s a step "
            f"({count} steps of 8 cards)"
        )
    ratios = [old / new for old, new in zip(totals["before"], totals["now"], strict=True)]
    print(f"ratio   {ratios[0]:.2f} by the clock, {ratios[1]:.2f} by the processor's time")
    for key in ("loss", "dev_loss"):
        old, new = ([line[key] for line in curves[name] if key in line] for name in totals)
        apart = [abs(a - b) for a, b in zip(old, new, strict=True)]
        print(
            f"{key:9} before {old[0]:.4f} … {old[-1]:.4f}, now {new[0]:.4f} … {new[-1]:.4f}; "
            f"apart by {sum(apart) / len(apart):.4f} on average, {max(apart):.4f} at most"
        )


def main() -> None:
    """Print a table of ways, or the comparison of two builds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--only", default="", help="ways whose name holds this")
    parser.add_argument("--before", default="", help="folder `src` of the build to compare with")
    parser.add_argument("--cards", type=int, default=80 + HELD_OUT)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--run", default="", help="take the cards of this run")
    parser.add_argument(
        "--constant-prompts", action="store_true", help="now without their gradient"
    )
    parser.add_argument("--train", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.train:
        lessons_file, folder, settings = options.train
        train(Path(lessons_file), Path(folder), json.loads(settings))
    elif options.before:
        settings = {"prompt_gradient": False} if options.constant_prompts else {}
        compare_builds(options.before, options.cards, options.rounds, options.run, settings)
    else:
        compare_ways(options.steps, options.only)


if __name__ == "__main__":
    main()
