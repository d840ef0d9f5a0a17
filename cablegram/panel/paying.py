"""Billing > Recharge and cards: buy credits, keep cards, have credits bought by themselves, receipts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.billing import ledger
from cablegram.billing.pricing import Quote
from cablegram.kit.currency import decimals, show_minor
from cablegram.kit.errors import CablegramError, Fault, InvalidInput, NotFound
from cablegram.kit.ids import CardId, uuid7
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.panel.billing import tabs_of
from cablegram.panel.filters import money
from cablegram.panel.forms import Errors, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.payments import auto, cards, receipts, recharging, till
from cablegram.payments.auto_model import AutoRecharge
from cablegram.payments.model import Card, Party, Payer, Receipt, Recharge, RechargeState

_HOME = "/billing/recharge"
_AUTO_SHOWN = ("below", "amount", "most_a_day", "most_a_month")
_DETAILS_SHOWN = ("name", "address", "tax_id", "receipts_to")
_LIKELY = 1_000_000_000  # micro-credits: a purchase to begin with


@dataclass(frozen=True, slots=True)
class Line:
    """A recharge in the history: what it cost, what paid, and its papers."""

    recharge: Recharge
    price: str
    paid_with: str
    papers: list[Receipt]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one thinks of buying, priced: `card` pays, `key` makes a second press the same purchase."""

    credits: int
    price: str
    card: Card
    after: int
    key: str


@dataclass(slots=True)
class Wish:
    """What is to be bought by itself, as typed."""

    is_enabled: bool = False
    below: str = "100"
    kind: str = "credits"
    amount: str = ""
    most_a_day: str = ""
    most_a_month: str = ""


@get(_HOME)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show cards, the form that buys, what is bought by itself, and the history."""
    visit.who.needs(Scope.BILLING)
    return await _page(request, visit)


@post(_HOME, status_code=200)
async def buy(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Buy credits by a card."""
    fields, rt = await read_form(request), parts_of(request).rt
    card_id = (*read_ids([fields.one("card")]), None)[0]
    try:
        wanted = _credits(fields.one("credits"), "credits")
        if card_id is None:
            raise NotFound("card_not_found", "Choose a card.")
        done = await recharging.recharge(
            rt, visit.who, card_id=card_id, credits=wanted, key=f"panel {fields.one('key')}"[: recharging.MOST_KEY]
        )
    except CablegramError as error:
        return await _page(request, visit, errors=errors_of(error, {"card_not_found": "card"}))
    return go(f"{_HOME}/{done.id}")


@get(_HOME + "/{recharge_id:uuid}")
async def one(request: Http, visit: Visitor, recharge_id: FromPath[UUID]) -> Response[str]:
    """Show what came of a recharge."""
    rt = parts_of(request).rt
    try:
        found = await recharging.ask_again(rt, visit.who, recharge_id)
    except CablegramError as error:
        if isinstance(error, NotFound):
            raise
        found = await recharging.show(rt, visit.who, recharge_id)  # the processor is silent: what is known so far
    (line,) = await _lines(request, visit, [found])
    context: Context = {
        "tabs": tabs_of(_HOME),
        "line": line,
        "balance": await ledger.balance(rt, visit.who),
        "is_open": found.state in {RechargeState.STARTED, RechargeState.UNKNOWN},
    }
    return await page(request, visit, "billing/one_recharge.html", title="Recharge", here="billing", context=context)


@post(_HOME + "/{recharge_id:uuid}/confirm", status_code=200)
async def confirm(request: Http, visit: Visitor, recharge_id: FromPath[UUID]) -> Redirect:
    """Ask the bank for its page again."""
    await recharging.confirm(parts_of(request).rt, visit.who, recharge_id)
    return go(f"{_HOME}/{recharge_id}")


