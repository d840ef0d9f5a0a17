"""Developers > Access list: from where the account's API keys may call (R7)."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.accounts import access_list
from cablegram.accounts.access_list import Entry, read_entry
from cablegram.kit.errors import CablegramError, InvalidInput
from cablegram.panel import developers
from cablegram.panel.forms import Errors, errors_of, read_form
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, address_of, parts_of

_HERE = "/developers/access"


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the list as it stands."""
    found = await access_list.show(parts_of(request).rt, visit.who)
    return await _page(request, visit, written(found.entries))


@post(_HERE, status_code=200)
async def save(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Put what stands in the field in the place of the list."""
    text, rt = (await read_form(request)).one("entries"), parts_of(request).rt
    try:
        found = await access_list.replace(rt, visit.who, read(text), address=address_of(request))
    except CablegramError as error:
        return await _page(request, visit, text, errors=errors_of(error, {"acl": "entries", "description": "entries"}))
    body = "Keys call from everywhere." if found.is_open else "Within five seconds no key calls from anywhere else."
    return go(_HERE, flash=("done", "The access list is kept", body if found.entries else "No key can call now."))


def read(text: str) -> list[Entry]:
    """Read a list as people type it: an address or a network a line, and behind it what it is. Pure.

    Raises InvalidInput (`bad_network`, `bad_name`), naming the line.
    """
    found: list[Entry] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        network, _, description = line.strip().partition(" ")
        ip, slash, length = network.partition("/")
        is_plain = length.isascii() and length.isdigit() and len(length) <= 3
        try:
            found.append(read_entry(ip, (int(length) if is_plain else -1) if slash else None, description))
        except InvalidInput as error:
            raise InvalidInput(error.code, f"Line {number}: {error.message}") from None
    return found


def written(entries: list[Entry]) -> str:
    """Write a list as `read` reads it. Pure."""
    return "\n".join(f"{one.ip}/{one.netmask} {one.description}".rstrip() for one in entries)


async def _page(request: Http, visit: Visit, text: str, *, errors: Errors | None = None) -> Response[str]:
    rt = parts_of(request).rt
    standing = await access_list.show(rt, visit.who)
    own = {"bad_network": "entries", "form": "entries"}
    context: Context = {
        "tabs": developers.tabs(_HERE),
        "text": text,
        "is_open": standing.is_open,
        "is_empty": not standing.entries,
        "address": address_of(request),
        "errors": {own.get(field, field): sentence for field, sentence in (errors or {}).items()},
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "developers/access.html", title="Access list", here="developers", status=status, context=context
    )


HANDLERS = (show, save)
