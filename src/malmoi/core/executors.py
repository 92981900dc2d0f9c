"""Who does work that falls into pieces: this process, or the machines of a Ray cluster.

    executor = RayExecutor()
    with executor.connected():
        for result in executor.map(square, [1, 2, 3], cpus=1):
            ...

`LocalExecutor` does each item when its result is asked for. With `RayExecutor`, which needs the
extra `ray`, the driver (the process that the user started) holds the run's folder: it hands out
items and gets results back in their order, so what it appends is what one machine would have
appended. A worker that dies takes nothing with it: Ray Data gives its items to another.

`RAY_ADDRESS` names the cluster; without it Ray runs on this machine alone. Workers need malmoi in
the same version, the files that the recipe names, and the keys in their own environment: nothing
secret is sent to them.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from malmoi.core.errors import MalmoiError, RunError

logger = logging.getLogger(__name__)

Work = Callable[[Any], Any]
"""What a worker does with an item, both picklable; it loads what it needs at its first item."""


class Executor(Protocol):
    """Maps work over items, on workers of which each takes so many CPUs and GPUs."""

    @property
    def distributed(self) -> bool:
        """Whether other machines work: all items are then taken before the first is done."""
        ...

    def connected(self) -> AbstractContextManager[None]:
        """The workers are there inside of it; the other methods need them."""
        ...

    def threads(self, limit: int = 0) -> int:
        """Threads that any worker can have: `limit`, or fewer where its machine has fewer CPUs.

        With `limit` 0 all CPUs of the smallest machine.
        """
        ...

    def gpus(self) -> int:
        """GPUs that a worker takes: 1 where there are any, else 0."""
        ...

    def map(
        self, work: Work, items: Iterable[Any], cpus: float = 1, gpus: float = 0
    ) -> Iterator[Any]:
        """The result of each item, in their order.

        Args:
            work: what is done with an item.
            items: picklable; each is done by one worker.
            cpus: what a worker takes of its machine.
            gpus: the same, 0 for none.

        Raises:
            MalmoiError: that of the first item which raised one.
        """
        ...


class LocalExecutor:
    """Works in this process: an item is taken and done when its result is asked for."""

    distributed = False

    def connected(self) -> AbstractContextManager[None]:
        """Nothing is to be connected."""
        return nullcontext()

    def threads(self, limit: int = 0) -> int:
        """`limit`, or the machine's CPUs."""
        return limit or os.cpu_count() or 1

    def gpus(self) -> int:
        """0: what runs in this process takes no GPU away from another worker."""
        return 0

    def map(
        self, work: Work, items: Iterable[Any], cpus: float = 1, gpus: float = 0
    ) -> Iterator[Any]:
        """The result of each item; `cpus` and `gpus` are all that this process has.

        Args:
            work: what is done with an item.
            items: taken one by one.
            cpus: of no account.
            gpus: of no account.
        """
        return map(work, items)


LOCAL = LocalExecutor()

STORE = 200_000_000
"""Bytes of Ray's shared memory on a machine where malmoi itself starts Ray."""

BLOCK = 1 << 20
"""Bytes at which Ray Data cuts its blocks; its own 128 MB would need as large a store."""

MAX_FAILED_JOBS = 3
"""Jobs in a row that may end without a result before the whole is given up."""


def _ray() -> Any:
    """The library, of whose functions only a part is typed."""
    import ray.data
    import ray.exceptions

    return ray


