"""How the tests are shared among processes (`make test` runs pytest-xdist).

The tests of a file run in one process, so that what it makes once is made once. Its own
`--dist loadgroup` could say more, but pytest 9.2 has no `_nodeid` any more, and so it says nothing.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

GIGABYTES = 6
"""What a process that runs many tests may need."""

LONGEST = (
    "pipelines/search/test_pipeline",
    "pipelines/mnemonics/",
    "test_python_api.py",
    "retrieval/opensearch/",
    "teachers/local/",
    "models/",
    "pipelines/",
    "mnemonics/student/",
    "encoder/",
    "retrieval/",
)
"""Where tests take long: they begin first, so that at the end no process works alone."""

TESTS = Path(__file__).parents[1]


def processes() -> int:
    """One for each core, as far as there is memory."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(os.cpu_count() or 1, memory // (GIGABYTES << 30)))


def rank(nodeid: str) -> int:
    """Where a test stands in the queue."""
    name = nodeid.removeprefix("tests/")
    return next((n for n, longest in enumerate(LONGEST) if name.startswith(longest)), len(LONGEST))


@cache
def group(file: str) -> str:
    """What the tests of one process have in common: a file, a run of several files, a cluster."""
    name = file.removeprefix("tests/")
    if os.environ.get("OPENSEARCH_URL") and (
        name.startswith("retrieval/opensearch/")
        or "OPENSEARCH_URL" in (TESTS / name).read_text(encoding="utf-8")
    ):
        return "cluster"
    return "mnemonics-run" if name.startswith("pipelines/mnemonics/") else file


def scheduler(config: Any, log: Any) -> Any:
    """pytest-xdist's, with these groups in the order of their tests."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid.split("::")[0])

    config.option.loadscopereorder = False
    return ByGroup(config, log)
