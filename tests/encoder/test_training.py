import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from malmoi.core.errors import StudentError
from malmoi.encoder.building import document_encoder, query_parameter
from malmoi.encoder.training import train
from malmoi.recipe import TrainingSection
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder

IDS = list(DOCUMENTS)
PAIRS = [
    {
        "query": text.split("\n")[0],
        "document": name,
        "negatives": [other for other in IDS if other != name][:2],
        "without": text.split("\n")[0],
    }
    for name, text in DOCUMENTS.items()
]
SMALL = {"steps": 8, "batch_size": 4, "num_negatives": 2, "evaluate_every": 4, "log_every": 2}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_base(tmp_path_factory.mktemp("base"))


def targets(pairs, documents):
    """Ten for a pair's own document, so that there is something to learn."""
    wanted = [[10.0 * (PAIRS[n]["document"] == d) for d in documents] for n in pairs]
    return np.array(wanted, np.float32)


def run(encoder, folder, evaluate=None, pairs=PAIRS, **section):
    settings = TrainingSection(**(SMALL | section))
    return train(encoder, pairs, DOCUMENTS, settings, 7, folder, evaluate, targets=targets)


def state(encoder):
    module = document_encoder(encoder)
    return [module.head.weight.detach().clone(), query_parameter(encoder).detach().clone()]


def test_the_loss_falls(base, tmp_path):
    pairs = [pair | {"without": ""} for pair in PAIRS]
    history = run(tiny_encoder(base), tmp_path, None, pairs, steps=40, query_learning_rate=0.3)
    losses = [record["contrastive"] for record in history["metrics"] if "contrastive" in record]
    assert np.mean(losses[-4:]) < 0.8 * np.mean(losses[:4])


def test_metrics_hold_parts_dimensions_and_development_figures(base, tmp_path):
    history = run(tiny_encoder(base), tmp_path, lambda _: {"ndcg@10": 0.5, "ko": 0.4})
    logged = [record for record in history["metrics"] if "loss" in record]
    judged = [record for record in history["metrics"] if "dev_ndcg@10" in record]
    parts = {"contrastive", "distillation", "flops", "idf_penalty"}
    assert [record["step"] for record in logged] == [2, 4, 6, 8]
    assert [record["step"] for record in judged] == [0, 4, 8]
    assert parts | {"query_dimensions", "document_dimensions", "scale"} <= set(logged[0])
    assert judged[0]["dev_ko"] == 0.4
    assert history["metrics"] == [
        json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()
    ]


