"""`cablegram serve`: the API and the panel, one process behind one port."""

from __future__ import annotations

import asyncio
import signal
import socket

from litestar.types import ASGIApp, Receive, Scope, Send

from cablegram.api import app as api
from cablegram.api.app import is_asked
from cablegram.cli.listening import listen
from cablegram.cli.opening import HERE, Place, read_settings, run, with_database
from cablegram.cli.web import web_server
from cablegram.inbound.callback_desk import CallbackDesk
from cablegram.messages.desk import Desk
from cablegram.overview.report import keep_reporting
from cablegram.panel import app as panel
from cablegram.runtime import Runtime


def serve(
    *, host: str | None = None, port: int | None = None, listener: int | None = None, place: Place = HERE
) -> None:
    """Run the API and the panel until stopped.

    Parameters
    ----------
    listener
        The number of an open file: a listening socket that whoever starts this process hands over.
    """
    with with_database(read_settings(place, host=host, port=port)) as settings:
        run(settings, lambda rt: _serve(rt, listener), process="serve", hot=False)


async def _serve(rt: Runtime, handed: int | None) -> None:
    listener = listen(rt.settings.host, rt.settings.port) if handed is None else socket.socket(fileno=handed)
    desk = Desk(rt)
    desk.open()
    callback_desk = CallbackDesk(rt)
    callback_desk.open()
    reporting = asyncio.create_task(keep_reporting(rt, "serve"))
    try:
        to_panel = panel.application(rt, desk)
        to_api = api.Api(rt, desk, callback_desk)
        to_api.visits.open()
        server = web_server(to_api.links.before(Doors(to_api, to_panel)), to_api)

        def stop(number: int) -> None:
            panel.wind_up(to_panel)
            server.handle_exit(number, None)

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
        await server.serve(sockets=[listener])
        await to_api.visits.close()
        await to_api.hot.refused.close()
    finally:
        # Whoever was in the middle of handing something in has been answered by now.
        await desk.close()
        await callback_desk.close()
        reporting.cancel()
        await asyncio.gather(reporting, return_exceptions=True)


class Doors:
    """The API and the panel as one application: paths say who is meant."""

    def __init__(self, to_api: ASGIApp, to_panel: ASGIApp) -> None:
        self._to_api = to_api
        self._to_panel = to_panel

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the lifespan is the panel's, since the API has nothing to open."""
        await (self._to_api if is_asked(scope) else self._to_panel)(scope, receive, send)
