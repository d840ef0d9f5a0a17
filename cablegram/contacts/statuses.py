"""What is known of numbers before something is sent to them: does the phone take texts, what did the person say?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from cablegram.contacts import opt_out_store, store
from cablegram.contacts.model import Statuses, Subscription
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import AccountId, ContactId
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


async def opt_out(conn: Conn, told: Collection[tuple[AccountId, str]], *, source: str, now: datetime) -> None:
    """Mark contacts not subscribed who said no elsewhere than to us; `source` is who tells of it (R137, R143).

    `told` are (account, number as E.164 digits). Numbers that are no contacts stay so: the blacklist is about numbers.
    """
    if told:
        marked = await opt_out_store.opt_out(conn, sorted(told), source=source, now=now)
        await record(conn, _said(marked, Subscription.NOT_SUBSCRIBED, source), now=now)


async def come_back(
    conn: Conn, told: Collection[tuple[AccountId, str]], *, after: str, source: str, now: datetime
) -> None:
    """Mark contacts subscribed again by their own word, where it was the source `after` that told of their no.

    What the account itself recorded is for the account to change.
    """
    if told:
        marked = await opt_out_store.come_back(conn, sorted(told), after=after, source=source, now=now)
        await record(conn, _said(marked, Subscription.SUBSCRIBED, source), now=now)


def _said(marked: Sequence[tuple[AccountId, ContactId, str]], what: Subscription, source: str) -> list[Event]:
    return [
        Event(
            Kind.CONTACT_CHANGED,
            account_id,
            contact_id,
            {"number": number, "subscription": what.value, "source": source, "by": source},
        )
        for account_id, contact_id, number in marked
    ]
