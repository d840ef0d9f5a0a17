"""Tell people by mail what happened: read events, fold them, and post letters of what is due.

Events are folded into one row for each reader and kind in the transaction that marks them as read; letters are posted
in the transaction that empties those rows. So each event is told once, whatever dies in between. All events that are
there are read before any letter is written: a storm of them is one letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from cablegram.alerts import store
from cablegram.alerts.choices import end_url
from cablegram.alerts.folding import fold, pace_of, wants_texts
from cablegram.alerts.kinds import BY_EVENT, BY_NAME
from cablegram.alerts.model import Choices, Folded, Lore, Person, To
from cablegram.alerts.writing import letters_of
from cablegram.events import read
from cablegram.events.model import Told
from cablegram.events.read import Reader
from cablegram.kit.ids import AccountId, UserId
from cablegram.mail.address import is_address
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_EVENTS_AT_ONCE = 1_000
_READERS_AT_ONCE = 100
_AGAIN = timedelta(minutes=10)  # until somebody may have confirmed their address
_REMEMBERED = timedelta(days=1)
_NONE = UUID(int=0)


async def take(rt: Runtime) -> int:
    """Read some events and fold them into what people are to be told; return how many there were."""
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        events = await read.untaken(conn, Reader.ALERTS, _EVENTS_AT_ONCE)
        known = [event for event in events if event.kind in BY_EVENT]
        if known and (rows := fold(known, await _lore(conn, known), now)):
            await store.fold(conn, rows)
        await read.take(conn, Reader.ALERTS, [event.id for event in events], now)
    return len(events)


async def tell(rt: Runtime) -> int:
    """Post letters of what is due for some readers; return of how many rows."""
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        rows = await store.due(conn, now, limit=_READERS_AT_ONCE)
        if not rows:
            return 0
        users = await store.users(conn, {row.reader_id for row in rows})
        accounts = {row.account_id for row in rows}
        inboxes, chosen = await store.inboxes(conn, accounts), await store.choices(conn, accounts)
        people = await store.people(conn, [AccountId(one) for one in accounts])
        operators = {one.user_id for one in await store.operators(conn)}
        letters: list[Letter] = []
        late: list[Folded] = []
        for (_, reader_id), group in groupby(rows, lambda row: (row.account_id, row.reader_id)):
            waiting = list(group)
            person = users.get(reader_id)
            if person is None and reader_id in inboxes:
                address, language = inboxes[AccountId(reader_id)]
                end = end_url(rt, AccountId(reader_id), address)
                letters += _letters(rt, waiting, address, language, end=end)
            elif person is not None and person.is_confirmed and person.email:
                roles = {one.user_id: one.role for one in people.get(AccountId(waiting[0].account_id), ())}
                role = "operator" if reader_id in operators else roles.get(person.user_id)
                wanted = [row for row in waiting if _is_wanted(row, chosen, person, role)]
                letters += _letters(rt, wanted, person.email, person.language)
            else:
                late += [row for row in waiting if person is not None and _may_wait(row, now)]
        await post(conn, letters, now=now)
        await store.postpone(conn, late, now + _AGAIN)
        await store.told(conn, [row for row in rows if row not in late], now)
    if letters:
        rt.log.info("notices posted", letters=len(letters))
    return len(rows)


async def step(rt: Runtime) -> None:
    """Read all events that are there, then post all letters that are due. Raises Unavailable."""
    while await take(rt) == _EVENTS_AT_ONCE:
        pass
    while await tell(rt):
        pass


async def forget(rt: Runtime) -> None:
    """Forget when people were told last, where it does not matter any more."""
    async with rt.db.transaction() as conn:
        await store.forget(conn, rt.clock.now() - _REMEMBERED)


def _letters(rt: Runtime, rows: Sequence[Folded], address: str, language: str, *, end: str = "") -> list[Letter]:
    """Write what one reader is told; `end` is where one who need have no login here ends it."""
    if not rows or not is_address(address):
        return []
    public, account_id, reader_id = rt.settings.public, rows[0].account_id, rows[0].reader_id
    return [
        Letter(
            kind,
            address,
            language,
            facts,
            account_id=None if account_id == _NONE else AccountId(account_id),
            user_id=None if reader_id == account_id else UserId(reader_id),
            notices_url=end or ("" if _is_fixed(kind) else f"{public}/settings/notices"),
            stops=bool(end),
        )
        for kind, facts in letters_of(rows, language, public)
    ]


def _is_fixed(kind: str) -> bool:
    return kind in BY_NAME and BY_NAME[kind].is_fixed


def _is_wanted(row: Folded, choices: Choices, person: Person, role: str | None) -> bool:
    """Tell whether a person may and wants to be told still: they may have left, or switched it off since."""
    kind = BY_NAME.get(row.kind)
    if kind is None or (row.account_id != _NONE and role is None):
        return False
    if kind.to is To.OPERATORS and role != "operator":
        return False
    is_theirs = kind.to is not To.ROLES or role in kind.roles or role == "operator"
    return is_theirs and pace_of(kind, choices, row.account_id, person.user_id) != "off"


def _may_wait(row: Folded, now: datetime) -> bool:
    """Tell whether it waits for somebody to confirm their address."""
    kind = BY_NAME.get(row.kind)
    began = row.items[0].get("at", "") if row.items else ""
    return kind is not None and bool(began) and str(began) > (now - kind.waits).isoformat()


async def _lore(conn: Conn, events: Sequence[Told]) -> Lore:
    """Look up what has to be known of some events, and no more."""
    accounts = {event.account_id for event in events if event.account_id}

    def subjects(lore: str) -> set[UUID]:
        return {event.subject for event in events if event.subject and BY_EVENT[event.kind].lore == lore}

    found = Lore(
        accounts=await store.names_of_accounts(conn, accounts),
        people=await store.people(conn, accounts),
        operators=await store.operators(conn),
        choices=await store.choices(conn, accounts | {_NONE}),
        inboxes=await store.inboxes(conn, accounts),
        programs=await store.programs(conn, ids) if (ids := subjects("program")) else {},
        jobs=await store.jobs(conn, ids) if (ids := subjects("job")) else {},
    )
    if (ids := subjects("text")) and (wanted := wants_texts(found)):
        found.texts = await store.texts(conn, ids, wanted)
    found.users = await store.users(conn, _users(events, found))
    return found


def _users(events: Sequence[Told], lore: Lore) -> set[UUID]:
    starters = {job.user_id for job in lore.jobs.values() if job.user_id}
    return starters | {event.subject for event in events if event.subject and BY_EVENT[event.kind].to == "subject"}
