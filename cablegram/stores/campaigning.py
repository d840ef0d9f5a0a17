"""Campaigns in the name of a store: at its pace, from each customer's code, never the same text twice (R42, R56, R57).

Whoever makes messages takes the store's turn first (`turn`), lets the store look at them once they are written
(`prepare`), and says that they went when they are accepted (`went`). All of it in one transaction: what was not
committed was not sent. Who only forecasts prepares, and takes no turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.consent import same_text
from cablegram.consent.duplicates import fingerprint
from cablegram.consent.reasons import DUPLICATE_TEXT
from cablegram.kit.ids import ProgramId
from cablegram.messages.model import Draft, Refusal
from cablegram.runtime.database import Conn
from cablegram.stores import codes, drafts, pace, people_store, store, texts
from cablegram.stores.model import Store
from cablegram.stores.pace import Channel

_TOO_LONG = Refusal(
    "text_too_long", f"A store's text has {texts.MOST:,} characters at most; with its variables this has more.", "text"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A store's turn on its channel for campaigns: how many texts may go now, and when the first of them might."""

    store: Store
    room: int
    next_at: datetime


async def of(conn: Conn, program_id: ProgramId | None) -> Store | None:
    """Return the store that a program is; None where it is none."""
    return None if program_id is None else (await store.get_stores(conn, [program_id])).get(program_id)


async def turn(conn: Conn, program_id: ProgramId | None, *, now: datetime, most: int) -> Turn | None:
    """Take a store's turn until the transaction ends, before balances are locked; None where no store is meant."""
    found = await of(conn, program_id)
    if found is None:
        return None
    next_at = await store.hold_pace(conn, found.id, Channel.CAMPAIGN, now=now)
    room, _ = pace.room(found.campaign_pace, next_at, now, most=most)
    return Turn(found, room, next_at)


async def prepare(conn: Conn, found: Store, written: Sequence[Draft], *, now: datetime) -> None:
    """Give messages their customers' codes and prices by 160 characters, and refuse what was sent before."""
    contacts = [one.contact_id for one in written if one.contact_id is not None]
    theirs = await people_store.codes(conn, found.id, contacts)
    usual = await codes.marketing(conn, found.account_id)
    drafts.bill(written)
    again = (
        await same_text.sent_before(conn, [_mark(found, one) for one in written], now=now) if found.has_guard else {}
    )
    for place, one in enumerate(written):
        code = theirs.get(one.contact_id) if one.contact_id is not None else None
        one.sender = (code or usual).address
        if one.refusal is None and len(one.text) > texts.MOST:
            one.refusal = _TOO_LONG
        if one.refusal is None and place in again:
            told = DUPLICATE_TEXT.told({"number": f"+{one.number}", "window": "12 hours"})
            one.refusal = Refusal(DUPLICATE_TEXT.code, told, DUPLICATE_TEXT.field)


async def went(conn: Conn, taken: Turn, accepted: Sequence[Draft], *, now: datetime) -> None:
    """Count the messages of a turn that were accepted: for the pace, and for the guard against saying it twice."""
    gone = [one for one in accepted if one.refusal is None]
    same_text.note(conn, [_mark(taken.store, one) for one in gone], now=now)
    next_at = pace.after(taken.store.campaign_pace, taken.next_at, now, count=len(gone))
    await store.put_pace(conn, taken.store.id, Channel.CAMPAIGN, next_at=next_at)


def _mark(found: Store, one: Draft) -> same_text.Mark:
    return found.account_id, fingerprint(found.id.bytes, one.number, one.wording, one.media_url or "")
