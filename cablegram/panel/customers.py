"""The operator's accounts: found, opened, looked at, suspended; what belongs elsewhere is a link away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.billing import bonus, ledger
from cablegram.enrollment.open import open_account
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.kit.money import credits_to_micro
from cablegram.numbers.countries import COUNTRIES
from cablegram.panel.developers import Made
from cablegram.panel.filters import money, number
from cablegram.panel.forms import Errors, errors_of, new_key, read_form, read_key, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.reports import answer, console
from cablegram.reports.model import Grain, Question
from cablegram.safety import suspension

_SHOWN = ("name", "credits", "default_country")
_LONGEST_WORDS = 100


@dataclass(slots=True)
class NewAccount:
    """The form for a new account, as typed."""

    name: str = ""
    credits: str = ""
    default_country: str = "US"


@get("/operator/accounts")
async def show_all(request: Http, visit: Visitor) -> Response[str]:
    """Show who pays."""
    return await _accounts(request, visit, NewAccount())


@post("/operator/accounts", status_code=200)
async def open_one(request: Http, visit: Visitor) -> Response[str]:
    """Open an account and show its first key, once."""
    fields = await read_form(request)
    form = NewAccount(fields.one("name"), fields.one("credits"), fields.one("default_country"))
    try:
        opened = await open_account(
            parts_of(request).rt,
            visit.who,
            form.name,
            credits_micro=credits_to_micro(form.credits or "0"),
            default_country=form.default_country,
            open_senders=False,
        )
    except CablegramError as error:
        return await _accounts(request, visit, form, errors=errors_of(error, {"bad_amount": "credits"}))
    return await _accounts(request, visit, NewAccount(), made=Made(form.name, opened.api_key))


@get("/operator/accounts/{account_id:uuid}")
async def show_one(request: Http, visit: Visitor, account_id: FromPath[UUID]) -> Response[str]:
    """Show an account: its figures, its people, what it sends from."""
    rt = parts_of(request).rt
    found = await console.customer(rt, visit.who, AccountId(account_id))
    today = rt.clock.now().date()
    asked = Question(today - timedelta(days=console.DAYS - 1), today, Grain.DAY)
    report = await answer.of_account(rt, found.customer.id, asked)
    context: Context = {
        "found": found,
        "days": report.lines[::-1],
        "key": new_key(),
        "ledger": await ledger.statement(rt, replace(visit.who, account_id=found.customer.id), limit=10),
    }
    return await page(
        request, visit, "operator/account.html", title=found.customer.name, here="accounts", context=context
    )


@post("/operator/accounts/{account_id:uuid}/grant", status_code=200)
async def grant(request: Http, visit: Visitor, account_id: FromPath[UUID]) -> Redirect:
    """Give an account credits: paid for in another way, or as a present."""
    fields, rt, here = await read_form(request), parts_of(request).rt, f"/operator/accounts/{account_id}"
    try:
        amount, note = credits_to_micro(fields.one("credits")), fields.one("note")[:200]
        if fields.one("present") == "on":
            await bonus.give(rt, visit.who, AccountId(account_id), amount=amount, reason=note, key=read_key(fields))
        else:
            key = read_key(fields)
            await ledger.grant_credits(rt, visit.who, AccountId(account_id), amount=amount, note=note, key=key)
    except InvalidInput as error:
        return go(here, flash=("error", "No credit was given", error.message))
    return go(here, flash=("done", f"{money(amount)} credits are given", "They stand in its ledger."))


@post("/operator/accounts/{account_id:uuid}/standing", status_code=200)
async def change_standing(request: Http, visit: Visitor, account_id: FromPath[UUID]) -> Redirect:
    """Suspend an account, or let it go on."""
    fields, rt, here = await read_form(request), parts_of(request).rt, f"/operator/accounts/{account_id}"
    try:
        if fields.one("deed") == "suspend":
            held = await suspension.suspend(rt, visit.who, AccountId(account_id), why=fields.one("why")[:200])
            return go(here, flash=("done", "The account is suspended", f"Messages that are held: {number(held)}."))
        gone = await suspension.resume(rt, visit.who, AccountId(account_id))
    except (InvalidInput, Conflict) as error:
        return go(here, flash=("error", "Nothing changed", error.message))
    return go(here, flash=("done", "The account goes on", f"Messages that go out now: {number(gone)}."))


async def _accounts(
    request: Http, visit: Visit, form: NewAccount, *, errors: Errors | None = None, made: Made | None = None
) -> Response[str]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    words = str(request.query_params.get("q", ""))[:_LONGEST_WORDS]
    found = await console.customers(rt, visit.who, words, after=cursor.after, limit=PAGE + 1)
    listed = paged("/operator/accounts", [("q", words)] if words else [], cursor, found, [one.id for one in found])
    context: Context = {
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "words": words,
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "countries": sorted(((one.iso, one.name) for one in COUNTRIES.values()), key=lambda one: one[1]),
        "made": made,
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/accounts.html", title="Accounts", here="accounts", status=status, context=context
    )


HANDLERS = (show_all, open_one, show_one, grant, change_standing)
