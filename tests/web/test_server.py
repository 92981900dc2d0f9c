from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

import pytest

from malmoi.core.errors import SourceError
from malmoi.web.server import is_loopback, serve
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


def test_the_command_serves_until_it_is_stopped(runs: Path) -> None:
    command = [sys.executable, "-m", "malmoi", "serve", "--runs", str(runs), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            said = process.stderr.readline()
            address = said.split()[0]
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert "small" in answer.read().decode()
            assert (
                median(_seconds_on_one_connection(address)) < 0.03
            )  # 40 ms is the delay of an ACK
        finally:
            process.terminate()
