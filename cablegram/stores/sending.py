"""Send one text to one customer, at the pace of single ones, and never the same twice in twelve hours (R56, R57, R115).

Texts go one a second for each store, or as the operator set it: one that comes before its turn waits for it as any
planned message does. Whoever sends for a store holds its turn until the commit, so that two at the same time are not
the same text twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing.prices import Prices
from cablegram.consent import same_text
from cablegram.consent.duplicates import fingerprint
from cablegram.consent.reasons import CATALOG, NOT_A_SUBSCRIBER
from cablegram.consent.timing import Timing
from cablegram.kit.errors import Conflict, Refused
from cablegram.kit.ids import ContactId, uuid7
from cablegram.messages.accept import accept
from cablegram.messages.media import Media
from cablegram.messages.model import Draft
from cablegram.programs.model import Standing
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.stores import codes, customers, drafts, finding, pace, people_store, store, texts
from cablegram.stores.customers import SignUp
from cablegram.stores.model import Customer, OptIn, Status, Store
from cablegram.stores.pace import Channel
from cablegram.stores.people_store import Kept

KEPT = timedelta(hours=72)
"""For so long a text waits for the YES of whom it is for (R115)."""

_MOST_KEPT = 20  # for one customer


@dataclass(frozen=True, slots=True)
class Letter:
    """A text of a store to one customer, and a picture that goes along."""

    text: str
    media_url: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a text: its id, to whom, when it goes; `is_kept`: it waits for the customer's YES."""

    id: UUID
    customer: Customer
    letter: Letter
    at: datetime
    is_kept: bool = False
    posting_id: UUID | None = None


async def send(
    rt: Runtime, who: Principal, store_id: UUID, number: str, letter: Letter, *, media: Media, prices: Prices
) -> Sent:
    """Send a text to a customer who is in.

    Raises NotFound (`store_not_found`), Conflict (`store_not_open`), InvalidInput (those of `e164.parse` and
    `texts.read`), Refused (`not_a_subscriber`, `duplicate_text`, those of pictures and of rules), PaymentRequired.
    """
    who.needs(Scope.SEND)
    texts.read(letter.text, field="text")
    parsed = await customers.number_of(rt, who, number)
    await _look_at(media, who, letter)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await finding.read(conn, who.account_id, store_id)
        finding.need_open(found)
        place = (found.id, parsed.e164)
        customer = (await people_store.customers(conn, [place])).get(place)
        if customer is None or customer.status is not Status.IN:
            sentence = f"+{parsed.e164} has not opted in to {found.name}, and it writes to nobody else."
            raise Refused(NOT_A_SUBSCRIBER.code, sentence)
        return await _send(conn, found, customer, letter, prices=prices, now=now)


async def opt_in_and_send(
    rt: Runtime, who: Principal, store_id: UUID, wanted: SignUp, letter: Letter, *, media: Media, prices: Prices
) -> Sent:
    """Send a text to somebody who may have to be signed up first.

    In a store that asks twice the request goes out, and the text waits 72 hours for the YES. Raises as `send` and
    `customers.opt_in`, Conflict (`too_many_kept`).
    """
    who.needs(Scope.SEND)
    who.needs(Scope.CONTACTS)
    texts.read(letter.text, field="text")
    number, variables = await customers.number_of(rt, who, wanted.number), wanted.variables()
    await _look_at(media, who, letter)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await finding.read(conn, who.account_id, store_id)
        finding.need_open(found)
        await store.hold_pace(conn, found.id, Channel.ONE_OFF, now=now)  # before balances are locked
        customer = await customers.know(conn, found, number, variables, now=now)
        step = customers.step_of(who, found, customer, source=wanted.source, address=wanted.address)
        is_double = found.opt_in is OptIn.DOUBLE
        written = await customers.sign_up(conn, found, customer, step, is_double=is_double, now=now)
        await customers.send_all(conn, written, prices=prices, now=now)
        customer = await customers.reread(conn, found, customer)
        if customer.status is Status.IN:
            return await _send(conn, found, customer, letter, prices=prices, now=now)
        return await _keep(conn, found, customer, letter, now)


