"""Carriers' notices that connectors bring (R79): left with what brought them, done a moment later by whoever works.

What brings them, a carrier's text or a provider's call, is taken in with many others in one transaction, whose locks
have an order of their own; so a notice is only written down there, and reaches the deed of `noticing.py` in another
one. It is lost by neither: the first commits before the carrier is answered, the second takes it off the list.

An account's own connector proves nothing about the operator's codes, and one of the operator's nothing about a code
that others carry: whoever leaves notices has seen to the first, and `leave` sees to the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.connectors.contract import CarrierNotice
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import notice_store, noticing
from cablegram.sms_services.model import NewNotice
from cablegram.sms_services.noticing import Taken

_MOST_AT_ONCE = 500


async def leave(
    conn: Conn, connector_id: ConnectorId, said: Sequence[CarrierNotice], *, now: datetime
) -> list[NewNotice | None]:
    """Write down what a connector of the operator brought; None where it is about no line or code that there is.

    What does not say when it was said counts from `now`.
    """
    codes = await notice_store.codes_carried(conn, connector_id, {one.code for one in said})
    read = [_read(one, now) if one.code in codes else None for one in said]
    wanted = [(codes[one.code], new) for one, new in zip(said, read, strict=True) if new is not None]
    if wanted:
        await notice_store.leave(conn, wanted)
    return read


async def keep_up(rt: Runtime) -> Taken:
    """Do what was left, in the order in which carriers said it; one process does so at a time."""
    done = Taken()
    while await _some(rt, done):
        pass
    return done


async def _some(rt: Runtime, done: Taken) -> bool:
    """Do some notices of one code; tell whether there were any."""
    async with rt.db.transaction() as conn:
        if not await notice_store.try_turn(conn):
            return False
        found = await notice_store.take_left(conn, limit=_MOST_AT_ONCE)
        if found is None:
            return False
        code, notices = found
        await noticing.carry_out(conn, code, notices, done, how="connector", now=rt.clock.now())
    return True


def _read(said: CarrierNotice, now: datetime) -> NewNotice | None:
    try:
        return noticing.notice(said.kind, said.number, said.new_number, said.at or now)
    except InvalidInput:
        return None
