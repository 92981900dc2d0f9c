"""A run whose teacher writes, and whose documents are encoded, on two workers: one of them dies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.core.executors import RayExecutor
from malmoi.pipelines.search.pipeline import run_recipe
from malmoi.retrieval.index.building import build_index
from tests.helpers.bad_server import Answer
from tests.helpers.run_outcome import content
from tests.helpers.small_corpus import (
    corpus,
    teacher_server,
    tiny_models,
    tiny_recipe,
    write_small_corpus,
)
from tests.helpers.two_workers import two_workers

KEPT = {".jsonl", ".npz", ".npy"}


def files(folder: Path, kinds: set[str]) -> dict[str, Any]:
    """What a folder holds by name; `embeddings` is a cache, whose order is of no account."""
    return {
        str(path.relative_to(folder)): content(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in kinds and "embeddings" not in path.parts and path.name != "metrics.jsonl"
    }


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_it_is_the_local_run_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "sk-a-secret-that-no-log-may-hold")
    data = write_small_corpus(tmp_path / "small")
    with teacher_server() as server:
        models = tiny_models(tmp_path)
        recipe = tiny_recipe(data, server.url, models)
        few = {"max_concurrency": 1, "api_key_env": "A_KEY"}
        recipe = recipe.model_copy(update={"teacher": recipe.teacher.model_copy(update=few)})
        run_recipe(recipe, tmp_path / "local")
        asked = len(server.bodies)
        quick = server.plan

        def slow(number: int, body: dict) -> Answer:
            answer = quick(number, body)
            return Answer(answer.status, answer.body, delay=0.2)

        server.plan = slow
        model = tmp_path / "local" / "student-v2" / "model"
        documents = [(d.id, d.title, d.text) for d in corpus().documents]
        with two_workers() as workers:
            killing = workers.kill_second_once(lambda: len(server.bodies) >= asked + 6)
            run_recipe(recipe, tmp_path / "ray", executor=RayExecutor())
            killing.join(1)
            assert workers.killed
            assert len(server.bodies) >= 2 * asked  # the second run wrote anew
            build_index(model, documents, tmp_path / "index-ray", batch=8, executor=RayExecutor())
            logs = Path(workers.cluster.head_node.get_session_dir_path())
            for log in logs.rglob("*"):
                if log.is_file():
                    assert b"sk-a-secret" not in log.read_bytes(), log
    local, ray = files(tmp_path / "local", KEPT), files(tmp_path / "ray", KEPT)
    assert {"glossary/records.jsonl", "candidates/records.jsonl"} <= local.keys()
    assert "student-v2/documents.npz" in local
    assert [name for name in local if local[name] != ray.get(name)] == []
    assert local.keys() == ray.keys()
    build_index(model, documents, tmp_path / "index", batch=8)
    everything = {path.suffix for path in (tmp_path / "index").rglob("*")}
    assert files(tmp_path / "index", everything) == files(tmp_path / "index-ray", everything)