class RayExecutor:
    """Works on every machine of a Ray cluster."""

    distributed = True

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Connect to the cluster that RAY_ADDRESS names, or start Ray here; always let go of it.

        Raises:
            RunError: ray is not installed, or the cluster can't be reached.
        """
        # Before the import: Ray reads them then.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
        try:
            ray = _ray()
        except ImportError as error:
            raise RunError(
                f"`--on ray` needs Ray ({error}): `pip install malmoi[ray]`, here and on every "
                "machine of the cluster"
            ) from None
        if ray.is_initialized():
            yield
            return
        address = os.environ.get("RAY_ADDRESS", "")
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        try:
            if address:
                ray.init(address=address, **quiet)
            else:
                ray.init(
                    address="local", include_dashboard=False, object_store_memory=STORE, **quiet
                )
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise RunError(
                f"no Ray cluster at {address or 'this machine'} ({error}): set RAY_ADDRESS to what "
                "`ray start --head` prints, or unset it to run Ray here"
            ) from error
        try:
            machines = [node for node in ray.nodes() if node["Alive"]]
            cpus = ray.cluster_resources().get("CPU", 0)
            logger.info(f"Ray: {len(machines)} machine(s), {cpus:.0f} CPUs for workers")
            yield
        finally:
            ray.shutdown()

    def threads(self, limit: int = 0) -> int:
        """`limit`, or the CPUs of the smallest machine that takes work where those are fewer."""
        sizes = [node["Resources"].get("CPU", 0) for node in _ray().nodes() if node["Alive"]]
        smallest = max(1, int(min([size for size in sizes if size] or [1])))
        return min(limit or smallest, smallest)

    def gpus(self) -> int:
        """1 where any machine of the cluster has a GPU."""
        return 1 if int(_ray().cluster_resources().get("GPU", 0)) else 0

    def map(
        self, work: Work, items: Iterable[Any], cpus: float = 1, gpus: float = 0
    ) -> Iterator[Any]:
        """The result of each item, in their order, as soon as it and those before it are there.

        A worker that dies ends its Ray Data job, and what has no result yet becomes another job,
        on the machines that are left. (Ray would start it again and wait for ever where its
        machine is gone and the others have no room.)

        Args:
            work: what is done with an item, on as many workers as fit into the cluster.
            items: picklable; all are taken at once, and each is done by one worker.
            cpus: what a worker takes of its machine.
            gpus: the same, 0 for none.

        Raises:
            MalmoiError: that of the first item which raised one.
            RunError: there is no room for a worker, or workers die without a single result.
        """
        ray, items = _ray(), list(items)
        done, failed = 0, 0
        while done < len(items):
            try:
                for result in _job(work, items[done:], cpus, gpus):
                    done, failed = done + 1, 0
                    yield result
            except ray.exceptions.UserCodeException:
                raise
            except ray.exceptions.RayError as error:
                failed += 1
                reason = str(error).strip().split("\n")[0][:200]
                if failed == MAX_FAILED_JOBS:
                    raise RunError(
                        f"Ray's workers died {failed} times without a result ({reason}): see its "
                        "logs on those machines (often: too little memory for the model). What was "
                        "made is kept, and the same command goes on"
                    ) from error
                logger.warning(
                    f"a Ray worker died ({reason}); what it had goes to those that are left"
                )
            else:
                return
            # A worker lives, and keeps its CPUs from the next job, until nothing here refers to it;
            # a failed job's error refers to all of them, in a cycle.
            gc.collect()


def _workers_that_fit(cpus: float, gpus: float) -> int:
    """How many workers of that size fit into the cluster as it is."""
    count = 0
    for node in _ray().nodes():
        has = node["Resources"] if node["Alive"] else {}
        by_gpu = has.get("GPU", 0) // gpus if gpus else float("inf")
        count += int(min(has.get("CPU", 0) // cpus, by_gpu))
    return count


def _job(work: Work, items: Sequence[Any], cpus: float, gpus: float) -> Iterator[Any]:
    """One Ray Data job over all items; the first worker that dies ends it."""
    ray = _ray()
    workers = min(_workers_that_fit(cpus, gpus), len(items))
    if not workers:
        raise RunError(
            f"no machine of the Ray cluster has {cpus:g} CPUs and {gpus:g} GPUs for a worker: "
            "lower teacher.threads, or start Ray there with --num-cpus"
        )
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.target_max_block_size, context.target_min_block_size = BLOCK, 1
    context.enable_progress_bars = False
    # What stops a job is said by `RayExecutor.map`. As a log record it would be more than said:
    # whoever keeps the record keeps the error's traceback, and with it the job's workers and CPUs.
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    rows = [{"item": pickle.dumps(item)} for item in items]
    done = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
        _Worker,
        fn_constructor_args=(pickle.dumps(work),),
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=cpus,
        num_gpus=gpus or None,
        max_restarts=0,
    )
    for row in done.iter_rows():
        result = pickle.loads(row["result"])
        if isinstance(result, MalmoiError):
            raise result
        yield result


class _Worker:
    """What Ray Data runs on a machine of the cluster."""

    def __init__(self, work: bytes) -> None:
        self._work: Callable[[Any], Any] = pickle.loads(work)

    def __call__(self, row: dict[str, bytes]) -> dict[str, bytes]:
        try:
            result = self._work(pickle.loads(row["item"]))
        except MalmoiError as error:  # its message is for the user; no second try would help
            result = type(error)(f"{error} (on the machine {os.uname().nodename})")
        return {"result": pickle.dumps(result)}
