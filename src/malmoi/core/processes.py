"""One command, several training processes: a GPU each, or CPU processes that talk through gloo.

    history = launch(train, (encoder, pairs), folder / "processes", count=2)

calls `train(encoder, pairs)` in each of two processes, which accelerate joins by the variables that
torchrun sets as well (RANK, WORLD_SIZE, MASTER_ADDR…); the result is that of the first. What they
are given travels in a file, so it must be picklable. The first process alone speaks and writes.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from malmoi.core.errors import MalmoiError, StudentError
from malmoi.core.files import make_folder_atomically

shown: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext
"""What the first process shows its messages and progress with; importable by name, and set by
whoever shows those of this one."""

JOB, RESULT, PROBLEM = "job.pickle", "result.pickle", "problem.pickle"


def cores() -> int:
    """Processor cores that this process may use (a container's or taskset's share)."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


def world_size() -> int:
    """How many processes train together; 1 outside of `launch`."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Whether this process is the one that speaks and writes."""
    return int(os.environ.get("RANK", "0")) == 0


def wait_for_others() -> None:
    """Wait until every process is here."""
    if world_size() > 1:
        import torch.distributed as dist

        dist.barrier()


def launch(function: Callable[..., Any], arguments: Sequence[Any], folder: Path, count: int) -> Any:
    """Call `function(*arguments)` in `count` processes; the first one's result.

    Args:
        function: importable by name; an exception in any process ends them all.
        arguments: picklable.
        folder: for what travels between the processes; replaced, and removed at the end.
        count: processes on this machine; with GPUs one each.

    Raises:
        MalmoiError: that of the process which failed first.
        StudentError: there are fewer GPUs than processes, or one ended without a word.
    """
    import shutil

    _check_gpus(count)

    def fill(made: Path) -> None:
        with (made / JOB).open("wb") as file:
            job = function, tuple(arguments), shown
            pickle.dump(job, file, protocol=pickle.HIGHEST_PROTOCOL)

    make_folder_atomically(folder, fill)
    port = _free_port()
    running: list[subprocess.Popen[bytes]] = []
    try:
        for rank in range(count):
            own: dict[str, object] = {
                "RANK": rank,
                "LOCAL_RANK": rank,
                "WORLD_SIZE": count,
                "LOCAL_WORLD_SIZE": count,
            }
            own |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
            environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
            # A core or its share for each: more threads than cores would wait for each other.
            share = str(max(1, (os.cpu_count() or 1) // count))
            environment.setdefault("OMP_NUM_THREADS", share)
            # Its end of the pipe closes when this process dies, however that happens: `_end_with`.
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "malmoi.core.processes", str(folder)],
                    stdin=subprocess.PIPE,
                    env=environment,
                )
            )
        while any(each.poll() is None for each in running):
            if any(each.poll() for each in running):
                break
            time.sleep(0.1)
    finally:
        for each in running:
            each.kill()
            each.wait()
            if each.stdin is not None:
                each.stdin.close()
    try:
        if (folder / PROBLEM).is_file():
            raise pickle.loads((folder / PROBLEM).read_bytes())
        if not (folder / RESULT).is_file():
            ended = ", ".join(str(each.returncode) for each in running)
            raise StudentError(
                f"one of {count} training processes died (status {ended}; -9: killed, often for "
                "want of memory): lower the batch or `processes` in the recipe. The same command "
                "goes on from the last checkpoint"
            )
        return pickle.loads((folder / RESULT).read_bytes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _check_gpus(count: int) -> None:
    import torch

    seen = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if 0 < seen < count:
        raise StudentError(
            f"`processes` is {count}, and this machine has {seen} GPU(s), one for a process: set "
            f"it to {seen}"
        )


def main(folder: Path) -> int:
    """One of the processes: do the job, leave result or problem in `folder`; the exit status."""
    threading.Thread(target=_end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    warnings.simplefilter("ignore", FutureWarning)  # of libraries, about each other
    said = io.StringIO()
    with contextlib.nullcontext() if is_first() else _silence(said):
        try:
            with (folder / JOB).open("rb") as file:
                function, arguments, shown_here = pickle.load(file)
            with shown_here() if is_first() else contextlib.nullcontext():
                result = function(*arguments)
        except MalmoiError as error:
            _leave(folder / PROBLEM, error)
            return 1
        except Exception:
            name = f"process {os.environ.get('RANK', '0')} of {world_size()}"
            _leave(folder / PROBLEM, StudentError(f"{name} failed:\n{traceback.format_exc()}"))
            return 1
        if is_first():
            _leave(folder / RESULT, result)
        _leave_group()
    return 0


@contextlib.contextmanager
def _silence(out: io.StringIO) -> Any:
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        yield


def _leave(path: Path, value: object) -> None:
    """Write a pickle once: of several problems the first is the one that tells."""
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(pickle.dumps(value))
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()


def _leave_group() -> None:
    if "torch" not in sys.modules:
        return
    import torch.distributed as dist

    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()


def _end_with(pipe: int) -> None:
    """End this process when the command that launched it is gone."""
    os.read(pipe, 1)  # nothing is ever written: it ends when the other end is closed
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
