"""Do something to many people: to some who were picked at once, to all whom a filter finds as a job; and take it back.

Whom a deed changed is kept for some days, so that undoing it touches exactly these. A slice of people is one
transaction: broken off anywhere, the same deed again does the rest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import deed_store, filter_json, filters, store
from cablegram.audiences.compiling import compiled
from cablegram.audiences.deed_model import OF_LIST, OF_TAG, UNDONE_BY, Deed, Done, What, concerns
from cablegram.audiences.deed_store import People
from cablegram.audiences.filter_model import All, Filter
from cablegram.audiences.filters import Given
from cablegram.consent.model import How, NewEntry
from cablegram.contacts import crowd, lists, people, tag_words, tags
from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.contacts.people import Change
from cablegram.evidence import write
from cablegram.jobs.model import Job, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import JobCancelled, Say
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import ContactId, JobId, ListId, uuid7
from cablegram.messages import barring
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

KIND: Final = "people"
MOST_PICKED: Final = 500
"""People who can be picked one by one."""

KEPT: Final = timedelta(days=7)
"""How long a deed can be undone."""

_SLICE = 500  # people whom one transaction changes: whoever sends to them does not wait for longer
_LOOKED_AT = 10_000  # contacts that one statement looks at to find them
_EVERYBODY: Final = All(())


async def do(rt: Runtime, who: Principal, picked: Sequence[UUID], deed: Deed) -> Done:
    """Do something to contacts who were picked; who is none of the account is left out.

    Raises NotFound (`list_not_found`), Conflict (`list_in_use`), InvalidInput (`bad_tag`, `bad_name`).
    """
    who.needs(Scope.CONTACTS)
    deed = await _ready(rt, who, deed)
    deed_id = uuid7()
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        some = await deed_store.ids_of(conn, who.account_id, picked[:MOST_PICKED], compiled(concerns(deed), now))
        if deed.what is not What.UNSUBSCRIBE:
            await _apply(conn, who, deed_id, deed, some, now=now)
    if deed.what is What.UNSUBSCRIBE:
        await _unsubscribe(rt, who, deed_id, some)
    return await get(rt, who, deed_id)


async def start(rt: Runtime, who: Principal, given: Given | None, deed: Deed, *, about: str) -> JobId:
    """Open the job that does something to all whom a filter finds; None: to everybody.

    Raises BadFilter, NotFound (`list_not_found`), Conflict (`too_many_jobs`), InvalidInput (`bad_tag`, `bad_name`).
    """
    who.needs(Scope.CONTACTS)
    deed = await _ready(rt, who, deed)
    async with rt.db.transaction() as conn:
        found = await filters.read(conn, who.account_id, given) if given else None
        args = {"filter": filter_json.write(found) if found else None, "what": deed.what.value, "value": deed.value}
        args["deed_id"] = str(uuid7())
        new = NewJob(who.account_id, KIND, about, Scope.CONTACTS, args, who.name, user_id=who.user_id)
        return await open_job(conn, new, rt.clock.now())


async def get(rt: Runtime, who: Principal, deed_id: UUID) -> Done:
    """Return what was done. Raises NotFound (`deed_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await deed_store.get_deed(conn, who.account_id, deed_id)
    if found is None:
        raise NotFound("deed_not_found", "Nothing of this is known any more; what was done is kept for a week.")
    return found


async def newest(rt: Runtime, who: Principal, *, limit: int = 3) -> list[Done]:
    """Return what was done last to people of the account."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await deed_store.newest_deeds(conn, who.account_id, limit=limit)


async def undo(rt: Runtime, who: Principal, deed_id: UUID) -> int:
    """Take a deed back from exactly those whom it changed and who are still as it left them; return from how many.

    Raises NotFound (`deed_not_found`, `list_not_found`), Conflict (`deed_stays`, `list_in_use`).
    """
    who.needs(Scope.CONTACTS)
    done = await get(rt, who, deed_id)
    if not done.can_be_undone:
        raise Conflict(
            "deed_stays", "This can't be undone: it was undone before, or it is about what people agreed to."
        )
    return await _undo(rt, who, done)


async def forget(rt: Runtime) -> None:
    """Forget deeds that are older than a week."""
    n = 1
    while n:
        async with rt.db.transaction() as conn:
            n = await deed_store.forget_deeds(conn, rt.clock.now() - KEPT)


async def work(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
    """Do a deed to all whom a filter finds, as a job; cancelled, what can be undone of it is."""
    args, who = job.args, job.who
    deed, deed_id = Deed(What(args["what"]), args["value"]), UUID(args["deed_id"])
    wanted = filter_json.read(args["filter"]) if args["filter"] else _EVERYBODY
    n = 0
    try:
        async for some in _found(rt, who, wanted, deed):
            if deed.what is What.UNSUBSCRIBE:
                await _unsubscribe(rt, who, deed_id, some)
                n += len(some)
            else:
                async with rt.db.transaction() as conn:
                    await say.hold(conn)
                    now = rt.clock.now()
                    still = await _still(conn, who, deed, some, now=now)
                    await _apply(conn, who, deed_id, deed, still, now=now)
                n += len(still)
            await say(n, step="Going through the people")
    except JobCancelled:
        await _take_back(rt, who, deed_id)
        raise
    return {"changed": n, "deed_id": str(deed_id)}


async def _found(rt: Runtime, who: Principal, wanted: Filter, deed: Deed) -> AsyncIterator[People]:
    """Yield slices of those whom a filter finds and whom a deed would change."""
    parts = (concerns(deed),) if wanted == _EVERYBODY else (wanted, concerns(deed))
    condition = compiled(All(parts), rt.clock.now())
    after: ContactId | None = None
    while True:
        async with rt.db.connection() as conn:
            some, looked_at, after = await store.ids_after(
                conn, who.account_id, condition, after=after, limit=_LOOKED_AT
            )
        for begin in range(0, len(some), _SLICE):
            yield some[begin : begin + _SLICE]
        if looked_at < _LOOKED_AT:
            return


async def _take_back(rt: Runtime, who: Principal, deed_id: UUID) -> None:
    """Undo what was done of a deed, also by a worker that had it before, as far as it can be undone."""
    async with rt.db.connection() as conn:
        done = await deed_store.get_deed(conn, who.account_id, deed_id)
    if done is not None and done.can_be_undone:
        await _undo(rt, who, done)


async def _undo(rt: Runtime, who: Principal, done: Done) -> int:
    back = Deed(UNDONE_BY[done.deed.what], done.deed.value)
    n, after = 0, None
    while True:
        async with rt.db.transaction() as conn:
            now = rt.clock.now()
            some = await deed_store.people_of_deed(conn, who.account_id, done.id, after=after, limit=_SLICE)
            still = await _still(conn, who, back, some, now=now)
            await _change(conn, who, back, still, now=now)
            n += len(still)
            if len(some) < _SLICE:
                await deed_store.mark_undone(conn, who.account_id, done.id, now=now)
                return n
        after = some[-1][0]


async def _still(conn: Conn, who: Principal, deed: Deed, some: People, *, now: datetime) -> People:
    """Return those whom a deed still changes: others may have been at them since they were found."""
    ids = [contact_id for contact_id, _ in some]
    return await deed_store.ids_of(conn, who.account_id, ids, compiled(concerns(deed), now))


async def _apply(conn: Conn, who: Principal, deed_id: UUID, deed: Deed, some: People, *, now: datetime) -> None:
    await deed_store.put_deed(conn, who.account_id, deed_id, deed, by=who.name, now=now)
    await _change(conn, who, deed, some, now=now)
    await deed_store.put_people(conn, deed_id, [contact_id for contact_id, _ in some])


async def _change(conn: Conn, who: Principal, deed: Deed, some: People, *, now: datetime) -> None:
    ids = [contact_id for contact_id, _ in some]
    match deed.what:
        case _ if not some:
            return
        case What.TAG:
            await tags.change_some(conn, who, ids, add=[deed.value], remove=(), now=now)
        case What.UNTAG:
            await tags.change_some(conn, who, ids, add=(), remove=[deed.value], now=now)
        case What.JOIN:
            await crowd.join(conn, who, ListId(UUID(deed.value)), ids)
        case What.LEAVE:
            await crowd.leave(conn, who, ListId(UUID(deed.value)), ids)
        case What.PAUSE:
            await crowd.set_phone_status(conn, who, ids, before=PhoneStatus.ACTIVE, status=PhoneStatus.PAUSED, now=now)
        case What.ACTIVATE:
            await crowd.set_phone_status(conn, who, ids, before=PhoneStatus.PAUSED, status=PhoneStatus.ACTIVE, now=now)
        case _:
            entries = [
                NewEntry(who.account_id, number, How.BY_HAND, who.name, via=write.door(who)) for _, number in some
            ]
            await barring.bar(conn, who.account_id, entries, now=now)


async def _unsubscribe(rt: Runtime, who: Principal, deed_id: UUID, some: People) -> None:
    """Mark people not subscribed, each as by hand: each has an event of consent of their own."""
    for _, number in some:
        with suppress(NotFound):  # a contact no more since they were found
            await people.change(rt, who, f"+{number}", Change(subscription=Subscription.NOT_SUBSCRIBED))
    async with rt.db.transaction() as conn:
        await deed_store.put_deed(
            conn, who.account_id, deed_id, Deed(What.UNSUBSCRIBE), by=who.name, now=rt.clock.now()
        )
        await deed_store.put_people(conn, deed_id, [contact_id for contact_id, _ in some])


async def _ready(rt: Runtime, who: Principal, deed: Deed) -> Deed:
    """Return a deed with its tag as tags are kept, and see that its list is there."""
    if deed.what in OF_TAG:
        (word,) = tag_words.read([deed.value], field="tag")
        return Deed(deed.what, word)
    if deed.what in OF_LIST:
        try:
            list_id = ListId(UUID(deed.value))
        except ValueError:
            raise NotFound("list_not_found", "Choose a contact list of the account.") from None
        return Deed(deed.what, str((await lists.get(rt, who, list_id)).id))
    return Deed(deed.what)
