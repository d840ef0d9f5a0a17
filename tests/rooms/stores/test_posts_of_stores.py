"""What customers write reaches a store's callback: in order for each, again until it is taken, never into our house."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import web

import make
import shops
import traffic
from books import rows
from cablegram.kit.clock import SetClock
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from cablegram.stores import changing, posts
from cablegram.stores.changing import Change
from cablegram.stores.posts import Poster
from hearing import Line
from shops import Shop

ANN, BEA = "12125550118", "12125550119"


@dataclass(slots=True)
class Callback:
    """Somebody's server: what it was posted, and the statuses with which it answers next."""

    address: str = ""
    heard: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    statuses: list[int] = field(default_factory=list[int])
    slow: asyncio.Event = field(default_factory=asyncio.Event)  # until it is set `/slow` says nothing

    async def answer(self, request: web.Request) -> web.Response:
        """Take a post."""
        form = await request.post()
        assert request.content_type == "application/x-www-form-urlencoded"
        self.heard.append((str(form["mobileNum"]), str(form["message"])))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def answer_late(self, request: web.Request) -> web.Response:
        """Take a post, and take one's time."""
        await self.slow.wait()
        return await self.answer(request)


@pytest.fixture
async def callback() -> AsyncIterator[Callback]:
    its = Callback()
    app = web.Application()
    app.router.add_post("/in", its.answer)
    app.router.add_post("/slow", its.answer_late)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    its.address = f"http://127.0.0.1:{runner.addresses[0][1]}/in"
    yield its
    await runner.cleanup()


@pytest.fixture
async def shop(rt: Runtime, callback: Callback) -> Shop:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who = await make.account(rt)
    await shops.code(rt, who)
    made = await shops.shop(rt, who)
    await changing.change(rt, who, made.id, Change(callback=callback.address))
    return made


@pytest.mark.req("R122")
async def test_posts_come_in_order_and_again_until_they_are_taken(
    shop: Shop, callback: Callback, clock: SetClock
) -> None:
    open_house = replace(shop.rt, settings=replace(shop.rt.settings, allow_private_customers=("127.0.0.1",)))
    own = Line(shop.rt, shop.who, shops.CODE)
    poster = Poster(open_house)
    try:
        for words, number in (("PIZZA123", ANN), ("first", ANN), ("PIZZA123", BEA)):
            await own.hear(words, number)
        callback.statuses = [503]
        await poster.step()
        assert sorted(callback.heard) == [(ANN[1:], "PIZZA123"), (BEA[1:], "PIZZA123")]
        refused = callback.heard[0][0]
        while await poster.step() == 0.0:
            pass
        later = [words for number, words in callback.heard if number == refused]
        assert later == ["PIZZA123"]  # whoever was not taken waits, and with it what the same customer wrote since
        clock.move(timedelta(seconds=2))
        while await poster.step() == 0.0:
            pass
        assert [words for number, words in callback.heard if number == ANN[1:]][-2:] == ["PIZZA123", "first"]
        assert await rows(shop.rt, "SELECT count(*) FROM store_post WHERE done_at IS NULL") == [(0,)]
        shown = await posts.page(shop.rt, shop.who, shop.id)
        assert {one.verdict for one in shown} == {"200"}
        clock.move(timedelta(days=8))
        await posts.forget(shop.rt)
        assert await rows(shop.rt, "SELECT count(*) FROM store_post") == [(0,)]
    finally:
        await poster.close()


@pytest.mark.req("R122")
async def test_no_callback_leads_into_our_house_and_a_dead_poster_loses_nothing(
    shop: Shop, callback: Callback, clock: SetClock
) -> None:
    await Line(shop.rt, shop.who, shops.CODE).hear("PIZZA123", ANN)
    poster = Poster(shop.rt)
    await poster.step()
    await poster.close()
    assert callback.heard == []
    ((verdict,),) = await rows(shop.rt, "SELECT verdict FROM store_post")
    assert "open internet" in str(verdict)
    # One who claimed it and died: when the lease is over the next one has it.
    await rows(shop.rt, "UPDATE store_post SET next_at = %s RETURNING id", clock.now() + timedelta(seconds=60))
    open_house = replace(shop.rt, settings=replace(shop.rt.settings, allow_private_customers=("127.0.0.1",)))
    poster = Poster(open_house)
    assert await poster.step() > 0
    clock.move(timedelta(seconds=61))
    await poster.step()
    await poster.close()
    assert callback.heard == [(ANN[1:], "PIZZA123")]


@pytest.mark.req("R122")
async def test_a_callback_that_lets_us_wait_keeps_nobody_else_up(shop: Shop, callback: Callback) -> None:
    ribs = await shops.shop(shop.rt, shop.who, "RIBS")
    late = callback.address.replace("/in", "/slow")
    await changing.change(shop.rt, shop.who, ribs.id, Change(callback=late))
    open_house = replace(shop.rt, settings=replace(shop.rt.settings, allow_private_customers=("127.0.0.1",)))
    own, poster = Line(shop.rt, shop.who, shops.CODE), Poster(open_house, patience=0.05)
    try:
        for words, number in (("RIBS", ANN), ("PIZZA123", BEA)):
            await own.hear(words, number)
        while not callback.heard:
            await poster.step()
        for words, number in (("first", ANN), ("second", BEA)):
            await own.hear(words, number)
        while len(callback.heard) == 1:
            await poster.step()
        assert callback.heard == [(BEA[1:], "PIZZA123"), (BEA[1:], "second")]
        callback.slow.set()
        while await poster.step() == 0.0:
            pass
        assert callback.heard[2:] == [(ANN[1:], "RIBS"), (ANN[1:], "first")]
        assert await rows(shop.rt, "SELECT count(*) FROM store_post WHERE done_at IS NULL") == [(0,)]
    finally:
        await poster.close()
