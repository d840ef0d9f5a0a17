"""The web server that stands before an application: uvicorn, set up once."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Generator

import uvicorn
from litestar.types import ASGIApp

from cablegram.cli.short_way import ShortWay, protocol
from cablegram.kit.errors import Refused

_BACKLOG = 2048  # connections that may wait to be taken
_IDLE = 65  # seconds a connection may wait for its next request: longer than what stands in front of us keeps it
_GRACE = 10  # seconds that requests have to end once we are told to stop


def web_server(application: ASGIApp, short: ShortWay | None = None) -> WebServer:
    """Make the server that answers for an application, and lets ordinary requests of hot calls go the short way.

    Told to exit, it gives requests that came ten seconds to end.
    """
    config = uvicorn.Config(
        application,
        http=protocol(short),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # the doors log what is worth a line
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_GRACE,
    )
    return WebServer(config)


class WebServer(uvicorn.Server):
    """uvicorn that leaves signals to us: its own way raises them once more at the end, when there is still to close."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Bind the port before anything else is done. Raises Refused (`port_in_use`).

    The socket can be handed to a child: several may take connections from it.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it: an answer's head and body are written one after the other, and a client that
    # acknowledges late (40 ms on Linux) would otherwise wait for the body on each request.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # from now on nobody else can have the port, and who calls early waits
    except OSError as error:
        listener.close()
        message = f"Can't listen on {host}:{port} ({error.strerror}). Stop what has it, or choose another with --port."
        raise Refused("port_in_use", message) from error
    return listener
