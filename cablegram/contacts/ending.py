"""The end of a record: joined to another of the same person, or forgotten (L23). Moves for `cablegram/records`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cablegram.accounts.access import Principal
from cablegram.contacts import joining, lists, record_store, store, suppression
from cablegram.contacts.joining import Joined
from cablegram.contacts.model import Contact, Subscription
from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.evidence import write
from cablegram.evidence.model import MARKETING, Kind, NewEvidence
from cablegram.kit.ids import AccountId, ListId
from cablegram.runtime.database import Conn

_PATIENCE = "20s"  # how long one contact waits for an import of the same account


async def hold(conn: Conn, account_id: AccountId, numbers: Sequence[str]) -> list[Contact | None]:
    """Keep all others from writing the account's contacts, and return those of these numbers (digits of E.164)."""
    await store.lock_contacts(conn, account_id, patience=_PATIENCE)
    return [await store.get_contact(conn, account_id, number) for number in numbers]


async def lists_of(conn: Conn, account_id: AccountId, contact: Contact) -> list[tuple[ListId, str]]:
    """Return the lists that somebody is on: id and name."""
    return await record_store.lists_of(conn, account_id, contact.id)


async def join(
    conn: Conn, who: Principal, kept: Contact, gone: Contact, *, gone_said_stop: bool, now: datetime
) -> Joined:
    """Let one record have all that another of the same person has, and delete that; both are held.

    A no of either counts for the one that stays, and is kept for the other, so that no file makes that number a
    subscriber again. Writes evidence, so it is the last that a transaction does.
    Raises Conflict (`list_in_use`) where a campaign needs a list of the other as it is.
    """
    account_id = who.account_id
    for list_id, _ in await record_store.lists_of(conn, account_id, gone.id):
        await lists.hold_free(conn, account_id, list_id)
    joined = joining.join(kept, gone, gone_said_stop=gone_said_stop, now=now)
    await record_store.join_lists(conn, account_id, kept=kept.id, gone=gone.id)
    await record_store.delete_contact(conn, account_id, gone.id)
    told = [_evidence(who, kept, Kind.CHANGED, f"+{gone.number} is the same person as +{kept.number}", now)]
    if joined.says_no_now(kept):
        said = _evidence(who, kept, Kind.OPT_OUT, f"said under +{gone.number}", now)
        told.append(replace(said, follows=kept.evidence_id))
        joined.contact.evidence_id = told[-1].id
    await store.change_contact(conn, account_id, joined.contact)
    await record_store.set_tags(conn, account_id, kept.id, joined.contact.tags)
    if joined.contact.subscription is Subscription.NOT_SUBSCRIBED:
        await suppression.keep(conn, [Kept(account_id, gone.number, Standing.NO_MARKETING, "merged")], now=now)
    await write.record(conn, told, now=now)
    return joined


async def forget(conn: Conn, account_id: AccountId, contact: Contact) -> None:
    """Delete a contact who is held, and take them off all lists, also off those that a campaign goes through."""
    await record_store.leave_lists(conn, account_id, contact.id)
    await record_store.delete_contact(conn, account_id, contact.id)


def _evidence(who: Principal, kept: Contact, kind: Kind, source: str, now: datetime) -> NewEvidence:
    return NewEvidence(
        account_id=who.account_id,
        number=kept.number,
        scope=MARKETING,
        kind=kind,
        how=write.door(who),
        by=who.name,
        at=now,
        source=source,
    )
