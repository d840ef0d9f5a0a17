"""The blacklist of an account: numbers that get nothing more, whoever writes (R91, R105).

Numbers stand here, not contacts: deleting a contact or importing a list again changes nothing about it. Who puts a
number here also withdraws what waits for it (`messages/barring.py`, `inbound/receive.py`): messages stand above.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.consent import blacklist_file, ledger, store
from cablegram.consent.model import BY_WORD, TOLD_BY_PROVIDER, Entry, How, NewEntry, Word
from cablegram.contacts import statuses, suppression
from cablegram.contacts.model import Rested
from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence import write as evidence
from cablegram.kit import csvio
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import AccountId, EvidenceId, lowest_at, uuid7s
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

Pair = tuple[AccountId, str]

_SLICE = 1_000
_AS_IT_STANDS = re.compile(r"\+[1-9][0-9]{4,14}")


async def add(conn: Conn, entries: Sequence[NewEntry], *, now: datetime) -> set[tuple[AccountId, str]]:
    """Put numbers on blacklists; return those that were not there. Of several entries for a number the first counts.

    One that is there stays as it came, except that what is done by hand stands over what an answer did. Who said no
    themselves is not subscribed to marketing any more. Each that changes something goes into the ledger of consent, and
    all but a file's are news. The caller holds the accounts' balances: a batch of messages that is accepted at the same
    time either waits for this or is seen by it.
    """
    first: dict[tuple[AccountId, str], NewEntry] = {}
    for one in entries:
        first.setdefault((one.account_id, one.number), one)
    if not first:
        return set()
    changed = await store.add_entries(conn, list(first.values()), now=now)
    news = [one for key, one in first.items() if key in changed and one.how is not How.IMPORT]
    await record(conn, [Event(Kind.BLACKLIST_ADDED, one.account_id, one.text_id, _told(one)) for one in news], now=now)
    events = dict(zip(first, map(EvidenceId, uuid7s(len(first))), strict=True))
    ended = await _end_subscriptions(conn, first, events, now)
    proofs = [
        ledger.out(one, events[key], ended.get(key, ledger.NOTHING), now=now)
        for key, one in first.items()
        if key in changed or key in ended
    ]
    await evidence.record(conn, proofs, now=now)
    return {key for key, is_new in changed.items() if is_new}


async def among(conn: Conn, account_id: AccountId, numbers: Sequence[str]) -> dict[str, Entry]:
    """Return how numbers came to an account's blacklist, by number; those that are not there are left out."""
    return {one.number: one for one in await store.entries_of_numbers(conn, account_id, numbers)}


async def _end_subscriptions(
    conn: Conn, entries: Mapping[Pair, NewEntry], events: Mapping[Pair, EvidenceId], now: datetime
) -> dict[Pair, Rested]:
    """Mark those not subscribed who said no themselves; what the account bars leaves what the person said as it is."""
    ended: dict[Pair, Rested] = {}
    for source in sorted({one.by for one in entries.values() if ledger.is_own_word(one)}):
        own = {key: events[key] for key, one in entries.items() if one.by == source and ledger.is_own_word(one)}
        ended |= await statuses.opt_out(conn, own, source=source, now=now)
    return ended


async def take_off(conn: Conn, words: Mapping[Pair, Word], *, by: str, now: datetime) -> list[tuple[AccountId, Entry]]:
    """Take numbers off that came here by a person's own word, because they say START; return what stood there.

    What an account put here, by hand or by a file, no answer takes off. Who comes back has the subscription of before
    their no, also where they asked to be forgotten since.
    """
    if not words:
        return []
    gone = await _delete(conn, list(words), frozenset(BY_WORD), by=by, now=now)
    events = dict(zip(words, map(EvidenceId, uuid7s(len(words))), strict=True))
    stands = await statuses.come_back(conn, events, after=TOLD_BY_PROVIDER, source=by, now=now)
    lifted = await suppression.lift(conn, list(words))
    forgotten = {pair: its_id for pair, its_id in events.items() if pair in lifted}
    stands |= await statuses.come_back(conn, forgotten, after=suppression.SOURCE, source=by, now=now)
    off = {(account_id, entry.number) for account_id, entry in gone}
    proofs = [
        ledger.back(*pair, word, events[pair], stands.get(pair, ledger.NOTHING), by=by, now=now)
        for pair, word in words.items()
        if pair in off or pair in stands or pair in lifted
    ]
    await evidence.record(conn, proofs, now=now)
    return gone