@get("/billing/cards/new")
async def new_card(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Lead to the processor's own page, on which a card is typed."""
    try:
        return Redirect(await cards.page_to_add(parts_of(request).rt, visit.who), status_code=303)
    except CablegramError as error:
        return await _page(request, visit, errors={"form": error.message})


@get("/billing/cards/typed")
async def typed(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Keep the card that was typed there."""
    try:
        card = await cards.add_typed(parts_of(request).rt, visit.who, request.query_params.get("page", "")[:255])
    except CablegramError as error:
        return await _page(request, visit, errors={"form": error.message})
    return go(_HOME, flash=("done", f"{card.label} is among your cards", f"It pays until {card.expires_month}."))


@post("/billing/cards/{card_id:uuid}/default", status_code=200)
async def make_default(request: Http, visit: Visitor, card_id: FromPath[UUID]) -> Redirect:
    """Have a card pay first."""
    card = await cards.make_default(parts_of(request).rt, visit.who, card_id)
    return go(_HOME, flash=("done", f"{card.label} pays first now", ""))


@post("/billing/cards/{card_id:uuid}/remove", status_code=200)
async def remove(request: Http, visit: Visitor, card_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Take a card away."""
    try:
        await cards.remove(parts_of(request).rt, visit.who, card_id)
    except NotFound:
        raise
    except CablegramError as error:
        return await _page(request, visit, errors={"form": error.message})
    return go(_HOME, flash=("done", "The card is taken away", "Here, and at the payment processor."))


@post("/billing/auto", status_code=200)
async def set_auto(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set what is bought by itself."""
    fields, rt = await read_form(request), parts_of(request).rt
    wish = Wish(
        fields.one("is_enabled") == "on",
        fields.one("below"),
        "money" if fields.one("kind") == "money" else "credits",
        fields.one("amount"),
        fields.one("most_a_day"),
        fields.one("most_a_month"),
    )
    try:
        currency = await _currency(request, visit)
        is_money = wish.kind == "money"
        saved = await auto.change(
            rt,
            visit.who,
            is_enabled=wish.is_enabled,
            below=_credits(wish.below, "below"),
            credits=None if is_money else _credits(wish.amount, "amount"),
            money=_minor(wish.amount, currency, "amount") if is_money else None,
            most_a_day=_minor(wish.most_a_day, currency, "most_a_day") if wish.most_a_day.strip() else None,
            most_a_month=_minor(wish.most_a_month, currency, "most_a_month") if wish.most_a_month.strip() else None,
        )
    except CablegramError as error:
        errors = errors_of(error, {"credits": "amount", "money": "amount"})
        return await _page(request, visit, wish=wish, errors=errors)
    word = "Credits are bought by themselves now" if saved.is_enabled else "Nothing is bought by itself now"
    return go(f"{_HOME}#auto", flash=("done", word, ""))


@post("/billing/details", status_code=200)
async def set_details(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set who buys, as it stands on receipts."""
    fields = await read_form(request)
    payer = Payer(
        Party(fields.one("name"), fields.one("address"), fields.one("tax_id")), fields.one("receipts_to").strip()
    )
    try:
        await receipts.set_payer(parts_of(request).rt, visit.who, payer)
    except CablegramError as error:
        return await _page(request, visit, payer=payer, errors=errors_of(error))
    return go(f"{_HOME}#details", flash=("done", "Receipts are made out so from now on", ""))


@get("/billing/receipts/{receipt_id:uuid}")
async def pdf(request: Http, visit: Visitor, receipt_id: FromPath[UUID]) -> Response[bytes]:
    """Give a receipt as PDF."""
    found, data = await receipts.as_pdf(parts_of(request).rt, visit.who, receipt_id)
    name = f"{found.kind}-{found.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


async def _page(
    request: Http, visit: Visit, *, wish: Wish | None = None, payer: Payer | None = None, errors: Errors | None = None
) -> Response[str]:
    rt, cursor, found = parts_of(request).rt, Cursor.of(request), errors or {}
    history = await recharging.page(rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(_HOME, [], cursor, history, [one.id for one in history])
    own = await cards.listed(rt, visit.who)
    set_up = await auto.show(rt, visit.who)
    currency = await _currency(request, visit, or_none=True)
    purchase, problem = await _purchase(request, visit, own) if own and not found else (None, "")
    context: Context = {
        "tabs": tabs_of(_HOME),
        "takes_cards": till.takes_cards(rt.settings),
        "how_to_pay": (await receipts.seller(rt, visit.who)).how_to_pay,
        "balance": await ledger.balance(rt, visit.who),
        "cards": own,
        "choices": [(str(one.id), one.label) for one in own],
        "today": rt.clock.now().date(),
        "credits": request.query_params.get("credits", "") or micro_to_credits(_LIKELY),
        "card": request.query_params.get("card", ""),
        "purchase": purchase,
        "problem": problem,
        "currency": currency,
        "wish": wish or _wish(set_up, currency),
        "auto": set_up,
        "said": await _said(request, visit, set_up),
        "lines": await _lines(request, visit, list(listed.rows)),
        "newer": listed.newer,
        "older": listed.older,
        "payer": payer or await receipts.payer(rt, visit.who),
        "errors": found,
        "summary": summary_of(found, (*_AUTO_SHOWN, *_DETAILS_SHOWN, "credits", "card")),
    }
    status = 400 if found else 200
    return await page(
        request,
        visit,
        "billing/recharge.html",
        title="Recharge and cards",
        here="billing",
        context=context,
        status=status,
    )


async def _purchase(request: Http, visit: Visit, own: list[Card]) -> tuple[Purchase | None, str]:
    """Price what the address asks for, if it asks for anything; or say why it has no price."""
    typed_ = request.query_params.get("credits", "")
    if not typed_:
        return None, ""
    chosen = (*read_ids([request.query_params.get("card", "")]), None)[0]
    card = next((one for one in own if one.id == chosen), own[0])
    rt = parts_of(request).rt
    try:
        price = await recharging.quote(rt, visit.who, _credits(typed_, "credits"))
    except CablegramError as error:
        return None, error.message
    after = await ledger.balance(rt, visit.who) + price.credits_micro
    return Purchase(price.credits_micro, show_minor(price.amount, price.currency), card, after, str(uuid7())), ""


async def _lines(request: Http, visit: Visit, found: list[Recharge]) -> list[Line]:
    rt = parts_of(request).rt
    known = await recharging.cards_of(rt, visit.who, found)
    papers = await receipts.of_recharges(rt, visit.who, found)
    return [
        Line(
            one,
            show_minor(one.amount, one.currency) if one.amount else "",
            _paid_with(one, known),
            [paper for paper in papers if paper.recharge_id == one.id],
        )
        for one in found
    ]


def _paid_with(one: Recharge, known: dict[CardId, Card]) -> str:
    card = known.get(one.card_id) if one.card_id else None
    return card.label if card else one.reference


async def _currency(request: Http, visit: Visit, *, or_none: bool = False) -> str:
    """Return in which currency the account buys. Raises Conflict (`no_credit_price`) unless nobody minds."""
    try:
        return (await recharging.quote(parts_of(request).rt, visit.who, _LIKELY)).currency
    except CablegramError:
        if or_none:
            return ""
        raise


async def _said(request: Http, visit: Visit, set_up: AutoRecharge | None) -> dict[str, Any] | None:
    """Say in numbers what is bought by itself: below which balance, how much, for how much; None while it is off."""
    if set_up is None or not set_up.is_enabled:
        return None
    try:
        price = await _price(request, visit, set_up)
    except CablegramError:
        return None
    amount = show_minor(price.amount, price.currency)
    return {"below": money(set_up.below), "credits": money(price.credits_micro), "price": amount}


async def _price(request: Http, visit: Visit, set_up: AutoRecharge) -> Quote:
    rt = parts_of(request).rt
    if set_up.credits is not None:
        return await recharging.quote(rt, visit.who, set_up.credits)
    return await recharging.quote_money(rt, visit.who, set_up.money or 0)


def _wish(set_up: AutoRecharge | None, currency: str) -> Wish:
    if set_up is None:
        return Wish(amount=micro_to_credits(_LIKELY))
    is_money = set_up.credits is None
    return Wish(
        set_up.is_enabled,
        micro_to_credits(set_up.below),
        "money" if is_money else "credits",
        _typed(set_up.money, currency) if is_money else micro_to_credits(set_up.credits or 0),
        _typed(set_up.most_a_day, currency),
        _typed(set_up.most_a_month, currency),
    )


def _typed(amount: int | None, currency: str) -> str:
    return "" if amount is None else show_minor(amount, currency or "EUR").partition(" ")[0]


def _credits(text: str, field: str) -> int:
    try:
        return credits_to_micro(text.replace(" ", ""))
    except InvalidInput as error:
        raise InvalidInput(error.code, error.message, faults=[Fault(field, "bad_amount", error.message)]) from None


def _minor(text: str, currency: str, field: str) -> int:
    """Read an amount of money as its smallest units. Raises InvalidInput (`bad_amount`)."""
    micro = _credits(text, field)
    unit = 1_000_000 // 10 ** decimals(currency)
    if micro % unit:
        message = f"{text[:40]!r} is finer than the smallest amount of {currency}."
        raise InvalidInput("bad_amount", message, faults=[Fault(field, "bad_amount", message)])
    return micro // unit


HANDLERS = (
    show,
    buy,
    one,
    confirm,
    new_card,
    typed,
    make_default,
    remove,
    set_auto,
    set_details,
    pdf,
)