async def release_kept(conn: Conn, found: Store, customer: Customer, *, prices: Prices, now: datetime) -> list[Draft]:
    """Send what waited for a customer's YES, except what waited for too long; return what became of each.

    The caller holds the balance.
    """
    kept = await people_store.take_kept(conn, [(found.id, customer.contact_id)])
    letters = dict.fromkeys(Letter(one.text, one.media_url) for one in kept if one.kept_until > now)
    written: list[Draft] = []
    for letter in letters:
        mark = _mark(found, customer, letter)
        if found.has_guard and await same_text.sent_before(conn, [mark], now=now):
            continue
        draft = await _draft(conn, found, customer, letter, at=None)
        await accept(conn, [draft], prices=prices, now=now)
        if draft.refusal is None:
            same_text.note(conn, [mark], now=now)
        written.append(draft)
    return written


async def _look_at(media: Media, who: Principal, letter: Letter) -> None:
    if letter.media_url is None:
        return
    refusal = (await media.check(who.account_id, [letter.media_url]))[letter.media_url]
    if refusal is not None:
        raise customers.error_of(refusal)


async def _send(conn: Conn, found: Store, customer: Customer, letter: Letter, *, prices: Prices, now: datetime) -> Sent:
    next_at = await store.hold_pace(conn, found.id, Channel.ONE_OFF, now=now)
    mark = _mark(found, customer, letter)
    if found.has_guard and await same_text.sent_before(conn, [mark], now=now):
        told = (
            f"{found.name} sent exactly this to +{customer.number} in the last 12 hours. Nothing was sent or charged."
        )
        raise Refused(CATALOG["duplicate_text"].code, told)
    at, following = pace.slot(found.one_off_pace, next_at, now)
    draft = await _draft(conn, found, customer, letter, at=at if at > now else None)
    await accept(conn, [draft], prices=prices, now=now)
    if draft.refusal is not None or draft.id is None:
        raise customers.error_of(draft.refusal) if draft.refusal else RuntimeError("neither accepted nor refused")
    await store.put_pace(conn, found.id, Channel.ONE_OFF, next_at=following)
    same_text.note(conn, [mark], now=now)
    return Sent(draft.id, customer, letter, at, posting_id=draft.posting_id)


async def _draft(conn: Conn, found: Store, customer: Customer, letter: Letter, *, at: datetime | None) -> Draft:
    contact_id: ContactId = customer.contact_id
    code = (await people_store.codes(conn, found.id, [contact_id])).get(contact_id)
    return drafts.write(
        found,
        contact_id,
        customer.number,
        code=code or await codes.marketing(conn, found.account_id),
        text=letter.text,
        media_url=letter.media_url,
        timing=None if at is None else Timing(not_before=at),
    )


async def _keep(conn: Conn, found: Store, customer: Customer, letter: Letter, now: datetime) -> Sent:
    if customer.standing is not Standing.ASKED:
        raise RuntimeError("a text waits only for somebody who was asked")
    if await people_store.count_kept(conn, found.id, customer.contact_id, now=now) >= _MOST_KEPT:
        message = f"{_MOST_KEPT} texts wait for the YES of +{customer.number}; let them answer first."
        raise Conflict("too_many_kept", message)
    kept = Kept(uuid7(), found.id, customer.contact_id, letter.text, letter.media_url, now + KEPT)
    await people_store.keep_text(conn, kept)
    return Sent(kept.id, customer, letter, now, is_kept=True)


def _mark(found: Store, customer: Customer, letter: Letter) -> same_text.Mark:
    return found.account_id, fingerprint(found.id.bytes, customer.number, letter.text, letter.media_url or "")
