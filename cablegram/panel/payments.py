"""The operator's payments: of all accounts, entered by hand, given back; and who sells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import directory
from cablegram.accounts.access import Scope
from cablegram.kit.currency import decimals, read_currency, show_minor
from cablegram.kit.errors import CablegramError, Fault, InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.kit.money import credits_to_micro
from cablegram.panel.filters import money
from cablegram.panel.forms import Errors, Fields, errors_of, new_key, read_form, read_ids, read_key, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.payments import receipts, recharging, refunding, till
from cablegram.payments.model import KEPT, Party, Recharge, RechargeState, Seller

_HOME = "/operator/payments"
_SHOWN = ("account", "credits", "amount", "currency", "reference", "note")
_MOST_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A payment in the list; `left` is what can be given back, "" where nothing can."""

    recharge: Recharge
    account: str
    price: str
    left: str


@get(_HOME)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show payments of all accounts."""
    visit.who.needs(Scope.OPERATOR)
    return await _page(request, visit, {"account": request.query_params.get("account", "")})


@post(_HOME, status_code=200)
async def enter(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Enter a payment that came another way."""
    visit.who.needs(Scope.OPERATOR)
    fields, rt = await read_form(request), parts_of(request).rt
    form = {name: fields.one(name).strip() for name in _SHOWN}
    account_id = (*read_ids([form["account"]]), None)[0]
    try:
        if account_id is None:
            message = "Choose whose payment it is."
            raise InvalidInput("account_not_found", message, faults=[Fault("account", "account_not_found", message)])
        done = await recharging.top_up(
            rt,
            visit.who,
            AccountId(account_id),
            credits=_micro(form["credits"], "credits"),
            amount=_minor(form["amount"], form["currency"]) if form["amount"] else 0,
            currency=form["currency"],
            reference=form["reference"],
            note=form["note"],
            key=read_key(fields),
        )
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error, {"account_not_found": "account"}))
    return go(_HOME, flash=("done", f"{money(done.credits)} credits are in the balance", ""))


@post(_HOME + "/{recharge_id:uuid}/refund", status_code=200)
async def refund(request: Http, visit: Visitor, recharge_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give back what is left of a payment."""
    try:
        done = await refunding.refund(parts_of(request).rt, visit.who, recharge_id)
    except CablegramError as error:
        return await _page(request, visit, {}, errors={"form": error.message})
    if done.state is RechargeState.REFUNDED:
        return go(_HOME, flash=("done", f"{show_minor(done.amount, done.currency)} went back", "The credits with it."))
    return go(_HOME, flash=("info", "The refund is on its way", "The processor is asked until it is known."))


@post(_HOME + "/seller", status_code=200)
async def set_seller(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set who sells, as it stands on receipts."""
    fields = await read_form(request)
    new = _seller(fields)
    try:
        await receipts.set_seller(parts_of(request).rt, visit.who, new)
    except CablegramError as error:
        return await _page(request, visit, {}, seller=new, errors=errors_of(error, {"name": "seller_name"}))
    return go(f"{_HOME}#seller", flash=("done", "Receipts say so from now on", ""))


async def _page(
    request: Http,
    visit: Visit,
    form: dict[str, str],
    *,
    seller: Seller | None = None,
    errors: Errors | None = None,
) -> Response[str]:
    rt, cursor, wrong = parts_of(request).rt, Cursor.of(request), errors or {}
    state = request.query_params.get("state", "")
    wanted = RechargeState(state) if state in {one.value for one in RechargeState} else None
    found = await recharging.page_of_all(rt, visit.who, after=cursor.after, state=wanted, limit=PAGE + 1)
    query = [("state", state)] if wanted else []
    listed = paged(_HOME, query, cursor, found, [one.id for one in found])
    accounts = await directory.page(rt, visit.who, limit=_MOST_ACCOUNTS)
    async with rt.db.connection() as conn:
        names = await directory.many(conn, list({one.account_id for one in listed.rows}))
    context: Context = {
        "takes_cards": till.takes_cards(rt.settings),
        "has_webhook": bool(rt.settings.stripe_webhook_secret),
        "hook": f"{rt.settings.public}/callbacks/stripe",
        "rows": [_row(one, names[one.account_id].name) for one in listed.rows],
        "newer": listed.newer,
        "older": listed.older,
        "state": state if wanted else "",
        "states": [one.value for one in RechargeState],
        "accounts": [(str(one.id), one.name) for one in accounts],
        "form": {name: form.get(name, "") for name in _SHOWN},
        "key": new_key(),
        "seller": seller or await receipts.seller(rt, visit.who),
        "errors": wrong,
        "summary": summary_of(wrong, (*_SHOWN, "seller_name", "address", "tax_id", "how_to_pay")),
    }
    return await page(
        request,
        visit,
        "operator/payments.html",
        title="Payments",
        here="payments",
        context=context,
        status=400 if wrong else 200,
    )


def _row(one: Recharge, account: str) -> Row:
    left = one.amount - one.returned if one.state in KEPT else 0
    price = show_minor(one.amount, one.currency) if one.amount else ""
    return Row(one, account, price, show_minor(left, one.currency) if left else "")


def _seller(fields: Fields) -> Seller:
    party = Party(fields.one("seller_name"), fields.one("address"), fields.one("tax_id"))
    return Seller(party, fields.one("tax_note"), fields.one("how_to_pay"))


def _micro(text: str, field: str) -> int:
    try:
        return credits_to_micro(text.replace(" ", ""))
    except InvalidInput as error:
        raise InvalidInput(error.code, error.message, faults=[Fault(field, error.code, error.message)]) from None


def _minor(text: str, currency: str) -> int:
    """Read what was paid as the currency's smallest units. Raises InvalidInput (`bad_amount`, `bad_currency`)."""
    micro, unit = _micro(text, "amount"), 1_000_000 // 10 ** decimals(read_currency(currency))
    if micro % unit:
        message = f"{text[:40]!r} is finer than the smallest amount of {currency}."
        raise InvalidInput("bad_amount", message, faults=[Fault("amount", "bad_amount", message)])
    return micro // unit


HANDLERS: tuple[Any, ...] = (show, enter, refund, set_seller)
