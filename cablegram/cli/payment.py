"""`cablegram payment`: what accounts paid, by card or another way; and what goes back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, money, table
from cablegram.kit.currency import decimals, read_currency, show_minor
from cablegram.kit.errors import InvalidInput
from cablegram.kit.money import MICRO, credits_to_micro
from cablegram.payments import auto, cards, receipts, recharging, refunding
from cablegram.payments.auto_model import AutoRecharge
from cablegram.payments.model import Card, Party, Recharge, RechargeState, Seller
from cablegram.runtime.runtime import Runtime

Credits = Annotated[str, Parameter(name="--credits", help="How many, such as 1000.")]


def list_payments(
    *,
    state: Annotated[RechargeState | None, Parameter(help="Only those in this state.")] = None,
    limit: Annotated[int, Parameter(help="How many at most, the newest first.")] = 50,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List payments of all accounts, newest first."""

    async def deed(rt: Runtime) -> list[Recharge]:
        return await recharging.page_of_all(rt, operator(choosing.ME), state=state, limit=limit)

    found = act(place, deed)
    rows = [
        (
            moment(one.created_at),
            one.state.value,
            _price(one),
            money(one.credits),
            one.reference or one.explained[:50],
            str(one.id),
        )
        for one in found
    ]
    text = table(("when", "state", "price", "credits", "about", "id"), rows, numbers=("price", "credits"))
    say(text if rows else "There is no payment.", [_facts(one) for one in found], as_json=json)


