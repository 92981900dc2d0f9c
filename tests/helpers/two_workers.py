"""A Ray cluster of two workers on this machine, one of which can be killed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_niceness": "0",  # a busy machine would never get round to them
    "RAY_memory_monitor_refresh_ms": "0",  # what else runs here is no reason to kill workers
    "RAY_raylet_start_wait_time_s": "300",
    "RAY_gcs_server_request_timeout_seconds": "300",
    "PYTHONPATH": str(Path(__file__).parents[2]),
}
STORE = 100_000_000


@dataclass
class TwoWorkers:
    """Two machines of one CPU each, as Ray sees it; the driver is on the first."""

    cluster: Any
    second: Any
    killed: bool = False

    def kill_second_once(self, ready: Callable[[], bool]) -> threading.Thread:
        """Kill the second machine, with all its processes, when it is at work and `ready`."""

        def wait() -> None:
            deadline = time.monotonic() + 300
            while time.monotonic() < deadline:
                if ready() and self._busy():
                    self.cluster.remove_node(self.second, allow_graceful=False)
                    self.killed = True
                    return
                time.sleep(0.02)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        return thread

    def _busy(self) -> bool:
        import ray
        from ray._private.state import available_resources_per_node

        if not ray.is_initialized():
            return False
        left = available_resources_per_node().get(self.second.node_id, {})
        return left.get("CPU", 0.0) < 1


@contextmanager
def two_workers() -> Iterator[TwoWorkers]:
    """Start them and let RAY_ADDRESS name them; all is stopped at the end."""
    pytest.importorskip("ray", reason="needs Ray: pip install malmoi[ray]")
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    import ray
    from ray.cluster_utils import Cluster

    cluster = None
    try:
        machine = {"num_cpus": 1, "object_store_memory": STORE}
        head = {**machine, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        second = cluster.add_node(**machine)
        os.environ["RAY_ADDRESS"] = cluster.address
        yield TwoWorkers(cluster, second)
    finally:
        ray.shutdown()
        if cluster is not None:
            cluster.shutdown()
        os.environ.clear()
        os.environ.update(before)
