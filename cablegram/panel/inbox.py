"""Inbox: who wrote, what was said in both directions, an answer from the number they wrote to (R62, R66)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.billing import ledger
from cablegram.consent import blacklist
from cablegram.consent.model import Entry
from cablegram.contacts import people
from cablegram.contacts.model import Contact
from cablegram.inbound import inbox, reviewing
from cablegram.inbound import talks as team
from cablegram.inbound.model import Line
from cablegram.inbound.talk_model import Care, Note
from cablegram.kit.errors import CablegramError, InvalidInput, NotFound
from cablegram.kit.ids import UserId
from cablegram.messages import barring
from cablegram.messages.submit import Asked
from cablegram.numbers.format import international
from cablegram.panel import sending, talks
from cablegram.panel.cut import cut
from cablegram.panel.forms import Errors, Fields, errors_of, read_form
from cablegram.panel.pages import Context, frame_for, go, page, part
from cablegram.panel.paging import PAGE, Cursor, address, paged
from cablegram.panel.timing import one_clock
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.text.transliterate import plain

_LINES = 60  # of a conversation on a page
_SOON = 5  # seconds between looks at a conversation that is open
_FIELDS = {"from": "form", "to": "form", "class": "form"}


@dataclass(slots=True)
class Form:
    """A reply as typed; `sender` is the number that was written to, `once` names the form."""

    text: str
    sender: str
    once: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with somebody. `sender` is whom an answer comes from; `older` leads to what was said before.

    `care` is None while they never wrote; `names` are those of the team.
    """

    number: str
    lines: Sequence[Line | Note]
    sender: str
    older: str
    contact: Contact | None
    barred: Entry | None
    local: datetime | None
    care: Care | None
    names: Mapping[UserId, str]


@get("/inbox")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show who wrote, whoever wrote last first."""
    context = await _people(request, visit, "")
    return await page(request, visit, "inbox/page.html", title="Inbox", here="inbox", context=context)


@get("/inbox/{number:str}")
async def show_one(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str]:
    """Show what was said with somebody; from now on the team has seen it."""
    thread = await _thread(request, visit, number)
    if thread.care:
        await team.see(parts_of(request).rt, visit.who, thread.number)
    return await _page(request, visit, thread, Form("", thread.sender, secrets.token_urlsafe(9)))


@get("/inbox/{number:str}/talk")
async def talk(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str]:
    """Answer with what was said, for the page that is open to show what is new."""
    thread = await _thread(request, visit, number)
    within = talks.shown(request, visit).query
    context = {"thread": thread, "pause": _SOON, "within": within, "me": visit.who.user_id}
    return part(request, visit.session, "inbox/_talk.html", context)


@post("/inbox/{number:str}", status_code=200)
async def reply(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str] | Redirect:
    """Answer somebody, or only look at the answer; or note something beside what was said."""
    fields, parts = await read_form(request), parts_of(request)
    form, deed = _form(fields), fields.one("deed")
    thread, kept = await _thread(request, visit, number), talks.shown(request, visit)
    if template := fields.one("template"):
        form.text = await talks.words_of(request, visit, template, thread.contact)
        return await _page(request, visit, thread, form)
    if deed == "replace":
        form.text = plain(form.text)
    if deed in {"replace", "check"}:
        return await _page(request, visit, thread, form)
    try:
        if deed == "note":
            await team.note(parts.rt, visit.who, thread.number, form.text)
        else:
            service_id = await inbox.program_to_answer(parts.rt, visit.who, thread.number, form.sender)
            asked = Asked(_plus(thread.number), form.text, sender=form.sender or None, service_id=service_id)
            await sending.send(parts, visit, asked, once=form.once)
    except CablegramError as error:
        return await _page(request, visit, thread, form, errors=errors_of(error, _FIELDS))
    return go(f"{kept.path(thread.number)}#reply")


@post("/inbox/{number:str}/tape", status_code=200)
async def tape(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str]:
    """Answer with the cut of a reply that is being written, and its price."""
    form, parts, digits = _form(await read_form(request)), parts_of(request), _digits(number)
    shell = await frame_for(request, visit, "inbox")
    found = cut(form.text)
    rate = await sending.rate(parts, visit, _plus(digits), form.sender)
    price = sending.price(found, rate, balance=shell.balance or 0)
    context: Context = {"shell": shell, "cut": found, "form": form, "price": price}
    return part(request, visit.session, "inbox/_answer.html", context)


@post("/inbox/{number:str}/stop", status_code=303)
async def stop(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Put somebody on the blacklist; what waits for them is withdrawn."""
    digits = _digits(number)
    done = await barring.add(parts_of(request).rt, visit.who, [_plus(digits)], note="From the inbox")
    withdrawn = f"{done.withdrawn:,} that waited are withdrawn and refunded. " if done.withdrawn else ""
    body = f"{withdrawn}They stand on the blacklist until somebody takes them off."
    return go(f"/inbox/{digits}", flash=("done", f"{international(digits)} gets no more texts", body))


