"""People are subscribed by a page or by a call, and unsubscribed by one (R167): with evidence of what they were shown.

A service with single opt-in has them at once, and thanks them; one with double opt-in asks them by text and waits for
their YES. Nobody is written to who said no to the account by their own word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing.prices import Prices
from cablegram.consent import blacklist
from cablegram.consent.case import Purpose
from cablegram.contacts import strangers, suppression
from cablegram.contacts.suppression_model import Standing as Kept
from cablegram.evidence.model import How
from cablegram.evidence.write import door
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound, Refused, Unavailable
from cablegram.kit.ids import MessageId, ProgramId
from cablegram.kit.storable import storable
from cablegram.messages import leaving
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.numbers import e164
from cablegram.programs import standing
from cablegram.programs.model import MEMBERS, Standing, Step
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import form, members, store, texts
from cablegram.sms_services.model import OptInMode, Says, Service, Status
from cablegram.sms_services.requesting import no_such_service

_LONGEST_WORDS = 2_000
_MOST_JOINS = 10  # of one address in an hour
_MOST_TEXTS = 3  # to one number in an hour, from wherever it was typed
_HOUR = timedelta(hours=1)
_PAGE = "the person, on the page"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person saw when they agreed: the words, where these stood, and from which address they came."""

    words: str
    url: str = ""
    address: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a person stands now, whether that is new, and the message that thanks or asks (or why there is none)."""

    number: str
    standing: Standing
    is_new: bool
    message_id: MessageId | None
    refusal: str | None


async def subscribe(rt: Runtime, who: Principal, service_id: ProgramId, *, number: str, shown: Shown) -> Joined:
    """Subscribe somebody who agreed elsewhere, with what they were shown there.

    Raises InvalidInput (those of `e164.parse`, `words_needed`, `bad_url`), NotFound (`service_not_found`), Conflict
    (`service_not_approved`), Refused (`blacklisted`), Unavailable (`contacts_busy`).
    """
    who.needs(Scope.CONTACTS)
    _check(shown)
    home = (await directory.show(rt, who)).default_country
    async with rt.db.connection() as conn:
        service = await store.get_service(conn, who.account_id, service_id)
    if service is None:
        raise no_such_service(service_id)
    digits = e164.parse(number, home).e164
    return await _join(rt, service, digits, shown, how=door(who), by=who.name)


async def subscribe_by_page(rt: Runtime, service_id: ProgramId, *, number: str, shown: Shown) -> Joined:
    """Subscribe who typed a number into a service's page; nobody is asked who it is.

    So an address gets ten an hour, and a number three of a service.

    Raises InvalidInput (those of `e164.parse`), NotFound (`service_not_found`), Refused (`too_many_joins`,
    `blacklisted`), Unavailable (`contacts_busy`).
    """
    service = await page_of(rt, service_id)
    digits = e164.parse(number, service.code.country).e164
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        # The number counts, too: else many addresses together could have one phone flooded.
        for source, most in ((shown.address, _MOST_JOINS), (f"{service.id} +{digits}", _MOST_TEXTS)):
            await store.lock_attempts(conn, source)
            if await store.attempts_since(conn, source, now - _HOUR) >= most:
                message = (
                    "That was too often for one hour. Text the keyword to the short code instead, or come back later."
                )
                raise Refused("too_many_joins", message)
            await store.note_attempt(conn, source, now)
    return await _join(rt, service, digits, shown, how=How.PAGE, by=_PAGE)


async def page_of(rt: Runtime, service_id: ProgramId) -> Service:
    """Return the service of a public page. Raises NotFound (`service_not_found`)."""
    async with rt.db.connection() as conn:
        service = await store.public_service(conn, service_id)
    if service is None:
        raise NotFound("service_not_found", "There is no such page, or its service takes nobody in at this time.")
    return service


def page_words(service: Service) -> str:
    """Return what the page of a service says above its button: what is kept as shown. Pure."""
    its = service.form
    age = f"I am {its.minimum_age} years old or older. " if its.minimum_age else ""
    second = " You confirm it with a text." if its.opt_in is OptInMode.DOUBLE else ""
    return (
        f"{age}I agree to get recurring {its.use.service_type} texts of {its.name} from {service.code.digits}, up to "
        f"{its.frequency} a month.{second} Consent is no condition of buying anything. Message and data rates may "
        f"apply. Text HELP {service.keyword} for help and STOP {service.keyword} to end it. Terms: {its.terms_url}"
    )


def version_of(words: str) -> str:
    """Return what tells these words of a page from others. Pure."""
    return sha256(words.encode()).hexdigest()[:16]


async def unsubscribe(rt: Runtime, who: Principal, service_id: ProgramId, *, number: str) -> bool:
    """Take somebody out of a service who asked for it elsewhere; tell whether they were in.

    Raises InvalidInput (those of `e164.parse`), NotFound (`service_not_found`, `not_subscribed_here`).
    """
    who.needs(Scope.CONTACTS)
    home = (await directory.show(rt, who)).default_country
    digits = e164.parse(number, home).e164
    async with rt.db.transaction() as conn:
        if await store.get_service(conn, who.account_id, service_id) is None:
            raise no_such_service(service_id)
        await leaving.lock(conn, [who.account_id])
        found = (await standing.everywhere(conn, [(who.account_id, digits)])).get((who.account_id, digits), [])
        one = next((one for one in found if one.program_id == service_id), None)
        if one is None:
            raise NotFound("not_subscribed_here", f"+{digits} was never subscribed to this service.")
        step = Step(who.account_id, service_id, one.contact_id, digits, door(who), who.name)
        return bool(await members.let_out(conn, [step], now=rt.clock.now()))


async def forget_attempts(rt: Runtime) -> None:
    """Forget who asked on pages longer than an hour ago."""
    async with rt.db.transaction() as conn:
        await store.forget_attempts(conn, rt.clock.now() - _HOUR)


async def _join(rt: Runtime, service: Service, digits: str, shown: Shown, *, how: How, by: str) -> Joined:
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        pair = (service.account_id, digits)
        await leaving.lock(conn, [service.account_id])
        service = (await store.several_services(conn, [service.id]))[service.id]  # behind whoever suspends or closes it
        if service.status is not Status.APPROVED:
            message = f"{service.keyword} is {service.status}: it takes people in when the operator has approved it."
            raise Conflict("service_not_approved", message)
        contact_id = (await strangers.meet(conn, [pair], now=now)).get(pair)
        if contact_id is None:
            message = "The account's contacts are being imported at this moment. Ask again in a minute."
            raise Unavailable("contacts_busy", message, retry_after=30)
        kept = await suppression.known(conn, *pair)  # of somebody who was forgotten, and had said STOP before
        is_barred = kept is not None and kept.standing is not Kept.NO_MARKETING
        if is_barred or await blacklist.among(conn, service.account_id, [digits]):
            message = f"+{digits} is on the account's blacklist: only the person can take that back, with START."
            raise Refused("blacklisted", message, faults=[Fault("number", "blacklisted", message)])
        step = Step(
            service.account_id,
            service.id,
            contact_id,
            digits,
            how,
            by,
            source=storable(shown.source)[:_LONGEST_WORDS],
            words=storable(shown.words)[:_LONGEST_WORDS],
            url=storable(shown.url)[:_LONGEST_WORDS],
            address=shown.address,
        )
        return await _settle(conn, rt, service, step)


async def _settle(conn: Conn, rt: Runtime, service: Service, step: Step) -> Joined:
    """Let in or ask, and say so by text; who is in gets the same thanks, and is no news (Appendix C 13)."""
    now, is_single = rt.clock.now(), service.form.opt_in is OptInMode.SINGLE
    before = dict(await standing.of(conn, [(step.program_id, step.number)])).get(0)
    move = members.let_in if is_single else members.ask
    moved = await move(conn, [step], now=now)
    is_in = is_single or before in MEMBERS
    draft = Draft(
        account_id=service.account_id,
        to=f"+{step.number}",
        text=texts.render(Says.OPT_IN if is_in else Says.WELCOME, service.keyword, service.form, service.texts),
        sender=service.code.digits,
        contact_id=step.contact_id,
        program_id=service.id,
        purpose=Purpose.AUTOMATIC,
    )
    await accept(conn, [draft], prices=Prices(), now=now)
    after = moved[0].move.to if moved else before or Standing.OUT
    code = draft.refusal.code if draft.refusal else None
    # As of every automatic text (R21).
    refusal = "insufficient_funds" if code == "insufficient_credit" else code
    return Joined(step.number, after, bool(moved), draft.id, refusal)


def _check(shown: Shown) -> None:
    if not shown.words.strip():
        message = "Say in `words` what the person was shown when they agreed: it is the evidence of their consent."
        raise InvalidInput("words_needed", message, faults=[Fault("words", "words_needed", message)])
    if shown.url and not form.is_web_address(shown.url):
        message = "`url` is the address of the page where the person agreed, with https:// or http:// before it."
        raise InvalidInput("bad_url", message, faults=[Fault("url", "bad_url", message)])
