"""The web server that stands before an application: uvicorn, set up once."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

import uvicorn
from litestar.types import ASGIApp

from cablegram.cli.listening import BACKLOG
from cablegram.cli.short_way import ShortWay, protocol

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
        backlog=BACKLOG,
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
