"""The panel as an ASGI application: its screens, its log-in, its static files, its error pages."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar import Litestar, static_files
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.datastructures import State as AppState
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope

from cablegram.billing.prices import Prices
from cablegram.kit.errors import CablegramError
from cablegram.messages.desk import Desk
from cablegram.panel import (
    access,
    approving,
    billing,
    blacklisting,
    campaigns,
    compose,
    connecting,
    connectors,
    consent,
    contacts,
    customers,
    destinations,
    developers,
    entering,
    exchanges,
    fielding,
    granting,
    health,
    helping,
    home,
    hooking,
    hosting,
    importing,
    inbox,
    jobs,
    joining,
    keyword_page,
    keywords,
    launching,
    lettering,
    letting_in,
    linking,
    listing,
    live,
    logbook,
    login,
    margins,
    messages,
    noticing,
    numbers,
    operating,
    paying,
    payments,
    people,
    personal_data,
    planning,
    pricing,
    received,
    record,
    renting,
    reporting,
    reviewing,
    routing,
    rules,
    security,
    segments,
    settings,
    spending,
    stocking,
    store_people,
    stores,
    summaries,
    tagging,
    team,
    templates,
    ticketing,
    wire,
)
from cablegram.panel.environment import STATIC, STATIC_URL, make_environment
from cablegram.panel.parts import Parts
from cablegram.panel.problems import broken, ours, theirs, to_login, to_no_account, to_set_up
from cablegram.panel.visit import NoAccount, NotLoggedIn, SecondFactorNeeded, visit
from cablegram.runtime import Runtime

_SCREENS = (
    *(home, inbox, reviewing, compose, messages, received, jobs, wire),
    *(contacts, people, segments, consent, importing, blacklisting),
    *(record, fielding, tagging, listing),
    *(campaigns, launching, live, reporting, templates),
    *(destinations, renting, hosting, numbers, connecting, connectors, exchanges, routing, developers),
    *(keywords, keyword_page, joining, approving, stores, store_people),
    *(summaries, billing, paying, payments, settings, rules, helping, operating, customers, granting, login, entering),
    *(stocking, planning, health),
    *(pricing, margins),
    *(access, hooking, personal_data, security, team, ticketing, logbook, spending),
    *(noticing, lettering, letting_in, linking),
)
_LARGEST_FORM = 1 << 20  # bytes; screens that take files say how large
_A_YEAR = "public, max-age=31536000, immutable"  # the names of built files change with what is in them
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def application(rt: Runtime, desk: Desk) -> Litestar:
    """Build the panel for one process. Raises Unavailable (`assets_missing`) when its assets were never built."""
    parts = Parts(rt, desk, Prices(), make_environment())

    @asynccontextmanager
    async def opened(_: Litestar) -> AsyncGenerator[None]:
        yield
        await parts.close()

    mark = rt.seal.derive("panel cookies")[:8]
    handlers: dict[Any, Any] = {
        NotLoggedIn: to_login,
        NoAccount: to_no_account,
        SecondFactorNeeded: to_set_up,
        CablegramError: ours,
        HTTPException: theirs,
        Exception: broken,
    }
    return Litestar(
        route_handlers=[*(handler for screen in _SCREENS for handler in screen.HANDLERS), _static()],
        state=AppState({"parts": parts}),
        dependencies={"visit": Provide(visit)},
        csrf_config=CSRFConfig(
            secret=rt.seal.derive("panel csrf"),
            cookie_name=f"cablegram_csrf_{mark}",
            cookie_httponly=True,
            exclude=[f"^{STATIC_URL}/"],
        ),
        exception_handlers=handlers,
        before_send=[_add_headers],
        lifespan=[opened],
        openapi_config=None,
        request_max_body_size=_LARGEST_FORM,
        logging_config=None,
    )


def wind_up(panel: Litestar) -> None:
    """End the streams that are open, when the server is told to stop: pages ask again when it is back."""
    parts: Parts = panel.state["parts"]
    parts.closing.set()


def _static() -> Any:  # noqa: ANN401 - a router of Litestar's, passed on to Litestar
    return cast("Any", static_files).create_static_files_router(
        path=STATIC_URL, directories=[STATIC], include_in_schema=False
    )


async def _add_headers(message: Message, scope: Scope) -> None:
    """Give every answer, errors too, what tells a browser to trust nothing but us."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _HEADERS.items():
        headers[name] = value
    if scope["path"].startswith(f"{STATIC_URL}/dist/") and message["status"] == 200:
        headers["Cache-Control"] = _A_YEAR
