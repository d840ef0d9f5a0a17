"""`cablegram number`: find numbers to rent, buy them, give them back; the operator's stock and its prices."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.cli import choosing
from cablegram.cli.files import read_bytes
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, money, table
from cablegram.connectors import configure
from cablegram.connectors.providers.number_shop import Where
from cablegram.kit.errors import NotFound
from cablegram.rentals import buying, ending, finding, hosting, searching, spam, stock
from cablegram.rentals.buying import Order
from cablegram.rentals.hosting_model import Hosted
from cablegram.rentals.model import Keeping, NewStock, PriceLine, Rental, State, StockNumber
from cablegram.rentals.searching import Query, Result
from cablegram.rentals.sheet import read_price
from cablegram.rentals.stock import Taken
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import Capability, NumberType

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_Type = Annotated[NumberType | None, Parameter(name="--type", help="local, national, mobile or toll_free.")]
_Connector = Annotated[str | None, Parameter(help="By name or id, as the search shows it; else the stock.")]


def search(
    country: Annotated[str, Parameter(help="Two letters, such as US.")],
    *,
    type_: _Type = None,
    pattern: Annotated[str, Parameter(help="Digits that it has.")] = "",
    where: Annotated[Where, Parameter(help="Where it has them.")] = Where.ANYWHERE,
    page: Annotated[int, Parameter(help="Which page, from 1.")] = 1,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Find numbers that an account could rent: in the stock, and at providers that sell some."""

    async def deed(rt: Runtime) -> tuple[Result, dict[Any, str]]:
        _, who = await choosing.acting(rt, account)
        found = await searching.search(rt, who, Query(country, type_, pattern, where, page))
        names = {one.id: one.name async for one in choosing.everything(rt, who, configure.page)}
        return found, names

    found, names = act(place, deed)
    rows = [
        (
            f"+{one.number}",
            one.number_type.replace("_", " "),
            one.place,
            " ".join(one.capabilities),
            money(one.price.setup),
            money(one.price.monthly),
            names.get(one.connector_id, "") if one.connector_id else "stock",
        )
        for one in found.items
    ]
    headings = ("number", "type", "place", "can", "setup", "monthly", "from")
    lines = [table(headings, rows, numbers=("setup", "monthly")) if rows else "Nothing fits."]
    lines += [f"{name} could not be asked now." for name in found.closed]
    facts = [
        {
            "number": f"+{one.number}", "type": one.number_type, "country": one.country, "place": one.place,
            "capabilities": list(one.capabilities), "setup": one.price.setup, "monthly": one.price.monthly,
            "connector_id": one.connector_id,
        }
        for one in found.items
    ]  # fmt: skip
    say("\n".join(lines), {"items": facts, "has_more": found.has_more, "not_asked": found.closed}, as_json=json)


