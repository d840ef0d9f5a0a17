"""Statements of the safety room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId
from cablegram.messages.model import Locked, State
from cablegram.overview.model import Stopped
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.safety.model import Aside, Standstill

queries = load(__file__)


async def standstill(conn: Conn) -> Standstill | None:
    """Read what a restore found under way; None when the operator has given word, or nothing was restored."""
    row = await (await conn.execute(queries.standstill)).fetchone()
    return Standstill(datetime.fromisoformat(row[0]), row[1], row[2], row[3]) if row else None


async def begin(conn: Conn, found: Standstill) -> None:
    """Note that all stands still."""
    value = {
        "since": found.since.isoformat(), "held": found.held, "unknown": found.unknown, "campaigns": found.campaigns
    }  # fmt: skip
    await conn.execute(queries.begin, {"value": Jsonb(value)})


async def bar_resending(conn: Conn) -> None:
    """Let no policy send again what is in question now."""
    await conn.execute(queries.bar_resending)


async def end(conn: Conn) -> None:
    """Note that all goes on."""
    await conn.execute(queries.end)


async def stop(conn: Conn, stopped: Stopped) -> bool:
    """Let no claim that begins after the commit find anything; False when that is so already."""
    value = {"since": stopped.since.isoformat(), "by": stopped.by, "why": stopped.why}
    return (await conn.execute(queries.stop, {"value": Jsonb(value)})).rowcount == 1


async def await_claims(conn: Conn) -> None:
    """Wait until every claim that has begun is committed."""
    await conn.execute(queries.await_claims)


async def go_on(conn: Conn) -> str | None:
    """Let claims find what waits, and tell dispatchers at commit; return since when they did not, None if they did."""
    row = await (await conn.execute(queries.go_on)).fetchone()
    if row is None:
        return None
    await conn.execute(queries.wake_dispatchers)
    return row[0]


async def hold_queued(conn: Conn, *, limit: int) -> list[Aside]:
    """Take messages out of the queue and keep them aside."""
    return await _set_aside(conn, queries.hold_queued, limit)


async def hold_aside(conn: Conn, *, limit: int) -> list[Aside]:
    """Keep messages aside that were so for another reason."""
    return await _set_aside(conn, queries.hold_aside, limit)


async def _set_aside(conn: Conn, query: LiteralString, limit: int) -> list[Aside]:
    rows = await (await conn.execute(query, {"limit": limit})).fetchall()
    return [Aside(row[0], row[1], State(row[2])) for row in rows]


async def held(conn: Conn, *, limit: int) -> list[Locked]:
    """Lock a slice of what is held."""
    rows = await (await conn.execute(queries.held, {"limit": limit})).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


async def held_to_go(conn: Conn, *, limit: int) -> list[Locked]:
    """Lock a slice of what is held and may go: nothing of an account that is suspended."""
    rows = await (await conn.execute(queries.held_to_go, {"limit": limit})).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


async def campaigns_of(conn: Conn) -> list[tuple[CampaignId | None, int]]:
    """Read the campaigns of which messages are held, and their accounts' shares."""
    return [(row[0], row[1]) for row in await (await conn.execute(queries.campaigns_of)).fetchall()]


async def take_out(conn: Conn, ids: Sequence[MessageId]) -> list[tuple[MessageId, int]]:
    """Let go of held messages for good: each with its version."""
    rows = await (await conn.execute(queries.take_out, {"ids": list(ids)})).fetchall()
    return [(row[0], row[1]) for row in rows]


async def count_held(conn: Conn) -> int:
    """Count what is held."""
    ((count,),) = await (await conn.execute(queries.count_held)).fetchall()
    return count


async def running_campaigns(conn: Conn) -> list[tuple[AccountId, CampaignId]]:
    """Read which campaigns run."""
    return [(row[0], row[1]) for row in await (await conn.execute(queries.running_campaigns)).fetchall()]


async def stopped_campaigns(conn: Conn) -> list[tuple[AccountId, CampaignId]]:
    """Read which campaigns the restore stopped."""
    return [(row[0], row[1]) for row in await (await conn.execute(queries.stopped_campaigns)).fetchall()]


async def sealed(conn: Conn) -> list[tuple[ConnectorId, str, bytes]]:
    """Read the sealed passwords of connectors: (connector, its name, sealed)."""
    rows: list[tuple[UUID, str, bytes]] = await (await conn.execute(queries.sealed)).fetchall()
    return [(ConnectorId(row[0]), row[1], bytes(row[2])) for row in rows]
