"""The pages before one is in: sign up, confirm an address, a new password by mail, an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import invitations, letting_in, proofs
from cablegram.accounts.invitations import Invited, NewPerson
from cablegram.accounts.model import Language, Session
from cablegram.enrollment.sign_up import NewAccount, sign_up
from cablegram.kit.errors import CablegramError, Conflict, NotAuthenticated
from cablegram.numbers.countries import COUNTRIES
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.login import begin
from cablegram.panel.pages import Context, go, render
from cablegram.panel.visit import Http, NotLoggedIn, address_of, parts_of, session_of

_SIGN_UP = ("account", "email", "login", "password", "default_country")
_PERSON = ("display_name", "login", "password")
Way = tuple[str, str]


@dataclass(slots=True)
class Form:
    """The form of a new account or person, as typed."""

    account: str = ""
    login: str = ""
    email: str = ""
    display_name: str = ""
    default_country: str = "US"
    language: Language = "en"


@get("/sign-up")
async def show_sign_up(request: Http) -> Response[str]:
    """Show the form, where the operator opened the door."""
    return await _sign_up(request, Form())


@post("/sign-up", status_code=200)
async def enter(request: Http) -> Response[str]:
    """Open an account, let its owner in, and show the first key, once."""
    fields = await read_form(request)
    form = Form(
        fields.one("account"), fields.one("login"), fields.one("email"), "", fields.one("default_country"),
        _language(fields),
    )  # fmt: skip
    new = NewAccount(
        form.account, form.login, form.email, fields.one("password"), form.default_country or "US", form.language
    )
    try:
        made = await sign_up(parts_of(request).rt, new, address=address_of(request))
    except CablegramError as error:
        names = {"name": "account", "account_name_taken": "account", "unknown_country": "default_country"}
        return await _sign_up(request, form, errors=errors_of(error, names), status=_status(error))
    within = await begin(request, made.user, "/")
    context = {"email": form.email, "key": made.api_key, "account": form.account}
    answer = render(request, None, "entry/signed_up.html", title="Your account is open", context=context)
    answer.cookies.extend(within.cookies)
    return answer


@get("/confirm/{token:str}")
async def show_confirm(request: Http, token: FromPath[str]) -> Response[str]:
    """Ask for one click: programs that look at mail open links, and must confirm nothing."""
    return render(request, None, "entry/confirm.html", title="Confirm your address", context={"token": token})


@post("/confirm/{token:str}", status_code=200)
async def confirm(request: Http, token: FromPath[str]) -> Response[str]:
    """Take the proof of an address."""
    try:
        email = await proofs.confirm(parts_of(request).rt, token)
    except NotAuthenticated as error:
        return _told(request, "This link has ended", error.message, ("Log in", "/login"), status=401)
    return _told(request, "The address is confirmed", f"{email} is yours.", ("Go to the panel", "/"))


@get("/forgot")
async def show_forgot(request: Http) -> Response[str]:
    """Show the form for a new password."""
    return _forgot(request, "")


@post("/forgot", status_code=200)
async def ask(request: Http) -> Response[str]:
    """Send the link, if somebody has the address; the answer is the same if nobody has."""
    email = (await read_form(request)).one("email").strip()
    try:
        await proofs.ask_to_reset(parts_of(request).rt, email, address=address_of(request))
    except CablegramError as error:
        return _forgot(request, email, errors=errors_of(error), status=_status(error))
    return _forgot(request, email, sent=True)


@get("/reset/{token:str}")
async def show_reset(request: Http, token: FromPath[str]) -> Response[str]:
    """Show the form for the new password."""
    if not await proofs.may_reset(parts_of(request).rt, token):
        return _told(
            request,
            "This link has ended",
            "It was used, replaced by a newer one, or is more than an hour old.",
            ("Ask for another", "/forgot"),
            status=401,
        )
    return _reset(request, token, {})


@post("/reset/{token:str}", status_code=200)
async def reset(request: Http, token: FromPath[str]) -> Response[str] | Redirect:
    """Set the new password; the person logs in with it, with their second factor if they have one."""
    fields = await read_form(request)
    if fields.one("password") != fields.one("again"):
        return _reset(request, token, {"again": "This is not the same as above. Type it once more."})
    try:
        await proofs.reset(parts_of(request).rt, token, fields.one("password"))
    except NotAuthenticated as error:
        return _told(request, "This link has ended", error.message, ("Ask for another", "/forgot"), status=401)
    except CablegramError as error:
        return _reset(request, token, errors_of(error, {"new_password": "password"}))
    return _told(request, "The password is set", "Log in with it. All sessions have ended.", ("Log in", "/login"))


@get("/invitation/{token:str}")
async def show_invitation(request: Http, token: FromPath[str]) -> Response[str]:
    """Show who invites to what."""
    return await _invitation(request, token, Form())


@post("/invitation/{token:str}", status_code=200)
async def join(request: Http, token: FromPath[str]) -> Response[str] | Redirect:
    """Make a login, and join with it."""
    fields = await read_form(request)
    form = Form(login=fields.one("login"), display_name=fields.one("display_name"), language=_language(fields))
    new = NewPerson(form.login, form.display_name, fields.one("password"), form.language)
    try:
        user = await invitations.take_as_new(parts_of(request).rt, token, new)
    except CablegramError as error:
        return await _invitation(request, token, form, errors=errors_of(error))
    return await begin(request, user, "/")


@post("/invitation/{token:str}/take", status_code=200)
async def take(request: Http, token: FromPath[str]) -> Response[str] | Redirect:
    """Join with the login that one has."""
    rt, session = parts_of(request).rt, await session_of(request)
    try:
        account = await invitations.take(rt, token, session.user)
    except (NotAuthenticated, Conflict) as error:
        return _told(request, "Nothing has changed", error.message, ("Go to the panel", "/"), status=409)
    return go("/", flash=("done", f"You belong to {account.name} now", "Choose it at the top of the side bar."))


def _language(fields: Fields) -> Language:
    wanted: Literal["en", "es"] = "es" if fields.one("language") == "es" else "en"
    return wanted


def _status(error: CablegramError) -> int:
    return {"too_many_attempts": 429, "sign_up_closed": 403}.get(error.code, 422)


async def _sign_up(request: Http, form: Form, *, errors: Errors | None = None, status: int = 200) -> Response[str]:
    if (await letting_in.policy(parts_of(request).rt)).sign_up != "open":
        return _told(
            request,
            "Accounts are opened by the operator",
            "Nobody signs up here by themselves. Ask the operator for an account, or its people to invite you.",
            ("Log in", "/login"),
            status=403,
        )
    context: Context = {
        "form": form,
        "countries": sorted(((one.iso, one.name) for one in COUNTRIES.values()), key=lambda one: one[1]),
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SIGN_UP),
    }
    return render(request, None, "entry/sign_up.html", title="Open an account", status=status, context=context)


def _forgot(
    request: Http, email: str, *, sent: bool = False, errors: Errors | None = None, status: int = 200
) -> Response[str]:
    context: Context = {"email": email, "sent": sent, "errors": errors or {}}
    return render(request, None, "entry/forgot.html", title="A new password", status=status, context=context)


def _reset(request: Http, token: str, errors: Errors) -> Response[str]:
    context: Context = {"token": token, "errors": errors}
    status = 422 if errors else 200
    return render(request, None, "entry/reset.html", title="Choose a password", status=status, context=context)


async def _invitation(request: Http, token: str, form: Form, *, errors: Errors | None = None) -> Response[str]:
    rt = parts_of(request).rt
    try:
        invited: Invited = await invitations.show(rt, token)
    except NotAuthenticated as error:
        return _told(request, "This invitation has ended", error.message, ("Log in", "/login"), status=401)
    session = await _session(request)
    context: Context = {
        "invited": invited,
        "token": token,
        "login": session.user.login if session else "",
        "may_make": (await letting_in.policy(rt)).sign_up != "closed",
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _PERSON),
    }
    title = f"Join {invited.account.name}"
    status = 422 if errors else 200
    return render(request, None, "entry/invitation.html", title=title, status=status, context=context)


async def _session(request: Http) -> Session | None:
    try:
        return await session_of(request)
    except NotLoggedIn:
        return None


def _told(request: Http, title: str, body: str, way: Way, *, status: int = 200) -> Response[str]:
    return render(request, None, "entry/told.html", title=title, status=status, context={"body": body, "way": way})


HANDLERS = (
    show_sign_up, enter, show_confirm, confirm, show_forgot, ask, show_reset, reset, show_invitation, join, take,
)  # fmt: skip
