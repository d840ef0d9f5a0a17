"""With which sender a customer talks: one of the communication codes, for the life of the opt-in (R120).

Somebody who is in several stores gets another code in each, as long as there are so many: then what they answer is for
one store, without a keyword. Where the account has no codes of one kind its default sender stands in, and where that
can't be written to the codes of the other kind: whoever writes to a store always has one to talk with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import NotFound, Refused
from cablegram.kit.ids import AccountId, ContactId, ProgramId, SenderId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.stores import people_store
from cablegram.stores.model import Code
from cablegram.stores.people_store import OwnCode


class Use(StrEnum):
    """What a number of an account is to its stores."""

    MARKETING = "marketing"
    COMMUNICATION = "communication"
    NONE = "none"


MARKETING, COMMUNICATION = Use.MARKETING, Use.COMMUNICATION


async def use(rt: Runtime, who: Principal, address: str, wanted: Use) -> str:
    """Say, as the operator, what a number of the account is to its stores; return the number.

    Who talks with it goes on to do so. Raises NotFound (`sender_not_found`).
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        found = await people_store.set_use(conn, who.account_id, address, None if wanted is Use.NONE else wanted)
    if found is None:
        raise NotFound("sender_not_found", f"The account has no number {address[:30]} that people can write to.")
    return found


async def marketing(conn: Conn, account_id: AccountId) -> Code:
    """Return the code to which keywords of an account's stores are texted. Raises Refused (`store_code_needed`)."""
    return _for(await people_store.own_codes(conn, account_id), MARKETING)[0]


async def any_marketing(conn: Conn, account_id: AccountId) -> Code | None:
    """Return the code to which keywords are texted; None where the account has no number that stores could use."""
    return next(iter(usable(await people_store.own_codes(conn, account_id), MARKETING)), None)


async def assign(
    conn: Conn, account_id: AccountId, store_id: ProgramId, contacts: Collection[ContactId], *, now: datetime
) -> dict[ContactId, Code]:
    """Return the codes of people in a store; whoever has none gets one. Raises Refused (`store_code_needed`).

    The caller holds the account's balance, so that nobody else gives codes of the account.
    """
    known = await people_store.codes(conn, store_id, contacts)
    lacking = [one for one in dict.fromkeys(contacts) if one not in known]
    if lacking:
        pool = _for(await people_store.own_codes(conn, account_id), COMMUNICATION)
        taken = await people_store.taken_codes(conn, account_id, store_id, lacking)
        busy = await people_store.busy_codes(conn, account_id) if len(pool) > 1 else {}
        given = choose(lacking, pool, taken, busy)
        await people_store.put_codes(conn, store_id, {one: code.sender_id for one, code in given.items()}, now=now)
        known |= given
    return known


def choose(
    contacts: Sequence[ContactId],
    pool: Sequence[Code],
    taken: Mapping[ContactId, Collection[SenderId]],
    busy: Mapping[SenderId, int],
) -> dict[ContactId, Code]:
    """Give each person a code that they have in no other store, of these the one that the fewest talk with. Pure.

    Who has all of them gets the least busy of all. `busy` counts those who have each by now.
    """
    load = {code.sender_id: busy.get(code.sender_id, 0) for code in pool}
    given: dict[ContactId, Code] = {}
    for contact_id in contacts:
        theirs = taken.get(contact_id, ())
        free = [code for code in pool if code.sender_id not in theirs] or pool
        best = min(free, key=lambda code: load[code.sender_id])
        load[best.sender_id] += 1
        given[contact_id] = best
    return given


def usable(own: Sequence[OwnCode], use: str) -> list[Code]:
    """Return the codes for a use: those that are meant for it, else the default, else those of the other use. Pure."""
    meant, usual = [one for one in own if one.use == use], [one for one in own if one.is_default]
    return [one.code for one in meant or usual or own]


def _for(own: Sequence[OwnCode], use: str) -> list[Code]:
    found = usable(own, use)
    if not found:
        message = (
            "This account has no number that its stores could use. The operator gives it one, or makes one of its "
            "numbers the default."
        )
        raise Refused("store_code_needed", message)
    return found
