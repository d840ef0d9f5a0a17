"""Prices, for the operator: the tariff with its versions, what credits cost, and what carriers take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import directory
from cablegram.billing import credit_price, importing, weighing
from cablegram.billing.pricing import CreditPrices, Step
from cablegram.billing.version_model import NewVersion, in_force
from cablegram.connectors import configure
from cablegram.kit.errors import CablegramError, Fault, InvalidInput
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.panel.billing import tariff_list
from cablegram.panel.forms import UPLOAD, Errors, Fields, read_form, read_ids, read_upload
from cablegram.panel.pages import Context, go, page, zone_of
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

HERE: Final = "/operator/prices"
_TABS = (
    ("Tariff", HERE),
    ("Credits", f"{HERE}/credits"),
    ("Carriers", f"{HERE}/carriers"),
    ("Margins", f"{HERE}/margins"),
    ("Invoices", f"{HERE}/invoices"),
    ("Plans", "/operator/plans"),
)
_LARGEST_TARIFF = 16 << 20
_MOST_SHOWN = 200
_ACCOUNTS = 100


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the sections of Prices."""
    return [(label, href, href == current) for label, href in _TABS]


@get(HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the tariff in force, and the versions before and after it."""
    return await _tariff(request, visit)


@post(HERE, status_code=200, request_max_body_size=_LARGEST_TARIFF, opt=UPLOAD)
async def bring(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Bring a version of the tariff: all of a file, or none of it."""
    fields = await read_upload(request)
    file = fields.file("file")
    if file is None:
        return await _tariff(request, visit, errors={"file": "Choose a file first."})
    try:
        begins = moment_of(request, fields.one("valid_from"))
        new = NewVersion(begins, fields.one("name").strip()[:100])
        done = await importing.import_csv(parts_of(request).rt, visit.who, await file.read(), new=new)
    except CablegramError as error:
        where = "valid_from" if error.code == "bad_valid_from" else "file"
        return await _tariff(request, visit, errors={where: error.message}, faults=error.faults)
    body = f"{done.prefixes:,} prefixes of {done.countries:,} countries"
    if begins is None:
        return go(HERE, flash=("done", "All prices are replaced", f"{body} are in force now."))
    words = f"{body}. Until then it can be compared, tried on last month, and taken back."
    return go(f"{HERE}/versions/{done.version_id}", flash=("done", "The version waits for its date", words))


@get(f"{HERE}/versions/{{version_id:int}}")
async def show_version(request: Http, visit: Visitor, version_id: FromPath[int]) -> Response[str]:
    """Compare a version with the one in force, and tell what last month would have cost by it."""
    rt = parts_of(request).rt
    found = await weighing.compare(rt, visit.who, version_id)
    is_ours = found.new.connector_id is None
    run = await weighing.dry_run(rt, visit.who, version_id) if is_ours else None
    context: Context = {
        "version": found.new,
        "old": found.old,
        "unit": found.new.currency or "cr",
        "found": found.found,
        "differences": found.found.differences[:_MOST_SHOWN],
        "run": run,
        "may_withdraw": found.new.withdrawn_at is None and found.new.valid_from > rt.clock.now(),
        "back": HERE if is_ours else f"{HERE}/carriers",
    }
    return await page(request, visit, "operator/version.html", title="Version", here="prices", context=context)


@post(f"{HERE}/versions/{{version_id:int}}/withdraw", status_code=303)
async def withdraw(request: Http, visit: Visitor, version_id: FromPath[int]) -> Redirect:
    """Take a version back before its date."""
    gone = await importing.withdraw(parts_of(request).rt, visit.who, version_id)
    where = HERE if gone.connector_id is None else f"{HERE}/carriers"
    return go(where, flash=("done", "The version is taken back", "Nothing was charged by it."))


@get(f"{HERE}/credits")
async def show_credits(request: Http, visit: Visitor) -> Response[str]:
    """Show what credits cost all, and each account."""
    return await _credits(request, visit)


@post(f"{HERE}/credits", status_code=200)
async def set_credits(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set what credits cost all or one account, and what a text costs it that comes in."""
    fields, rt = await read_form(request), parts_of(request).rt
    account_id = (*read_ids([fields.one("account")]), None)[0]
    its_id = AccountId(account_id) if account_id else None
    try:
        inbound = fields.one("inbound").strip()
        price_of_text = credits_to_micro(inbound) if inbound else None  # read first, so that a bad one changes nothing
        if fields.one("steps").strip():
            steps = read_steps(fields.one("steps"))
            await credit_price.set_prices(rt, visit.who, its_id, currency=fields.one("currency"), steps=steps)
        elif its_id:
            await credit_price.forget_prices(rt, visit.who, its_id)
        if its_id:
            await credit_price.set_inbound(rt, visit.who, its_id, price_of_text)
    except InvalidInput as error:
        where = {"bad_currency": "currency", "bad_amount": "inbound"}.get(error.code, "steps")
        return await _credits(request, visit, errors={where: error.message}, form=fields)
    to = f"{HERE}/credits" + (f"?account={its_id}" if its_id else "")
    return go(to, flash=("done", "The prices of credits are set", "They hold for whatever is bought from now on."))


@get(f"{HERE}/carriers")
async def show_carriers(request: Http, visit: Visitor) -> Response[str]:
    """Show what carriers take."""
    return await _carriers(request, visit)


@post(f"{HERE}/carriers", status_code=200, request_max_body_size=_LARGEST_TARIFF, opt=UPLOAD)
async def bring_carrier(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Bring a version of what a carrier takes."""
    fields = await read_upload(request)
    file, chosen = fields.file("file"), (*read_ids([fields.one("connector")]), None)[0]
    if file is None or chosen is None:
        missing = {"file": "Choose a file first."} if file is None else {"connector": "Choose a connector first."}
        return await _carriers(request, visit, errors=missing)
    rt = parts_of(request).rt
    try:
        await configure.get(rt, visit.who, chosen)
        begins = moment_of(request, fields.one("valid_from"))
        new = NewVersion(begins, fields.one("name").strip()[:100], ConnectorId(chosen), fields.one("currency"))
        done = await importing.import_csv(rt, visit.who, await file.read(), new=new)
    except CablegramError as error:
        where = {"bad_valid_from": "valid_from", "bad_currency": "currency"}.get(error.code, "file")
        return await _carriers(request, visit, errors={where: error.message}, faults=error.faults)
    body = f"{done.prefixes:,} prefixes. Days since then are counted again when the next day is closed."
    return go(f"{HERE}/carriers", flash=("done", "The carrier's prices are kept", body))


def moment_of(request: Http, text: str) -> datetime | None:
    """Read a moment as a browser writes it, where the person sits; None for none.

    Raises InvalidInput (`bad_valid_from`).
    """
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=zone_of(request)[0])).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("bad_valid_from", f"{text[:40]!r} is no moment: write 2026-12-01 09:00.") from error


