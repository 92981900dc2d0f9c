from __future__ import annotations

import http.client
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import pytest

from malmoi.core.errors import SourceError
from malmoi.pipelines.search.relevance.session import Session
from malmoi.web.server import is_loopback, serve
from malmoi.web.visit import TOKEN
from malmoi.web.workspace import Settings


def _seconds_on_one_connection(address: str) -> list[float]:
    connection, seconds = http.client.HTTPConnection(address.split("/")[2], timeout=30), []
    for _ in range(60):
        start = time.perf_counter()
        connection.request("GET", "/api/collections")
        connection.getresponse().read()
        seconds.append(time.perf_counter() - start)
    connection.close()
    return seconds


def test_loopback_is_told_from_the_rest() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost", "127.1.2.3")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.0.2", "example.org", "")))


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SourceError, match="Name another with --port"):
            serve(Settings(tmp_path), port=taken.getsockname()[1])


@contextmanager
def served(runs: Path, *more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command at work: its address and its process."""
    command = [sys.executable, "-m", "malmoi", "serve", "--runs", str(runs), "--port", "0", *more]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            address = process.stderr.readline().split()[0]
            assert address.startswith("http://127.0.0.1:")
            yield address, process
        finally:
            process.terminate()


def test_the_command_serves_until_it_is_stopped(runs: Path) -> None:
    with served(runs) as (address, _):
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert "small" in answer.read().decode()
        # 40 ms is the delay of an ACK
        assert median(_seconds_on_one_connection(address)) < 0.03


class Judge:
    """Presses keys as fast as they are answered, each second one an undo."""

    def __init__(self, address: str) -> None:
        self.browser = httpx.Client(
            base_url=address, headers={"origin": address.rstrip("/")}, timeout=60
        )
        self.browser.get("/")

    def post(self, path: str, **form: str) -> None:
        form["token"] = self.browser.cookies[TOKEN]
        assert self.browser.post(path, data=form).status_code == 303

    def begin(self) -> None:
        self.post("/judge", name="mine", collection="small", queries="행 삽입\n문서 인쇄",
                  depth="5", most="10", **{"system-0": "BM25F", "system-1": "v2"})  # fmt: skip

    def press_until_it_dies(self, process: subprocess.Popen[str], seconds: float) -> int:
        """Keys that were answered until the process is killed, `seconds` after the first one."""
        path, answered = "/judge/mine/as/mina", 0
        while "data-key" not in (page := self.browser.get(path).text):
            time.sleep(0.1)  # the pools are being made
        asked = dict(re.findall(r'name="(query|place)" value="([^"]*)"', page))
        killer = threading.Timer(seconds, process.kill)
        killer.start()
        try:
            while True:
                if answered % 2:
                    self.post(f"{path}/undo")
                else:
                    self.post(path, **asked, grade="2", note="메모" * answered)
                answered += 1
        except httpx.TransportError:
            return answered
        finally:
            killer.join()


@pytest.mark.slow
def test_a_killed_server_has_lost_no_key_that_it_answered(runs: Path, tmp_path: Path) -> None:
    """KILLed at five moments: every answered key is a line, and one that was not may be."""
    kept = tmp_path / "judgements" / "mine" / "judges" / "mina.jsonl"
    answered, moments = 0, random.Random(5)
    for kill in range(1, 6):
        with served(runs, "--judgements", str(tmp_path / "judgements")) as (address, process):
            judge = Judge(address)
            if kill == 1:
                judge.begin()
            answered += judge.press_until_it_dies(process, moments.uniform(0.02, 0.4))
        whole = kept.read_text(encoding="utf-8").count("\n") if kept.exists() else 0
        assert answered <= whole <= answered + 1, f"kill {kill}"
        answered = whole
        Session.open(kept.parents[1])