async def remove(rt: Runtime, who: Principal, number: str) -> Entry:
    """Take a number off, however it came here, also where a hash is all that is left of it; return what stood there.

    Raises InvalidInput (those of `e164.parse`), NotFound (`not_blacklisted`).
    """
    who.needs(Scope.CONTACTS)
    digits = await _read(rt, who, number)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        gone = await _delete(conn, [(who.account_id, digits)], frozenset(How), by=who.name, now=now)
        via = evidence.door(who)
        proofs = [ledger.let_go(*one, via=via, by=who.name, now=now) for one in gone]
        barred = await suppression.unbar(conn, who.account_id, digits, now=now)
        await evidence.record(conn, proofs, now=now)
    if gone:
        return gone[0][1]
    if barred:
        return _forgotten(barred)
    raise _not_there(digits)


async def check(rt: Runtime, who: Principal, number: str) -> Entry:
    """Return how a number came to the blacklist.

    Raises InvalidInput (those of `e164.parse`), NotFound (`not_blacklisted`): it gets texts, as far as this goes.
    """
    who.needs(Scope.READ)
    digits = await _read(rt, who, number)
    async with rt.db.connection() as conn:
        found = await store.entries_of_numbers(conn, who.account_id, [digits])
        barred = None if found else await suppression.known(conn, who.account_id, digits)
    if found:
        return found[0]
    if barred and barred.standing is not Standing.NO_MARKETING:
        return _forgotten(barred)
    raise _not_there(digits)


async def page(
    rt: Runtime, who: Principal, *, after: UUID | None = None, q: str | None = None, limit: int = 50
) -> list[Entry]:
    """Return the blacklist, newest first; with `q` the numbers in which its digits stand."""
    who.needs(Scope.READ)
    digits = "".join(filter(str.isdecimal, q or ""))
    if q and q.strip() and not digits:
        return []
    async with rt.db.connection() as conn:
        return await store.page_of_entries(conn, who.account_id, after, digits=digits or None, limit=limit)


async def export_csv(rt: Runtime, who: Principal) -> AsyncIterator[bytes]:
    """Yield the blacklist piece by piece as a file it could be imported from, newest first.

    Each piece is read for itself, so a large file holds no transaction; who comes meanwhile is not in it.
    """
    who.needs(Scope.READ)
    yield csvio.write([blacklist_file.EXPORTED])
    after: UUID | None = None
    while True:
        found = await page(rt, who, after=after, limit=_SLICE)
        if found:
            yield csvio.write([blacklist_file.written(one) for one in found])
        if len(found) < _SLICE:
            return
        after = found[-1].id


async def _read(rt: Runtime, who: Principal, text: str) -> str:
    """Return a number's digits. Raises InvalidInput (those of `e164.parse`).

    A STOP may have come from a number that fits no plan we know; written with its plus, it is taken as it stands.
    """
    home = (await directory.show(rt, who)).default_country
    (found,) = e164.parse_many([text], home)
    if isinstance(found, e164.Number):
        return found.e164
    if not _AS_IT_STANDS.fullmatch(text):
        raise found.error()
    return text[1:]


async def _delete(
    conn: Conn, wanted: Sequence[tuple[AccountId, str]], hows: frozenset[How], *, by: str, now: datetime
) -> list[tuple[AccountId, Entry]]:
    gone = await store.delete_entries(conn, wanted, hows) if wanted else []
    news = [
        Event(
            Kind.BLACKLIST_REMOVED,
            account_id,
            entry.text_id,
            {
                "number": entry.number,
                "by": by,
                "how": entry.how.value,
                "note": entry.note,
                "added_by": entry.added_by,
                "added_at": entry.added_at.isoformat(),
            },
        )
        for account_id, entry in gone
    ]
    await record(conn, news, now=now)
    return gone


def _told(one: NewEntry) -> dict[str, object]:
    facts: dict[str, object] = {"number": one.number, "how": one.how.value, "by": one.by}
    return facts | {name: text for name, text in (("note", one.note), ("sender", one.sender)) if text}


def _forgotten(kept: Kept) -> Entry:
    """Return what stood there of a number that was forgotten since: how it came here, as far as that is kept."""
    how = How.STOP if kept.standing is Standing.STOPPED else How.BY_HAND
    return Entry(lowest_at(kept.at), kept.number, how, suppression.SOURCE, None, None, "", kept.at)


def _not_there(digits: str) -> NotFound:
    return NotFound("not_blacklisted", f"The number +{digits} is not on the blacklist.")
