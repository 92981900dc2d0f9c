"""A local endpoint that misbehaves to order; it counts what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What to answer: `cut` bytes of the body and then nothing; `delay` seconds before it."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None


def completion(text: str, **more: Any) -> Answer:
    """A well-formed chat completion."""
    message = {"role": "assistant", "content": text, **more.pop("message", {})}
    usage = {"prompt_tokens": 10, "completion_tokens": 5}
    choice = {"index": 0, "message": message, "finish_reason": more.pop("finish_reason", "stop")}
    return Answer(body={"choices": [choice], "usage": usage}, **more)


def echo(body: dict[str, Any]) -> Answer:
    """Says what it was asked."""
    asked = body["messages"][-1]["content"] if "messages" in body else body["prompt"]
    return completion(f"re: {asked}")


class BadServer:
    """`plan(number, body)` answers the number-th request (from 0), in threads of its own."""

    def __init__(self, plan: Callable[[int, dict[str, Any]], Answer]) -> None:
        self.plan = plan
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.in_flight = 0
        self.in_flight_at: list[int] = []
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._post(self)

            def do_GET(self) -> None:
                outer._send(self, outer.plan(-1, {}))

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def _post(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            number = len(self.bodies)
            self.bodies.append(body)
            self.headers.append(dict(handler.headers))
            self.times.append(time.monotonic())
            self.in_flight += 1
            self.in_flight_at.append(self.in_flight)
        answer = self.plan(number, body)
        time.sleep(answer.delay)
        # Counted as gone before the client can send the next one.
        with self._lock:
            self.in_flight -= 1
        self._send(handler, answer)

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        data = text.encode()
        try:
            handler.send_response(answer.status)
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data[: answer.cut])
            handler.wfile.flush()
        except OSError:
            pass  # the client has gone
        if answer.cut is not None:
            handler.close_connection = True

    def __enter__(self) -> BadServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
