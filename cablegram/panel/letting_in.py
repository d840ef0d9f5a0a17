"""Operator > System: who may make a login here."""

from __future__ import annotations

from litestar import post
from litestar.response import Redirect

from cablegram.accounts import letting_in
from cablegram.kit.errors import InvalidInput
from cablegram.panel.forms import read_form
from cablegram.panel.pages import go
from cablegram.panel.visit import Http, Visitor, parts_of


@post("/operator/sign-up", status_code=303)
async def choose(request: Http, visit: Visitor) -> Redirect:
    """Keep who may; empty: as the setting says."""
    word = (await read_form(request)).one("sign_up")
    try:
        await letting_in.choose(parts_of(request).rt, visit.who, word or None)
    except InvalidInput as error:
        return go("/operator/system", flash=("error", "Nothing was kept", error.message))
    return go("/operator/system", flash=("done", "It holds from now on", ""))


HANDLERS = (choose,)
