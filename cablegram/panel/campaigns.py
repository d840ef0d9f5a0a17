"""Campaigns: the list, and a new one up to its launch sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import MultiDict
from litestar.response import Redirect

from cablegram.campaigns import lifecycle, progress
from cablegram.campaigns.model import NewCampaign
from cablegram.contacts import audience, lists, members
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import ListId
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.messages.model import MessageClass
from cablegram.numbers.format import international
from cablegram.pacing import pace
from cablegram.panel import bringing, sending, timed
from cablegram.panel.bringing import Brought
from cablegram.panel.cut import Cut, cut
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page, part, zone_of
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.personal import samples_of
from cablegram.panel.templates import tabs
from cablegram.panel.timed import TimeForm
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.senders import grant
from cablegram.senders.model import Filter, Kind
from cablegram.text.transliterate import plain

_SHOWN = ("name", "list_id", "sender", "text", "picture", "pace", "start", "valid", "hours")
_FIELDS = {
    "list_ids": "list_id",
    "from": "sender",
    "variables": "text",
    "template_not_found": "text",
    "start_at": "start",
    "media_url": "picture",
    "per_five_minutes": "pace",
}
_MOST_CHOICES = 200
_EXAMPLES = 50  # people whose texts are tried while one writes


@dataclass(slots=True)
class Form:
    """The form as typed."""

    name: str = ""
    list_ids: list[str] = field(default_factory=list[str])
    sender: str = ""
    template_id: str = ""
    text: str = ""
    message_class: str = MessageClass.MARKETING.value
    picture: str = ""  # its address
    pace: str = ""  # messages in five minutes
    time: TimeForm = field(default_factory=TimeForm)
    brought: Brought = field(default_factory=Brought)


@get("/campaigns")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the campaigns."""
    cursor = Cursor.of(request)
    found = await progress.overview(parts_of(request).rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged("/campaigns", [], cursor, found, [one.id for one, _ in found])
    context = {"tabs": tabs("/campaigns"), "rows": listed.rows, "newer": listed.newer, "older": listed.older}
    return await page(request, visit, "campaigns/list.html", title="Campaigns", here="campaigns", context=context)


@get("/campaigns/new")
async def show_new(request: Http, visit: Visitor) -> Response[str]:
    """Show the form, with what the address says of it: a list to go to, a template to begin with."""
    form = _form_of_query(request.query_params)
    for template_id in read_ids([form.template_id]):
        form.text = (await shelf.get(parts_of(request).rt, visit.who, template_id)).text
    return await _page(request, visit, form)


@post("/campaigns", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Make a campaign and lead to its launch sheet, or only look at it."""
    fields = await read_form(request)
    form, deed, rt = _form(fields), fields.one("deed"), parts_of(request).rt
    form.brought = bringing.typed(fields, await bringing.wanted(request, visit))
    if deed == "replace":
        form.text = plain(form.text)
    if deed in {"replace", "check"}:
        return await _page(request, visit, form)
    try:
        made = await lifecycle.create(rt, visit.who, await _new(request, visit, form))
    except CablegramError as error:
        return await _page(request, visit, form, errors=_errors(error))
    return go(f"/campaigns/{made.id}/launch")


@post("/campaigns/tape", status_code=200)
async def tape(request: Http, visit: Visitor) -> Response[str]:
    """Answer with the cut of a text that is being written, and how many people get it."""
    form = _form(await read_form(request))
    chosen = await _chosen(request, visit, form)
    people = await audience.reach(parts_of(request).rt, visit.who, [one.id for one in chosen])
    context = {"form": form, "cut": await _cut(request, visit, form, chosen), "people": people}
    return part(request, visit.session, "campaigns/_answer.html", context)


async def _page(request: Http, visit: Visit, form: Form, *, errors: Errors | None = None) -> Response[str]:
    parts = parts_of(request)
    chosen = await _chosen(request, visit, form)
    form.time.example = form.time.example or timed.example_of(visit)
    senders = await sending.senders(parts, visit)
    form.sender = form.sender or senders[0][0]
    form.brought.wanted = form.brought.wanted or await bringing.wanted(request, visit)
    context: Context = {
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, (*_SHOWN, *bringing.shown(form.brought))),
        "lists": await lists.page(parts.rt, visit.who, limit=_MOST_CHOICES),
        "senders": senders,
        "templates": await shelf.page(parts.rt, visit.who, limit=_MOST_CHOICES),
        "names": list(dict.fromkeys(name for one in chosen for name in one.variables)),
        "cut": await _cut(request, visit, form, chosen),
        "people": await audience.reach(parts.rt, visit.who, [one.id for one in chosen]),
        "told": await timed.told(request, visit, form.time),
        "is_long_code": await _is_long_code(request, visit, form),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "campaigns/new.html", title="New campaign", here="campaigns", status=status, context=context
    )


async def _chosen(request: Http, visit: Visit, form: Form) -> list[ContactList]:
    rt = parts_of(request).rt
    return [await lists.get(rt, visit.who, ListId(list_id)) for list_id in read_ids(form.list_ids)]


async def _cut(request: Http, visit: Visit, form: Form, chosen: Sequence[ContactList]) -> Cut | None:
    people: list[tuple[str, Mapping[str, str]]] = []
    for one in islice(chosen, 3):
        found = await members.page(parts_of(request).rt, visit.who, one.id, limit=_EXAMPLES)
        people += [_example(each.number, each.variables) for each in found]
    return cut(form.text, samples_of(form.text, people))


def _example(number: str, variables: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    name = next((variables[key] for key in ("first_name", "name") if variables.get(key)), "")
    written = international(number)
    return f"{name}, {written}" if name else written, {**variables, "number": f"+{number}"}


async def _is_long_code(request: Http, visit: Visit, form: Form) -> bool:
    """Tell whether marketing would come from a long number, which carriers block (R64)."""
    if form.message_class != MessageClass.MARKETING:
        return False
    found = await grant.page(parts_of(request).rt, visit.who, wanted=Filter(address=form.sender.lstrip("+")), limit=1)
    return bool(found) and found[0].kind is Kind.NUMBER


async def _new(request: Http, visit: Visit, form: Form) -> NewCampaign:
    template = await _template(request, visit, form)
    return NewCampaign(
        name=form.name,
        list_ids=[ListId(list_id) for list_id in read_ids(form.list_ids)],
        text=None if template else form.text,
        template_id=template.id if template else None,
        sender=form.sender or None,
        message_class=_class(form.message_class),
        timing=timed.timing_of(form.time),
        start_at=timed.start_of(form.time, zone_of(request)[0]),
        media_url=form.picture or None,
        per_five_minutes=_pace(form.pace),
        provider_values=form.brought.given(),
    )


def _pace(typed: str) -> int | None:
    """Read how many messages go in five minutes; what is no number is refused where the campaign is made."""
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < len(str(pace.MOST)) + 1 else 0


async def _template(request: Http, visit: Visit, form: Form) -> SavedTemplate | None:
    """Return the template that the text still is, word for word."""
    for template_id in read_ids([form.template_id]):
        found = await shelf.get(parts_of(request).rt, visit.who, template_id)
        if found.text == form.text:
            return found
    return None


def _errors(error: CablegramError) -> Errors:
    """Say each error beside its field; a variable that is missing belongs to the text."""
    found = errors_of(error, _FIELDS)
    return {("text" if name.startswith("variables.") else name): sentence for name, sentence in found.items()}


def _form(fields: Fields) -> Form:
    return Form(
        fields.one("name"),
        fields.every("list_id"),
        fields.one("sender"),
        fields.one("template_id"),
        fields.one("text"),
        fields.one("message_class"),
        fields.one("picture").strip(),
        fields.one("pace").strip(),
        timed.read(fields),
    )


def _form_of_query(query: MultiDict[Any]) -> Form:
    given = {name: str(query.get(name, "")) for name in ("name", "sender", "template_id", "text")}
    chosen = [*query.getall("list", []), *query.getall("list_id", [])]
    message_class = str(query.get("message_class", MessageClass.MARKETING.value))
    return Form(
        name=given["name"],
        list_ids=chosen,
        sender=given["sender"],
        template_id=given["template_id"],
        text=given["text"],
        message_class=message_class,
    )


def _class(word: str) -> MessageClass:
    return MessageClass(word) if word in set(MessageClass) else MessageClass.MARKETING


HANDLERS = (show, show_new, make, tape)
