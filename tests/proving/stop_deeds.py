"""What lanes do around a STOP (stop_world.py): the product's own deeds, each in a transaction of its lane's."""

from __future__ import annotations

from datetime import timedelta

import traffic
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.connectors.model import IdForm
from cablegram.dispatch import record, resend, sweep
from cablegram.dispatch.model import Claimed
from cablegram.inbound.receive import receive
from cablegram.messages import hold
from cablegram.messages.accept import accept
from cablegram.messages.model import MessageClass
from cablegram.runtime.database import Conn
from proving.stop_world import Deed, Lane


async def stop(lane: Lane) -> None:
    """The person writes STOP."""
    world = lane.world
    text = world.line.text("STOP", world.round.number)
    async with lane.rt.db.transaction() as conn:
        await receive(conn, [text], prices=world.prices)
    world.round.stopped_at = world.round.stopped_at or world.tick()


async def start(lane: Lane) -> None:
    """The person writes START."""
    world = lane.world
    world.round.start_let_on_at = world.tick()
    async with lane.rt.db.transaction() as conn:
        await receive(conn, [world.line.text("START", world.round.number)], prices=world.prices)


async def send(lane: Lane) -> None:
    """Somebody sends one more."""
    world = lane.world
    async with lane.rt.db.transaction() as conn:
        await accept(conn, [world.draft(in_campaign=False)], prices=world.prices, now=world.clock.now())


async def fan_out(lane: Lane) -> None:
    """A campaign makes one more."""
    world = lane.world
    async with lane.rt.db.transaction() as conn:
        await _hold_campaign(conn)
        draft = world.draft(in_campaign=True)
        await accept(conn, [draft], prices=world.prices, now=world.clock.now(), keep_refused=True)


async def pause(lane: Lane) -> None:
    """The campaign is paused."""
    world = lane.world
    async with lane.rt.db.transaction() as conn:
        await _hold_campaign(conn)
        await hold.pause(conn, world.who.account_id, world.round.campaign)


async def resume(lane: Lane) -> None:
    """The campaign goes on."""
    world = lane.world
    async with lane.rt.db.transaction() as conn:
        await _hold_campaign(conn)
        await hold.resume(conn, world.who.account_id, world.round.campaign)


async def cancel(lane: Lane) -> None:
    """The campaign is cancelled."""
    world = lane.world
    async with lane.rt.db.transaction() as conn:
        await _hold_campaign(conn)
        await hold.cancel(conn, world.who.account_id, world.round.campaign, now=world.clock.now())


async def claim(lane: Lane) -> None:
    """A link takes two messages."""
    await lane.world.claim(lane)


async def claim_all(lane: Lane) -> None:
    """A link takes what there is."""
    await lane.world.claim(lane, room=100)


async def throttle(lane: Lane) -> None:
    """A link takes two messages, and the carrier wants time for both."""
    await _answer(lane, await lane.world.claim(lane), Verdict.THROTTLED)


async def give_back(lane: Lane) -> None:
    """A link takes two messages, and its connection breaks before a byte of them is written."""
    await _answer(lane, await lane.world.claim(lane), Verdict.UNWRITTEN)


async def refuse(lane: Lane) -> None:
    """A link takes two messages; the carrier refuses the first and wants time for the other."""
    claims = await lane.world.claim(lane)
    await _answer(lane, claims[:1], Verdict.REFUSED)
    await _answer(lane, claims[1:], Verdict.TEMPORARY)


async def deliver(lane: Lane) -> None:
    """A link takes two messages, the carrier takes them too, and a receipt says that they arrived."""
    claims = await lane.world.claim(lane)
    await _answer(lane, claims, Verdict.TAKEN)
    if claims:
        pending = [traffic.receipt(lane.rt, traffic.provider_id(one), Outcome.DELIVERED) for one in claims]
        async with lane.rt.db.transaction() as conn:
            form = IdForm.UNKNOWN
            await record.receipts(conn, lane.world.connector.id, pending, form=form, now=lane.rt.clock.now())


async def lose(lane: Lane) -> None:
    """A link takes two messages and dies; by the operator's policy they are sent again."""
    claims = await lane.world.claim(lane)
    async with lane.rt.db.transaction() as conn:
        await record.lost(conn, claims, reason="dispatcher_died", now=lane.rt.clock.now())
    lane.world.clock.move(timedelta(seconds=11))
    await resend.send_again(lane.rt, list(MessageClass))


async def release(lane: Lane) -> None:
    """What the carrier wanted time for goes on."""
    lane.world.clock.move(timedelta(seconds=10))
    await sweep.release_due(lane.rt)


_ALL = (
    stop, start, send, fan_out, pause, resume, cancel, claim, claim_all, throttle, give_back, refuse, deliver, lose,
    release,
)  # fmt: skip
DEEDS: dict[str, Deed] = {deed.__name__: deed for deed in _ALL}


async def _hold_campaign(conn: Conn) -> None:
    """Take turns at the campaign, as all do that change it or make its messages: they lock its row before all else."""
    await conn.execute("SELECT pg_advisory_xact_lock(7499, 1)")


async def _answer(lane: Lane, claims: list[Claimed], verdict: Verdict) -> None:
    async with lane.rt.db.transaction() as conn:
        await record.results(conn, [traffic.answered(one, verdict) for one in claims], now=lane.rt.clock.now())
