"""A dispatcher at work inside a test, and ways to wait for what it does: by looking, until a deadline."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar, Unpack, cast

import msgspec

from books import rows
from cablegram.accounts.access import operator
from cablegram.billing import importing
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import BindMode, Connector, SmppSettings
from cablegram.dispatch.dispatcher import Dispatcher
from cablegram.inbound.receive import receive
from cablegram.kit.clock import SystemClock
from cablegram.overview.report import keep_reporting
from cablegram.runtime.database import Database
from cablegram.runtime.runtime import Runtime

T = TypeVar("T")
DEADLINE = 30.0  # seconds; passes are not slower for it, and a busy machine fails nothing
PASSWORD = "secret"
_LOOK = 0.02


async def until(
    look: Callable[[], Awaitable[T]], is_so: Callable[[T], object] = bool, *, deadline: float = DEADLINE
) -> T:
    """Look again and again until what is seen is as it should be; return it."""
    seen = await look()
    try:
        async with asyncio.timeout(deadline):
            while not is_so(seen):
                await asyncio.sleep(_LOOK)  # between looks at the database: nobody tells us when a row changes
                seen = await look()
    except TimeoutError:
        raise AssertionError(f"after {deadline:.0f} s it was still {seen!r}") from None
    return seen


async def states(rt: Runtime) -> dict[str, int]:
    """Count messages by state."""
    found = await rows(rt, "SELECT state::text, count(*) FROM message GROUP BY 1")
    return {cast("str", state): cast("int", count) for state, count in found}


async def until_all(rt: Runtime, **wanted: int) -> None:
    """Wait until the messages are in these states, and no others."""

    async def look() -> dict[str, int]:
        return await states(rt)

    try:
        await until(look, lambda seen: Counter(seen) == Counter(wanted))
    except AssertionError as error:
        error.add_note("\n".join([str(each) for each in await rows(rt, _STUCK)]))
        raise


_STUCK = """
    SELECT message.id, message.state::text, version, attempts, reason, error, until AS held_until,
        queue.id IS NOT NULL AS in_queue, flight.dispatcher_id AS in_flight_of, link.links
    FROM message LEFT JOIN queue USING (id) LEFT JOIN held USING (id) LEFT JOIN flight USING (id)
    CROSS JOIN (SELECT string_agg(concat_ws(' ', number, state, detail), '; ') AS links FROM link) AS link
    WHERE message.state IN ('queued', 'submitting', 'unknown') ORDER BY message.id LIMIT 20
"""


async def until_waiting(rt: Runtime, *, sessions: int = 1) -> None:
    """Wait until so many sessions of this database wait for a lock that another one holds."""

    async def look() -> int:
        statement = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        ((waiting,),) = await rows(rt, statement)
        return cast("int", waiting)

    await until(look, lambda waiting: waiting == sessions)


async def until_link(rt: Runtime, state: str, *, links: int = 1) -> list[str]:
    """Wait until so many links are in a state, as people see it; return what they say about it."""

    async def look() -> list[tuple[object, ...]]:
        return await rows(rt, "SELECT state, detail FROM link ORDER BY connector_id, number")

    seen = await until(look, lambda seen: sum(each[0] == state for each in seen) == links)
    return [str(detail) for each, detail in seen if each == state]


class LinkSettings(TypedDict, total=False):
    """What a test may want otherwise in a connector's settings."""

    mode: BindMode
    binds: int
    window: int
    throughput: int
    response_seconds: int
    enquire_link_seconds: int
    system_id: str
    host: str


async def carrier(
    rt: Runtime, port: int, *, name: str = "Carrier", password: str = PASSWORD, **settings: Unpack[LinkSettings]
) -> Connector:
    """Connect a carrier that listens on this machine and was tried out before, and bring the demo tariff."""
    await importing.load_demo(rt)
    given = {"host": "127.0.0.1", "system_id": "cablegram", **settings, "port": port}
    new = NewSmpp(name=name, password=password, settings=msgspec.convert(given, SmppSettings))
    added = await add_smpp(rt, operator("tests"), new)
    await rows(rt, "UPDATE connector SET tested_at = created_at WHERE id = %s RETURNING id", added.id)
    return added


class ClockAhead(SystemClock):
    """The machine's clock, set some time ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """Return the wall time that it will be then."""
        return super().now() + self._ahead


@asynccontextmanager
async def dispatching(
    rt: Runtime, *, pool_size: int = 8, reports: bool = False, ahead: timedelta = timedelta(0)
) -> AsyncGenerator[asyncio.Task[None]]:
    """Run a dispatcher on connections of its own, with the machine's clock; stop it in good order afterwards.

    One that `reports` writes its figures down every moment.
    """
    database = Database(rt.db.url, size=pool_size, hot=True, name="dispatch", patience=rt.db.patience)
    await database.open()
    own = Runtime(replace(rt.settings, pool_size=pool_size), database, rt.seal, ClockAhead(ahead))
    task = asyncio.create_task(Dispatcher(own, on_texts=receive).run())
    reporting = asyncio.create_task(keep_reporting(own, "dispatch", every=0.05)) if reports else None
    try:
        yield task
    finally:
        if reporting:
            reporting.cancel()
            await asyncio.gather(reporting, return_exceptions=True)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await database.close()
