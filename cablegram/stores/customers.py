"""Customers of a store who are signed up, looked up and taken out by the account (R115-R117, R120).

Who texts a keyword, YES or STOP does that in `hearing.py`. Where a permission comes from is recorded with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing.prices import Prices
from cablegram.consent.case import Purpose
from cablegram.consent.reasons import OPTED_OUT
from cablegram.contacts import knowing
from cablegram.evidence.write import door
from cablegram.kit.errors import CablegramError, InvalidInput, NotFound, PaymentRequired, Refused
from cablegram.kit.names import read_note
from cablegram.messages import leaving
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, Refusal
from cablegram.numbers import e164
from cablegram.numbers.e164 import Number
from cablegram.programs import move
from cablegram.programs.model import Standing, Step
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.stores import codes, drafts, finding, people_store
from cablegram.stores.model import STANDINGS, Code, Customer, OptIn, Status, Store, Text

ASKED_AGAIN_AFTER = timedelta(hours=12)
"""Who was asked and did not answer is not asked again before that."""

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class SignUp:
    """Somebody to sign up: the number as it was written, names, and where the permission comes from."""

    number: str
    first_name: str = ""
    last_name: str = ""
    source: str = ""
    address: str = ""  # from where the program or person called

    def variables(self) -> dict[str, str]:
        """Return what the contact is told to be called. Raises InvalidInput (`bad_name`)."""
        given = {
            "first_name": read_note(self.first_name, field="first_name", most=100),
            "last_name": read_note(self.last_name, field="last_name", most=100),
        }
        return {name: value for name, value in given.items() if value}


async def opt_in(rt: Runtime, who: Principal, store_id: UUID, wanted: SignUp, *, prices: Prices) -> Customer:
    """Sign somebody up: in at once, or asked, as the store has it; who is in stays in and is told nothing.

    Raises NotFound (`store_not_found`), Conflict (`store_not_open`), InvalidInput (those of `e164.parse`, `bad_name`),
    Refused (`opted_out`: they left by text; `store_code_needed`, or why nothing may be sent there, such as
    `blacklisted`), PaymentRequired.
    """
    who.needs(Scope.CONTACTS)
    number, variables = await number_of(rt, who, wanted.number), wanted.variables()
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await finding.read(conn, who.account_id, store_id)
        finding.need_open(found)
        customer = await know(conn, found, number, variables, now=now)
        step = step_of(who, found, customer, source=wanted.source, address=wanted.address)
        written = await sign_up(conn, found, customer, step, is_double=found.opt_in is OptIn.DOUBLE, now=now)
        await send_all(conn, written, prices=prices, now=now)
        return await reread(conn, found, customer)


async def opt_out(
    rt: Runtime, who: Principal, store_id: UUID, number: str, *, prices: Prices, source: str = ""
) -> Customer:
    """Take somebody out: what waits for them is withdrawn, and one text confirms it; who is out is told nothing.

    It is done also where the text can't be paid for, or no number is left to send it from. Raises NotFound
    (`store_not_found`, `customer_not_found`), InvalidInput (those of `e164.parse`).
    """
    who.needs(Scope.CONTACTS)
    parsed = await number_of(rt, who, number)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await finding.read(conn, who.account_id, store_id)
        await leaving.lock(conn, [who.account_id])
        customer = await _there(conn, found, parsed)
        known = await people_store.codes(conn, found.id, [customer.contact_id])
        step = step_of(who, found, customer, source=source)
        if await leaving.leave(conn, [step], now=now) and customer.standing is not Standing.GUEST:
            code = known.get(customer.contact_id) or await codes.any_marketing(conn, who.account_id)
            text = found.texts[Text.OPT_OUT_CONFIRMATION]
            if code is not None:
                await accept(conn, [confirmation(found, customer, code, text)], prices=prices, now=now)
        await let_go(conn, [(found, customer)])
        return replace(await reread(conn, found, customer), code=None)


async def get(rt: Runtime, who: Principal, store_id: UUID, number: str) -> Customer:
    """Return who a number is to a store. Raises NotFound (`store_not_found`, `customer_not_found`), InvalidInput."""
    who.needs(Scope.READ)
    parsed = await number_of(rt, who, number)
    async with rt.db.connection() as conn:
        return await _there(conn, await finding.read(conn, who.account_id, store_id), parsed)


async def page(
    rt: Runtime,
    who: Principal,
    store_id: UUID,
    *,
    status: Status | None = None,
    after: UUID | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[Customer]:
    """Return customers of a store, all or of one status, in the order of their contacts.

    Raises NotFound (`store_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await finding.read(conn, who.account_id, store_id)
        return await people_store.page_of_customers(
            conn,
            who.account_id,
            found.id,
            standings=None if status is None else STANDINGS[status],
            after=after,
            offset=offset,
            limit=min(limit, MOST_AT_ONCE),
        )


async def number_of(rt: Runtime, who: Principal, text: str) -> Number:
    """Read a number as people of the account write it. Raises InvalidInput (those of `e164.parse`)."""
    return e164.parse(text, (await directory.show(rt, who)).default_country)


async def know(conn: Conn, found: Store, number: Number, variables: dict[str, str], *, now: datetime) -> Customer:
    """Return who a number is to a store, a guest who stands nowhere yet where nobody knew it; locks as `leaving.lock`.

    Raises InvalidInput (`bad_variable`).
    """
    contact = await knowing.know(conn, found.account_id, number, variables, now=now)
    await leaving.lock(conn, [found.account_id])
    place = (found.id, number.e164)
    known = (await people_store.customers(conn, [place])).get(place)
    return known or Customer(contact.id, found.id, number.e164, "", Standing.GUEST, now)


async def sign_up(
    conn: Conn, found: Store, customer: Customer, step: Step, *, is_double: bool, now: datetime
) -> list[Draft]:
    """Let somebody in or ask them; return what is to be written to them about it. The caller holds the balance.

    Raises Refused (`opted_out`) for who left by a text of their own: nobody writes to them, not even to ask.
    """
    if customer.status is Status.IN:
        return []
    if await people_store.has_said_no(conn, found.id, customer.number):
        sentence = (
            f"+{customer.number} has opted out of {found.name} by text. Only they can come back: by {found.keyword}."
        )
        raise Refused(OPTED_OUT.code, sentence)
    code = (await codes.assign(conn, found.account_id, found.id, [customer.contact_id], now=now))[customer.contact_id]
    if not is_double:
        text = found.texts[Text.OPT_IN_CONFIRMATION]
        await move.enter(conn, [replace(step, words=step.words or text)], now=now)
        return [automatic(found, customer, code, text)]
    if customer.status is Status.PENDING and now - customer.since < ASKED_AGAIN_AFTER:
        return []
    text = found.texts[Text.OPT_IN_REQUEST]
    await move.ask(conn, [replace(step, words=text)], now=now)
    return [automatic(found, customer, code, text)]


def step_of(who: Principal, found: Store, customer: Customer, *, source: str = "", address: str = "") -> Step:
    """Return what somebody who was recognized does about a customer, as evidence has it."""
    return Step(
        account_id=found.account_id,
        program_id=found.id,
        contact_id=customer.contact_id,
        number=customer.number,
        how=door(who).value,
        by=who.name,
        source=source,
        address=address,
    )


def automatic(found: Store, customer: Customer, code: Code, text: str) -> Draft:
    """Return a text that a store sends by itself."""
    return drafts.write(found, customer.contact_id, customer.number, code=code, text=text, purpose=Purpose.AUTOMATIC)


def confirmation(found: Store, customer: Customer, code: Code, text: str) -> Draft:
    """Return the one text that somebody gets who has left."""
    return drafts.write(found, customer.contact_id, customer.number, code=code, text=text, purpose=Purpose.CONFIRMATION)


async def send_all(conn: Conn, written: Sequence[Draft], *, prices: Prices, now: datetime) -> None:
    """Have texts accepted, all or none. Raises what stands against the first that is refused."""
    await accept(conn, written, prices=prices, now=now)
    for draft in written:
        if draft.refusal is not None:
            raise error_of(draft.refusal)


def error_of(refusal: Refusal) -> CablegramError:
    """Return why a message was not accepted, as an error to raise."""
    if refusal.code == "insufficient_credit":
        return PaymentRequired(refusal.code, refusal.message)
    kind = InvalidInput if refusal.code in {"text_too_short", "text_too_long", "bad_character"} else Refused
    return kind(refusal.code, refusal.message)


async def let_go(conn: Conn, left: Sequence[tuple[Store, Customer]]) -> None:
    """Free the codes of customers who left, and forget the texts that waited for their YES."""
    if left:
        gone = [(found.id, customer.contact_id) for found, customer in left]
        await people_store.free_codes(conn, gone)
        await people_store.take_kept(conn, gone)


async def left(conn: Conn, steps: Sequence[Step]) -> None:
    """Forget what waited for people who left their stores by another way than a text or a call."""
    gone = [(one.program_id, one.contact_id) for one in steps]
    await people_store.free_codes(conn, gone)
    await people_store.take_kept(conn, gone)


async def reread(conn: Conn, found: Store, customer: Customer) -> Customer:
    """Return a customer as they stand now."""
    place = (found.id, customer.number)
    return (await people_store.customers(conn, [place])).get(place) or customer


async def _there(conn: Conn, found: Store, number: Number) -> Customer:
    place = (found.id, number.e164)
    known = (await people_store.customers(conn, [place])).get(place)
    if known is None:
        raise NotFound("customer_not_found", f"+{number.e164} is nobody that the store {found.name} knows.")
    return known
