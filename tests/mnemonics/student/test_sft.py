from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import StudentError
from malmoi.core.files import read_lines
from malmoi.mnemonics.student import weights
from malmoi.mnemonics.student.sft import batch_order, encode, encode_all, train_sft
from malmoi.mnemonics.student.weights import Example
from malmoi.models.resume import last_checkpoint
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.tiny_llama import PATTERN, TEMPLATE, make_tiny_llama

SETTINGS = {
    "batch_size": 6,
    "learning_rate": 2e-2,
    "lora_rank": 16,
    "max_length": 64,
    "epochs": 12.0,
    "save_every": 4,
}


def section(base: Path, **fields: object) -> StudentSection:
    return StudentSection.model_validate({"base": str(base), **SETTINGS, **fields})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that was never stopped."""
    folder = tmp_path_factory.mktemp("sft") / "whole"
    train_sft(PATTERN, section(base), folder, seed=5, dev=PATTERN[:4])
    return folder


def metrics(folder: Path, name: str) -> list[float]:
    return [line[name] for line in read_lines(folder / "metrics.jsonl") if name in line]


def saved_weights(folder: Path) -> bytes:
    return (folder / "model" / "model.safetensors").read_bytes()


def test_it_learns_a_pattern(trained: Path) -> None:
    losses, dev = metrics(trained, "loss"), metrics(trained, "dev_loss")
    assert len(losses) == 48
    assert losses[-1] < losses[0] / 2
    assert metrics(trained, "accuracy")[-1] > metrics(trained, "accuracy")[0] + 0.2
    assert len(dev) == 12
    assert dev[-1] < dev[0]


def test_what_it_leaves_behind_is_one_model(trained: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    assert {p.name for p in trained.iterdir()} == {"model", "metrics.jsonl", "training.txt"}
    model = AutoModelForCausalLM.from_pretrained(trained / "model")
    assert not [name for name, _ in model.named_parameters() if "lora" in name]
    assert AutoTokenizer.from_pretrained(trained / "model").chat_template == TEMPLATE


def test_the_loss_is_that_of_the_answers_alone(base: Path, tmp_path: Path) -> None:
    """The first step's loss, computed by hand on every position of the base."""
    import torch
    from transformers import AutoModelForCausalLM

    examples = PATTERN[:6]
    one = section(base, epochs=1.0)
    train_sft(examples, one, tmp_path, seed=5)
    tokenizer = weights.load_tokenizer(str(base))
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    total = count = 0.0
    for row in encode_all(tokenizer, examples, 64):
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([row["input_ids"]])).logits[0, :-1]
        labels = torch.tensor(row["labels"][1:])
        total += float(torch.nn.functional.cross_entropy(logits, labels, reduction="sum"))
        count += int((labels != -100).sum())
    assert metrics(tmp_path, "loss")[0] == pytest.approx(total / count, rel=0.02)


def test_a_finished_training_is_not_done_again(base: Path, trained: Path) -> None:
    before = saved_weights(trained)
    assert train_sft(PATTERN, section(base), trained, seed=5) == trained / "model"
    assert saved_weights(trained) == before


def test_another_training_is_kept_apart(base: Path, trained: Path) -> None:
    with pytest.raises(StudentError, match="another training"):
        train_sft(PATTERN, section(base), trained, seed=6)
    with pytest.raises(StudentError, match="another training"):
        train_sft(PATTERN, section(base, learning_rate=1e-4), trained, seed=5)
    train_sft(PATTERN, section(base, save_every=9), trained, seed=5)  # changes nothing


