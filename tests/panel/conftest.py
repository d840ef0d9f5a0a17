"""A panel over HTTP, and people at it who see only what a browser would."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import structlog
from litestar import Litestar

import make
import traffic
from browsing import Person, person
from cablegram.accounts import profile
from cablegram.messages import upkeep
from cablegram.messages.desk import Desk
from cablegram.panel.app import application
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def panel(rt: Runtime) -> AsyncIterator[Litestar]:
    """Give the panel of an installation with prices and a simulated carrier's connector."""
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    desk = Desk(rt)
    desk.open()
    yield application(rt, desk)
    await desk.close()


@pytest.fixture
async def operator(rt: Runtime, panel: Litestar) -> AsyncIterator[Person]:
    """Give the operator, logged in by the first one-time login, with one account that has 100 credits."""
    await make.account(rt, name="Kiosko Luna", default_country="ES")
    token = await profile.first_operator(rt)
    async with person(panel) as somebody:
        await somebody.open(f"/login/{token}")
        yield somebody


@pytest.fixture(autouse=True)
def plain_log() -> None:
    """Write errors of pages as plain tracebacks."""
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )
