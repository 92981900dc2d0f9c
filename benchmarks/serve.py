"""How long 200 searches take that are asked at once: `python benchmarks/serve.py RUN [SYSTEM]`.

The server is a process of its own, as `malmoi serve` starts it; each query is another one of the
run's. The first round opens the system, and is said apart.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import httpx

from malmoi.core.files import read_lines

SEARCHES, ROUNDS = 200, 3


async def asked(address: str, run: str, system: str, queries: list[str]) -> list[float]:
    """Seconds of each search, in ascending order; all are asked at once."""
    limits = httpx.Limits(max_connections=len(queries))
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=120) as client:

        async def one(query: str) -> float:
            start = time.perf_counter()
            params = {"collection": run, "system": system, "q": query}
            (await client.get("/api/search", params=params)).raise_for_status()
            return time.perf_counter() - start

        return sorted(await asyncio.gather(*map(one, queries)))


def main(folder: Path, system: str = "v2") -> None:
    """Start a server, ask it, print a line a round."""
    records = list(read_lines(folder / "corpus" / "queries.jsonl"))
    step = max(1, len(records) // SEARCHES)
    queries = [record["text"] for record in records[::step]][:SEARCHES]
    runs = str(folder.parent)
    command = [sys.executable, "-m", "malmoi", "serve", "--runs", runs, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            address = server.stderr.readline().split()[0]
            for number in range(ROUNDS + 1):
                times = asyncio.run(asked(address, folder.name, system, queries))
                name = f"round {number}" if number else "opening"
                p50, p99 = (times[int(share * len(times)) - 1] for share in (0.5, 0.99))
                print(f"{name}: {len(times)} searches, p50 {p50:.2f} s, p99 {p99:.2f} s")
                if not number:
                    time.sleep(30)  # what is opened beside is opened in peace
        finally:
            server.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
