"""Campaigns: the list, and a new one, step by step up to its launch sheet."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.campaigns import choices, find, lifecycle, progress
from cablegram.contacts import lists, members
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import CampaignId, ListId
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.links import codes
from cablegram.links.model import UNSUBSCRIBE
from cablegram.messages.model import MessageClass
from cablegram.numbers.format import international
from cablegram.panel import bringing, campaign_form, sending, timed
from cablegram.panel.campaign_form import FIELDS, SHOWN, STEPS, Form
from cablegram.panel.cut import Cut, cut
from cablegram.panel.forms import Errors, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page, part, zone_of
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.personal import samples_of, shortened
from cablegram.panel.templates import tabs
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.senders import grant
from cablegram.senders.model import Filter, Kind
from cablegram.text.transliterate import plain

_MORE = "It was made by a call, or of a file, and has more than this form. Make another in its place, and delete it."
_MOST_CHOICES = 200
_MOST_NAMES = 3  # variables of lists that the field offers
_EXAMPLES = 50  # people whose texts are tried while one writes


@get("/campaigns")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the campaigns."""
    cursor = Cursor.of(request)
    found = await progress.overview(parts_of(request).rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged("/campaigns", [], cursor, found, [one.id for one, _ in found])
    context = {"tabs": tabs("/campaigns"), "rows": listed.rows, "newer": listed.newer, "older": listed.older}
    return await page(request, visit, "campaigns/list.html", title="Campaigns", here="campaigns", context=context)


@get("/campaigns/new")
async def show_new(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Show the form, with what the address says of it: whom to go to, a template or a draft to begin with.

    A draft of which the form has not all leads back to its launch sheet: to save it would lose the rest.
    """
    rt = parts_of(request).rt
    form = campaign_form.of_query(request.query_params)
    # Where nobody said under which address we are found, a link would lead a phone nowhere.
    form.shorten = bool(rt.settings.link_url or rt.settings.public_url)
    for draft in read_ids([str(request.query_params.get("draft", ""))]):
        campaign, step = await find.get(rt, visit.who, CampaignId(draft)), form.step
        if not campaign_form.holds(campaign, zone_of(request)[0]):
            return go(f"/campaigns/{campaign.id}/launch", flash=("info", "It can't be changed here", _MORE))
        form = campaign_form.of_draft(campaign, zone_of(request)[0])
        form.step = step
    for list_id in read_ids(form.list_ids):
        await lists.get(rt, visit.who, ListId(list_id))  # an address that names none of ours leads nowhere
    for template_id in read_ids([form.template_id]):
        form.text = (await shelf.get(rt, visit.who, template_id)).text
    return await _page(request, visit, form)


@post("/campaigns", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Go to another step, look at the text, or make the campaign and lead to its launch sheet."""
    fields = await read_form(request)
    form, deed, rt = campaign_form.read(fields), fields.one("deed"), parts_of(request).rt
    form.brought = bringing.typed(fields, await bringing.wanted(request, visit))
    if deed == "replace":
        form.text = plain(form.text)
    if deed != "make":
        return await _page(request, visit, form)
    try:
        template = await _template(request, visit, form)
        new = campaign_form.new_campaign(form, zone_of(request)[0], template_id=template.id if template else None)
        for draft in read_ids([form.replaces]):
            form.replaces = ""  # the form has all of it: whatever is wrong now, nothing typed is lost
            await _forget(request, visit, CampaignId(draft))
        made = await lifecycle.create(rt, visit.who, new)
    except CablegramError as error:
        return await _page(request, visit, form, errors=_errors(error))
    return go(f"/campaigns/{made.id}/launch")


@post("/campaigns/tape", status_code=200)
async def tape(request: Http, visit: Visitor) -> Response[str]:
    """Answer with the cut of a text that is being written, and how many people get it."""
    form = campaign_form.read(await read_form(request))
    chosen = await _chosen(request, visit, form)
    context = {
        "form": form,
        "cut": await _cut(request, visit, form, chosen),
        "people": await _reach(request, visit, form),
    }
    return part(request, visit.session, "campaigns/_answer.html", context)


async def _page(request: Http, visit: Visit, form: Form, *, errors: Errors | None = None) -> Response[str]:
    parts = parts_of(request)
    chosen = await _chosen(request, visit, form)
    form.time.example = form.time.example or timed.example_of(visit)
    senders = await sending.senders(parts, visit)
    form.sender = form.sender or senders[0][0]
    form.brought.wanted = form.brought.wanted or await bringing.wanted(request, visit)
    if errors:
        form.step = campaign_form.step_of(errors)
    context: Context = {
        "form": form,
        "steps": STEPS,
        "errors": errors or {},
        "summary": summary_of(errors or {}, (*SHOWN, *bringing.shown(form.brought))),
        "choices": await choices.of_account(parts.rt, visit.who),
        "senders": senders,
        "templates": await shelf.page(parts.rt, visit.who, limit=_MOST_CHOICES),
        "names": [*list(dict.fromkeys(name for one in chosen for name in one.variables))[:_MOST_NAMES], UNSUBSCRIBE],
        "link": codes.sampler(parts.rt.settings),
        "cut": await _cut(request, visit, form, chosen),
        "people": await _reach(request, visit, form),
        "told": await timed.told(request, visit, form.time),
        "is_long_code": await _is_long_code(request, visit, form),
    }
    return await page(
        request,
        visit,
        "campaigns/new.html",
        title="New campaign",
        here="campaigns",
        status=422 if errors else 200,
        context=context,
    )


async def _forget(request: Http, visit: Visit, draft: CampaignId) -> None:
    try:
        await lifecycle.delete(parts_of(request).rt, visit.who, draft)
    except NotFound:
        return  # somebody deleted it meanwhile


async def _reach(request: Http, visit: Visit, form: Form) -> int:
    try:
        return await choices.reach(parts_of(request).rt, visit.who, form.audience)
    except NotFound:
        return 0  # one of them was deleted while this was typed; making it says which


async def _chosen(request: Http, visit: Visit, form: Form) -> list[ContactList]:
    """Return the lists that are chosen, for their columns and examples; one that was deleted is left out."""
    wanted, rt = form.audience.list_ids, parts_of(request).rt
    found: list[ContactList] = []
    for list_id in wanted:
        try:
            found.append(await lists.get(rt, visit.who, list_id))
        except NotFound:
            continue
    return found


async def _cut(request: Http, visit: Visit, form: Form, chosen: list[ContactList]) -> Cut | None:
    people: list[tuple[str, Mapping[str, str]]] = []
    for one in islice(chosen, 3):
        found = await members.page(parts_of(request).rt, visit.who, one.id, limit=_EXAMPLES)
        people += [_example(each.number, each.variables) for each in found]
    shortener = codes.sampler(parts_of(request).rt.settings)
    way_out = {UNSUBSCRIBE: shortener.leave()[0]}
    samples = samples_of(form.text, [(who, {**values, **way_out}) for who, values in people])
    return cut(form.text, shortened(samples, shortener) if form.shorten else samples)


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


async def _template(request: Http, visit: Visit, form: Form) -> SavedTemplate | None:
    """Return the template that the text still is, word for word."""
    for template_id in read_ids([form.template_id]):
        found = await shelf.get(parts_of(request).rt, visit.who, template_id)
        if found.text == form.text:
            return found
    return None


def _errors(error: CablegramError) -> Errors:
    """Say each error beside its field; a variable that is missing belongs to the text."""
    found = errors_of(error, FIELDS)
    return {("text" if name.startswith("variables.") else name): sentence for name, sentence in found.items()}


HANDLERS = (show, show_new, make, tape)
