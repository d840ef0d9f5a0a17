"""Plans: the operator makes them, an account sees its own and chooses among those that are offered (R11, R28)."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.billing import ledger
from cablegram.kit.errors import CablegramError
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.panel import billing, pricing
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.rentals import plan_model, plans
from cablegram.rentals.plan_model import FREE, Plan

_MINE, _ALL = "/billing/plan", "/operator/plans"


@dataclass(slots=True)
class Form:
    """A plan, as typed."""

    code: str = ""
    name: str = ""
    fee: str = ""
    about: str = ""
    is_offered: bool = True


@get(_MINE)
async def mine(request: Http, visit: Visitor) -> Response[str]:
    """Show the account's plan, and what changing to another costs now."""
    rt = parts_of(request).rt
    member = await plans.mine(rt, visit.who)
    offered = [one for one in await plans.offered(rt, visit.who) if one.is_offered or one.code == member.plan.code]
    now = rt.clock.now()
    context: Context = {
        "tabs": billing.tabs_of(_MINE),
        "member": member,
        "rows": [(one, plan_model.change(member, one, now)) for one in offered],
        "balance": await ledger.balance(rt, visit.who),
        "may_choose": visit.who.is_operator or Scope.BILLING in visit.who.scopes,
    }
    return await page(request, visit, "billing/plan.html", title="Plan", here="billing", context=context)


@post(_MINE, status_code=303)
async def choose(request: Http, visit: Visitor) -> Redirect:
    """Choose a plan."""
    code = (await read_form(request)).one("plan")
    try:
        after = await plans.choose(parts_of(request).rt, visit.who, code)
    except CablegramError as error:
        return go(_MINE, flash=("error", "The plan stays as it is", error.message))
    if after.then:
        body = "Nothing is charged before, and nothing given back."
        return go(_MINE, flash=("done", f"{after.then.name} begins with the next month", body))
    return go(_MINE, flash=("done", f"The account is on {after.plan.name}", ""))


@get(_ALL)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show all plans."""
    chosen = request.query_params.get("plan", "")
    found = next((one for one in await plans.offered(parts_of(request).rt, visit.who) if one.code == chosen), None)
    form = Form(found.code, found.name, micro_to_credits(found.fee), found.about, found.is_offered) if found else Form()
    return await _page(request, visit, form)


@post(_ALL, status_code=200)
async def put(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Make a plan, or change it."""
    fields = await read_form(request)
    form = Form(
        *(fields.one(name).strip() for name in ("code", "name", "fee", "about")),
        is_offered=fields.one("is_offered") == "on",
    )
    try:
        plan = Plan(form.code, form.name, form.about, credits_to_micro(form.fee), form.is_offered)
        await plans.put(parts_of(request).rt, visit.who, plan)
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error, {"bad_amount": "fee"}))
    body = "A new fee holds from each account's next month on."
    return go(_ALL, flash=("done", f"{plan.name} is saved", body))


@post(f"{_ALL}/{{code:str}}/drop", status_code=303)
async def drop(request: Http, visit: Visitor, code: FromPath[str]) -> Redirect:
    """Drop a plan that nobody is on."""
    try:
        await plans.drop(parts_of(request).rt, visit.who, code)
    except CablegramError as error:
        return go(_ALL, flash=("error", "The plan stays", error.message))
    return go(_ALL, flash=("done", "The plan is gone", ""))


async def _page(request: Http, visit: Visit, form: Form, *, errors: Errors | None = None) -> Response[str]:
    rt = parts_of(request).rt
    members = await plans.members(rt, visit.who)
    context: Context = {
        "tabs": pricing.tabs(_ALL),
        "rows": [(one, members.get(one.code, 0)) for one in await plans.offered(rt, visit.who)],
        "form": form,
        "free": FREE,
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("code", "name", "fee", "about")),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/plans.html", title="Plans", here="prices", status=status, context=context
    )


HANDLERS = (mine, choose, show, put, drop)
