"""Ask for an SMS service, look at one, change its texts, close it: what its owner does (R68, R69, R74)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import msgspec

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import ProgramId
from cablegram.messages import leaving
from cablegram.programs import people
from cablegram.programs.model import ProgramKind
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import codes, store, texts
from cablegram.sms_services import form as forms
from cablegram.sms_services.model import Form, Says, Service, ShortCode, Status


async def request(
    rt: Runtime, who: Principal, *, country: str, keyword: str, form: Form, digits: str | None = None
) -> Service:
    """Ask the operator for a service; its keyword is kept for it from now on, on the first code that has it free.

    `digits` wants a certain code. Raises InvalidInput (`bad_keyword`, `keyword_reserved`, `unknown_country`,
    `bad_service`), Conflict (`keyword_taken`), NotFound (`no_short_code`).
    """
    who.needs(Scope.ACCOUNT)
    wanted = forms.keyword_of(keyword)
    home = codes.home(country)
    forms.check(form)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        name = form.name.strip()
        program = await people.found(conn, who.account_id, ProgramKind.SERVICE, name=name, now=now, sends=False)
        await store.lock_keyword(conn, wanted)
        for code in await store.codes_for(conn, home, wanted, digits):
            new = Service(
                program.id,
                who.account_id,
                code,
                None,
                wanted,
                Status.REQUESTED,
                form,
                {},
                "",
                who.name,
                now,
                None,
                None,
            )
            if await store.insert_service(conn, new):
                await _tell(conn, who, new, Kind.SERVICE_REQUESTED, rt)
                return new
        raise await _nowhere(conn, home, wanted, digits)


async def _nowhere(conn: Conn, country: str, keyword: str, digits: str | None) -> Conflict | NotFound:
    there = [code for code, _ in await store.codes(conn) if code.country == country and digits in {None, code.digits}]
    if there:
        message = f"Somebody has the keyword {keyword} there. Take another one."
        return Conflict("keyword_taken", message, faults=[Fault("keyword", "keyword_taken", message)])
    message = f"There is no short code in {country} yet: ask the operator for one."
    return NotFound("no_short_code", message, faults=[Fault("country", "no_short_code", message)])


async def is_free(rt: Runtime, who: Principal, *, country: str, keyword: str) -> ShortCode | None:
    """Return the code on which a keyword is free, None where it is on none. Raises InvalidInput as `request`."""
    who.needs(Scope.READ)
    wanted = forms.keyword_of(keyword)
    async with rt.db.connection() as conn:
        return next(iter(await store.codes_for(conn, codes.home(country), wanted, None)), None)


async def get(rt: Runtime, who: Principal, service_id: ProgramId) -> Service:
    """Return one of the account's services. Raises NotFound (`service_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.get_service(conn, who.account_id, service_id)
    if found is None:
        raise no_such_service(service_id)
    return found


async def page(
    rt: Runtime, who: Principal, *, status: Status | None = None, after: UUID | None = None, limit: int = 50
) -> list[Service]:
    """Return the account's services, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_services(conn, who.account_id, after, status=status, limit=limit)


async def change_texts(rt: Runtime, who: Principal, service_id: ProgramId, own: Mapping[Says, str]) -> Service:
    """Give a service texts of its own; "" takes the default again, texts not named stay.

    Raises InvalidInput (`bad_service_texts`) with a fault for each text that lacks what it must say, NotFound
    (`service_not_found`), Conflict (`service_closed`).
    """
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        one = await _hold(conn, who, service_id)
        wanted = {**one.texts, **{says: text.strip() for says, text in own.items()}}
        wanted = {says: text for says, text in wanted.items() if text and text != texts.DEFAULTS[says]}
        wrong = list(texts.faults(wanted, one.keyword, one.form))
        if wrong:
            raise InvalidInput("bad_service_texts", wrong[0].message, faults=wrong)
        changed = replace(one, texts=wanted)
        await store.put_service(conn, changed)
        await _tell(conn, who, changed, Kind.SERVICE_CHANGED, rt)
    return changed


async def change_form(rt: Runtime, who: Principal, service_id: ProgramId, form: Form) -> Service:
    """Change what was asked for; of a service that was approved only name, terms, phone and e-mail.

    One that was rejected is requested again by it. Raises InvalidInput (`bad_service`), NotFound (`service_not_found`),
    Conflict (`service_closed`, `service_reviewed`, `keyword_taken`).
    """
    who.needs(Scope.ACCOUNT)
    forms.check(form)
    async with rt.db.transaction() as conn:
        one = await _hold(conn, who, service_id)
        free = msgspec.structs.replace(
            one.form, name=form.name, terms_url=form.terms_url, phone=form.phone, email=form.email
        )
        if one.is_live and free != form:
            message = (
                "The operator approved this service as it is: only its name, the address of the terms, phone and "
                "e-mail can change. Ask for another service."
            )
            raise Conflict("service_reviewed", message)
        status = Status.REQUESTED if one.status is Status.REJECTED else one.status
        await store.lock_keyword(conn, one.keyword)
        if status is not one.status and one.code.id not in {
            code.id for code in await store.codes_for(conn, one.code.country, one.keyword, one.code.digits)
        }:
            raise Conflict("keyword_taken", f"Somebody has the keyword {one.keyword} by now. Ask for another one.")
        changed = replace(one, form=form, status=status)
        await store.put_service(conn, changed)
        await people.rename(conn, who.account_id, service_id, name=form.name.strip())
        kind = Kind.SERVICE_CHANGED if status is one.status else Kind.SERVICE_REQUESTED
        await _tell(conn, who, changed, kind, rt)
    return changed


async def close(rt: Runtime, who: Principal, service_id: ProgramId) -> Service:
    """End a service for good: its keyword is free, what waits is withdrawn with refund, and nobody gets anything of it.

    The evidence stays. Raises NotFound (`service_not_found`).
    """
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        one = await _hold(conn, who, service_id, may_be_closed=True)
        if one.status is Status.CLOSED:
            return one
        now = rt.clock.now()
        await leaving.lock(conn, [one.account_id])
        closed = replace(one, status=Status.CLOSED, decided_by=who.name, decided_at=now)
        await store.put_service(conn, closed)
        await people.let_send(conn, one.account_id, one.id, address=one.code.digits, sends=False)
        await leaving.stop(conn, one.account_id, one.id, for_good=True, now=now)
        await _tell(conn, who, closed, Kind.SERVICE_CLOSED, rt)
    return closed


async def _hold(conn: Conn, who: Principal, service_id: ProgramId, *, may_be_closed: bool = False) -> Service:
    one = await store.hold_service(conn, service_id)
    if one is None or one.account_id != who.account_id:
        raise no_such_service(service_id)
    if one.status is Status.CLOSED and not may_be_closed:
        raise Conflict("service_closed", f"{one.keyword} was closed for good. Ask for another service.")
    return one


async def _tell(conn: Conn, who: Principal, one: Service, kind: Kind, rt: Runtime) -> None:
    await record(conn, [news(kind, one, by=who.name)], now=rt.clock.now())


def news(kind: Kind, one: Service, *, by: str) -> Event:
    """Return what is told of a service."""
    facts = {"keyword": one.keyword, "short_code": one.code.digits, "status": one.status.value, "by": by}
    return Event(kind, one.account_id, one.id, {**facts, "reason": one.reason} if one.reason else facts)


def no_such_service(service_id: ProgramId) -> NotFound:
    """Say that the account has no such service."""
    return NotFound("service_not_found", f"The account has no SMS service {service_id}.")
