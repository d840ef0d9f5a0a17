"""Read a service: its people, as pages and as a table, and what they got (R69, R80)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit import csvio
from cablegram.kit.ids import AccountId, ProgramId, lowest_at
from cablegram.programs import people
from cablegram.programs.model import MEMBERS, Standing, Subscriber
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import store
from cablegram.sms_services.model import Service
from cablegram.sms_services.promoting import Overdone
from cablegram.sms_services.requesting import no_such_service

_MONTH = timedelta(days=30)
_SLICE = 1_000
_COLUMNS = ("number", "standing", "since", "subscribed_at", "contact_id")


async def subscribers(
    rt: Runtime,
    who: Principal,
    service_id: ProgramId,
    *,
    standings: Collection[Standing] = MEMBERS,
    number: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Subscriber]:
    """Return people of a service, newest contacts first: its subscribers, unless others are asked for.

    `number` is digits of E.164. Raises NotFound (`service_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        await _need(conn, who.account_id, service_id)
        return await store.page_of_subscribers(
            conn, who.account_id, service_id, after=after, standings=standings, number=number, limit=limit
        )


async def export(rt: Runtime, who: Principal, service_id: ProgramId) -> AsyncIterator[bytes]:
    """Yield the subscribers of a service as CSV, a slice at a time. Raises NotFound (`service_not_found`)."""
    who.needs(Scope.READ)
    yield csvio.write([_COLUMNS])
    after: UUID | None = None
    while True:
        found = await subscribers(rt, who, service_id, after=after, limit=_SLICE)
        if not found:
            return
        yield csvio.write([_row(one) for one in found])
        after = found[-1].contact_id


async def counts(rt: Runtime, who: Principal, ids: Sequence[ProgramId]) -> Mapping[ProgramId, Mapping[Standing, int]]:
    """Return how many people stand where with services."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await people.count(conn, who.account_id, ids)


async def overdone(rt: Runtime, who: Principal, service: Service) -> Overdone:
    """Return how many got more in the last 30 days than was declared; answers to them are not counted (R80)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        since = lowest_at(rt.clock.now() - _MONTH)
        got = await store.monthly_counts(conn, who.account_id, service.id, since)
    over = sum(n for messages, n in got if messages > service.form.frequency)
    return Overdone(over, max((messages for messages, _ in got), default=0))


async def too_often(
    conn: Conn, account_id: AccountId, program_id: ProgramId, *, now: datetime
) -> tuple[Service, Overdone] | None:
    """Return a service with how many subscribers one more message would be too many for, and the most that one has got.

    None where the program is no service (R80).
    """
    service = await store.get_service(conn, account_id, program_id)
    if service is None:
        return None
    since = lowest_at(now - _MONTH)
    found = await store.at_frequency(conn, account_id, program_id, since, frequency=service.form.frequency)
    return service, Overdone(*found)


async def _need(conn: Conn, account_id: AccountId, service_id: ProgramId) -> None:
    if await store.get_service(conn, account_id, service_id) is None:
        raise no_such_service(service_id)


def _row(one: Subscriber) -> list[str]:
    joined = one.joined_at.isoformat() if one.joined_at else ""
    return [f"+{one.number}", one.standing.value, one.since.isoformat(), joined, str(one.contact_id)]
