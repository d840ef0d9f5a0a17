"""People leave a program, are paused, or get another number: what of it waits for them is withdrawn with that (R79).

And so is all that waits of a program which may send no more.

As an opt-out against claims (decision 0030): after the commit no claim of a message of that program to that number
commits. What others send there goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cablegram.billing import ledger
from cablegram.consent.case import Purpose
from cablegram.consent.reasons import NOT_A_SUBSCRIBER, OPTED_OUT, SUBSCRIBER_PAUSED
from cablegram.consent.seen import PURPOSES
from cablegram.kit.ids import AccountId, ProgramId
from cablegram.messages import hold
from cablegram.programs import model, move
from cablegram.programs.model import Move, Moved, Renumbering, Step
from cablegram.runtime.database import Conn


async def lock(conn: Conn, accounts: Iterable[AccountId]) -> None:
    """Keep all messages of accounts where they are, and all others from being accepted, until the transaction ends.

    To be called before any of these; who has taken these locks in their order before (`messages/hold.py`) need not.
    """
    wanted = set(accounts)
    await hold.lock_numbers(conn, wanted)
    await ledger.lock_balances(conn, wanted)


async def leave(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Let people out, and withdraw what waits for them; return those who were not out."""
    return await _move(conn, steps, model.LEAVE, reason=OPTED_OUT.code, now=now)


async def pause(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Keep people whose line rests, and withdraw what waits for them; return those who were in."""
    return await _move(conn, steps, model.PAUSE, reason=SUBSCRIBER_PAUSED.code, now=now)


async def renumber(conn: Conn, changes: Sequence[Renumbering], *, now: datetime) -> list[Renumbering]:
    """Give people their new numbers, and withdraw what waits for the old ones; return those that there were."""
    done = await move.change_numbers(conn, changes)
    await _withdraw(conn, [one.step for one in done], NOT_A_SUBSCRIBER.code, now)
    await move.tell_changes(conn, done, now=now)
    return done


async def stop(conn: Conn, account_id: AccountId, program_id: ProgramId, *, for_good: bool, now: datetime) -> int:
    """Withdraw what waits of a program whose leave to send was taken, with refund; return how many messages.

    What it answers by itself goes on: of one that ended for good only the confirmations of those who leave.
    """
    spared = Purpose.CONFIRMATION if for_good else Purpose.AUTOMATIC
    return await hold.withdraw_program(conn, account_id, program_id, spared=PURPOSES.index(spared), now=now)


async def _move(conn: Conn, steps: Sequence[Step], what: Move, *, reason: str, now: datetime) -> list[Moved]:
    moved = await move.make(conn, steps, what, now=now)
    await _withdraw(conn, [one.step for one in moved], reason, now)
    return await move.tell(conn, moved, now=now)


async def _withdraw(conn: Conn, steps: Sequence[Step], reason: str, now: datetime) -> None:
    left = [(one.account_id, one.program_id, one.number) for one in steps]
    await hold.withdraw_left(conn, left, reason=reason, now=now)
