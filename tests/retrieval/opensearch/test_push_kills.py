"""Kills in the middle of a push: of the cluster, and of the push itself.

The first needs a server of its own: MALMOI_OPENSEARCH_SERVER is the path of a script with the verbs
`start DIR`, `kill DIR` (SIGKILL), `stop DIR` and `clean DIR` that reads OPENSEARCH_PORT and prints
its URL; with MALMOI_OPENSEARCH_FOLDER that folder is used and kept, which saves unpacking.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from malmoi.retrieval.opensearch.indexes import digests
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.remove import remove
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.retrieval.opensearch.status import status
from tests.helpers.fault_proxy import Fault, Request, proxy
from tests.helpers.opensearch_runs import write_run

DOCUMENTS = 3000
PORT = "9220"
PAUSE = 0.05
"""Seconds before each request, so that the kill falls in the middle on a fast machine too."""


class Server:
    """A cluster of one node that may be killed."""

    def __init__(self, script: str, folder: Path) -> None:
        self._script, self._folder = script, folder

    def start(self) -> str:
        """Its URL; a start that took too long for the script, on a busy machine, is made again."""
        for _ in range(3):
            try:
                return self.run("start")
            except subprocess.CalledProcessError as error:
                last = error
        raise last

    def run(self, verb: str) -> str:
        done = subprocess.run(
            [self._script, verb, str(self._folder)],
            env={**os.environ, "OPENSEARCH_PORT": PORT, "OPENSEARCH_HEAP": "512m"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=900,
        )
        return done.stdout.strip()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    script = os.environ.get("MALMOI_OPENSEARCH_SERVER")
    if not script:
        pytest.skip("needs a server to kill: set MALMOI_OPENSEARCH_SERVER to a script (see above)")
    kept = os.environ.get("MALMOI_OPENSEARCH_FOLDER")
    folder = Path(kept or tempfile.mkdtemp(prefix="malmoi-kill-"))
    folder.chmod(0o755)  # the server may run as another user
    one = Server(script, folder)
    try:
        yield one
    finally:
        one.run("stop" if kept else "clean")


@pytest.mark.timeout(1800)  # it starts a server twice, which takes minutes on a busy machine
def test_a_cluster_killed_in_the_middle_of_a_push_loses_nothing_it_acknowledged(server, tmp_path):
    url = server.start()
    remove("killed", url=url)
    run = write_run(tmp_path / "run", DOCUMENTS)
    acknowledged_before_the_kill: list[set[str]] = []

    def kill_and_start() -> None:
        server.run("kill")
        acknowledged_before_the_kill.append(set(seen.acknowledged))
        server.start()

    killer = threading.Thread(target=kill_and_start)

    def watch(request: Request) -> Fault | None:
        time.sleep(PAUSE)
        if request.is_bulk and len(seen.acknowledged) > DOCUMENTS // 6 and not killer.ident:
            killer.start()  # and the bulks go on until it hits one of them
        return None

    with proxy(url, watch) as seen:
        done = push(run, "killed", url=seen.url, max_bulk=50)
        killer.join()
    (before,) = acknowledged_before_the_kill
    assert DOCUMENTS // 6 < len(before) < DOCUMENTS  # it was in the middle
    (index,) = status("killed", url).indexes
    assert (index.state, index.documents, index.deleted) == ("live", DOCUMENTS, 0)
    assert done.documents == DOCUMENTS
    # What is created twice had been acknowledged, lost, and sent again.
    assert [i for i, times in seen.acknowledged.items() if times > 1] == []


def test_a_push_killed_in_the_middle_goes_on_in_its_index(opensearch, name, tmp_path):
    run = write_run(tmp_path / "run", 400)
    code = (
        "from pathlib import Path\n"
        "from malmoi.retrieval.opensearch import push\n"
        f"push.push(Path({str(run)!r}), {name!r}, max_bulk=20)\n"
    )
    reached = threading.Event()

    def watch(request: Request) -> None:
        time.sleep(PAUSE)
        if len(seen.acknowledged) >= 100:
            reached.set()

    with proxy(os.environ["OPENSEARCH_URL"], watch) as seen:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, "OPENSEARCH_URL": seen.url}
        )
        assert reached.wait(120)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not opensearch.indices.exists_alias(name=name)
    done = push(run, name)
    assert done.there >= 100
    assert done.sent == 400 - done.there
    assert done.sent > 0
    (index,) = status(name).indexes
    assert (index.index, index.state, index.deleted) == (f"{name}-000001", "live", 0)
    ids = {document.id for document in RunSource(run).documents()}
    assert set(digests(opensearch, name)) == ids
