"""Numbers > Find and buy, and what becomes of a number that is rented (R58-R60)."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from cablegram.accounts import directory
from cablegram.accounts.access import Scope
from cablegram.billing import ledger
from cablegram.connectors.providers.number_shop import Where
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import ConnectorId
from cablegram.numbers.countries import COUNTRIES
from cablegram.panel import destinations
from cablegram.panel.filters import money, phone
from cablegram.panel.forms import Errors, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import address
from cablegram.panel.visit import Http, Visitor, parts_of
from cablegram.rentals import buying, ending, finding, searching
from cablegram.rentals.buying import Order
from cablegram.rentals.model import Price, Rental, State
from cablegram.rentals.searching import Query, Result
from cablegram.senders.model import NumberType

HERE = "/numbers/find"
TYPES = {
    NumberType.LOCAL: "local number",
    NumberType.NATIONAL: "national number",
    NumberType.MOBILE: "mobile number",
    NumberType.TOLL_FREE: "toll-free number",
}
_SHOWN = ("country", "type", "pattern", "where")


@dataclass(frozen=True, slots=True)
class Form:
    """What is looked for, as typed."""

    country: str
    type: str = ""
    pattern: str = ""
    where: str = Where.STARTS_WITH.value
    page: int = 1

    @property
    def query(self) -> list[tuple[str, str]]:
        """Return it as an address keeps it."""
        return [("country", self.country), ("type", self.type), ("pattern", self.pattern), ("where", self.where)]


@get(HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the form, and what was found."""
    rt, asked = parts_of(request).rt, request.query_params
    priced = sorted({country for country, _ in await finding.prices(rt, visit.who)})
    form = _form(asked, priced, (await directory.show(rt, visit.who)).default_country)
    result, errors = Result([], has_more=False), Errors()
    if "country" in asked:
        try:
            result = await searching.search(rt, visit.who, _query(form))
        except CablegramError as error:
            errors = errors_of(error)
    before, after = (address(HERE, [*form.query, ("page", str(form.page + step))]) for step in (-1, 1))
    context: Context = {
        "tabs": destinations.tabs(HERE),
        "form": form,
        "countries": [(iso, COUNTRIES[iso].name) for iso in priced if iso in COUNTRIES],
        "types": [(kind.value, label) for kind, label in TYPES.items()],
        "rows": [(one, TYPES[one.number_type]) for one in result.items],
        "closed": result.closed,
        "has_searched": "country" in asked and not errors,
        "balance": await ledger.balance(rt, visit.who),
        "may_buy": visit.who.is_operator or Scope.BILLING in visit.who.scopes,
        "may_price": visit.who.is_operator,
        "newer": before if form.page > 1 else "",
        "older": after if result.has_more else "",
        "errors": errors,
        "summary": summary_of(errors, _SHOWN),
    }
    return await page(request, visit, "numbers/find.html", title="Find and buy", here="numbers", context=context)


@post("/numbers/buy", status_code=303)
async def buy(request: Http, visit: Visitor) -> Redirect:
    """Buy a number at the price that was shown."""
    fields, rt = await read_form(request), parts_of(request).rt
    setup, monthly = (_micro(fields.one(name)) for name in ("setup", "monthly"))
    kind = fields.one("type")
    order = Order(
        fields.one("number"),
        NumberType(kind) if kind in set(NumberType) else None,
        next((ConnectorId(one) for one in read_ids([fields.one("connector_id")])), None),
        Price(setup, monthly),
    )
    try:
        rental = await buying.buy(rt, visit.who, order)
    except CablegramError as error:
        back = address(HERE, [(name, fields.one(f"q_{name}")) for name in ("country", "type", "pattern", "where")])
        return go(back, flash=("error", f"{phone(order.number.removeprefix('+'))} was not bought", error.message))
    if rental.state is State.BUYING:
        body = "Its provider has not said yet whether it is sold. We ask until it does, and give all back if it is not."
        return go("/numbers", flash=("info", f"{phone(rental.number)} is being bought", body))
    body = f"Charged: {money(rental.price.at_once)} credits. The next month is charged in a month's time."
    return go("/numbers", flash=("done", f"{phone(rental.number)} is yours", body))


@post("/numbers/rented/{number:str}/release", status_code=303)
async def release(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Give a number back: at the end of its month, or at once."""
    at_once = (await read_form(request)).one("when") == "now"
    try:
        rental = await ending.release(parts_of(request).rt, visit.who, number, at_once=at_once)
    except NotFound:
        raise
    except CablegramError as error:
        return go("/numbers", flash=("error", "Nothing was changed", error.message))
    if rental.state is State.ENDED:
        return go("/numbers", flash=("done", f"{phone(rental.number)} is given back", "Its charges have ended."))
    body = "It works until its paid month is over, and is charged no more. Until then you can keep it after all."
    return go("/numbers", flash=("done", f"{phone(rental.number)} will be given back", body))


@post("/numbers/rented/{number:str}/keep", status_code=303)
async def keep(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Keep a number after all."""
    try:
        rental = await ending.keep(parts_of(request).rt, visit.who, number)
    except NotFound:
        raise
    except CablegramError as error:
        return go("/numbers", flash=("error", "Nothing was changed", error.message))
    return go("/numbers", flash=("done", f"{phone(rental.number)} stays yours", "Its next month is charged as usual."))


@get("/numbers/rented.csv")
async def export(request: Http, visit: Visitor) -> Stream:
    """Give all rented numbers as a file."""
    visit.who.needs(Scope.READ)
    headers = {"Content-Disposition": 'attachment; filename="numbers.csv"'}
    return Stream(finding.export_csv(parts_of(request).rt, visit.who), media_type="text/csv", headers=headers)


def waiting(rentals: list[Rental]) -> list[Rental]:
    """Return the purchases of which nobody knows yet what came. Pure."""
    return [one for one in rentals if one.state is State.BUYING]


def _form(asked: object, priced: list[str], home: str) -> Form:
    given = {name: str(getattr(asked, "get", dict[str, str]().get)(name, "") or "") for name in Form.__slots__}
    usual = home if home in priced else priced[0] if priced else home
    number = given["page"]
    return Form(
        given["country"] or usual,
        given["type"],
        given["pattern"].strip().replace(" ", ""),
        given["where"] if given["where"] in set(Where) else Where.STARTS_WITH.value,
        int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1,
    )


def _query(form: Form) -> Query:
    kind = NumberType(form.type) if form.type in set(NumberType) else None
    return Query(form.country, kind, form.pattern, Where(form.where), form.page)


def _micro(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else -1


HANDLERS = (show, buy, release, keep, export)
