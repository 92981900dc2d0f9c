"""The embedded index against brute force, against kills, and against other processes."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malmoi.core.errors import RunError, SourceError, StudentError
from malmoi.retrieval.index import vector_index
from malmoi.retrieval.index.arrays import open_arrays
from malmoi.retrieval.index.segment import text_key
from malmoi.retrieval.index.vector_index import VectorIndex

DIMENSIONS = 50


def vectors(rows):
    """A CSR matrix of {dimension: weight} rows."""
    matrix = sp.lil_matrix((len(rows), DIMENSIONS), dtype=np.float32)
    for number, row in enumerate(rows):
        for dimension, weight in row.items():
            matrix[number, dimension] = weight
    return matrix.tocsr()


def put(index, documents):
    """Add {id: {dimension: weight}}."""
    ids = list(documents)
    digests = [text_key(str(sorted(documents[i].items()))) for i in ids]
    index.add(ids, [f"제목 {i}" for i in ids], digests, vectors(documents.values()))


def brute_force(documents, query, k):
    scored = [
        (-sum(w * vector.get(d, 0.0) for d, w in query.items()), identifier)
        for identifier, vector in documents.items()
    ]
    return [(identifier, -score) for score, identifier in sorted(scored) if score < 0][:k]


ids = st.sampled_from([f"d{n}" for n in range(12)] + ["한글", "é", "a/b c"])
# Quarters add up without rounding, so that ties are ties.
weights = st.integers(1, 8).map(lambda n: n / 4)
vector = st.dictionaries(st.integers(0, DIMENSIONS - 1), weights, max_size=6)
operation = st.one_of(
    st.tuples(st.just("add"), st.dictionaries(ids, vector, max_size=6)),
    st.tuples(st.just("delete"), st.lists(ids, max_size=5)),
    st.tuples(st.just("compact"), st.none()),
    st.tuples(st.just("reopen"), st.none()),
)


@pytest.fixture(params=[vector_index.PACK_FROM, 2], ids=["plain", "packed"])
def pack_from(request, monkeypatch):
    """Both kinds of segments: packed ones would need a quarter of a million documents."""
    monkeypatch.setattr(vector_index, "PACK_FROM", request.param)


@pytest.mark.usefixtures("pack_from")
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(operation, max_size=14),
    st.lists(st.dictionaries(st.integers(0, 49), weights, max_size=5), min_size=1, max_size=3),
    st.integers(1, 6),
)
def test_any_sequence_of_changes_searches_like_brute_force(tmp_path_factory, steps, queries, k):
    folder = tmp_path_factory.mktemp("any") / "index"
    index = VectorIndex.create(folder, DIMENSIONS)
    held = {}
    for name, what in steps:
        if name == "add":
            put(index, what)
            held.update(what)
        elif name == "delete":
            assert index.delete(what) == len(held.keys() & set(what))
            held = {i: v for i, v in held.items() if i not in what}
        elif name == "compact":
            index.compact()
        else:
            index = VectorIndex.open(folder)
        assert len(index) == len(held)
        assert sorted(index.ids()) == sorted(held)
        for query in queries:
            hits = index.search(query, k)
            assert [(h.id, h.score) for h in hits] == brute_force(held, query, k)
            for hit in hits:
                common = query.keys() & held[hit.id].keys()
                assert hit.matches == {d: (query[d], held[hit.id][d]) for d in common}
                assert hit.title == f"제목 {hit.id}"


@pytest.mark.usefixtures("pack_from")
def test_large_segments_take_the_blocked_path_and_are_exact(tmp_path):
    rng = np.random.default_rng(0)
    matrix = sp.random(5000, 300, 0.05, "csr", np.float32, random_state=rng)
    index = VectorIndex.create(tmp_path / "index", 300)
    names = [f"{n:05d}" for n in range(5000)]
    index.add(names[:3000], names[:3000], [0] * 3000, matrix[:3000])
    index.add(names[3000:], names[3000:], [0] * 2000, matrix[3000:])
    for _ in range(20):
        query = dict(zip(rng.choice(300, 6, replace=False).tolist(), rng.random(6), strict=True))
        dense = np.zeros(300)
        dense[list(query)] = list(query.values())
        scores = matrix.astype(np.float64) @ dense
        best = np.argsort(-scores)[:10]
        hits = index.search(query, 10)
        assert [int(h.id) for h in hits] == best.tolist()
        assert np.allclose([h.score for h in hits], scores[best], rtol=1e-5)


@pytest.mark.usefixtures("pack_from")
def test_ties_are_broken_by_id_across_segments(tmp_path):
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    for name in ("c", "a", "d", "b"):
        put(index, {name: {3: 1.5}})
    assert [hit.id for hit in index.search({3: 2.0}, 3)] == ["a", "b", "c"]


@pytest.mark.usefixtures("pack_from")
def test_scores_have_the_same_bits_however_documents_are_spread(tmp_path):
    rng = np.random.default_rng(1)
    documents = {f"{n}": dict(enumerate(rng.random(DIMENSIONS).tolist())) for n in range(40)}
    query = dict(enumerate(rng.random(DIMENSIONS).tolist()))
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    for name, row in documents.items():
        put(index, {name: row})
    spread = [(hit.id, hit.score) for hit in index.search(query, 40)]
    index.compact()
    assert len(index.manifest.parts) == 1
    assert [(hit.id, hit.score) for hit in index.search(query, 40)] == spread


def test_a_replaced_document_has_its_new_vector_title_and_digest_alone(tmp_path):
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    index.add(["a"], ["old"], [1], vectors([{1: 1.0}]))
    index.add(["a"], ["new"], [2**64 - 1], vectors([{2: 1.0}]))
    assert index.search({1: 1.0}) == []
    assert index.search({2: 1.0})[0].title == "new"
    assert index.digest("a") == 2**64 - 1
    assert index.digest("b") is None
    assert "a" in index
    assert "b" not in index


def test_a_batch_that_cannot_be_added_changes_nothing(tmp_path):
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    put(index, {"a": {1: 1.0}})
    with pytest.raises(SourceError, match="'b' stands twice"):
        index.add(["b", "b"], ["", ""], [0, 0], vectors([{1: 1.0}, {1: 1.0}]))
    with pytest.raises(StudentError, match="NaN"):
        index.add(["b"], [""], [0], vectors([{1: float("nan")}]))
    with pytest.raises(StudentError, match="50 dimensions"):
        index.add(["b"], [""], [0], sp.csr_matrix((1, 60), dtype=np.float32))
    assert list(VectorIndex.open(index.folder).ids()) == ["a"]


@pytest.mark.usefixtures("pack_from")
def test_small_batches_are_merged_into_few_segments_and_files(tmp_path):
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    for n in range(100):
        put(index, {f"{n}": {n % DIMENSIONS: 1.0}})
    assert len(index.manifest.parts) <= 21  # at most seven of each of three size classes
    index.delete([f"{n}" for n in range(90)])
    named = {p.file for p in index.manifest.parts} | {p.dead_file for p in index.manifest.parts}
    on_disk = {p.name for p in index.folder.iterdir()} - {"manifest.json", "lock"}
    assert on_disk == named - {""}
    # Most rows were deleted: they no longer take space.
    assert sum(part.documents for part in index.manifest.parts) <= 20


@pytest.mark.usefixtures("pack_from")
def test_an_open_index_is_a_snapshot_until_refreshed(tmp_path):
    writer = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    put(writer, {"a": {1: 1.0}})
    reader = VectorIndex.open(tmp_path / "index")
    writer.delete(["a"])
    put(writer, {"b": {1: 1.0}})
    writer.compact()  # the file that the reader has mapped is gone
    assert [hit.id for hit in reader.search({1: 1.0})] == ["a"]
    reader.refresh()
    assert [hit.id for hit in reader.search({1: 1.0})] == ["b"]


@pytest.mark.usefixtures("pack_from")
def test_negative_query_weights_lower_a_score_and_never_find_a_document(tmp_path):
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    put(index, {"a": {1: 1.0, 2: 1.0}, "b": {1: 1.0}, "c": {2: 3.0}})
    found = [(hit.id, hit.score) for hit in index.search({1: 1.0, 2: -0.5})]
    assert found == [("b", 1.0), ("a", 0.5)]


def test_a_folder_without_an_index_and_a_second_create_are_refused(tmp_path):
    with pytest.raises(RunError, match="holds no index"):
        VectorIndex.open(tmp_path)
    VectorIndex.create(tmp_path / "index", DIMENSIONS)
    with pytest.raises(RunError, match="holds an index already"):
        VectorIndex.create(tmp_path / "index", DIMENSIONS)


def test_damage_is_named_and_not_searched(tmp_path):
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    put(index, {"a": {1: 1.0}})
    segment = next(index.folder.glob("*.segment"))
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-8])
    with pytest.raises(RunError, match="cut off"):
        VectorIndex.open(index.folder)
    segment.write_bytes(b"rubbish, not a segment at all")
    with pytest.raises(RunError, match="no index segment"):
        VectorIndex.open(index.folder)
    segment.unlink()
    with pytest.raises(RunError, match="not there"):
        VectorIndex.open(index.folder)
    manifest = index.folder / "manifest.json"
    state = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**state, "format": 99}))
    with pytest.raises(RunError, match="format 99"):
        VectorIndex.open(index.folder)
    manifest.write_text("{")
    with pytest.raises(RunError, match="damaged"):
        VectorIndex.open(index.folder)


def test_a_segment_is_a_safetensors_file(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    put(index, {"a": {7: 1.5}, "b": {3: 0.5, 7: 1.0}})
    path = next(index.folder.glob("*.segment"))
    theirs, ours = safetensors.load_file(path), open_arrays(path)
    assert theirs.keys() == ours.keys()
    assert all((theirs[name] == ours[name]).all() for name in ours)
    assert theirs["dimensions"].tolist() == [3, 7]


def test_a_packed_segment_is_a_safetensors_file_and_old_versions_refuse_it(tmp_path, monkeypatch):
    safetensors = pytest.importorskip("safetensors.numpy")
    monkeypatch.setattr(vector_index, "PACK_FROM", 2)
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    put(index, {"a": {7: 1.5}})
    assert json.loads((index.folder / "manifest.json").read_text())["format"] == 1
    put(index, {"b": {3: 0.5, 7: 1.0}, "c": {7: 0.1}})
    assert json.loads((index.folder / "manifest.json").read_text())["format"] == 3
    path = next(index.folder.glob("*.packed"))
    theirs, ours = safetensors.load_file(path), open_arrays(path)
    assert theirs.keys() == ours.keys()
    assert all((theirs[name] == ours[name]).all() for name in ours)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(RunError, match="cut off"):
        VectorIndex.open(index.folder)


@pytest.mark.usefixtures("pack_from")
def test_an_index_of_an_earlier_version_answers_and_goes_on(tmp_path):
    """tests/data/index-format-1 was written by the version before packed segments."""
    folder = tmp_path / "index"
    shutil.copytree(Path(__file__).parents[2] / "data" / "index-format-1", folder)
    query = {7: 0.7, 1: 2.0, 3: 1.0}
    # As that version answered.
    answers = [
        ("a", "가", 1.25, {1: (2.0, 0.10000000149011612), 7: (0.7, 1.5)}),
        ("한글", "second", 0.4899999797344208, {7: (0.7, 0.699999988079071)}),
        ("d", "fourth", 0.21000000834465027, {7: (0.7, 0.30000001192092896)}),
    ]
    index = VectorIndex.open(folder)
    assert [(h.id, h.title, h.score, h.matches) for h in index.search(query)] == answers
    assert [index.digest(i) for i in ("a", "한글", "c", "d")] == [1, 2, None, 4]
    index.compact()
    assert [(h.id, h.title, h.score, h.matches) for h in index.search(query)] == answers
    put(index, {"a": {3: 1.0}})
    assert [h.id for h in index.search(query)] == ["a", "한글", "d"]
    assert len(index) == 3


@pytest.mark.usefixtures("pack_from")
def test_an_index_of_fewer_bits_rounds_what_is_added(tmp_path):
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS, weight_bits=17)
    put(index, {"a": {1: 1.1}, "b": {1: 0.3, 2: 0.7}})
    index = VectorIndex.open(index.folder)
    put(index, {"c": {1: 2.3}})
    index.compact()
    for hit in index.search({1: 1.0}):
        weight = {"a": 1.1, "b": 0.3, "c": 2.3}[hit.id]
        assert 0 < abs(hit.score - weight) <= weight * 2**-17
        assert hit.matches == {1: (1.0, hit.score)}
    with pytest.raises(ValueError, match="2 to 24, not 25"):
        VectorIndex.create(tmp_path / "other", DIMENSIONS, weight_bits=25)


def test_opening_takes_milliseconds(tmp_path):
    matrix = sp.random(
        20_000, 2_000, 0.02, "csr", np.float32, random_state=np.random.default_rng(0)
    )
    index = VectorIndex.create(tmp_path / "index", 2_000)
    names = [f"{n}" for n in range(20_000)]
    index.add(names, names, [0] * 20_000, matrix)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        VectorIndex.open(index.folder).search({1: 1.0})
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05  # measured: under 1 ms


# Batch b gives the ids shared0…shared9 the weight b, and adds ten ids of its own.
WRITER = """
import os, sys
from pathlib import Path
import numpy as np, scipy.sparse as sp
from malmoi.retrieval.index.vector_index import VectorIndex
index, batch = VectorIndex.open(Path(sys.argv[1])), int(sys.argv[2])
while True:
    ids = [f"shared{n}" for n in range(10)] + [f"{batch}-{n}" for n in range(10)]
    matrix = sp.csr_matrix(np.full((20, 1), batch, np.float32))
    matrix.resize(20, 50)
    index.add(ids, ids, [batch] * 20, matrix)
    os.write(1, f"{batch}\\n".encode())
    batch += 1
