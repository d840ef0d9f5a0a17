"""Home: the checklist and the simulated phone, later today's numbers; live by server-sent events."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.response import Redirect, Stream

from cablegram.billing import summary
from cablegram.campaigns import progress
from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.inbound import reviewing
from cablegram.kit.errors import CablegramError, InvalidInput
from cablegram.messages import release, search, story, tally
from cablegram.messages.model import FINAL, Count, Message, MessageClass, Moment, State
from cablegram.messages.simulate import simulate
from cablegram.messages.submit import Asked
from cablegram.panel import checklist, phone, sending, stream
from cablegram.panel.examples import examples
from cablegram.panel.forms import Errors, errors_of, read_form
from cablegram.panel.pages import Context, draw, frame_for, go, is_part, midnight, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

TEST = "panel-test"  # the reference of a test message
_FIELDS = {"from": "sender"}
_UNDER_WAY = (State.QUEUED, State.SUBMITTING, State.SUBMITTED, State.UNKNOWN)
_DID_NOT_ARRIVE = (State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.FAILED)
_QUICK, _SLOW = 0.2, 5.0  # seconds between looks, while the test message moves and otherwise
_TEXT = "Hello Ana, this is Cablegram. Answer on this phone to see the way back."


@dataclass(slots=True)
class TestForm:
    """The test message as it will be sent."""

    to: str
    to_name: str
    sender: str
    text: str
    once: str  # names this form, so that it sends one message however often it is posted


@dataclass(slots=True)
class Measure:
    """What the test message takes; the price in micro-credits, None without a tariff."""

    units: int
    encoding: str
    segments: int
    price: int | None


@dataclass(slots=True)
class Today:
    """How many messages were handed in today, and what became of those that are settled."""

    sent: int
    delivered: int
    handled: int
    failed: int
    under_way: int


@get("/")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the page."""
    return await _show(request, visit)


