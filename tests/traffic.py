"""Messages on their way, made and moved as the product makes and moves them; no carrier has to listen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import make
from cablegram.accounts.access import Principal
from cablegram.billing import importing
from cablegram.billing.prices import Prices
from cablegram.connectors import configure
from cablegram.connectors.contract import Outcome, PartResult, Result, Verdict
from cablegram.connectors.model import IdForm
from cablegram.dispatch import record
from cablegram.dispatch import store as dispatch
from cablegram.dispatch.model import Claimed, Pending
from cablegram.dispatch.record import Answered
from cablegram.dispatch.turns import Turns
from cablegram.kit.ids import CampaignId, ConnectorId, MessageId, time_of, uuid7
from cablegram.messages import settle
from cablegram.messages import store as messages
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, Move, State
from cablegram.runtime.runtime import Runtime

SENDER = "Tests"
NUMBER = "+34600000118"
CONNECTOR = ConnectorId(uuid7())  # of a connector that nobody has


async def open_ways(rt: Runtime) -> None:
    """Bring the demo tariff and a connector, which accepting a message takes."""
    await importing.load_demo(rt)
    await make.simulated_connector(rt)


def draft(
    who: Principal, text: str = "Hello there", *, to: str = NUMBER, campaign_id: CampaignId | None = None
) -> Draft:
    """Write one message, not accepted yet."""
    return Draft(account_id=who.account_id, to=to, text=text, sender=SENDER, campaign_id=campaign_id)


def campaign() -> CampaignId:
    """Make the id of a campaign; messages need no more of it."""
    return CampaignId(uuid7())


async def accepted(rt: Runtime, drafts: Sequence[Draft]) -> list[MessageId]:
    """Accept drafts in one transaction and return the ids of those that became rows; refused ones of campaigns do."""
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now(), keep_refused=True)
    return [one.id for one in drafts if one.id]


async def move(rt: Runtime, ids: Sequence[MessageId], *states: State, reason: str | None = None) -> None:
    """Move messages through states, one transaction each."""
    for state in states:
        async with rt.db.transaction() as conn:
            now = await settle.standing(conn, ids)
            moves = [Move(one.id, one.version, one.state, state, reason) for one in now]
            moved = await settle.settle(conn, moves, now=rt.clock.now())
        assert moved == set(ids)


async def claimed(rt: Runtime, most: int, *, dispatcher_id: int | None = None) -> list[Claimed]:
    """Claim messages of one segment, oldest first, for this dispatcher or a new one; their bytes go nowhere."""
    async with rt.db.transaction() as conn:
        if dispatcher_id is None:
            dispatcher_id = await dispatch.new_dispatcher_id(conn)
            await dispatch.register_dispatcher(conn, dispatcher_id, "tests", 1, now=rt.clock.now())
        connector = await configure.simulated(conn)
        assert connector is not None
        return await dispatch.claim(
            conn,
            connector.id,
            dispatcher_id,
            room=most,
            is_window_empty=False,
            after=Turns().after,
            now=rt.clock.now(),
        )


async def answer(rt: Runtime, claims: Sequence[Claimed], *verdicts: Verdict) -> None:
    """Record what became of claimed messages, the same of each: a verdict a part; ids are those of the messages."""
    async with rt.db.transaction() as conn:
        await record.results(conn, [answered(one, *verdicts) for one in claims], now=rt.clock.now())


async def answers(rt: Runtime, verdicts: Sequence[tuple[Claimed, Verdict]]) -> None:
    """Record in one transaction what became of claimed messages of one part."""
    async with rt.db.transaction() as conn:
        await record.results(conn, [answered(one, verdict) for one, verdict in verdicts], now=rt.clock.now())


def answered(claim: Claimed, *verdicts: Verdict) -> Answered:
    """Make what a link tells of a claimed message: a verdict a part. The second part's id ends in -2."""
    parts = [
        PartResult(verdict, provider_id=provider_id(claim, place)) if verdict is Verdict.TAKEN else _not_taken(verdict)
        for place, verdict in enumerate(verdicts, 1)
    ]
    return Answered(Result(claim.id, parts), claim)


def provider_id(claim: Claimed, part: int = 1) -> str:
    """Return the id that the carrier gives a part."""
    return claim.id.hex if part == 1 else f"{claim.id.hex}-{part}"


def _not_taken(verdict: Verdict) -> PartResult:
    return PartResult(verdict, code="" if verdict in (Verdict.LOST, Verdict.UNWRITTEN) else "ESME_RTHROTTLED")


async def receive(rt: Runtime, claims: Sequence[Claimed], outcome: Outcome, *, part: int = 1) -> None:
    """Record receipts for a part of messages that were taken."""
    pending = [receipt(rt, provider_id(one, part), outcome) for one in claims]
    await receive_all(rt, claims[0].connector_id, pending)


async def make_older(rt: Runtime, message_id: MessageId, *, days: int) -> MessageId:
    """Make a message that waits one of some days ago; return its new id."""
    ago = timedelta(days=days)
    older = MessageId(UUID(int=message_id.int - (int(ago.total_seconds() * 1000) << 80)))
    async with rt.db.transaction() as conn:
        await messages.make_partitions(conn, [time_of(older).date()])
        await conn.execute("UPDATE message SET id = %s WHERE id = %s", [older, message_id])
        await conn.execute("UPDATE queue SET id = %s WHERE id = %s", [older, message_id])
    return older


def receipt(
    rt: Runtime,
    provider_id: str,
    outcome: Outcome = Outcome.DELIVERED,
    *,
    number: str = "",
    source: str = "",
    head: str = "",
    error: str = "",
) -> Pending:
    """Make a receipt that arrives now."""
    words = f"{outcome.value.upper()} {error}".strip()
    return Pending(uuid7(), provider_id, outcome, error, source, number, head, rt.clock.now(), words)


async def receive_all(
    rt: Runtime, connector_id: ConnectorId, pending: Sequence[Pending], *, form: IdForm = IdForm.UNKNOWN
) -> None:
    """Record receipts that arrived together."""
    async with rt.db.transaction() as conn:
        await record.receipts(conn, connector_id, pending, form=form, now=rt.clock.now())
