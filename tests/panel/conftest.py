"""A panel over HTTP, and people at it who see only what a browser would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from litestar import Litestar

import make
import traffic
from browsing import ACCOUNT, Person, person
from cablegram.accounts import profile
from cablegram.messages import upkeep
from cablegram.messages.desk import Desk
from cablegram.panel.app import application
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def panel(rt: Runtime) -> AsyncIterator[Litestar]:
    """Give the panel of an installation with prices and a simulated carrier's connector, but no carrier behind it."""
    nowhere = replace(rt.settings, handset_url="http://127.0.0.1:9")
    rt = replace(rt, settings=nowhere)
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    desk = Desk(rt)
    desk.open()
    app = application(rt, desk)
    yield app
    await app.state["parts"].close()
    await desk.close()


@pytest.fixture
async def operator(rt: Runtime, panel: Litestar) -> AsyncIterator[Person]:
    """Give the operator, logged in by the first one-time login, with one account that has 100 credits."""
    await make.account(rt, name=ACCOUNT, default_country="ES")
    token = await profile.first_operator(rt)
    async with person(panel) as somebody:
        await somebody.open(f"/login/{token}")
        yield somebody