@post("/home/test", status_code=200)
async def send_test(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Send the test message to the phone."""
    form, parts = await read_form(request), parts_of(request)
    number = phone.number_of(visit.account.id)
    given = TestForm(number, phone.NAME, form.one("sender"), form.one("text"), form.one("once"))
    await phone.look(parts, number)
    asked = Asked(
        f"+{number}", given.text, sender=given.sender or None, message_class=MessageClass.OTP, client_ref=TEST
    )
    try:
        await sending.send(parts, visit, asked, once=given.once)
    except CablegramError as error:
        return await _show(request, visit, form=given, errors=errors_of(error, _FIELDS))
    return go("/")


@post("/home/skip", status_code=303)
async def skip(request: Http, visit: Visitor) -> Redirect:
    """Skip a step of the checklist."""
    await checklist.skip(parts_of(request).rt, visit.who, (await read_form(request)).one("step"))
    return go("/")


@post("/home/reply", status_code=200)
async def answer(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Answer from the phone, as its owner."""
    text = (await read_form(request)).one("text")
    if not text.strip():
        raise InvalidInput("text_too_short", "Write something to answer.")
    await phone.reply(parts_of(request), phone.number_of(visit.account.id), text)
    return Response("", status_code=204) if is_part(request) else go("/")


@get("/home/live")
async def live(request: Http, visit: Visitor) -> Stream:
    """Send what changes on the page; `seen` is the mark of the steps that it was drawn with."""
    return stream.answer(_changes(request, visit, request.query_params.get("seen", "")), parts_of(request).closing)


async def _changes(request: Http, visit: Visit, seen: str) -> stream.Changes:
    """Yield the parts of the page that changed; quickly while the test message is on its way."""
    parts, number = parts_of(request), phone.number_of(visit.account.id)
    shown = ""
    async with phone.watched(parts, number) as news:
        while True:
            shell = await frame_for(request, visit, "home")
            its_phone = await phone.look(parts, number)
            fresh = draw(request, visit.session, "home/_live.html", {"shell": shell, "phone": its_phone, "steps": None})
            if fresh != shown:
                yield stream.message(fresh)
            shown = fresh
            steps = await checklist.steps(parts.rt, visit.who)
            context = await _steps_context(request, visit, steps)
            if seen != context["seen"] and not checklist.is_over(steps):
                yield stream.message(
                    draw(request, visit.session, "home/_live.html", {**context, "shell": shell, "phone": None})
                )
            seen = context["seen"]
            await stream.wait(news, _QUICK if context["is_moving"] else _SLOW)


async def _show(
    request: Http, visit: Visit, *, form: TestForm | None = None, errors: Errors | None = None
) -> Response[str]:
    parts = parts_of(request)
    steps = await checklist.steps(parts.rt, visit.who)
    context = await _steps_context(request, visit, steps, form=form, errors=errors)
    context |= {"today": None, "spent": 0, "campaigns": [], "needs": []}
    if checklist.is_over(steps):
        context |= await _today(request, visit)
    number = phone.number_of(visit.account.id)
    context |= {
        "first_name": visit.session.user.display_name.split()[0],
        "phone": await phone.look(parts, number),
        "examples": examples(parts.rt.settings.public, number, context["form"].sender),
        "key_hint": "",
    }
    status = 422 if errors else 200
    return await page(request, visit, "home/page.html", title="Home", here="home", status=status, context=context)


async def _steps_context(
    request: Http,
    visit: Visit,
    steps: list[checklist.Step],
    *,
    form: TestForm | None = None,
    errors: Errors | None = None,
) -> Context:
    """Return what home/_steps.html reads; `seen` is a mark that changes when anything of it does."""
    parts = parts_of(request)
    test, moments = await _test_message(request, visit)
    senders = await sending.senders(parts, visit)
    given = form or TestForm(
        phone.number_of(visit.account.id), phone.NAME, senders[0][0], _TEXT, secrets.token_urlsafe(9)
    )
    found = await simulate(parts.rt, visit.who, text=given.text, country=phone.COUNTRY, prices=parts.prices)
    facts = repr((steps, moments, test and test.state))
    return {
        "steps": steps,
        "form": given,
        "senders": senders,
        "errors": errors or {},
        "measure": Measure(found.units, found.encoding, found.segments, found.price),
        "moments": moments,
        "test": test,
        "is_moving": test is not None and test.state not in FINAL,
        "may_connect": visit.who.is_operator,
        "seen": hashlib.sha256(facts.encode()).hexdigest()[:12],
    }


async def _test_message(request: Http, visit: Visit) -> tuple[Message | None, list[Moment] | None]:
    rt = parts_of(request).rt
    found = await search.page(rt, visit.who, client_ref=TEST, limit=1)
    if not found:
        return None, None
    test, moments = await story.timeline(rt, visit.who, found[0].id)
    return test, [one for one in moments if one.kind not in story.BACKGROUND]


async def _today(request: Http, visit: Visit) -> Context:
    """Return what stands on the page when the checklist is over."""
    rt, since = parts_of(request).rt, midnight(request)
    campaigns = [
        (one, counts)
        for one, counts in await progress.overview(rt, visit.who)
        if one.state in (CampaignState.RUNNING, CampaignState.PAUSED)
    ]
    all_of_it = await tally.standing(rt, visit.who)
    return {
        "today": _count_today(await tally.since(rt, visit.who, since), all_of_it),
        "spent": await summary.spent(rt, visit.who, since),
        "campaigns": campaigns,
        "needs": [
            *_waiting(await release.late(rt, visit.who), await reviewing.count_open(rt, visit.who)),
            *_needs([one for one, _ in campaigns], all_of_it),
        ],
    }


def _count_today(moved: dict[State, Count], all_of_it: dict[State, Count]) -> Today:
    def n(counts: dict[State, Count], *states: State) -> int:
        return sum(counts[state].n for state in states if state in counts)

    delivered, failed = n(moved, State.DELIVERED), n(moved, *_DID_NOT_ARRIVE)
    sent = sum(count.n for state, count in moved.items() if state is not State.SKIPPED)
    return Today(sent, delivered, delivered + failed, failed, n(all_of_it, *_UNDER_WAY))


def _waiting(late: int, to_review: int) -> list[tuple[str, str, str, str]]:
    """List what waits for a person's word: (what, why, deed, where)."""
    found: list[tuple[str, str, str, str]] = []
    if late:
        why = "Nothing ran when they were due. They go only if you say so."
        found.append((f"{late:,} are late", why, "Decide", "/messages/late"))
    if to_review:
        why = "They may mean no. Until somebody has read one, its number gets nothing."
        found.append((f"{to_review:,} to review", why, "Read them", "/inbox/review"))
    return found


def _needs(campaigns: list[Campaign], counts: dict[State, Count]) -> list[tuple[str, str, str, str]]:
    """List what waits for the person: (what, why, deed, where)."""
    found = [
        (
            f"{one.name} is paused",
            "It goes on from where it stopped, nobody gets it twice.",
            "Look",
            f"/campaigns/{one.id}",
        )
        for one in campaigns
        if one.state is CampaignState.PAUSED
    ]
    if State.UNKNOWN in counts:
        what = f"{counts[State.UNKNOWN].n:,} in question"
        found.append((what, "Nobody can say yet whether the carrier took them.", "See them", "/messages?state=unknown"))
    return found


HANDLERS = (show, send_test, skip, answer, live)
