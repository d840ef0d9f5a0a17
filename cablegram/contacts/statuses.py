"""What is known of numbers before something is sent to them: does the phone take texts, what did the person say?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cablegram.contacts import opt_out_store, store
from cablegram.contacts.model import Rested, Statuses, Subscription
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn


def known(
    conn: Conn, accounts: Sequence[AccountId], numbers: Sequence[str], *, owners: Iterable[AccountId]
) -> Reply[list[tuple[int, Statuses]]]:
    """Return what is known of numbers (E.164 digits) of accounts, by place; of most nothing is, and they are left out.

    `owners` are the accounts, each once. One statement, however many numbers; it goes along with the next that is
    awaited.
    """
    return store.statuses(conn, accounts, numbers, owners=owners)


async def bounce(conn: Conn, told: Sequence[tuple[AccountId, str, str]], *, now: datetime) -> int:
    """Mark contacts bounced of whose numbers a carrier says that they do not exist or take no texts; return how many.

    `told` are (account, number as E.164 digits, the carrier's error). Numbers that are no contacts, and contacts that
    are not active, stay as they are; so does one that somebody is just writing (queries.sql says why).
    """
    if not told:
        return 0
    marked = await store.bounce(conn, told, now=now)
    news = [
        Event(Kind.CONTACT_BOUNCED, account_id, contact_id, {"number": number, "error": error})
        for account_id, contact_id, number, error in marked
    ]
    await record(conn, news, now=now)
    return len(marked)


async def opt_out(
    conn: Conn, told: Mapping[tuple[AccountId, str], EvidenceId], *, source: str, now: datetime
) -> dict[tuple[AccountId, str], Rested]:
    """Mark contacts not subscribed who said no to everything, by a STOP or elsewhere than to us (R62, R137, R143).

    `told` are accounts and numbers (E.164 digits) with the event that says so, which the caller records; `source` is
    who tells of it. Returns of whom it was not known, and what their subscription was. Numbers that are no contacts
    stay so: the blacklist is about numbers.
    """
    if not told:
        return {}
    marked = await opt_out_store.opt_out(conn, told, source=source, now=now)
    await record(conn, [_said(one, Subscription.NOT_SUBSCRIBED, source) for one in marked], now=now)
    return {(account_id, number): Rested(before or "", follows) for account_id, _, number, before, follows in marked}


async def come_back(
    conn: Conn, told: Mapping[tuple[AccountId, str], EvidenceId], *, after: str, source: str, now: datetime
) -> dict[tuple[AccountId, str], Rested]:
    """Give contacts the subscription again that they had before they said no to everything, by their own word.

    Of a no from before there was a ledger, `after` is the source that told of it, and the person was subscribed. What
    the account itself recorded is for the account to change. Returns whose came back, and what it is.
    """
    if not told:
        return {}
    marked = await opt_out_store.come_back(conn, told, after=after, source=source, now=now)
    news = [_said(one, Subscription(one[3]), source) for one in marked if one[3]]
    await record(conn, news, now=now)
    return {(account_id, number): Rested(now_is or "", follows) for account_id, _, number, now_is, follows in marked}


def _said(marked: opt_out_store.Marked, what: Subscription, source: str) -> Event:
    account_id, contact_id, number, *_ = marked
    facts = {"number": number, "subscription": what.value, "source": source, "by": source}
    return Event(Kind.CONTACT_CHANGED, account_id, contact_id, facts)
