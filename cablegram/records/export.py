"""All that is kept of a person, as one JSON document (L23: a copy for whoever asks what we know of them)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import conversions
from cablegram.consent import blacklist
from cablegram.contacts import ending, people
from cablegram.contacts.model import Contact
from cablegram.kit.errors import NotFound
from cablegram.programs import people as programs
from cablegram.programs import standing
from cablegram.records import history
from cablegram.records.model import Item
from cablegram.runtime.runtime import Runtime

_SLICE = 200

_encode = msgspec.json.Encoder().encode


async def opened(rt: Runtime, who: Principal, number: str) -> AsyncIterator[bytes]:
    """Return the document piece by piece: `contact`, `lists`, `programs`, `blacklist`, `events`, `history`.

    Each piece is read for itself, so a long history holds no transaction.
    Raises InvalidInput (those of `e164.parse`), NotFound (`contact_not_found`).
    """
    who.needs(Scope.READ)
    return _pieces(rt, who, await people.get(rt, who, number))


async def _pieces(rt: Runtime, who: Principal, contact: Contact) -> AsyncIterator[bytes]:
    head = _encode(await _head(rt, who, contact))
    yield head[:-1] + b',"history":['
    after: UUID | None = None
    while True:
        items = await history.page(rt, who, f"+{contact.number}", after=after, limit=_SLICE)
        lead = b"" if after is None else b","
        if items:
            yield lead + b",".join(_encode(_line(one)) for one in items)
            after = items[-1].id
        if len(items) < _SLICE:
            yield b"]}"
            return


async def _head(rt: Runtime, who: Principal, contact: Contact) -> dict[str, Any]:
    async with rt.db.connection() as conn:
        lists = await ending.lists_of(conn, who.account_id, contact)
        place = (who.account_id, contact.number)
        joined = (await standing.everywhere(conn, [place])).get(place, [])
        names = {one.id: one.name for one in await programs.of_account(conn, who.account_id)} if joined else {}
        did = await conversions.of_numbers(conn, who.account_id, [contact.number])
    return {
        "made_at": rt.clock.now(),
        "contact": contact,
        "lists": [name for _, name in lists],
        "programs": [
            {"name": names.get(one.program_id), "standing": one.standing, "since": one.since} for one in joined
        ],
        "blacklist": await _barred(rt, who, contact),
        "events": [{"event": event, "at": at} for event, at in did],
    }


async def _barred(rt: Runtime, who: Principal, contact: Contact) -> object:
    try:
        return await blacklist.check(rt, who, f"+{contact.number}")
    except NotFound:
        return None


def _line(one: Item) -> dict[str, Any]:
    line = msgspec.to_builtins(one, builtin_types=(UUID,))
    return {name: value for name, value in line.items() if value not in (None, "")}