def test_no_epochs_give_the_base(base: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = train_sft(PATTERN, section(base, epochs=0.0), tmp_path / "none", seed=5)
    one, other = (
        AutoModelForCausalLM.from_pretrained(f, dtype=torch.bfloat16) for f in (model, base)
    )
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_it_goes_on_from_a_checkpoint(
    base: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from malmoi.mnemonics.student import trainer

    steps: list[int] = []
    plain = trainer.Watch.on_step_end

    def stop(self: object, args: object, state: object, control: object, **kwargs: object) -> None:
        steps.append(state.global_step)  # type: ignore[attr-defined]
        if len(steps) == 11:
            raise KeyboardInterrupt
        plain(self, args, state, control, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(trainer.Watch, "on_step_end", stop)
    with pytest.raises(KeyboardInterrupt):
        train_sft(PATTERN, section(base), tmp_path, seed=5, dev=PATTERN[:4])
    found = last_checkpoint(tmp_path)
    assert found is not None
    assert found.name == "checkpoint-8"
    train_sft(PATTERN, section(base), tmp_path, seed=5, dev=PATTERN[:4])
    assert steps == [*range(1, 12), *range(9, 49)]
    assert saved_weights(tmp_path) == saved_weights(trained)
    assert list(read_lines(tmp_path / "metrics.jsonl")) == list(
        read_lines(trained / "metrics.jsonl")
    )


def test_it_learns_without_the_prompts_gradient(
    base: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from malmoi.mnemonics.student import prefix

    faster = section(base, prompt_gradient=False)
    train_sft(PATTERN, faster, tmp_path / "faster", seed=5)
    losses, exact = metrics(tmp_path / "faster", "loss"), metrics(trained, "loss")
    assert losses[0] == pytest.approx(exact[0], rel=1e-2)
    assert losses[-1] < losses[0] / 2
    assert losses != exact
    monkeypatch.setattr(prefix, "can_share", lambda model: False)
    with pytest.raises(StudentError, match=r"student\.prompt_gradient = false is for a CPU"):
        train_sft(PATTERN, faster, tmp_path / "refused", seed=5)


def test_a_diverged_training_is_no_student(base: Path, tmp_path: Path) -> None:
    with pytest.raises(StudentError, match=r"lower student\.learning_rate"):
        train_sft(PATTERN, section(base, learning_rate=1e38), tmp_path, seed=5)
    assert not (tmp_path / "model").exists()


def test_a_row_ends_where_the_student_shall_end(base: Path) -> None:
    tokenizer = weights.load_tokenizer(str(base))
    row = encode(tokenizer, Example("Be brief.", "lamp?", "yes 12"))
    learned = [n for n in row["labels"] if n != -100]
    assert tokenizer.decode(learned) == "yes 12<|im_end|>"
    assert row["input_ids"][-len(learned) :] == learned
    head = tokenizer.decode(row["input_ids"][: -len(learned)])
    assert head.endswith("<|im_end|>\n<|im_start|>assistant\n")
    assert "Be brief." in head
    bare = encode(tokenizer, Example("", "lamp?", "yes 12"))
    assert "system" not in tokenizer.decode(bare["input_ids"])


def test_a_template_that_rewrites_the_prompt_is_refused(tmp_path: Path) -> None:
    odd = "{% for m in messages %}{{ messages | length }}{{ m.content }}{% endfor %}"
    tokenizer = weights.load_tokenizer(str(make_tiny_llama(tmp_path / "odd", template=odd)))
    with pytest.raises(StudentError, match="chat template"):
        encode(tokenizer, PATTERN[0])


def test_examples_over_the_length_are_left_out_and_said(
    base: Path, logged: pytest.LogCaptureFixture
) -> None:
    tokenizer = weights.load_tokenizer(str(base))
    long = Example("Answer.", "lamp?", "river " * 60)
    assert len(encode_all(tokenizer, [*PATTERN[:2], long], 64)) == 2
    assert "1 of 3 examples" in logged.text
    with pytest.raises(StudentError, match=r"none of 1 examples .* student\.max_length is 64"):
        encode_all(tokenizer, [long], 64)
    with pytest.raises(StudentError, match="none of 0"):
        encode_all(tokenizer, [], 64)


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=200),
    st.sampled_from([0.5, 1.0, 2.0, 2.5]),
    st.integers(1, 8),
    st.integers(0, 3),
)
def test_every_example_comes_once_an_epoch(
    lengths: Sequence[int], epochs: float, batch: int, seed: int
) -> None:
    order = batch_order(lengths, epochs, batch, seed)
    assert order == batch_order(lengths, epochs, batch, seed)
    assert len(order) == round(epochs * len(lengths))
    counts = Counter(order)
    assert set(counts.values()) <= {math.floor(epochs), math.ceil(epochs)}


def test_batches_are_of_like_lengths_in_random_order() -> None:
    lengths = [(n * 37) % 300 for n in range(256)]
    order = batch_order(lengths, 1.0, 8, seed=1)
    batches = [[lengths[n] for n in order[i : i + 8]] for i in range(0, 256, 8)]
    padding = sum(max(b) * len(b) for b in batches) / sum(map(sum, batches))
    assert padding < 1.1
    assert [b[0] for b in batches[:16]] != sorted(b[0] for b in batches[:16])


RUN = """
import sys
from pathlib import Path
from malmoi.mnemonics.student.sft import train_sft
from malmoi.models.resume import last_checkpoint
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.tiny_llama import PATTERN

train_sft(PATTERN, StudentSection.model_validate_json(sys.argv[1]), Path(sys.argv[2]), 5)
"""


@pytest.mark.slow
def test_killed_in_the_middle_it_ends_the_same(base: Path, tmp_path: Path) -> None:
    long = section(base, epochs=30.0, save_every=7)

    def start(folder: Path) -> subprocess.Popen[bytes]:
        root = Path(__file__).parents[3]
        return subprocess.Popen(
            [sys.executable, "-c", RUN, long.model_dump_json(), str(folder)],
            env={**os.environ, "PYTHONPATH": str(root)},
        )

    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert start(whole).wait() == 0
    for moment in (9, 40, 77):
        run = start(killed)
        while len(list(read_lines(killed / "metrics.jsonl"))) < moment:
            assert run.poll() is None, "it ended before it was killed"
            time.sleep(0.002)
        run.send_signal(signal.SIGKILL)
        assert run.wait() == -signal.SIGKILL
        assert last_checkpoint(killed) is not None
    assert start(killed).wait() == 0
    assert saved_weights(killed) == saved_weights(whole)
    assert (killed / "metrics.jsonl").read_bytes() == (whole / "metrics.jsonl").read_bytes()
    assert json.loads((killed / "model" / "config.json").read_text())["model_type"] == "llama"