def test_it_ends_as_its_best_state(base, tmp_path):
    figures, states = iter([0.1, 0.9, 0.3]), []

    def evaluate(encoder):
        states.append(state(encoder))
        return {"ndcg@10": next(figures)}

    encoder = tiny_encoder(base)
    history = run(encoder, tmp_path, evaluate)
    assert history["best"]["step"] == 4
    assert all(torch.equal(a, b) for a, b in zip(state(encoder), states[1], strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(states[1], states[2], strict=True))


def test_it_ends_where_it_grows_no_better(base, tmp_path):
    def falling(encoder):
        seen.append(encoder)
        return {"ndcg@10": 0.9 - 0.1 * len(seen)}

    seen = []
    history = run(tiny_encoder(base), tmp_path / "two", falling, steps=20)
    assert history["steps"] == 8
    assert history["best"]["step"] == 0
    seen.clear()
    history = run(tiny_encoder(base), tmp_path / "all", falling, steps=20, patience=0)
    assert history["steps"] == 20
    assert len(seen) == 6


def test_killed_after_its_last_step_it_looks_no_further(base, tmp_path, monkeypatch):
    def killed(folder):
        raise KeyboardInterrupt

    figures = iter([0.3, 0.5, 0.4, 0.2, 0.9])
    with monkeypatch.context() as context:
        context.setattr("malmoi.models.resume.remove_checkpoints", killed)
        with pytest.raises(KeyboardInterrupt):
            run(tiny_encoder(base), tmp_path, lambda _: {"ndcg@10": next(figures)}, steps=40)
    history = run(tiny_encoder(base), tmp_path, lambda _: {"ndcg@10": next(figures)}, steps=40)
    assert history["best"]["step"] == 4
    assert [r["step"] for r in history["metrics"] if "dev_ndcg@10" in r] == [0, 4, 8, 12]


def test_the_same_seed_gives_the_same_student(base, tmp_path):
    one, two = tiny_encoder(base), tiny_encoder(base)
    run(one, tmp_path / "one")
    run(two, tmp_path / "two")
    assert all(torch.equal(a, b) for a, b in zip(state(one), state(two), strict=True))


def test_weights_of_queries_stay_where_they_belong(base, tmp_path):
    encoder = tiny_encoder(base)
    before = query_parameter(encoder).detach().clone()
    run(encoder, tmp_path, query_learning_rate=1.0)
    after = query_parameter(encoder).detach()
    assert not torch.equal(before, after)
    assert after.min() >= 0
    assert not after[document_encoder(encoder).content_mask == 0].any()


def test_a_rate_of_zero_leaves_the_idf(base, tmp_path):
    encoder = tiny_encoder(base)
    before = query_parameter(encoder).detach().clone()
    run(encoder, tmp_path, query_learning_rate=0.0)
    assert torch.equal(before, query_parameter(encoder).detach())


def test_unfrozen_layers_learn_and_frozen_ones_do_not(base, tmp_path):
    encoder = tiny_encoder(base, unfreeze_layers=1)
    body = document_encoder(encoder).body
    before = {name: value.clone() for name, value in body.state_dict().items()}
    run(encoder, tmp_path, body_learning_rate=0.01)
    changed = {n for n, value in body.state_dict().items() if not torch.equal(value, before[n])}
    assert changed
    assert all("layer.1." in name for name in changed)


def test_the_other_ways_of_reading_train_too(base, tmp_path):
    run(tiny_encoder(base, pooling="max"), tmp_path / "max")
    run(tiny_encoder(base, two_sided=True), tmp_path / "two")
    run(tiny_encoder(base), tmp_path / "scale", learn_scale=True)


def test_a_student_that_collapses_is_refused(base, tmp_path):
    encoder = tiny_encoder(base)
    module = document_encoder(encoder)

    calls = []

    def evaluate(_):
        calls.append(1)
        if len(calls) == 2:  # after step 4 nothing is active, nor weighed
            module.content_mask.zero_()
            module.lexical.content = frozenset()
            module.forget()
        return {"ndcg@10": 0.1 * len(calls)}

    with pytest.raises(StudentError, match=r"step 8: the student collapsed.*expected 5 to 1000"):
        run(encoder, tmp_path, evaluate)
    assert json.loads((tmp_path / "best.json").read_text())["step"] == 4


def test_nothing_to_learn_from_is_an_error(base, tmp_path):
    encoder = tiny_encoder(base)
    bare = [{"query": "q", "document": "print"}]
    with pytest.raises(StudentError, match="no training pairs"):
        run(encoder, tmp_path, pairs=[])
    with pytest.raises(StudentError, match="unknown document 'nowhere'"):
        run(encoder, tmp_path, pairs=[{"query": "q", "document": "nowhere"}])
    with pytest.raises(StudentError, match=r"training\.num_negatives > 0"):
        run(encoder, tmp_path, pairs=bare)
    with pytest.raises(StudentError, match=r"training\.distillation_weight > 0"):
        train(encoder, PAIRS, DOCUMENTS, TrainingSection(**SMALL), 7, tmp_path)
    with pytest.raises(StudentError, match=r"best_by.*none of the development figures: ko"):
        run(encoder, tmp_path, lambda _: {"ko": 0.5})


KILLED = """
import os, signal, sys
from pathlib import Path
import torch
torch.set_num_threads({threads})  # another test may have changed this process's
sys.path[:0] = {paths!r}
from tests.encoder.test_training import run
from tests.helpers.tiny_student import tiny_encoder

calls = []
def evaluate(encoder):
    calls.append(1)
    if len(calls) == 3:  # step 8, before its checkpoint is written
        os.kill(os.getpid(), signal.SIGKILL)
    return {{"ndcg@10": 0.1 * len(calls)}}

run(tiny_encoder({base!r}), Path({folder!r}), evaluate, steps=12)
"""


@pytest.mark.slow
def test_killed_and_started_again_it_is_the_same_student(base, tmp_path):
    def rising():
        figures = iter([0.1, 0.2, 0.3, 0.4])
        return lambda _: {"ndcg@10": next(figures)}

    whole = tiny_encoder(base)
    expected = run(whole, tmp_path / "whole", rising(), steps=12)

    root = Path(__file__).parents[2]
    folder = tmp_path / "killed"
    code = KILLED.format(
        paths=[str(root)],
        base=base,
        folder=str(folder),
        threads=torch.get_num_threads(),
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (folder / "checkpoint-4").is_dir()

    later = rising()
    later(None), later(None)
    resumed = tiny_encoder(base)
    history = run(resumed, folder, later, steps=12)
    assert all(torch.equal(a, b) for a, b in zip(state(whole), state(resumed), strict=True))
    for ours, theirs in zip(history["metrics"], expected["metrics"], strict=True):
        assert ours.pop("grad_norm", 0) == pytest.approx(theirs.pop("grad_norm", 0))
        assert ours == theirs
