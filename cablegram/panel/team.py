"""Settings > Team: the people of an account, their roles, and who is invited."""

from __future__ import annotations

from typing import Any, cast, get_args
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import invitations, members
from cablegram.accounts.access import Scope
from cablegram.accounts.model import Role
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import UserId
from cablegram.panel import rules
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/settings/team"
_ROLES = {
    "owner": "everything, owners too",
    "admin": "everything but owners",
    "developer": "messages, keys, webhooks, settings",
    "marketer": "messages, campaigns, contacts",
    "billing": "sees all, pays",
    "viewer": "sees all, changes nothing",
}


def all_texts() -> list[str]:
    """List roles and what they may, for the catalogues."""
    return [*_ROLES, *_ROLES.values()]


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show who belongs to the account."""
    return await _page(request, visit)


@post(_HERE, status_code=200)
async def invite(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Send an invitation."""
    form, rt = await read_form(request), parts_of(request).rt
    email, role = form.one("email"), form.one("role")
    language = visit.session.user.language
    try:
        sent = await invitations.send(rt, visit.who, email=email, role=cast("Role", role), language=language)
    except CablegramError as error:
        return await _page(request, visit, email=email, role=role, errors=errors_of(error))
    return go(_HERE, flash=("done", f"{sent.email} is invited", "The link in the letter works once, for a week."))


@post(f"{_HERE}/invitations/{{invitation_id:uuid}}", status_code=303)
async def change_invitation(request: Http, visit: Visitor, invitation_id: FromPath[UUID]) -> Redirect:
    """Send an invitation once more, or take it back."""
    rt = parts_of(request).rt
    if (await read_form(request)).one("deed") == "again":
        await invitations.send_again(rt, visit.who, invitation_id, language=visit.session.user.language)
        return go(_HERE, flash=("done", "The letter is sent again", "The link of the one before has ended."))
    await invitations.revoke(rt, visit.who, invitation_id)
    return go(_HERE, flash=("done", "The invitation is taken back", "Its link has ended."))


@post(f"{_HERE}/{{user_id:uuid}}", status_code=303)
async def change(request: Http, visit: Visitor, user_id: FromPath[UUID]) -> Redirect:
    """Give a person another role, or let them go."""
    form, rt = await read_form(request), parts_of(request).rt
    try:
        if form.one("deed") == "dismiss":
            await members.dismiss(rt, visit.who, UserId(user_id))
            return go(_HERE, flash=("done", "They belong to the account no more", "Their sessions see it no more."))
        member = await members.change_role(rt, visit.who, UserId(user_id), cast("Role", form.one("role")))
    except CablegramError as error:
        return go(_HERE, flash=("error", "Nothing has changed", error.message))
    return go(_HERE, flash=("done", f"{member.user.display_name} is {member.role} now", ""))


async def _page(
    request: Http, visit: Visit, *, email: str = "", role: str = "marketer", errors: Errors | None = None
) -> Response[str]:
    rt, may = parts_of(request).rt, Scope.USERS in visit.who.scopes
    found = await members.team(rt, visit.who)
    rows: list[dict[str, Any]] = [
        {
            "member": one,
            "is_self": one.user.id == visit.who.user_id,
            "may_change": may and members.may_give(visit.who, one.role),
        }
        for one in found
    ]
    context: Context = {
        "tabs": rules.tabs(_HERE),
        "rows": rows,
        "roles": [(one, _ROLES[one]) for one in get_args(Role) if members.may_give(visit.who, one)],
        "invitations": await invitations.listed(rt, visit.who) if may else [],
        "may_invite": may,
        "form": {"email": email, "role": role},
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("email", "role")),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "settings/team.html", title="Team", here="settings", status=status, context=context
    )


HANDLERS = (show, invite, change_invitation, change)
