"""Somebody unsubscribes on the page that a text led them to: what a STOP does, by the same moves (L1, L22).

The page is found by a code that stands in one text to one number alone: who has it is who got the text, or whom they
gave it to. Looking at it changes nothing, for links are looked at by machines; only the button does. Of a text of an
SMS service or store the person leaves that one; of any other they get nothing more from the account, as after a STOP.
"""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.accounts import directory
from cablegram.billing import ledger
from cablegram.consent import blacklist
from cablegram.consent.model import How, NewEntry
from cablegram.contacts import strangers
from cablegram.evidence.model import How as Via
from cablegram.kit.errors import NotFound
from cablegram.links import visiting
from cablegram.links.model import Link
from cablegram.messages import hold, leaving
from cablegram.programs import people as programs
from cablegram.programs import standing
from cablegram.programs.model import ProgramKind, Standing, Step
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import members
from cablegram.stores import customers

_BY = "the person, on the page"
_SEEN = 4  # digits of a number that its owner knows it by


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows: whose texts these are (`program` where it is one of theirs), and to which number.

    `is_out`: nothing more goes there.
    """

    account: str
    program: str | None
    number: str
    is_out: bool


async def look(rt: Runtime, code: str) -> Page:
    """Return the page of a code; nothing is changed. Raises NotFound (`link_not_found`)."""
    link = await _link(rt, code)
    async with rt.db.connection() as conn:
        return await _page(conn, link)


async def leave(rt: Runtime, code: str, *, url: str, address: str) -> Page:
    """Let the person of a code out; one who is out stays so. `url` and `address` are kept as evidence.

    What waits for them is withdrawn with refund, and nothing that was not claimed by then goes out any more.
    Raises NotFound (`link_not_found`), Unavailable (`contacts_busy`).
    """
    link = await _link(rt, code)
    async with rt.db.transaction() as conn:
        if link.program_id is None:
            await _stop(rt, conn, link, url=url, address=address)
        else:
            await _leave(rt, conn, link, url=url, address=address)
        return await _page(conn, link)


async def _link(rt: Runtime, code: str) -> Link:
    link = await visiting.find(rt, code)
    if link is None or link.url is not None or not link.is_open(rt.clock.now()):
        raise NotFound("link_not_found", "There is no such page, or it is gone. Answer the text with STOP instead.")
    return link


async def _stop(rt: Runtime, conn: Conn, link: Link, *, url: str, address: str) -> None:
    now, pair = rt.clock.now(), (link.account_id, link.number)
    await hold.lock_numbers(conn, [link.account_id])
    await ledger.lock_balances(conn, [link.account_id])
    entry = NewEntry(*pair, How.STOP, _BY, via=Via.PAGE, url=url, address=address)
    await blacklist.add(conn, [entry], now=now)
    await hold.withdraw_numbers(conn, [pair], now=now)


async def _leave(rt: Runtime, conn: Conn, link: Link, *, url: str, address: str) -> None:
    now, pair = rt.clock.now(), (link.account_id, link.number)
    if link.program_id is None:
        return
    await leaving.lock(conn, [link.account_id])
    contact_id = link.contact_id or (await strangers.meet(conn, [pair], now=now, is_patient=True))[pair]
    step = Step(link.account_id, link.program_id, contact_id, link.number, Via.PAGE, _BY, url=url, address=address)
    its = await programs.many(conn, link.account_id, [link.program_id])
    if its[link.program_id].kind is ProgramKind.SERVICE:
        await members.let_out(conn, [step], now=now)
    elif await leaving.leave(conn, [step], now=now):
        await customers.left(conn, [step])


async def _page(conn: Conn, link: Link) -> Page:
    account = (await directory.many(conn, [link.account_id])).get(link.account_id)
    name = account.name if account else ""
    shown = f"+{'•' * max(0, len(link.number) - _SEEN)}{link.number[-_SEEN:]}"
    if link.program_id is None:
        barred = await blacklist.among(conn, link.account_id, [link.number])
        return Page(name, None, shown, bool(barred))
    its = await programs.many(conn, link.account_id, [link.program_id])
    found = await standing.everywhere(conn, [(link.account_id, link.number)])
    rows = [one for one in found.get((link.account_id, link.number), ()) if one.program_id == link.program_id]
    is_out = not any(one.standing in {Standing.IN, Standing.PAUSED, Standing.ASKED} for one in rows)
    return Page(name, its[link.program_id].name, shown, is_out)
