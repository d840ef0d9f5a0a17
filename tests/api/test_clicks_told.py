"""A provider that shortens links itself calls when one is opened: it counts as a click of our own does (R136)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

import callers
import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.kit.ids import MessageId
from cablegram.links import told
from cablegram.links.told import Opening
from cablegram.messages import search
from cablegram.runtime.runtime import Runtime
from callers import Provider, exchanges
from calling import Served, serving

NUMBER = "+34600000118"
SALE = "https://shop.example/sale"
TOO_LONG = "https://shop.example/" + "a" * 2_000


@pytest.fixture
async def served(rt: Runtime) -> AsyncIterator[Served]:
    """Give a running API."""
    async with serving(rt) as api:
        yield api


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    """Give one who may do everything in an account in Spain."""
    return await make.account(rt, default_country="ES")


def click(rt: Runtime, its: str, **said: str) -> dict[str, str]:
    """Write what Twilio says of a link that was opened a minute ago."""
    at = (rt.clock.now() - timedelta(minutes=1)).isoformat()
    return {"event_type": "click", "sms_sid": its, "link": SALE, "click_time": at, **said}


@pytest.mark.req("R136")
async def test_a_click_that_a_provider_tells_of_counts_once_and_everybody_hears_of_it(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    (its,) = await callers.sent(rt, who, provider, NUMBER)
    ago = rt.clock.now() - timedelta(minutes=1)
    for said in ({}, {}, {"event_type": "preview"}, {"click_time": "2099-01-01T00:00:00Z"}):
        assert (await provider.call(served, click(rt, its, **said))).status == 200
    assert [verdict for _, verdict in await exchanges(rt)] == ["click", "told before", "click", "click"]
    found = await rows(rt, "SELECT account_id, number, url, clicks, by_machines, first_at, last_at FROM short_link")
    assert found == [(who.account_id, NUMBER[1:], SALE, 2, 1, ago, rt.clock.now())], "nobody clicks tomorrow"
    ((code, leads_on),) = await rows(rt, "SELECT code, expires_at > now() FROM short_link")
    assert (len(str(code)), leads_on) == (9, False), "it leads nowhere of itself"
    (message,) = await search.page(rt, who, limit=10)
    assert message.clicked_at == ago
    events = await rows(
        rt, "SELECT account_id, data -> 'clicks' -> 0 ->> 'url' FROM event WHERE kind = 'links.clicked'"
    )
    assert events == [(who.account_id, SALE)] * 2, "a program that looks ahead is nobody"


@pytest.mark.req("R136")
async def test_a_click_before_our_own_record_is_told_again_and_nobody_elses_is_counted(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    other = await callers.twilio(rt)
    (claim,) = await callers.claimed(rt, who, provider, [NUMBER])
    said = click(rt, callers.sid(claim.id))
    assert (await provider.call(served, said)).status == 200
    await callers.took(rt, [claim])
    assert (await other.call(served, said)).status == 200
    assert await rows(rt, "SELECT 1 FROM short_link") == [], "an id is one connector's own"
    assert (await provider.call(served, said)).status == 200
    assert [verdict for _, verdict in await exchanges(rt)] == ["click of no message", "click of no message", "click"]
    assert (await provider.call(served, click(rt, "", sms_sid=""))).status == 400
    forged = await provider.call(served, said, headers=provider.sign(said, token="guessed"))
    assert (forged.status, await rows(rt, "SELECT clicks FROM short_link")) == (403, [(1,)])


@pytest.mark.req("R136")
async def test_where_nothing_is_said_of_the_link_it_is_that_of_the_text_and_our_own_counts_itself(
    rt: Runtime, who: Principal, provider: Provider
) -> None:
    await callers.sent(rt, who, provider, NUMBER, "+34600000119")
    first, second = [one for (one,) in await rows(rt, "SELECT id FROM message ORDER BY id")]
    await rows(rt, "UPDATE message SET body = 'See https://a.example/x now' WHERE id = %s RETURNING 1", first)
    await rows(
        rt,
        "INSERT INTO short_link (code, account_id, message_id, number, country, url, expires_at)"
        " VALUES ('abcdefghi', %s, %s, '34600000118', 'ES', 'https://b.example', now()) RETURNING 1",
        who.account_id, first,
    )  # fmt: skip
    at = datetime(2026, 11, 20, tzinfo=UTC)
    urls = [(first, ""), (first, TOO_LONG), (second, "javascript:alert(1)"), (first, "https://t.example/l/abcdefghi")]
    urls += [(second, "https://t.example/l/abcdefghi")]
    async with rt.db.transaction() as conn:
        await told.count(conn, [Opening(one, url, at) for one, url in urls], now=rt.clock.now())  # pyright: ignore[reportArgumentType]
    found = await rows(rt, "SELECT message_id = %s, url, clicks FROM short_link WHERE clicks > 0 ORDER BY url", first)
    assert found == [
        (False, told.UNTOLD, 1),
        (True, "https://a.example/x", 2),
        (False, "https://t.example/l/abcdefghi", 1),
    ]


@pytest.mark.req("R136")
async def test_who_makes_up_addresses_without_end_fills_no_table(
    rt: Runtime, who: Principal, provider: Provider
) -> None:
    await callers.sent(rt, who, provider, NUMBER)
    ((message_id,),) = await rows(rt, "SELECT id FROM message")

    async def opened(first: int) -> list[tuple[object, ...]]:
        at, urls = rt.clock.now(), [f"{SALE}/{place}" for place in range(first, first + 40)]
        async with rt.db.transaction() as conn:
            await told.count(conn, [Opening(MessageId(message_id), one, at) for one in urls], now=at)  # pyright: ignore[reportArgumentType]
        return await rows(rt, "SELECT count(*), sum(clicks) FROM short_link")

    assert await opened(0) == [(40, 40)]
    assert await opened(20) == [(told.MOST_OF_A_MESSAGE, 70)], "what is known counts on"
    assert await opened(100) == [(told.MOST_OF_A_MESSAGE, 70)]