"""


def state_of(index):
    """The last batch of an index, after a check that it is there as a whole."""
    batch = index.digest("shared0")
    if batch is None:
        assert len(index) == 0
        return 0
    assert {index.digest(f"shared{n}") for n in range(10)} == {batch}
    assert len(index) == 10 + 10 * batch
    hits = index.search({0: 1.0}, 20)
    assert [hit.score for hit in hits] == [float(batch)] * 20
    assert {hit.id for hit in hits} == {
        f"{w}{n}" for w in ("shared", f"{batch}-") for n in range(10)
    }
    return batch


def kill_and_check(folder, kills, seed):
    moments = random.Random(seed)
    last = state_of(VectorIndex.create(folder, DIMENSIONS))
    for _ in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(last + 1)], stdout=subprocess.PIPE
        )
        first = writer.stdout.readline()
        time.sleep(moments.uniform(0, 0.12))
        writer.send_signal(signal.SIGKILL)
        acknowledged = int((first + writer.stdout.read()).split()[-1])
        writer.wait()
        now = state_of(VectorIndex.open(folder))
        assert now in (acknowledged, acknowledged + 1)
        last = now
    # What the killed ones left behind is swept by the next writer.
    index = VectorIndex.open(folder)
    index.compact()
    put(index, {"end": {1: 1.0}})
    names = {part.file for part in index.manifest.parts}
    assert {p.name for p in folder.iterdir()} == names | {"manifest.json", "lock"}


def test_a_killed_writer_leaves_the_state_before_or_after_its_batch(tmp_path):
    kill_and_check(tmp_path / "index", 5, 13)


@pytest.mark.slow
def test_a_hundred_kills(tmp_path):
    kill_and_check(tmp_path / "index", 100, 17)


READER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.retrieval.index.test_vector_index import state_of
from malmoi.retrieval.index.vector_index import VectorIndex
index, last, seen = VectorIndex.open(Path(sys.argv[1])), 0, set()
print("ready", flush=True)
while last < 20:
    index.refresh()
    now = state_of(index)
    assert now >= last, (now, last)
    last = now
    seen.add(now)
print(len(seen))
"""


def test_two_processes_read_whole_batches_while_one_writes(tmp_path):
    folder = tmp_path / "index"
    VectorIndex.create(folder, DIMENSIONS)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(folder), str(Path(__file__).parents[3])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), "1"], stdout=subprocess.DEVNULL
    )
    try:
        for reader in readers:
            seen, errors = reader.communicate(timeout=60)
            assert reader.returncode == 0, errors
            assert int(seen) > 1  # it did watch the index change
    finally:
        writer.kill()
        writer.wait()


def test_two_writers_take_turns_and_lose_nothing(tmp_path):
    folder = tmp_path / "index"
    VectorIndex.create(folder, DIMENSIONS)
    code = """
import sys
from pathlib import Path
import scipy.sparse as sp, numpy as np
from malmoi.retrieval.index.vector_index import VectorIndex
index = VectorIndex.open(Path(sys.argv[1]))
for n in range(12):
    index.add([f"{sys.argv[2]}{n}"], [""], [n], sp.csr_matrix(np.ones((1, 50), np.float32)))
"""
    writers = [subprocess.Popen([sys.executable, "-c", code, str(folder), name]) for name in "ab"]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert set(VectorIndex.open(folder).ids()) == {f"{name}{n}" for name in "ab" for n in range(12)}