@post("/inbox/{number:str}/free", status_code=303)
async def free(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Take somebody off the blacklist."""
    digits = _digits(number)
    try:
        await blacklist.remove(parts_of(request).rt, visit.who, _plus(digits))
    except NotFound as error:
        return go(f"/inbox/{digits}", flash=("info", "Nothing stood against it", error.message))
    body = "Texts go there again. Do this only if the person asks for it."
    return go(f"/inbox/{digits}", flash=("done", f"{international(digits)} is off the blacklist", body))


async def tabs(request: Http, visit: Visit, current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the inbox, with how much waits behind each."""
    return await talks.tabs(
        request, visit, current, to_review=await reviewing.count_open(parts_of(request).rt, visit.who)
    )


async def _people(request: Http, visit: Visit, chosen: str) -> Context:
    # Of an open conversation the cursor is the place in what was said, and not in the list beside it.
    q, cursor = request.query_params.get("q", "").strip(), Cursor(None, ()) if chosen else Cursor.of(request)
    wanted = talks.shown(request, visit)
    found = await inbox.conversations(
        parts_of(request).rt,
        visit.who,
        after=cursor.after,
        q=q or None,
        is_done=None if q else wanted.is_done,  # who looks for a number looks everywhere
        assigned_to=None if q else wanted.assigned_to,
        limit=PAGE + 1,
    )
    listed = paged("/inbox", [("q", q), ("show", wanted.show)], cursor, found, [one.id for one in found])
    return {
        "tabs": await tabs(request, visit, wanted.path()),
        "q": q,
        "show": wanted.show,
        "within": wanted.query,
        "has_any": bool(found) or bool(await inbox.conversations(parts_of(request).rt, visit.who, limit=1)),
        "team": await talks.team(request, visit),
        "me": visit.who.user_id,
        "talks": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "chosen": chosen,
        "thread": None,
    }


async def _thread(request: Http, visit: Visit, number: str) -> Thread:
    """Return the conversation with a number; an empty one where nothing was said yet. Raises NotFound for no number."""
    rt, digits, after = parts_of(request).rt, inbox.written(number), Cursor.of(request).after
    found = await inbox.conversation(rt, visit.who, digits, after=after, limit=_LINES + 1)
    known = sending.read_number(_plus(digits), visit.account.default_country)
    if not found and known is None:
        raise NotFound("conversation_not_found", f"Nothing was ever written to or by {international(digits)}.")
    lines = found[:_LINES]
    is_all = len(found) <= _LINES
    query = [("show", talks.shown(request, visit).show), ("after", "" if is_all else str(lines[-1].id))]
    older = "" if is_all else address(f"/inbox/{digits}", query)
    senders = await sending.senders(parts_of(request), visit)
    return Thread(
        number=digits,
        lines=await talks.with_notes(request, visit, digits, lines, before=after, is_all=is_all),
        sender=answered_from(found) or senders[0][0],
        older=older,
        contact=await _contact(request, visit, digits),
        barred=await _barred(request, visit, digits),
        local=one_clock(known, rt.clock.now()) if known else None,
        care=await team.care_of(rt, visit.who, digits),
        names=await talks.team(request, visit),
    )


def answered_from(lines: Sequence[Line]) -> str:
    """Return whom an answer comes from: what they wrote to last, or else what was written from. Newest first. Pure."""
    theirs = next((line.destination for line in lines if not line.is_ours), None)
    return theirs or next((line.source for line in lines), "")


async def _contact(request: Http, visit: Visit, digits: str) -> Contact | None:
    try:
        return await people.get(parts_of(request).rt, visit.who, _plus(digits))
    except (InvalidInput, NotFound):
        return None  # somebody who is in no list, or not even a number


async def _barred(request: Http, visit: Visit, digits: str) -> Entry | None:
    try:
        return await blacklist.check(parts_of(request).rt, visit.who, _plus(digits))
    except (InvalidInput, NotFound):
        return None  # no number that could be listed, or one that is not


async def _page(
    request: Http, visit: Visit, thread: Thread, form: Form, *, errors: Errors | None = None
) -> Response[str]:
    parts, found = parts_of(request), cut(form.text)
    context = await _people(request, visit, thread.number)
    balance = await ledger.balance(parts.rt, visit.who)
    rate = await sending.rate(parts, visit, _plus(thread.number), form.sender)
    context |= {
        "thread": thread,
        "pause": None if Cursor.of(request).after else _SOON,
        "form": form,
        "cut": found,
        "price": sending.price(found, rate, balance=balance),
        "errors": errors or {},
        "saved": await talks.templates(request, visit),
    }
    title = international(thread.number)
    status = 422 if errors else 200
    return await page(request, visit, "inbox/page.html", title=title, here="inbox", context=context, status=status)


def _form(fields: Fields) -> Form:
    return Form(fields.one("text"), fields.one("sender"), fields.one("once"))


def _digits(number: str) -> str:
    """Return the digits of a number in an address. Raises NotFound for what is none."""
    digits = inbox.written(number)
    if not digits.isdecimal():
        raise NotFound("conversation_not_found", "There is no such number.")
    return digits


def _plus(digits: str) -> str:
    return f"+{digits}" if digits.isdecimal() and len(digits) > 7 else digits


HANDLERS = (show, show_one, talk, reply, tape, stop, free, *talks.HANDLERS)
