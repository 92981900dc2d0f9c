"""A proxy before a real cluster that refuses, cuts off or demands a login, as the test asks.

It also writes down what the cluster acknowledged, which is a witness that the client can't be.
"""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Request:
    """What the client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_bulk(self) -> bool:
        return self.path.split("?")[0].endswith("/_bulk")

    def items(self) -> list[str]:
        """Ids of a bulk."""
        plain = gzip.decompress(self.body) if self.body[:2] == b"\x1f\x8b" else self.body
        return [json.loads(line)["create"]["_id"] for line in plain.splitlines()[::2]]


@dataclass
class Fault:
    """What the proxy does instead of passing a request on.

    status: answer with it, and with `body`.
    cut: "before" the cluster sees the request, or "after" it answered.
    items: refuse these ids with `status` inside an answer that is 200.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error":"a fault"}'
    cut: str = ""
    items: frozenset[str] = frozenset()


@dataclass
class Proxy:
    """Where it listens and what went through."""

    url: str
    requests: list[Request] = field(default_factory=list)
    acknowledged: Counter[str] = field(default_factory=Counter)
    """How often the cluster said of a document that it has created it."""

    def bulks(self) -> list[list[str]]:
        return [request.items() for request in self.requests if request.is_bulk]


Decide = Callable[[Request], Fault | None]


@contextmanager
def proxy(target: str, decide: Decide, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """Listen on loopback and pass requests on to `target`, except where `decide` gives a fault."""
    upstream = urlsplit(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            request = Request(self.command, self.path, dict(self.headers), self.rfile.read(length))
            seen.requests.append(request)
            fault = decide(request) or Fault()
            if fault.cut == "before":
                return self.cut()
            if fault.status and not fault.items:
                return self.answer(fault.status, fault.body, fault.headers)
            passed = request
            if fault.items:
                passed = replace(request, body=without(request.body, fault.items))
            try:
                status, headers, body = self.forward(passed)
            except (OSError, HTTPException):  # the cluster died with the request in its hands
                return self.cut()
            if request.is_bulk and status == 200:
                note(body)
                if fault.items:
                    body = with_refusals(body, fault)
            if fault.cut == "after":
                return self.cut()
            return self.answer(status, body, headers)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

        def forward(self, request: Request) -> tuple[int, dict[str, str], bytes]:
            assert upstream.hostname
            connection = HTTPConnection(upstream.hostname, upstream.port, timeout=60)
            headers = {
                k: v
                for k, v in request.headers.items()
                if k.lower() not in {"host", "authorization", "content-length", "accept-encoding"}
            }
            try:
                connection.request(request.method, request.path, request.body or None, headers)
                response = connection.getresponse()
                kept = {"content-type": response.getheader("content-type") or "application/json"}
                return response.status, kept, response.read()
            finally:
                connection.close()

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in {"content-type": "application/json", **headers}.items():
                self.send_header(key, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def cut(self) -> None:
            self.close_connection = True
            self.connection.close()

        def log_message(self, *_: Any) -> None:
            pass

    def note(body: bytes) -> None:
        for item in json.loads(body)["items"]:
            (fate,) = item.values()
            if fate["status"] in {200, 201}:
                seen.acknowledged[fate["_id"]] += 1

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    seen = Proxy(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


def without(body: bytes, ids: frozenset[str]) -> bytes:
    """A bulk without these documents; where none is left, one that deletes nobody."""
    lines = body.splitlines(keepends=True)
    pairs = [lines[i : i + 2] for i in range(0, len(lines), 2)]
    kept = [b"".join(p) for p in pairs if json.loads(p[0])["create"]["_id"] not in ids]
    return b"".join(kept) or b'{"delete":{"_id":"nobody"}}\n'


def with_refusals(body: bytes, fault: Fault) -> bytes:
    """The answer with the documents that were held back, refused."""
    answer = json.loads(body)
    reason = {"type": "opensearch_rejected_execution_exception", "reason": "the queue is full"}
    answer["items"] = [item for item in answer["items"] if "delete" not in item] + [
        {"create": {"_id": i, "status": fault.status, "error": reason}} for i in sorted(fault.items)
    ]
    return json.dumps(answer).encode()
