"""Look for what was sent and what came of it, and have it sent again: one by one, or by a filter as a job (U16)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.jobs.model import Job, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import Say
from cablegram.kit.errors import Conflict, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, EndpointId, JobId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import catalogue, line_store, log_store, store
from cablegram.webhooks.model import Attempt, Delivery, Endpoint, Pulse, Standing, Transport, Wanted

KIND: Final = "webhook_replay"
HOURS = 24  # that the strip of an endpoint's health shows
_AT_ONCE = 2_000
_MOST_FAILURES = 200


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fares: what waits, what it missed, and the last hours, oldest first and without gaps."""

    waiting: int
    missed: int
    hours: Sequence[Pulse]


async def health(rt: Runtime, who: Principal, endpoints: Collection[Endpoint]) -> dict[EndpointId, Health]:
    """Return how endpoints fare, which the caller has read as the account's."""
    who.needs(Scope.READ)
    ids = [one.id for one in endpoints if one.account_id == who.account_id]
    this_hour = rt.clock.now().replace(minute=0, second=0, microsecond=0)
    first = this_hour - timedelta(hours=HOURS - 1)
    async with rt.db.connection() as conn:
        counts = await log_store.counts(conn, ids)
        pulses = await log_store.pulses(conn, ids, first)
    return {one: Health(*counts[one], _strip(pulses.get(one, ()), first)) for one in ids}


def _strip(pulses: Sequence[Pulse], first: datetime) -> list[Pulse]:
    known = {one.hour: one for one in pulses}
    hours = [first + timedelta(hours=n) for n in range(HOURS)]
    return [known.get(hour, Pulse(hour, 0, 0)) for hour in hours]


async def page(
    rt: Runtime, who: Principal, endpoint_id: UUID, wanted: Wanted, *, before: int | None = None, limit: int = 50
) -> list[Delivery]:
    """Return events of an endpoint that fit, newest first; a next page has the numbers before the last of this.

    Raises NotFound (`webhook_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await _read(conn, who.account_id, endpoint_id)
        return await log_store.page_of_deliveries(conn, who.account_id, found.id, wanted, before=before, limit=limit)


async def undelivered(rt: Runtime, who: Principal, endpoint_id: UUID, *, limit: int = _MOST_FAILURES) -> list[Delivery]:
    """Return what an endpoint missed or is tried in vain, newest first. Raises NotFound (`webhook_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await _read(conn, who.account_id, endpoint_id)
        return await log_store.undelivered(conn, who.account_id, found.id, limit=limit)


async def attempts(rt: Runtime, who: Principal, delivery_id: UUID) -> list[Attempt]:
    """Return the attempts of an event, newest first; none where there is no such event."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await log_store.attempts(conn, who.account_id, delivery_id)


async def replay_one(rt: Runtime, who: Principal, endpoint_id: UUID, delivery_id: UUID) -> None:
    """Send one event again, with its own id; one that waits goes at once.

    Raises NotFound (`webhook_not_found`, `webhook_event_not_found`), Conflict (`webhook_is_off`).
    """
    who.needs(Scope.WEBHOOKS)
    async with rt.db.transaction() as conn:
        found = await _read(conn, who.account_id, endpoint_id)
        await _needs_on(conn, found)
        if not await log_store.exists(conn, who.account_id, found.id, delivery_id):
            raise NotFound("webhook_event_not_found", f"The webhook has no event {delivery_id}, or not any more.")
        now = rt.clock.now()
        if not await log_store.hurry(conn, found.id, [delivery_id], now):
            await log_store.requeue(conn, found.id, [delivery_id], now)


async def replay(rt: Runtime, who: Principal, endpoint_id: UUID, wanted: Wanted) -> JobId:
    """Send the events that fit again, in their order and with their ids, as a job; what waits is left to wait.

    Raises NotFound (`webhook_not_found`), Conflict (`webhook_is_off`, `too_many_jobs`), InvalidInput
    (`bad_webhook_filter`).
    """
    who.needs(Scope.WEBHOOKS)
    if wanted.standing not in {None, Standing.MISSED}:
        message = "Only what was missed, or all that fits, can be sent again: what waits is sent anyway."
        raise InvalidInput("bad_webhook_filter", message)
    async with rt.db.transaction() as conn:
        found = await _read(conn, who.account_id, endpoint_id)
        await _needs_on(conn, found)
        args: dict[str, Any] = {
            "endpoint_id": str(found.id),
            "last": found.sequence,
            "kinds": None if wanted.kinds is None else list(wanted.kinds),
            "subject": str(wanted.subject) if wanted.subject else None,
            "since": wanted.since.isoformat() if wanted.since else None,
            "until": wanted.until.isoformat() if wanted.until else None,
            "missed_only": wanted.standing is Standing.MISSED,
        }
        new = NewJob(who.account_id, KIND, found.name, Scope.WEBHOOKS, args, who.name, who.user_id)
        return await open_job(conn, new, rt.clock.now())


async def do(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
    """Do a replay, a slice a transaction. Begun again after a crash, it may send some twice, with the same ids."""
    endpoint_id = EndpointId(UUID(job.args["endpoint_id"]))
    wanted = _wanted(job.args)
    done = sequence = 0
    await say(0, step="queueing")
    while True:
        async with rt.db.transaction() as conn:
            found = await _read(conn, job.account_id, endpoint_id)
            await _needs_on(conn, found)
            some = await log_store.next_to_replay(
                conn, job.account_id, endpoint_id, wanted, after=sequence, last=job.args["last"], limit=_AT_ONCE
            )
            if some:
                done += await log_store.requeue(conn, endpoint_id, [one for one, _ in some], rt.clock.now())
                sequence = some[-1][1]
        await say(done)
        if len(some) < _AT_ONCE:
            return {"events": done}


def _wanted(args: dict[str, Any]) -> Wanted:
    return Wanted(
        kinds=args["kinds"],
        subject=UUID(args["subject"]) if args["subject"] else None,
        since=datetime.fromisoformat(args["since"]) if args["since"] else None,
        until=datetime.fromisoformat(args["until"]) if args["until"] else None,
        standing=Standing.MISSED if args["missed_only"] else None,
    )


def kinds_of(patterns: Collection[str]) -> list[str]:
    """Return the kinds that some patterns stand for."""
    return [kind for kind in catalogue.KINDS if catalogue.hears(patterns, kind)]


async def _needs_on(conn: Conn, found: Endpoint) -> None:
    """Keep an endpoint as it is until this transaction ends. Raises Conflict (`webhook_is_off`)."""
    await line_store.lock_line(conn, found.id)
    how = await line_store.on_and_how(conn, [found.id])
    if found.transport is Transport.STREAM or not how.get(found.id, (False, False))[0]:
        raise Conflict("webhook_is_off", "The webhook is off, so nothing is sent to it. Switch it on first.")


async def _read(conn: Conn, account_id: AccountId, endpoint_id: UUID) -> Endpoint:
    found = await store.get_endpoint(conn, account_id, endpoint_id)
    if found is None:
        raise NotFound("webhook_not_found", f"The account has no webhook {endpoint_id}.")
    return found
