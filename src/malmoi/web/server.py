"""Starting the server: an address on this machine alone, unless another is asked for."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import replace

from malmoi.core.errors import SourceError
from malmoi.web.app import application
from malmoi.web.workspace import Settings


def serve(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8765,
    say: Callable[[str], None] = print,
) -> None:
    """Answer requests until the process is stopped.

    Args:
        settings: what is shown.
        host: the address to listen at; one that is not of this machine alone is said to be open.
        port: 0 takes a free one.
        say: tells where the pages are.

    Raises:
        SourceError: the address can't be had.
    """
    import uvicorn

    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    say(f"http://{shown}:{listening.getsockname()[1]}/  (Ctrl-C ends it)")
    if not is_loopback(host):
        say(f"{host} can be reached from other machines: whoever does may read and judge.")
        settings = replace(settings, hosts=frozenset())
    config = uvicorn.Config(
        application(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=3,
        limit_concurrency=500,
        h11_max_incomplete_event_size=64 * 1024,
    )
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at an address; port 0 takes a free one.

    Raises:
        SourceError: the address can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named: else each answer on a
    # kept connection waits 40 ms for the client's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(512)  # what comes before the application is ready waits
    except OSError as error:
        listening.close()
        raise SourceError(
            f"{host}, port {port}: {error.strerror or error}. Name another with --port, or stop "
            "what listens there."
        ) from error
    return listening


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
