"""`cablegram serve`: the API and the panel, one process behind one port."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Generator

import uvicorn
from litestar.types import ASGIApp, Receive, Scope, Send

from cablegram.api import app as api
from cablegram.api.app import PLACES
from cablegram.cli.opening import HERE, Place, read_settings, run, with_database
from cablegram.kit.errors import Refused
from cablegram.messages.desk import Desk
from cablegram.panel import app as panel
from cablegram.runtime import Runtime

_BACKLOG = 2048
_IDLE = 65  # seconds a connection may wait for its next request: longer than what stands in front of us keeps it
_GRACE = 10  # seconds that requests have to end once we are told to stop


def serve(*, host: str | None = None, port: int | None = None, place: Place = HERE) -> None:
    """Run the API and the panel until stopped."""
    with with_database(read_settings(place, host=host, port=port)) as settings:
        run(settings, _serve, process="serve", hot=False)


async def _serve(rt: Runtime) -> None:
    listener = listen(rt.settings.host, rt.settings.port)
    desk = Desk(rt)
    desk.open()
    try:
        server = web_server(Doors(api.application(rt, desk), panel.application(rt, desk)))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, server.handle_exit, number, None)
        await server.serve(sockets=[listener])
    finally:
        # Whoever was in the middle of handing something in has been answered by now.
        await desk.close()


class Doors:
    """The API and the panel as one application: paths say who is meant."""

    def __init__(self, to_api: ASGIApp, to_panel: ASGIApp) -> None:
        self._to_api = to_api
        self._to_panel = to_panel

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the lifespan is the panel's, since the API has nothing to open."""
        is_api = scope["type"] == "http" and scope["path"].split("/", 2)[1] in PLACES
        await (self._to_api if is_api else self._to_panel)(scope, receive, send)


def web_server(application: ASGIApp) -> WebServer:
    """Make the server that answers for an application; told to exit, it gives requests that came ten seconds to end."""
    config = uvicorn.Config(
        application,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # the doors log what is worth a line
        server_header=False,
        proxy_headers=False,
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
    """Bind the port before anything else is done. Raises Refused (`port_in_use`)."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Can't listen on {host}:{port} ({error.strerror}). Stop what has it, or choose another with --port."
        raise Refused("port_in_use", message) from error
    return listener