def buy(
    number: str,
    *,
    type_: _Type = None,
    connector: _Connector = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Buy a number: its setup and the first month are charged at once."""

    async def deed(rt: Runtime) -> Rental:
        _, who = await choosing.acting(rt, account)
        connector_id = (await choosing.connector(rt, connector)).id if connector else None
        return await buying.buy(rt, who, Order(number, type_, connector_id))

    rental = act(place, deed)
    if rental.state is State.BUYING:
        text = f"Whether +{rental.number} was sold is not known yet. It is found out by itself: cablegram number list"
    else:
        text = f"+{rental.number} is the account's. Charged: {money(rental.price.at_once)} credits."
    say(text, _facts(rental), as_json=json)


def release(
    number: str,
    *,
    at_once: Annotated[bool, Parameter(negative=(), help="Now, and not when its paid month is over.")] = False,
    keep: Annotated[bool, Parameter(negative=(), help="Keep it after all.")] = False,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Give a number back when its paid month is over."""

    async def deed(rt: Runtime) -> Rental:
        _, who = await choosing.acting(rt, account)
        if keep:
            return await ending.keep(rt, who, number)
        return await ending.release(rt, who, number, at_once=at_once)

    rental = act(place, deed)
    if rental.state is State.ENDED:
        text = f"+{rental.number} is given back."
    elif rental.ends_at:
        text = f"+{rental.number} works until {moment(rental.ends_at)}, and is charged no more."
    else:
        text = f"+{rental.number} stays the account's."
    say(text, _facts(rental), as_json=json)


def list_numbers(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List the numbers that an account rents, newest first."""

    async def deed(rt: Runtime) -> list[Rental]:
        _, who = await choosing.acting(rt, account)
        return [one async for one in choosing.everything(rt, who, finding.page)]

    found = act(place, deed)
    rows = [
        (
            f"+{one.number}",
            one.number_type.replace("_", " "),
            one.state,
            money(one.price.monthly),
            moment(one.ends_at) if one.ends_at else moment(one.next_at),
            "ends then" if one.ends_at else "",
        )
        for one in found
    ]
    text = table(("number", "type", "state", "monthly", "next", ""), rows, numbers=("monthly",))
    say(text if found else "The account rents no number.", [_facts(one) for one in found], as_json=json)


def list_stock(
    *,
    state: Annotated[Keeping | None, Parameter(help="free, rented, resting or leaving.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List the operator's stock, newest first."""

    async def deed(rt: Runtime) -> list[StockNumber]:
        page = partial(stock.page, state=state)
        return [one async for one in choosing.everything(rt, operator(choosing.ME), page)]

    found = act(place, deed)
    rows = [
        (
            f"+{one.number}",
            one.country,
            one.number_type.replace("_", " "),
            one.state,
            one.rented_by_name or (moment(one.rests_until) if one.rests_until else ""),
            f"{money(one.price.setup)} + {money(one.price.monthly)}" if one.price else "",
            one.note,
        )
        for one in found
    ]
    text = table(("number", "country", "type", "state", "who, or until", "its own price", "note"), rows)
    facts = [
        {"number": f"+{one.number}", "country": one.country, "type": one.number_type, "state": one.state,
         "account_id": one.rented_by, "missed_texts": one.missed, "note": one.note}
        for one in found
    ]  # fmt: skip
    say(text if found else "The stock is empty.", facts, as_json=json)


def add(
    number: str,
    *,
    country: Annotated[str | None, Parameter(help="Else read off the number.")] = None,
    type_: _Type = None,
    can: Annotated[
        list[Capability] | None, Parameter(name="--can", negative=(), help="What it carries. Once for each; else sms.")
    ] = None,
    connector: Annotated[str | None, Parameter(help="Who carries it, by name or id; else any.")] = None,
    setup: Annotated[str | None, Parameter(help="Its own price in credits, once; with --monthly.")] = None,
    monthly: Annotated[str | None, Parameter(help="Its own price in credits a month.")] = None,
    note: str = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Put a number into the stock, or change one that is there."""

    async def deed(rt: Runtime) -> StockNumber:
        if (setup is None) != (monthly is None):
            raise stock.half_a_price()
        new = NewStock(
            number,
            country,
            type_,
            tuple(can or [Capability.SMS]),
            (await choosing.connector(rt, connector)).id if connector else None,
            None if setup is None or monthly is None else read_price(setup, monthly),
            note,
        )
        return await stock.add(rt, operator(choosing.ME), new)

    added = act(place, deed)
    facts = {"number": f"+{added.number}", "country": added.country, "type": added.number_type, "state": added.state}
    say(f"+{added.number} ({added.country}, {added.number_type}) is in the stock.", facts, as_json=json)


def import_stock(file: Path, *, place: Place = HERE, json: AsJson = False) -> None:
    """Take numbers for the stock from a CSV file; all of them or none."""
    data = read_bytes(file)

    async def deed(rt: Runtime) -> Taken:
        return await stock.import_csv(rt, operator(choosing.ME), data)

    done = act(place, deed)
    text = f"{many(done.added, 'number')} added, {done.updated:,} set to what the file says."
    say(text, {"added": done.added, "updated": done.updated}, as_json=json)


def remove(number: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """Take a number out of the stock; one that was bought at a provider is given back there."""

    async def deed(rt: Runtime) -> None:
        await stock.remove(rt, operator(choosing.ME), number)

    act(place, deed)
    say(f"{number} is out of the stock.", {"number": number}, as_json=json)


def price(
    country: str,
    type_: Annotated[NumberType, Parameter(help="local, national, mobile or toll_free.")],
    *,
    setup: Annotated[str, Parameter(help="Credits, once.")],
    monthly: Annotated[str, Parameter(help="Credits a month.")],
    account: Annotated[str | None, Parameter(help="For this account alone.")] = None,
    for_rented: Annotated[
        bool, Parameter(negative=(), help="Also for what is rented, from its next charge on.")
    ] = False,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Set what numbers of a country and type cost."""

    async def deed(rt: Runtime) -> int:
        its = (await choosing.account(rt, account)).id if account else None
        line = PriceLine(country, type_, read_price(setup, monthly), its)
        return await stock.set_price(rt, operator(choosing.ME), line, for_rented=for_rented)

    count = act(place, deed)
    text = f"Set. {many(count, 'rented number')} cost it from the next charge on." if for_rented else "Set."
    say(text, {"rentals": count}, as_json=json)


def report_spam(
    number: str,
    source: Annotated[str, Parameter(help="Who says so: a carrier, a provider, a register.")],
    *,
    reported_by: Annotated[str, Parameter(help="The phone that got the text.")] = "",
    note: str = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Write down that a text from a number was called spam; its account is told."""

    async def deed(rt: Runtime) -> None:
        await spam.report(rt, operator(choosing.ME), spam.Told(number, source, reported_by, note))

    act(place, deed)
    say(f"Written down, and told to whoever has {number}.", {"number": number, "source": source}, as_json=json)


def _facts(one: Rental) -> dict[str, Any]:
    return {
        "id": one.id, "number": f"+{one.number}", "type": one.number_type, "country": one.country, "state": one.state,
        "setup": one.price.setup, "monthly": one.price.monthly, "next_at": one.next_at, "ends_at": one.ends_at,
        "grace_until": one.grace_until,
    }  # fmt: skip


def host(
    number: Annotated[str | None, Parameter(help="The number to decide on; without it, what waits is listed.")] = None,
    *,
    reject: Annotated[str, Parameter(help="Say no, for this reason, which the account reads.")] = "",
    word: Annotated[str, Parameter(help="A word to the account, with a yes.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List the numbers that accounts want hosted, or decide on one."""

    async def deed(rt: Runtime) -> list[tuple[Hosted, str]]:
        boss = operator(choosing.ME)
        found = await hosting.waiting(rt, boss)
        if number is None:
            return found
        digits = number.lstrip("+")
        one, account = next(((one, account) for one, account in found if one.number == digits), (None, ""))
        if one is None:
            raise NotFound("hosted_number_not_found", f"No request for +{digits} waits.")
        if reject:
            return [(await hosting.reject(rt, boss, one.id, word=reject), account)]
        return [(await hosting.approve(rt, boss, one.id, word=word), account)]

    found = act(place, deed)
    rows = [(f"+{one.number}", account, one.company, one.state.value, moment(one.due_at)) for one, account in found]
    facts = [{"id": one.id, "number": f"+{one.number}", "account": name, "state": one.state} for one, name in found]
    text = table(("number", "account", "company", "state", "due"), rows) if rows else "Nothing waits."
    say(text, facts, as_json=json)
