"""Settings > Profile: what a person says of themselves, and the proof of their address."""

from __future__ import annotations

from litestar import post
from litestar.response import Redirect

from cablegram.accounts import about_person, proofs
from cablegram.accounts.about_person import Said
from cablegram.kit.errors import CablegramError, NotAuthenticated
from cablegram.panel.forms import read_form
from cablegram.panel.pages import go
from cablegram.panel.visit import Http, Visitor, address_of, parts_of
from cablegram.webhooks import callback


@post("/settings/profile", status_code=303)
async def save(request: Http, visit: Visitor) -> Redirect:
    """Keep what they say; a new address gets a letter."""
    form, rt = await read_form(request), parts_of(request).rt
    said = Said(
        form.one("display_name"), form.one("first_name"), form.one("last_name"), form.one("company"),
        form.one("email"), form.one("language"), form.one("time_zone"),
    )  # fmt: skip
    try:
        if "callback_url" in form:
            await about_person.check(rt, visit.session.user, said)
            await callback.put(rt, visit.who, form.one("callback_url").strip() or None)
        found = await about_person.change(rt, visit.session.user, said, address=address_of(request))
    except CablegramError as error:
        return go("/settings", flash=("error", "Nothing was kept", error.message))
    body = "" if found.email is None or found.is_confirmed else f"Open the link that we sent to {found.email}."
    return go("/settings", flash=("done", "Your profile is kept", body))


@post("/settings/confirm", status_code=303)
async def ask(request: Http, visit: Visitor) -> Redirect:
    """Send the letter that proves the address, once more."""
    try:
        await proofs.ask_to_confirm(parts_of(request).rt, visit.session.user, address=address_of(request))
    except CablegramError as error:
        return go("/settings", flash=("info", "No letter was sent", error.message))
    return go("/settings", flash=("done", "A letter is on its way", "Open its link, or type its digits here."))


@post("/settings/confirm/code", status_code=303)
async def confirm(request: Http, visit: Visitor) -> Redirect:
    """Take the digits of the letter."""
    form, rt = await read_form(request), parts_of(request).rt
    try:
        email = await proofs.confirm_by_code(rt, visit.session.user, form.one("code"), address=address_of(request))
    except NotAuthenticated as error:
        return go("/settings", flash=("error", "The address is not confirmed", error.message))
    return go("/settings", flash=("done", "The address is confirmed", f"{email} is yours."))


HANDLERS = (save, ask, confirm)
