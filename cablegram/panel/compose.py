"""Compose: one text to one person, with its cut and its price while it is written."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.billing import ledger
from cablegram.kit.errors import CablegramError
from cablegram.links import codes
from cablegram.messages.model import MessageClass
from cablegram.messages.simulate import Simulated, simulate
from cablegram.messages.submit import Asked
from cablegram.numbers.format import international
from cablegram.panel import bringing, sending, timed
from cablegram.panel.bringing import Brought
from cablegram.panel.cut import Cut, Sample, cut
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import frame_for, go, page, part, zone_of
from cablegram.panel.personal import shortened
from cablegram.panel.sending import Rate
from cablegram.panel.timed import TimeForm
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.text.long_texts import known, sides
from cablegram.text.transliterate import plain

_SHOWN = ("sender", "to", "text", "class", "start", "valid", "hours")
_FIELDS = {"from": "sender", "send_at": "start", "schedule": "hours", "valid_for": "valid"}


@dataclass(slots=True)
class Form:
    """The form as typed; `once` names it, so that it sends one message however often it is posted."""

    sender: str
    to: str
    text: str
    message_class: str
    once: str
    shorten: bool = False
    time: TimeForm = field(default_factory=TimeForm)
    brought: Brought = field(default_factory=Brought)


@get("/compose")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show an empty form, or one begun elsewhere (`to`, `text`)."""
    query = request.query_params
    form = Form("", query.get("to", ""), query.get("text", ""), MessageClass.TRANSACTIONAL, secrets.token_urlsafe(9))
    return await _page(request, visit, form)


@post("/compose", status_code=200)
async def send(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Send, or only look: `deed` says which button it was."""
    fields = await read_form(request)
    form, parts = _form(fields), parts_of(request)
    form.brought = bringing.typed(fields, await bringing.wanted(request, visit))
    if fields.one("deed") == "replace":
        form.text = plain(form.text)
        return await _page(request, visit, form)
    if fields.one("deed") == "check":
        return await _check(request, visit, form)
    try:
        asked = _asked(request, form)
        message_id = await sending.send(parts, visit, asked, once=form.once)
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error, _FIELDS))
    found = sending.read_number(form.to, visit.account.default_country)
    who = international(found.e164) if found else form.to
    return go(f"/messages/{message_id}", flash=("done", f"On its way to {who}", "Its story stands below."))


@post("/compose/tape", status_code=200)
async def tape(request: Http, visit: Visitor) -> Response[str]:
    """Answer with the cut of a text that is being written, its price and its look."""
    form, parts = _form(await read_form(request)), parts_of(request)
    shell = await frame_for(request, visit, "compose")
    rate = await sending.rate(parts, visit, form.to, form.sender, _class(form.message_class))
    found = _cut(request, form, rate)
    price = sending.price(found, rate, balance=shell.balance or 0)
    return part(
        request, visit.session, "compose/_answer.html", {"shell": shell, "cut": found, "form": form, "price": price}
    )


async def _check(request: Http, visit: Visit, form: Form) -> Response[str]:
    """Show what would become of it: what every rule says, its cut and its price. Nothing is sent or charged."""
    parts = parts_of(request)
    try:
        asked = _asked(request, form)
        found = await simulate(
            parts.rt,
            visit.who,
            text=asked.text,
            to=asked.to,
            sender=form.sender or None,
            message_class=asked.message_class,
            shorten=asked.shorten,
            prices=parts.prices,
        )
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error, _FIELDS))
    return await _page(request, visit, form, found=found)


def _asked(request: Http, form: Form) -> Asked:
    """Return the wish that the form is. Raises InvalidInput for what it says about time."""
    start = timed.start_of(form.time, zone_of(request)[0])
    timing = timed.timing_of(form.time, not_before=start)
    return Asked(
        form.to,
        form.text,
        sender=form.sender or None,
        message_class=_class(form.message_class),
        told=timing if form.time.is_set else None,
        provider_values=form.brought.given(),
        shorten=form.shorten,
    )


async def _page(
    request: Http, visit: Visit, form: Form, *, errors: Errors | None = None, found: Simulated | None = None
) -> Response[str]:
    parts = parts_of(request)
    form.time.example = form.to or form.time.example or timed.example_of(visit)
    senders = await sending.senders(parts, visit)
    form.sender = form.sender or senders[0][0]
    form.brought.wanted = form.brought.wanted or await bringing.wanted(request, visit)
    balance = await ledger.balance(parts.rt, visit.who)
    rate = await sending.rate(parts, visit, form.to, form.sender, _class(form.message_class))
    drawn = _cut(request, form, rate)
    context = {
        "form": form,
        "senders": senders,
        "errors": errors or {},
        "summary": summary_of(errors or {}, (*_SHOWN, *bringing.shown(form.brought))),
        "cut": drawn,
        "price": sending.price(drawn, rate, balance=balance),
        "told": await timed.told(request, visit, form.time),
        "found": found,
        "habits": sides(known(parts_of(request).rt.settings.long_texts)),
        "link": codes.sampler(parts.rt.settings),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "compose/page.html", title="Compose", here="compose", status=status, context=context
    )


def _cut(request: Http, form: Form, rate: Rate | None) -> Cut | None:
    typed = [Sample("", form.text)]
    samples = shortened(typed, codes.sampler(parts_of(request).rt.settings)) if form.shorten else typed
    return cut(form.text, samples, unit_price=rate.unit if rate else None)


def _form(fields: Fields) -> Form:
    return Form(
        fields.one("sender"),
        fields.one("to"),
        fields.one("text"),
        fields.one("message_class"),
        fields.one("once"),
        fields.one("shorten") == "on",
        timed.read(fields),
    )


def _class(word: str) -> MessageClass:
    return MessageClass(word) if word in set(MessageClass) else MessageClass.TRANSACTIONAL


HANDLERS = (show, send, tape)
