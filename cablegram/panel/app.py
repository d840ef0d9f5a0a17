"""The panel as an ASGI application: its screens, its log-in, its static files, its error pages."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from litestar import Litestar, Response
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State as AppState
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from cablegram.billing.prices import Prices
from cablegram.kit.errors import CablegramError
from cablegram.messages.desk import Desk
from cablegram.panel import (
    billing,
    campaigns,
    compose,
    connectors,
    contacts,
    developers,
    helping,
    home,
    launching,
    live,
    login,
    messages,
    operating,
    settings,
    templates,
)
from cablegram.panel.environment import STATIC, STATIC_URL, make_environment
from cablegram.panel.parts import Parts
from cablegram.panel.problems import ours, theirs, to_login
from cablegram.panel.visit import NotLoggedIn, visit
from cablegram.runtime import Runtime

_SCREENS = (
    home, compose, messages, contacts, campaigns, launching, live, templates, connectors, developers, billing,
    settings, helping, operating, login,
)  # fmt: skip
_LARGEST_FORM = 256 << 20  # a contact file of a few million rows; it is spooled to disk while it arrives


def application(rt: Runtime, desk: Desk) -> Litestar:
    """Build the panel for one process. Raises Unavailable (`assets_missing`) when its assets were never built."""
    parts = Parts(rt, desk, Prices(), make_environment())

    @asynccontextmanager
    async def opened(_: Litestar) -> AsyncGenerator[None]:
        yield
        await parts.close()

    static = create_static_files_router(
        path=STATIC_URL, directories=[STATIC], cache_control=None, send_as_attachment=False, include_in_schema=False
    )
    return Litestar(
        route_handlers=[*(handler for screen in _SCREENS for handler in screen.HANDLERS), static],
        state=AppState({"parts": parts}),
        dependencies={"visit": Provide(visit)},
        csrf_config=CSRFConfig(
            secret=rt.seal.derive("panel csrf"), cookie_name="cablegram_csrf", cookie_httponly=True, exclude=["^/static"]
        ),
        exception_handlers={NotLoggedIn: to_login, CablegramError: ours, HTTPException: theirs},
        lifespan=[opened],
        openapi_config=None,
        request_max_body_size=_LARGEST_FORM,
        logging_config=None,
    )


