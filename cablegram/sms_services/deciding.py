"""What the operator says about SMS services: yes, no, not now, each with the reason (R68)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput
from cablegram.kit.ids import ProgramId
from cablegram.messages import leaving
from cablegram.programs import people
from cablegram.runtime.runtime import Runtime
from cablegram.senders import shared
from cablegram.sms_services import store
from cablegram.sms_services.model import Service, Status
from cablegram.sms_services.requesting import news, no_such_service

# From where the operator may lead to where, and what is told of it.
_LEGAL: Mapping[Status, tuple[frozenset[Status], Kind]] = {
    Status.APPROVED: (frozenset({Status.REQUESTED, Status.SUSPENDED}), Kind.SERVICE_APPROVED),
    Status.REJECTED: (frozenset({Status.REQUESTED}), Kind.SERVICE_REJECTED),
    Status.SUSPENDED: (frozenset({Status.APPROVED}), Kind.SERVICE_SUSPENDED),
}
_LONGEST_REASON = 500


async def requested(rt: Runtime, who: Principal, *, limit: int = 50) -> list[tuple[Service, str]]:
    """Return what waits for the operator, oldest first, each with the name of its account."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        waiting = await store.requested(conn, limit=limit)
        accounts = await directory.many(conn, list({one.account_id for one in waiting}))
    return [(one, accounts[one.account_id].name) for one in waiting]


async def approve(rt: Runtime, who: Principal, service_id: ProgramId, *, reason: str = "") -> Service:
    """Let a service begin, or go on after a suspension.

    Raises NotFound (`service_not_found`), Conflict (`service_not_waiting`, `sender_exists`).
    """
    return await _decide(rt, who, service_id, Status.APPROVED, reason=reason)


async def reject(rt: Runtime, who: Principal, service_id: ProgramId, *, reason: str) -> Service:
    """Say no to a request, with the reason for its owner. Raises as `approve`, InvalidInput (`reason_needed`)."""
    _need(reason)
    return await _decide(rt, who, service_id, Status.REJECTED, reason=reason)


async def suspend(rt: Runtime, who: Principal, service_id: ProgramId, *, reason: str) -> Service:
    """Let a service only answer STOP and HELP until it is approved again; what waits goes. Raises as `reject`."""
    _need(reason)
    return await _decide(rt, who, service_id, Status.SUSPENDED, reason=reason)


async def _decide(rt: Runtime, who: Principal, service_id: ProgramId, to: Status, *, reason: str) -> Service:
    who.needs(Scope.OPERATOR)
    legal, kind = _LEGAL[to]
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        one = await store.hold_service(conn, service_id)
        if one is None:
            raise no_such_service(service_id)
        if one.status is to:
            return one
        if one.status not in legal:
            message = f"{one.keyword} is {one.status}, so it can't become {to}."
            raise Conflict("service_not_waiting", message)
        sender_id = one.sender_id
        if to is Status.APPROVED and sender_id is None:
            code = one.code
            sender_id = await shared.lend(
                conn, one.account_id, code.digits, country=code.country, connector_ids=code.connector_ids, now=now
            )
        decided = replace(
            one,
            status=to,
            reason=reason.strip()[:_LONGEST_REASON],
            sender_id=sender_id,
            decided_by=who.name,
            decided_at=now,
        )
        is_on = to is Status.APPROVED
        await leaving.lock(conn, [one.account_id])
        await store.put_service(conn, decided)
        await people.let_send(conn, one.account_id, one.id, address=one.code.digits, sends=is_on)
        if not is_on:
            await leaving.stop(conn, one.account_id, one.id, for_good=False, now=now)
        await record(conn, [news(kind, decided, by=who.name)], now=now)
    return decided


def _need(reason: str) -> None:
    if not reason.strip():
        message = "Say why, in a sentence: the owner of the service reads it."
        raise InvalidInput("reason_needed", message, faults=[Fault("reason", "reason_needed", message)])