def read_steps(text: str) -> list[Step]:
    """Read steps as they are typed, a line each: `10000 0.0105`, credits bought at once and the price of one. Pure.

    Raises InvalidInput (`bad_credit_price`).
    """
    steps: list[Step] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        cells = line.replace(";", " ").split()
        try:
            first, price = cells
            steps.append(Step(credits_to_micro(first), credits_to_micro(price)))
        except (ValueError, InvalidInput) as error:
            message = f"{line[:40]!r} is no step: write credits and the price of one, such as 10000 0.0105."
            raise InvalidInput("bad_credit_price", message) from error
    return steps


def written(prices: CreditPrices | None) -> str:
    """Write steps as they are typed. Pure."""
    steps = prices.steps if prices else ()
    return "\n".join(f"{micro_to_credits(one.from_credits)} {micro_to_credits(one.price)}" for one in steps)


async def _tariff(
    request: Http, visit: Visit, *, errors: Errors | None = None, faults: Sequence[Fault] = ()
) -> Response[str]:
    parts = parts_of(request)
    versions = await importing.versions(parts.rt, visit.who)
    now = parts.rt.clock.now()
    current = in_force(versions, now)
    context = await tariff_list(request, visit, HERE)
    context |= {
        "tabs": tabs(HERE),
        "prefixes": current.prefixes if current else 0,
        "versions": versions[:20],
        "current": current,
        "now": now,
        "errors": errors or {},
        "faults": faults[:100],
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/prices.html", title="Prices", here="prices", status=status, context=context
    )


async def _credits(
    request: Http, visit: Visit, *, errors: Errors | None = None, form: Fields | None = None
) -> Response[str]:
    rt = parts_of(request).rt
    usual = await credit_price.usual(rt, visit.who)
    accounts = await directory.page(rt, visit.who, limit=_ACCOUNTS)
    asked = form.one("account") if form else request.query_params.get("account", "")
    chosen = (*read_ids([asked]), None)[0]
    own = await credit_price.of(rt, visit.who, AccountId(chosen)) if chosen else None
    shown = own.credits if own else usual
    values: dict[str, Any] = {
        "currency": form.one("currency") if form else (shown.currency if shown else ""),
        "steps": form.one("steps") if form else written(shown if not own or (shown and shown.is_own) else None),
        "inbound": form.one("inbound") if form else (micro_to_credits(own.inbound) if own else ""),
    }
    context: Context = {
        "tabs": tabs(f"{HERE}/credits"),
        "usual": usual,
        "accounts": [(str(one.id), one.name) for one in accounts],
        "chosen": str(chosen or ""),
        "own": own,
        "form": values,
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/credits.html", title="Prices", here="prices", status=status, context=context
    )


async def _carriers(
    request: Http, visit: Visit, *, errors: Errors | None = None, faults: Sequence[Fault] = ()
) -> Response[str]:
    rt = parts_of(request).rt
    connectors = await configure.page(rt, visit.who, limit=100)
    now = rt.clock.now()
    rows: list[tuple[Any, Any, Any]] = []
    for one in connectors:
        versions = await importing.versions(rt, visit.who, one.id)
        rows.append((one, in_force(versions, now), versions[:5]))
    context: Context = {
        "tabs": tabs(f"{HERE}/carriers"),
        "rows": rows,
        "now": now,
        "connectors": [(str(one.id), one.name) for one in connectors],
        "errors": errors or {},
        "faults": faults[:100],
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/carriers.html", title="Prices", here="prices", status=status, context=context
    )


HANDLERS = (
    show, bring, show_version, withdraw, show_credits, set_credits, show_carriers, bring_carrier,
)  # fmt: skip
