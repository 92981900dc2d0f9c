"""Which indexes are behind a name."""

from __future__ import annotations

from malmoi.retrieval.opensearch.indexes import digests, generations, note, switch
from malmoi.retrieval.opensearch.push import push


def test_digests_page_through_the_whole_index(opensearch, name, run):
    index = push(run, name).index
    assert sorted(digests(opensearch, index, page_size=5)) == sorted(f"page/{n}" for n in range(12))


def test_only_numbered_indexes_with_our_mark_are_generations(opensearch, name, run):
    made = push(run, name).index
    foreign = [f"{name}-000002", f"{name}-copy"]
    for index in foreign:
        opensearch.indices.create(index=index)
    try:
        note(opensearch, foreign[1], {"name": name})  # the mark without a number
        assert [one.index for one in generations(opensearch, name)] == [made]
        assert generations(opensearch, name)[0].live
        assert generations(opensearch, name)[0].complete
    finally:
        opensearch.indices.delete(index=",".join(foreign))


def test_an_alias_is_moved_from_all_that_it_shows(opensearch, name, run):
    made = push(run, name).index
    opensearch.indices.create(index=f"{name}-copy")
    try:
        opensearch.indices.put_alias(index=f"{name}-copy", name=name)
        assert switch(opensearch, name, made)
        assert list(opensearch.indices.get_alias(name=name)) == [made]
        assert not switch(opensearch, name, made)
    finally:
        opensearch.indices.delete(index=f"{name}-copy")
