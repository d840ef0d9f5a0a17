"""What a team does with conversations: done or open again, somebody's, notes, saved words for an answer (R66)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import members
from cablegram.contacts.model import Contact
from cablegram.inbound import inbox, talks
from cablegram.inbound.model import Line
from cablegram.inbound.talk_model import MOST_COUNTED, Change, Note
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import UserId
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.numbers.format import international
from cablegram.panel.forms import read_form, read_ids
from cablegram.panel.pages import go
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.templates.render import MissingVariables, Template

_MOST_TEMPLATES = 30  # to choose an answer from


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversations the list shows."""

    show: str
    is_done: bool | None
    assigned_to: UserId | None

    @property
    def query(self) -> str:
        """Return what an address has behind its path to keep it."""
        return f"?{urlencode({'show': self.show})}" if self.show else ""

    def path(self, number: str = "") -> str:
        """Return the address of a conversation, or of the list, that keeps what is shown."""
        return (f"/inbox/{number}" if number else "/inbox") + self.query


def shown(request: Http, visit: Visit) -> Filter:
    """Read which conversations somebody wants to see: those that are open, unless they say otherwise."""
    match request.query_params.get("show", ""):
        case "mine" as show:
            return Filter(show, is_done=False, assigned_to=visit.who.user_id)
        case "done" as show:
            return Filter(show, is_done=True, assigned_to=None)
        case "everyone" as show:
            return Filter(show, is_done=None, assigned_to=None)
        case _:
            return Filter("", is_done=False, assigned_to=None)


async def tabs(request: Http, visit: Visit, current: str, *, to_review: int) -> list[tuple[str, str, bool]]:
    """Return the tabs of the inbox with what waits behind each; `current` is the address of one of them."""
    count = await talks.count(parts_of(request).rt, visit.who)
    named = (
        (_counted("Open", count.open), "/inbox"),
        (_counted("Mine", count.mine), "/inbox?show=mine"),
        (_counted("To review", to_review), "/inbox/review"),
        ("Done", "/inbox?show=done"),
        ("Everyone", "/inbox?show=everyone"),
    )
    return [(label, href, href == current) for label, href in named]


def _counted(label: str, n: int) -> str:
    if not n:
        return label
    return f"{label} {n:,}" if n < MOST_COUNTED else f"{label} {MOST_COUNTED:,}+"


async def team(request: Http, visit: Visit) -> dict[UserId, str]:
    """Return the names of who belongs to the account."""
    return {one.user.id: one.user.display_name for one in await members.team(parts_of(request).rt, visit.who)}


async def with_notes(
    request: Http, visit: Visit, number: str, lines: Sequence[Line], *, before: UUID | None, is_all: bool
) -> list[Line | Note]:
    """Put the team's notes between the lines of a page, oldest first; `is_all`: nothing was said before them."""
    since = None if is_all or not lines else lines[-1].id
    noted = await talks.notes(parts_of(request).rt, visit.who, number, since=since, before=before)
    return sorted([*lines, *noted], key=lambda one: one.id)


async def templates(request: Http, visit: Visit) -> list[SavedTemplate]:
    """Return the saved texts that an answer may begin with."""
    return await shelf.page(parts_of(request).rt, visit.who, limit=_MOST_TEMPLATES)


async def words_of(request: Http, visit: Visit, template_id: str, contact: Contact | None) -> str:
    """Return a saved text with what is known of somebody put in; a variable that nobody knows stays to be filled in.

    Raises NotFound (`template_not_found`).
    """
    ids = read_ids([template_id])
    saved = await shelf.get(parts_of(request).rt, visit.who, ids[0] if ids else UUID(int=0))
    filled = Template(saved.text).render_many([contact.variables if contact else {}])[0]
    return saved.text if isinstance(filled, MissingVariables) else filled


@post("/inbox/{number:str}/care", status_code=303)
async def care(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Say that a conversation is done or open again, or who cares for it."""
    fields, rt, kept = await read_form(request), parts_of(request).rt, shown(request, visit)
    done, to = fields.one("done"), fields.one("assigned_to")
    digits = inbox.written(number)
    try:
        if done:
            await talks.change(rt, visit.who, digits, Change(is_done=done == "yes"))
        else:
            ids = read_ids([to])
            await talks.change(rt, visit.who, digits, Change(assigned_to=UserId(ids[0]) if ids else None))
    except InvalidInput as error:
        return go(kept.path(digits), flash=("error", "Nothing was changed", error.message))
    if done == "yes":
        body = "It opens again when they write. Until then it stands under Done."
        return go(kept.path(), flash=("done", f"Done with {international(digits)}", body))
    return go(kept.path(digits))


@post("/inbox/{number:str}/notes/{note_id:uuid}/take-back", status_code=303)
async def take_back(request: Http, visit: Visitor, number: FromPath[str], note_id: FromPath[UUID]) -> Redirect:
    """Take back a note of one's own."""
    kept, digits = shown(request, visit), inbox.written(number)
    await talks.take_back(parts_of(request).rt, visit.who, note_id)
    return go(f"{kept.path(digits)}#reply")


HANDLERS = (care, take_back)
