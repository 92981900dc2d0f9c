from __future__ import annotations

from malmoi.pipelines.search.relevance.pooling import pool, pooled
from malmoi.pipelines.search.systems.collection import open_run
from tests.helpers.served_run import write_run


def test_a_pool_has_the_best_of_all_once_and_in_no_systems_order() -> None:
    rankings = {"a": [f"d{n}" for n in range(20)], "b": [f"d{n}" for n in range(19, -1, -1)]}
    found = pooled(rankings, 5, "q1")
    assert set(found) == {*rankings["a"][:5], *rankings["b"][:5]}
    assert len(found) == 10
    assert found not in (sorted(found), rankings["a"][:5] + rankings["b"][:5])
    assert pooled(dict(reversed(rankings.items())), 5, "q1") == found
    assert pooled(rankings, 5, "q2") != found


def test_rankings_are_kept_with_the_pool(tmp_path) -> None:
    collection = open_run(write_run(tmp_path / "small"))
    made = pool(collection, ["v1", "BM25F"], {"id": "q1", "text": "표에 행 삽입"}, 1)
    assert made["query"] == "q1"
    assert made["documents"] == ["row/insert"]
    assert made["rankings"].keys() == {"v1", "BM25F"}
    names = [name for name, _ in made["rankings"]["v1"]]
    assert names == [d.id for d, _ in collection.ranked("v1", "표에 행 삽입", 100)]
