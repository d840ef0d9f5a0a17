"""Join two records of one person: the same person under two numbers, of which one stays."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import engagement
from cablegram.consent import blacklist
from cablegram.contacts import ending
from cablegram.contacts.model import Contact
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence import look, write
from cablegram.evidence.model import How
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import ContactId
from cablegram.messages import leaving
from cablegram.programs import standing
from cablegram.programs.model import Standing, Step, Subscriber
from cablegram.records import finding
from cablegram.records.model import Merged
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def merge(rt: Runtime, who: Principal, number: str, *, other: str) -> Merged:
    """Join the record of another number to that of `number`, which stays; the other record is gone.

    Where both have a value, that of the record that stays counts; lists and tags are those of both. A no of either is a
    no of both, and a yes that was said under the other number does not come along: it was about that number. So it is
    with programs, too: the other number leaves them, and what it left this one leaves (decision 0049). The blacklist,
    which goes by numbers, stays as it is. The history says what was joined, and has that of both from then on.
    Raises InvalidInput (those of `e164.parse`, `same_contact`), NotFound (`contact_not_found`), Conflict
    (`list_in_use`).
    """
    who.needs(Scope.CONTACTS)
    stays, goes = await finding.digits(rt, who, number), await finding.digits(rt, who, other, field="other")
    if stays == goes:
        message = "Both are the same number. Name the other number of this person."
        raise InvalidInput("same_contact", message, faults=[Fault("other", "same_contact", message)])
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        both = await ending.hold(conn, who.account_id, [stays, goes])
        kept, gone = (_there(one, digits) for one, digits in zip(both, (stays, goes), strict=True))
        await leaving.lock(conn, [who.account_id])
        lists = tuple(name for _, name in await ending.lists_of(conn, who.account_id, gone))
        stood = (await standing.everywhere(conn, [(who.account_id, goes)])).get((who.account_id, goes), [])
        await leaving.leave(conn, [*_ends(who, stood, kept), *await _noes(conn, who, stood, kept)], now=now)
        await engagement.join(conn, kept=kept.id, gone=gone.id)
        stopped = await blacklist.among(conn, who.account_id, [goes])
        joined = await ending.join(conn, who, kept, gone, gone_said_stop=bool(stopped), now=now)
        took = joined.says_no_now(kept)
        facts = {
            "merged": str(gone.id), "number": goes, "variables": list(joined.taken), "tags": list(joined.tags),
            "lists": list(lists), "took_its_no": took, "by": who.name,
        }  # fmt: skip
        await record(conn, [Event(Kind.CONTACT_MERGED, who.account_id, kept.id, facts)], now=now)
    return Merged(joined.contact, goes, joined.taken, joined.tags, lists, took)


def _ends(who: Principal, stood: Sequence[Subscriber], kept: Contact) -> list[Step]:
    """Return what the number that goes leaves: each program that it did not leave by itself."""
    return [
        _step(who, one, one.contact_id, one.number, f"is the same person as +{kept.number}")
        for one in stood
        if one.standing is not Standing.OUT
    ]


async def _noes(conn: Conn, who: Principal, stood: Sequence[Subscriber], kept: Contact) -> list[Step]:
    """Return what the number that stays leaves because the person did, under the other one.

    A line that a carrier closed is nobody's no.
    """
    out = [one for one in stood if one.standing is Standing.OUT]
    said = await look.some(conn, who.account_id, [one.evidence_id for one in out if one.evidence_id])
    closed = {one for one, shown in said.items() if shown.told.how == How.CARRIER}
    return [
        _step(who, one, kept.id, kept.number, f"said under +{one.number}")
        for one in out
        if one.evidence_id not in closed
    ]


def _step(who: Principal, one: Subscriber, contact_id: ContactId, number: str, source: str) -> Step:
    return Step(who.account_id, one.program_id, contact_id, number, write.door(who), who.name, source=source)


def _there(found: Contact | None, digits: str) -> Contact:
    if found is None:
        raise NotFound("contact_not_found", f"The account has no contact +{digits}.")
    return found
