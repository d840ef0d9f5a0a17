"""Each reader takes each event once, whoever commits first."""

from __future__ import annotations

import make
from cablegram.accounts.access import Principal
from cablegram.events import listening, read
from cablegram.events.model import Event, Kind
from cablegram.events.read import Reader
from cablegram.events.record import record
from cablegram.runtime.runtime import Runtime


async def happen(rt: Runtime, who: Principal, name: str) -> None:
    async with rt.db.transaction() as conn:
        event = Event(Kind.SEGMENT_CHANGED, who.account_id, None, {"name": name})
        await record(conn, [event], now=rt.clock.now())


async def taken(rt: Runtime, reader: Reader) -> list[tuple[object, object]]:
    async with rt.db.transaction() as conn:
        found = await read.untaken(conn, reader, 100)
        await read.take(conn, reader, [one.id for one in found], rt.clock.now())
    return [(one.account_id, one.data.get("name")) for one in found if one.kind == Kind.SEGMENT_CHANGED]


async def listen(rt: Runtime, who: Principal) -> None:
    async with rt.db.transaction() as conn:
        await listening.listen(conn, who.account_id, ["delivered"])


async def test_each_reader_takes_each_event_once(rt: Runtime, who: Principal) -> None:
    await listen(rt, who)
    await happen(rt, who, "one")
    assert await taken(rt, Reader.ALERTS) == [(who.account_id, "one")]
    await happen(rt, who, "two")
    assert await taken(rt, Reader.ALERTS) == [(who.account_id, "two")]
    assert await taken(rt, Reader.WEBHOOKS) == [(who.account_id, "one"), (who.account_id, "two")]
    assert await taken(rt, Reader.WEBHOOKS) == []


async def test_what_commits_late_is_found_all_the_same(rt: Runtime, who: Principal) -> None:
    async with rt.db.transaction() as late:
        event = Event(Kind.SEGMENT_CHANGED, who.account_id, None, {"name": "late"})
        await record(late, [event], now=rt.clock.now())
        await happen(rt, who, "early")
        assert await taken(rt, Reader.ALERTS) == [(who.account_id, "early")]
    assert await taken(rt, Reader.ALERTS) == [(who.account_id, "late")]


async def test_two_who_read_at_once_get_different_events(rt: Runtime, who: Principal) -> None:
    await taken(rt, Reader.ALERTS)
    await happen(rt, who, "one")
    async with rt.db.transaction() as first:
        (one,) = await read.untaken(first, Reader.ALERTS, 100)
        await happen(rt, who, "two")
        async with rt.db.transaction() as second:
            (other,) = await read.untaken(second, Reader.ALERTS, 100)
    assert (one.data, other.data) == ({"name": "one"}, {"name": "two"})


async def test_of_accounts_that_nobody_listens_to_webhooks_get_nothing(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    await listen(rt, other)
    await happen(rt, who, "unheard")
    await happen(rt, other, "heard")
    assert await taken(rt, Reader.WEBHOOKS) == [(other.account_id, "heard")]
    async with rt.db.transaction() as conn:
        await listening.listen(conn, other.account_id, None)
    await happen(rt, other, "after")
    assert await taken(rt, Reader.WEBHOOKS) == []
