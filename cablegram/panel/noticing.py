"""Settings > Notices: what people and accounts are told of by mail, and where a stranger agrees to be (R26, R66)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.alerts import choices
from cablegram.alerts.kinds import KINDS
from cablegram.alerts.model import Changes, Choice, NoticeKind
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.panel import rules
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page, render
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/settings/notices"
_HEADINGS = {
    "/billing": "Credits and payments",
    "/numbers": "Numbers and services",
    "/services": "Numbers and services",
}
_GUARDS, _WORK = "Who may log in as you", "Work"
_SHOWN = ("below", "inbox")
_FIELDS = {
    "too_many_attempts": "inbox",
    "alert_when_credit_less_than": "below",
    "bad_amount": "below",
    "email_on_inbound_sms": "inbox",
}


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what is told, and how soon."""
    return await _page(request, visit)


@post(_HERE, status_code=303)
async def choose(request: Http, visit: Visitor) -> Redirect:
    """Keep how soon a person is told of each kind."""
    sent, rt = await read_form(request), parts_of(request).rt
    kinds = [one.kind for one in await choices.of_person(rt, visit.who) if not one.kind.is_fixed]
    paces = {kind.name: pace for kind in kinds if (pace := sent.one(f"pace-{kind.name}"))}
    try:
        await choices.change(rt, visit.who, Changes(paces=paces))
    except CablegramError as error:
        return go(_HERE, flash=("error", "Nothing was changed", error.message))
    return go(_HERE, flash=("done", "Your choice is kept", "It holds for what happens from now on."))


@post(f"{_HERE}/account", status_code=200)
async def change(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Keep what the account is told of."""
    sent, rt = await read_form(request), parts_of(request).rt
    below, inbox = sent.one("below").strip(), sent.one("inbox").strip()
    try:
        amount = credits_to_micro(below) if below else None
        wanted = Changes(has_below=True, below=amount, has_inbox=True, inbox=inbox or None)
        await choices.change(rt, visit.who, wanted)
    except CablegramError as error:
        return await _page(request, visit, errors=errors_of(error, _FIELDS), typed=(below, inbox))
    standing = await choices.show(rt, visit.who)
    waits = standing.inbound_address and not standing.is_inbound_confirmed
    why = f"{standing.inbound_address} has a letter that asks whether it agrees." if waits else ""
    return go(_HERE, flash=("done", "The account's notices are kept", why))


@get("/notices/confirm/{token:str}")
async def ask(request: Http, token: FromPath[str]) -> Response[str]:
    """Ask who came by a letter whether they agree: programs that look at links must not do it for them."""
    return render(
        request, None, "settings/agree.html", title="Texts by mail", context={"token": token, "address": "", "why": ""}
    )


@post("/notices/confirm/{token:str}", status_code=200)
async def agree(request: Http, token: FromPath[str]) -> Response[str]:
    """Let texts come to the address that the letter went to."""
    address = why = ""
    try:
        address = await choices.confirm_inbox(parts_of(request).rt, token)
    except NotFound as error:
        why = error.message
    context: Context = {"token": token, "address": address, "why": why}
    status = 404 if why else 200
    return render(request, None, "settings/agree.html", title="Texts by mail", context=context, status=status)


@get("/notices/end/{account_id:uuid}/{token:str}")
async def ask_end(request: Http, account_id: FromPath[UUID], token: FromPath[str]) -> Response[str]:
    """Ask who came by a letter whether texts shall come no more: programs that look at links must not end it."""
    context: Context = {"url": f"/notices/end/{account_id}/{token}", "address": "", "why": ""}
    return render(request, None, "settings/end.html", title="Texts by mail", context=context)


@post("/notices/end/{account_id:uuid}/{token:str}", status_code=200)
async def end(request: Http, account_id: FromPath[UUID], token: FromPath[str]) -> Response[str]:
    """Let texts come no more to the address that the letter went to."""
    address = why = ""
    try:
        address = await choices.end_inbox(parts_of(request).rt, account_id, token)
    except NotFound as error:
        why = error.message
    context: Context = {"url": "", "address": address, "why": why}
    status = 404 if why else 200
    return render(request, None, "settings/end.html", title="Texts by mail", context=context, status=status)


def grouped(found: Sequence[Choice]) -> list[tuple[str, list[Choice]]]:
    """Put kinds of notices under headings, in their order. Pure."""
    groups: dict[str, list[Choice]] = {}
    for one in found:
        groups.setdefault(_heading(one.kind), []).append(one)
    return list(groups.items())


def all_texts() -> list[str]:
    """List the titles and headings of notices, for the catalogues."""
    return [*(kind.title for kind in KINDS), *_HEADINGS.values(), _GUARDS, _WORK]


def _heading(kind: NoticeKind) -> str:
    if kind.is_fixed:
        return _GUARDS
    return next((heading for path, heading in _HEADINGS.items() if kind.path.startswith(path)), _WORK)


async def _page(
    request: Http, visit: Visit, *, errors: Errors | None = None, typed: tuple[str, str] | None = None
) -> Response[str]:
    rt = parts_of(request).rt
    account = visit.session.account
    standing = await choices.show(rt, visit.who)
    below = micro_to_credits(standing.credit_below) if standing.credit_below else ""
    context: Context = {
        "tabs": rules.tabs(_HERE) if account else [],
        "account": account,
        "reader": await choices.reader(rt, visit.who),
        "groups": grouped(await choices.of_person(rt, visit.who)),
        "standing": standing,
        "typed": typed or (below, standing.inbound_address or ""),
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "settings/notices.html", title="Notices", here="settings", status=status, context=context
    )


HANDLERS = (show, choose, change, ask, agree, ask_end, end)
