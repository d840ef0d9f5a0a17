"""Numbers: what the account sends from, and how each of them answers by itself (R58, R61, R62)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.connectors import configure
from cablegram.inbound import naming
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import ConnectorId, SenderId
from cablegram.panel import destinations, renting
from cablegram.panel.cut import cut
from cablegram.panel.filters import phone
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, is_part, page, part
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.rentals import finding, spam
from cablegram.senders import change, grant
from cablegram.senders.change import Change
from cablegram.senders.model import Kind, Sender

_MOST = 200
_SHOWN = ("text", "words", "help")
_FIELDS = {"autoresponder_text": "text", "stop_words": "words", "help_text": "help"}


@dataclass(slots=True)
class Form:
    """The settings as typed; `text` is the auto-reply, `words` the number's own stop words with commas between."""

    text: str = ""
    answers: bool = False
    stops: bool = False
    names: bool = False
    words: str = ""
    help: str = ""


@get("/numbers")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what the account sends from."""
    cursor = Cursor.of(request)
    found = await grant.page(parts_of(request).rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged("/numbers", [], cursor, found, [one.id for one in found])
    names = await _connectors(request, visit)
    rents = await finding.of_senders(parts_of(request).rt, visit.who, [one.id for one in listed.rows])
    context: Context = {
        "rows": [(one, what(one), _ways(one, names), rents.get(one.id)) for one in listed.rows],
        "waiting": renting.waiting(await finding.page(parts_of(request).rt, visit.who, limit=PAGE)),
        "newer": listed.newer,
        "older": listed.older,
        "has_long_code": any(one.kind is Kind.NUMBER for one in found),
        "may_grant": visit.who.is_operator,
        "tabs": destinations.tabs("/numbers"),
    }
    return await page(request, visit, "numbers/list.html", title="Numbers", here="numbers", context=context)


@post("/numbers/tape", status_code=200)
async def tape(request: Http, visit: Visitor) -> Response[str]:
    """Answer with the cut of an auto-reply that is being written."""
    form = _form(await read_form(request))
    return part(request, visit.session, "numbers/_answer.html", {"form": form, "cut": cut(form.text)})


@get("/numbers/{sender_id:uuid}")
async def show_one(request: Http, visit: Visitor, sender_id: FromPath[UUID]) -> Response[str]:
    """Show one of them with its settings: a page of its own, or for htmx a sheet beside the list."""
    found = await grant.get(parts_of(request).rt, visit.who, SenderId(sender_id))
    context = await _about(request, visit, found, _form_of(found))
    if is_part(request):
        context["address"] = f"{parts_of(request).rt.settings.public}/numbers/{found.id}"
        return part(request, visit.session, "numbers/_sheet.html", context)
    return await _page(request, visit, context)


@post("/numbers/{sender_id:uuid}", status_code=200)
async def save(request: Http, visit: Visitor, sender_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Change how a number answers, or only look at the auto-reply."""
    fields, rt = await read_form(request), parts_of(request).rt
    form = _form(fields)
    found = await grant.get(rt, visit.who, SenderId(sender_id))
    if fields.one("deed") == "check":
        return await _page(request, visit, await _about(request, visit, found, form))
    wanted = Change(
        autoresponder_enabled=form.answers,
        autoresponder_text=form.text,
        stop_words_enabled=form.stops,
        cnam_enabled=form.names,
        stop_words=[word for word in form.words.split(",") if word.strip()],
        help_text=form.help,
    )
    try:
        await change.change(rt, visit.who, found.id, wanted)
    except CablegramError as error:
        errors = errors_of(error, _FIELDS)
        return await _page(request, visit, await _about(request, visit, found, form, errors=errors), status=422)
    return go("/numbers", flash=("done", f"{phone(found.address)} is set", _settled(form)))


@post("/numbers/{sender_id:uuid}/default", status_code=303)
async def make_default(request: Http, visit: Visitor, sender_id: FromPath[UUID]) -> Redirect:
    """Make it the one that messages without a sender get."""
    rt = parts_of(request).rt
    found = await grant.get(rt, visit.who, SenderId(sender_id))
    await grant.make_default(rt, visit.who, found.id)
    body = "Messages that name no sender come from it from now on."
    return go("/numbers", flash=("done", f"{phone(found.address)} is the default", body))


@post("/numbers/{sender_id:uuid}/remove", status_code=303)
async def remove(request: Http, visit: Visitor, sender_id: FromPath[UUID]) -> Redirect:
    """Take it away from the account."""
    rt = parts_of(request).rt
    found = await grant.get(rt, visit.who, SenderId(sender_id))
    await grant.remove(rt, visit.who, found.id)
    body = "What was accepted from it before still goes out. The operator can give it back."
    return go("/numbers", flash=("done", f"{phone(found.address)} is given back", body))


def what(sender: Sender) -> str:
    """Say in words what a sender is. Pure."""
    if sender.kind is Kind.NUMBER:
        return renting.TYPES[sender.number_type] if sender.number_type else "number"
    return "short code" if sender.kind is Kind.SHORT_CODE else "name, can't be answered"


async def _about(request: Http, visit: Visit, sender: Sender, form: Form, *, errors: Errors | None = None) -> Context:
    rt = parts_of(request).rt
    return {
        "sender": sender,
        "rental": (await finding.of_senders(rt, visit.who, [sender.id])).get(sender.id),
        "reports": await spam.of_sender(rt, visit.who, sender.id),
        "may_buy": visit.who.is_operator or Scope.BILLING in visit.who.scopes,
        "what": what(sender),
        "ways": _ways(sender, await _connectors(request, visit)),
        "can_hear": sender.kind is not Kind.NAME,
        "asking": await naming.terms(rt, visit.who),
        "form": form,
        "cut": cut(form.text),
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }


async def _page(request: Http, visit: Visit, context: Context, *, status: int = 200) -> Response[str]:
    title = phone(context["sender"].address)
    return await page(request, visit, "numbers/show.html", title=title, here="numbers", context=context, status=status)


async def _connectors(request: Http, visit: Visit) -> dict[ConnectorId, str]:
    found = await configure.page(parts_of(request).rt, visit.who, limit=_MOST)
    return {one.id: one.name for one in found}


def _ways(sender: Sender, names: dict[ConnectorId, str]) -> str:
    told = [names[one] for one in sender.connector_ids if one in names]
    return ", ".join(told) if sender.connector_ids else "any connector"


def _form(fields: Fields) -> Form:
    return Form(
        fields.one("text"),
        fields.one("answers") == "on",
        fields.one("stops") == "on",
        fields.one("names") == "on",
        fields.one("words"),
        fields.one("help"),
    )


def _form_of(sender: Sender) -> Form:
    its = sender.settings
    return Form(
        its.autoresponder_text,
        its.autoresponder_enabled,
        its.stop_words_enabled,
        its.cnam_enabled,
        ", ".join(its.stop_words),
        its.help_text,
    )


def _settled(form: Form) -> str:
    told = [
        "each text is answered" if form.answers else "texts are not answered by themselves",
        "STOP ends all texts to whoever sends it" if form.stops else "STOP is a text like any other",
    ]
    return f"{told[0].capitalize()}; {told[1]}."


HANDLERS = (show, tape, show_one, save, make_default, remove)