def enter(
    account: str,
    credits_: Credits,
    *,
    amount: Annotated[str, Parameter(help="What was paid, such as 25.00.")] = "",
    currency: Annotated[str, Parameter(help="ISO 4217, such as EUR; needed beside an amount.")] = "",
    reference: Annotated[str, Parameter(help="The bank's, or your invoice's: each is entered once.")] = "",
    note: Annotated[str, Parameter(help="Stands with the payment.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Enter a payment that came another way than by card; its credits are there at once."""
    wanted = credits_to_micro(credits_)
    paid = _minor(amount, currency) if amount else 0

    async def deed(rt: Runtime) -> Recharge:
        found, who = await choosing.acting(rt, account)
        return await recharging.top_up(
            rt, who, found.id, credits=wanted, amount=paid, currency=currency, reference=reference, note=note
        )

    done = act(place, deed)
    say(f"{money(done.credits)} credits are in the balance: payment {done.id}", _facts(done), as_json=json)


def refund(
    payment: UUID,
    *,
    amount: Annotated[str, Parameter(help="How much of it, such as 5.00; else all that is left.")] = "",
    note: Annotated[str, Parameter(help="Stands with the refund.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Give a payment back, through the processor that took it; its credits go with it."""

    async def deed(rt: Runtime) -> Recharge:
        boss = operator(choosing.ME)
        part = None
        if amount:
            part = _minor(amount, (await recharging.any_payment(rt, boss, payment)).currency)
        return await refunding.refund(rt, boss, payment, amount=part, note=note)

    done = act(place, deed)
    back = show_minor(done.returned, done.currency)
    say(f"Of payment {done.id} {back} went back; it is {done.state.value}.", _facts(done), as_json=json)


def list_cards(account: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """List an account's cards, the one that pays first at the top."""

    async def deed(rt: Runtime) -> list[Card]:
        _, who = await choosing.acting(rt, account)
        return await cards.listed(rt, who)

    found = act(place, deed)
    rows = [(one.label, one.expires_month, "yes" if one.is_default else "", str(one.id)) for one in found]
    facts = [
        {"id": one.id, "brand": one.brand, "last4": one.last4, "expires": one.expires_month, "default": one.is_default}
        for one in found
    ]
    say(table(("card", "until", "first", "id"), rows) if rows else "There is no card.", facts, as_json=json)


def buy(
    account: str,
    credits_: Credits,
    *,
    card: Annotated[UUID | None, Parameter(help="Which one pays; else the one that pays first.")] = None,
    key: Annotated[str | None, Parameter(help="The same key is the same purchase, paid once.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Buy credits for an account by one of its cards."""
    wanted = credits_to_micro(credits_)

    async def deed(rt: Runtime) -> Recharge:
        _, who = await choosing.acting(rt, account)
        chosen = card or next((one.id for one in await cards.listed(rt, who)), None)
        if chosen is None:
            raise InvalidInput("card_needed", "The account has no card. People add one under Billing in the panel.")
        return await recharging.recharge(rt, who, card_id=chosen, credits=wanted, key=key)

    done = act(place, deed)
    words = f"Payment {done.id} of {_price(done)} is {done.state.value}."
    say(" ".join(filter(None, [words, done.explained, done.action_url or ""])), _facts(done), as_json=json)


def set_auto(
    account: str,
    *,
    below: Annotated[str, Parameter(help="Credits: it buys when the balance is less.")] = "100",
    credits_: Annotated[str, Parameter(name="--credits", help="How many are bought, such as 1000.")] = "",
    off: Annotated[bool, Parameter(negative=(), help="Buy nothing by itself.")] = False,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Have an account's credits bought by themselves when its balance falls."""
    line, wanted = credits_to_micro(below), credits_to_micro(credits_) if credits_ else MICRO

    async def deed(rt: Runtime) -> AutoRecharge:
        _, who = await choosing.acting(rt, account)
        if not credits_ and not off:
            raise InvalidInput("bad_auto_recharge", "Say how much is bought: --credits 1000, or --off.")
        return await auto.change(rt, who, is_enabled=not off, below=line, credits=wanted, money=None)

    done = act(place, deed)
    bought = f"Below {money(done.below)} credits, {money(done.credits or 0)} are bought."
    facts = {"is_enabled": done.is_enabled, "below": done.below, "credits": done.credits}
    say(bought if done.is_enabled else "Nothing is bought by itself.", facts, as_json=json)


def seller(
    *,
    name: str = "",
    address: Annotated[str, Parameter(help="In lines.")] = "",
    tax_id: Annotated[str, Parameter(help="A tax number.")] = "",
    note: Annotated[str, Parameter(help="About taxes, below the sum.")] = "",
    how_to_pay: Annotated[str, Parameter(help="What accounts do to pay you without a card.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show who sells as it stands on receipts, or change what is given."""

    async def deed(rt: Runtime) -> Seller:
        boss = operator(choosing.ME)
        known = await receipts.seller(rt, boss)
        if not any((name, address, tax_id, note, how_to_pay)):
            return known
        party = Party(name or known.party.name, address or known.party.address, tax_id or known.party.tax_id)
        return await receipts.set_seller(rt, boss, Seller(party, note or known.note, how_to_pay or known.how_to_pay))

    found = act(place, deed)
    party = found.party
    facts: dict[str, Any] = {"name": party.name, "address": party.address, "tax_id": party.tax_id}
    facts |= {"note": found.note, "how_to_pay": found.how_to_pay}
    lines = [line for line in (party.name, party.address, party.tax_id, found.note, found.how_to_pay) if line]
    say("\n".join(lines) or "Nothing is said yet.", facts, as_json=json)


def _minor(text: str, currency: str) -> int:
    micro, unit = credits_to_micro(text), MICRO // 10 ** decimals(read_currency(currency))
    if micro % unit:
        raise InvalidInput("bad_amount", f"{text[:40]!r} is finer than the smallest amount of {currency}.")
    return micro // unit


def _price(one: Recharge) -> str:
    return show_minor(one.amount, one.currency) if one.amount else ""


def _facts(one: Recharge) -> dict[str, Any]:
    return {
        "id": one.id,
        "account_id": one.account_id,
        "state": one.state.value,
        "credits": one.credits,
        "amount": one.amount,
        "currency": one.currency,
        "returned": one.returned,
        "reason": one.reason,
        "reference": one.reference,
        "created_at": one.created_at,
    }
