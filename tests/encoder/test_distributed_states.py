"""A worker's part, without a cluster; tests/pipelines/search/test_pipeline_on_ray.py has one."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from malmoi.core.executors import LocalExecutor
from malmoi.encoder.building import build_encoder, document_encoder
from malmoi.encoder.distributed_states import GROUP, DistributedStates, States
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_parts, tiny_section

TEXTS = list(DOCUMENTS.values())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny_base(tmp_path_factory.mktemp("base"))


class Distributed(LocalExecutor):
    """Workers in this process, which get what a cluster's would: pickled."""

    distributed = True

    def __init__(self) -> None:
        self.items = 0

    def map(self, work, items, cpus=1.0, gpus=0.0):  # type: ignore[no-untyped-def]
        worker = pickle.loads(pickle.dumps(work))
        for item in items:
            self.items += 1
            yield worker(pickle.loads(pickle.dumps(item)))


def test_workers_compute_the_states_that_are_computed_here(base: str, tmp_path: Path) -> None:
    vocabulary, lexical, weights = tiny_parts()
    section, executor = tiny_section(base), Distributed()
    here = build_encoder(vocabulary, lexical, weights, section, texts=TEXTS)
    there = build_encoder(vocabulary, lexical, weights, section, texts=TEXTS, executor=executor)
    assert executor.items
    local, remote = document_encoder(here), document_encoder(there)
    windows = [ids for each in local.windows(TEXTS) for ids in each]
    np.testing.assert_array_equal(local.states(windows).numpy(), remote.states(windows).numpy())
    np.testing.assert_array_equal(local.head.weight.detach(), remote.head.weight.detach())


def test_batches_come_back_one_by_one_in_order(base: str) -> None:
    _, lexical, _ = tiny_parts()
    section = tiny_section(base)
    executor = Distributed()
    batches = [[[2, 5 + n, 3]] for n in range(GROUP + 2)]
    found = list(DistributedStates(lexical, section, executor)(batches))
    assert executor.items == 2
    alone = States(lexical, section, 1)(batches)
    assert len(found) == len(batches)
    for state, expected in zip(found, alone, strict=True):
        np.testing.assert_allclose(state.numpy(), expected, atol=1e-6)
