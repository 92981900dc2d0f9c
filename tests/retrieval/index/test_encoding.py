"""A worker's part, without a cluster; tests/pipelines/search/test_pipeline_on_ray.py has one."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

from malmoi.models.sparse import encode_documents, load
from malmoi.retrieval.index.encoding import Encoding
from tests.helpers.tiny_encoder import WORDS, make_encoder


def test_a_worker_travels_and_encodes_as_is_done_here(tmp_path: Path) -> None:
    import torch

    model = make_encoder(tmp_path / "model")
    worker = pickle.loads(pickle.dumps(Encoding(model, torch.get_num_threads())))
    texts = [" ".join(WORDS[n : n + 3]) for n in range(7)]
    here, there = encode_documents(load(model), texts), worker(texts)
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))
    assert here.nnz > 0
