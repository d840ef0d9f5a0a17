"""Receipts for payments and credit notes for what went back: numbered without a gap, and never changed again.

They are written in the transaction in which the credits move. What stands on one was true at that moment: who sold, who
bought, and the operator's note about taxes. Taxes themselves are not reckoned.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import ReceiptId, uuid7
from cablegram.mail.address import is_address
from cablegram.mail.model import Attachment
from cablegram.payments import card_store, receipt_store, telling
from cablegram.payments.model import Facts, Party, Payer, Receipt, Recharge, Return, Seller
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

RECEIPT, CREDIT_NOTE = "receipt", "credit_note"
_MOST = {"name": 200, "address": 500, "tax_id": 60, "note": 1_000, "how_to_pay": 2_000}


async def write(conn: Conn, recharge: Recharge, *, now: datetime) -> None:
    """Write the receipt of a recharge that was paid now, and send it where the account wants it."""
    facts = await _facts(conn, recharge, credits_=recharge.credits, amount=recharge.amount)
    if recharge.amount:  # who paid nothing gets no receipt
        await _write(conn, recharge, facts, RECEIPT, now=now)


async def write_credit_note(conn: Conn, recharge: Recharge, back: Return, *, now: datetime) -> None:
    """Write the credit note of money that went back now."""
    of = await receipt_store.receipts_of(conn, recharge.account_id, [recharge.id])
    about = of[0].number if of else ""
    facts = await _facts(conn, recharge, credits_=-back.credits, amount=-back.amount, about=about)
    await _write(conn, recharge, facts, CREDIT_NOTE, back=back, now=now)


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Receipt]:
    """Return the account's receipts and credit notes, newest first."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        return await receipt_store.receipts(conn, who.account_id, after, limit=limit)


async def of_recharges(rt: Runtime, who: Principal, recharges: list[Recharge]) -> list[Receipt]:
    """Return the receipts and credit notes of some recharges of the account."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        return await receipt_store.receipts_of(conn, who.account_id, [one.id for one in recharges])


async def as_pdf(rt: Runtime, who: Principal, receipt_id: UUID) -> tuple[Receipt, bytes]:
    """Return a receipt as a page to print. Raises NotFound (`receipt_not_found`)."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        found = await receipt_store.get_receipt(conn, who.account_id, receipt_id)
    if found is None:
        raise NotFound("receipt_not_found", f"The account has no receipt {receipt_id}.")
    return found, _pdf(found)


async def payer(rt: Runtime, who: Principal) -> Payer:
    """Return who buys, as it stands on the account's next receipt."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        return await receipt_store.get_payer(conn, who.account_id)


async def set_payer(rt: Runtime, who: Principal, new: Payer) -> Payer:
    """Set who buys, and where receipts go. Raises InvalidInput (`bad_billing_details`, `bad_address`)."""
    who.needs(Scope.BILLING)
    party = _read(new.party)
    to = new.receipts_to.strip()
    if to and not is_address(to):
        message = f"{to[:60]!r} is no e-mail address: write one such as accounts@example.com."
        raise InvalidInput("bad_address", message, faults=[Fault("receipts_to", "bad_address", message)])
    async with rt.db.transaction() as conn:
        saved = Payer(party, to)
        await receipt_store.put_payer(conn, who.account_id, saved)
        facts = {"what": "billing details", "by": who.name}
        await record(conn, [Event(Kind.PROFILE_CHANGED, who.account_id, who.account_id, facts)], now=rt.clock.now())
    return saved


async def seller(rt: Runtime, who: Principal) -> Seller:
    """Return who sells: everybody who may see the balance may see how to pay."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await receipt_store.get_seller(conn)


async def seller_name(conn: Conn) -> str:
    """Return whose installation this is, "" where nobody said."""
    return (await receipt_store.get_seller(conn)).party.name


async def set_seller(rt: Runtime, who: Principal, new: Seller) -> Seller:
    """Set who sells, what stands about taxes, and how to pay without a card. Raises InvalidInput."""
    who.needs(Scope.OPERATOR)
    saved = Seller(_read(new.party), _text("note", new.note), _text("how_to_pay", new.how_to_pay))
    async with rt.db.transaction() as conn:
        await receipt_store.put_seller(conn, saved)
        await record(conn, [Event(Kind.SELLER_CHANGED, None, None, {"by": who.name})], now=rt.clock.now())
    return saved


async def _facts(conn: Conn, recharge: Recharge, *, credits_: int, amount: int, about: str = "") -> Facts:
    seller_ = await receipt_store.get_seller(conn)
    payer_ = await receipt_store.get_payer(conn, recharge.account_id)
    buyer = payer_.party
    if not buyer.name:
        buyer = Party(await receipt_store.account_name(conn, recharge.account_id), buyer.address, buyer.tax_id)
    cards = await card_store.cards_named(conn, recharge.account_id, [recharge.card_id]) if recharge.card_id else []
    paid_with = cards[0].label if cards else recharge.reference or "Paid to the operator"
    language = await telling.language_of_receipts(conn, recharge.account_id, payer_.receipts_to)
    return Facts(seller_.party, buyer, seller_.note, credits_, amount, recharge.currency, paid_with, about, language)


async def _write(
    conn: Conn, recharge: Recharge, facts: Facts, kind: str, *, back: Return | None = None, now: datetime
) -> None:
    number = f"{now.year}-{await receipt_store.next_number(conn, now.year):06d}"
    new = Receipt(ReceiptId(uuid7()), recharge.account_id, number, kind, recharge.id, now, facts)
    await receipt_store.insert_receipt(conn, new, back.id if back else None)
    told = {
        "number": number,
        "credits": abs(facts.credits),
        "amount": abs(facts.amount),
        "currency": facts.currency,
        "paid_with": facts.paid_with,
        "about": facts.about,
    }
    await telling.send_receipt(conn, recharge.account_id, kind, told, lambda: [_file(new)], now=now)


def _file(receipt: Receipt) -> Attachment:
    return Attachment(f"{receipt.kind}-{receipt.number}.pdf", "application/pdf", _pdf(receipt))


def _pdf(receipt: Receipt) -> bytes:
    # What writes PDF takes a fifth of a second to load, in each process that moves payments: only who prints needs it.
    module: Any = import_module("cablegram.payments.receipt_pdf")
    return module.write(receipt)


def _read(party: Party) -> Party:
    return Party(_text("name", party.name), _text("address", party.address), _text("tax_id", party.tax_id))


def _text(field: str, text: str) -> str:
    lines = [line.strip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    if len(text) > _MOST[field] or not all(line.isprintable() for line in lines):
        message = f"`{field}` has {_MOST[field]} characters at most, in lines without control characters."
        raise InvalidInput("bad_billing_details", message, faults=[Fault(field, "bad_billing_details", message)])
    return "\n".join(lines)
