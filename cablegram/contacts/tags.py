"""Tags: words on people, put there and taken away from many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import lists, tag_store, tag_words
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, ContactId, ListId
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_NUMBERS = 10_000  # in one call; more are a list or a segment

_SLICE = 2_000  # people in one transaction: who sends to them does not wait for longer
_MOST_STORIES = 200  # people of one deed in whose history it stands; of more it stands with the account


@dataclass(frozen=True, slots=True)
class Tagged:
    """What came of it: people whose tags changed, people who had them so, and numbers that are no contacts."""

    changed: int
    same: int
    unknown: int = 0


async def every(rt: Runtime, who: Principal) -> list[tuple[str, int]]:
    """Return the account's tags in order, and how many people have each."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await tag_store.tags(conn, who.account_id)


async def of(conn: Conn, account_id: AccountId, contact_id: ContactId) -> list[str]:
    """Return a person's tags."""
    return await tag_store.tags_of(conn, account_id, contact_id)


async def change_numbers(
    rt: Runtime, who: Principal, numbers: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Tagged:
    """Give the contacts of numbers tags and take others away; a tag that is both is taken away.

    Raises InvalidInput (`bad_tag`, `bad_name`, `nothing_to_do`; of bad numbers as `numbers.3`).
    """
    who.needs(Scope.CONTACTS)
    added, removed = _words(add, remove)
    home = (await directory.show(rt, who)).default_country
    digits = list(dict.fromkeys(_digits(e164.parse_many(numbers, home))))
    async with rt.db.transaction() as conn:
        known = await tag_store.contacts_of_numbers(conn, who.account_id, digits)
        changed = await change_some(conn, who, list(known.values()), add=added, remove=removed, now=rt.clock.now())
    return Tagged(changed, len(known) - changed, len(digits) - len(known))


async def change_list(
    rt: Runtime, who: Principal, list_id: ListId, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Tagged:
    """Do so with the people of a list, slice by slice; if that breaks off, the same again does the rest.

    Raises NotFound (`list_not_found`), InvalidInput (`bad_tag`, `bad_name`, `nothing_to_do`).
    """
    who.needs(Scope.CONTACTS)
    added, removed = _words(add, remove)
    async with rt.db.connection() as conn:
        await lists.many(conn, who.account_id, [list_id])
    changed, seen, last = 0, 0, None
    while True:
        async with rt.db.transaction() as conn:
            some = await tag_store.members_after(conn, who.account_id, list_id, after=last, limit=_SLICE)
            changed += await change_some(conn, who, some, add=added, remove=removed, now=rt.clock.now())
        seen += len(some)
        if len(some) < _SLICE:
            return Tagged(changed, seen - changed)
        last = some[-1]


async def change_some(
    conn: Conn, who: Principal, people: Sequence[ContactId], *, add: Sequence[str], remove: Sequence[str], now: datetime
) -> int:
    """Change the tags of contacts of the account, written as `tag_words.read` does; return of how many they changed.

    Who would have more than 100 then is left as they are.
    """
    if not people:
        return 0
    if add:
        await tag_store.note_tags(conn, who.account_id, add, now=now)
    changed = await tag_store.change_tags(
        conn, who.account_id, people, add=add, remove=remove, most=tag_words.MOST, now=now
    )
    facts = {"added": list(add), "removed": list(remove), "by": who.name}
    if len(changed) <= _MOST_STORIES:
        news = [Event(Kind.CONTACT_TAGGED, who.account_id, one, facts) for one in changed]
    else:
        news = [Event(Kind.CONTACT_TAGGED, who.account_id, None, {**facts, "people": len(changed)})]
    await record(conn, news, now=now)
    return len(changed)


async def delete(rt: Runtime, who: Principal, name: str) -> int:
    """Take a tag from everybody and forget it; return from how many. Raises NotFound (`tag_not_found`)."""
    who.needs(Scope.CONTACTS)
    (word,) = tag_words.read([name])
    taken = 0
    while True:
        async with rt.db.transaction() as conn:
            some = await tag_store.people_of_tag(conn, who.account_id, word, limit=_SLICE)
            taken += await change_some(conn, who, some, add=(), remove=[word], now=rt.clock.now())
            if len(some) < _SLICE:
                if not await tag_store.delete_tag(conn, who.account_id, word):
                    raise NotFound("tag_not_found", f"The account has no tag {word}.")
                return taken


def _words(add: Sequence[str], remove: Sequence[str]) -> tuple[list[str], list[str]]:
    removed = tag_words.read(remove, field="remove")
    added = [one for one in tag_words.read(add, field="add") if one not in removed]
    if not added and not removed:
        raise InvalidInput("nothing_to_do", "Say which tags to add or to remove.")
    return added, removed


def _digits(found: Sequence[e164.Number | e164.BadNumber]) -> list[str]:
    faults = [
        Fault(f"numbers.{place}", one.code, one.message)
        for place, one in enumerate(found)
        if isinstance(one, e164.BadNumber)
    ]
    if faults:
        code = faults[0].code if len(found) == 1 else "bad_numbers"
        raise InvalidInput(code, faults[0].message, faults=faults)
    return [one.e164 for one in found if isinstance(one, e164.Number)]
