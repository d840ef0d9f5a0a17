"""People get into a service and out of it: the moves that text, page, call and carrier share (R70-R72, R167).

Who gets in is reminded each 30 days from then on; who gets out is not. The caller holds the accounts' shares and
balances (`messages/leaving.py`, `lock`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cablegram.kit.ids import AccountId, ProgramId
from cablegram.messages import leaving
from cablegram.programs import move
from cablegram.programs.model import Moved, Renumbering, Step
from cablegram.runtime.database import Conn
from cablegram.sms_services import reminder_store, store
from cablegram.sms_services.model import Service
from cablegram.sms_services.reminder_store import Reminder

EVERY = timedelta(days=30)
"""How often a subscriber is reminded (R76)."""


async def let_in(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Subscribe people; return those who were not subscribed."""
    moved = await move.enter(conn, steps, now=now)
    await reminder_store.put_reminders(
        conn,
        [Reminder(one.step.account_id, one.step.program_id, one.step.number, now, now + EVERY) for one in moved],
    )
    return moved


async def ask(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Remember that people were asked to say YES; who is subscribed stays so."""
    return await move.ask(conn, steps, now=now)


async def let_out(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Unsubscribe people, and withdraw what waits for them; return those who were not out."""
    moved = await leaving.leave(conn, steps, now=now)
    await reminder_store.drop_reminders(conn, [(one.step.program_id, one.step.number) for one in moved])
    return moved


async def renumber(conn: Conn, changes: Sequence[Renumbering], *, now: datetime) -> list[Renumbering]:
    """Give subscribers their new numbers; they are reminded on the days on which they were before."""
    done = await leaving.renumber(conn, changes, now=now)
    await reminder_store.move_reminders(conn, [(one.step.program_id, one.step.number, one.new_number) for one in done])
    return done


async def services(conn: Conn, ids: Sequence[ProgramId]) -> Mapping[ProgramId, Service]:
    """Return services of a batch, whoever's they are."""
    return await store.several_services(conn, ids) if ids else {}


def accounts_of(steps: Sequence[Step]) -> set[AccountId]:
    """Return whose services steps are about."""
    return {one.account_id for one in steps}
