"""Reports that somebody keeps, and those that go out by mail by themselves, with their file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cablegram.accounts import members
from cablegram.accounts.access import Principal, Scope
from cablegram.kit import csvio
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, SavedReportId, UserId, uuid7
from cablegram.kit.money import micro_to_credits
from cablegram.kit.names import read_name
from cablegram.mail.model import Attachment, Letter
from cablegram.mail.post import post
from cablegram.reports import answer, asked_store, files, saved_store
from cablegram.reports.calendar import next_mail, told
from cablegram.reports.model import MOST_DAYS, Kept, Kind, Pace, Question, Report, Saved
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST = 50
"""Reports that an account may keep."""

MOST_READERS = 20

_WAIT = timedelta(minutes=10)  # until what is to be mailed is looked at again, where not all of it is counted yet


async def save(
    rt: Runtime,
    who: Principal,
    name: str,
    kept: Kept,
    *,
    pace: Pace | None = None,
    user_ids: Sequence[UUID] = (),
) -> Saved:
    """Keep a report under a name; with a pace it is mailed to people of the account, from the next morning on.

    Raises InvalidInput (`bad_name`, `bad_range`, `no_readers`), NotFound (`user_not_found`,
    `connector_not_found`, `campaign_not_found`), Conflict
    (`report_name_taken`, `too_many_reports`).
    """
    who.needs(Scope.ACCOUNT)
    now, title = rt.clock.now(), read_name(name)
    answer.check(question_of(kept, now.date()))
    async with rt.db.transaction() as conn:
        readers = await _readers(conn, who.account_id, user_ids) if pace else []
        if await saved_store.count(conn, who.account_id) >= MOST:
            raise Conflict("too_many_reports", f"The account keeps {MOST} reports. Delete one first.")
        await _check_things(conn, who.account_id, kept)
        zone = ZoneInfo((await asked_store.place(conn, who.account_id)).zone)
        new = Saved(
            SavedReportId(uuid7()),
            who.account_id,
            title,
            kept,
            pace,
            readers,
            next_mail(pace, now, zone) if pace else None,
            None,
            who.name,
            now,
        )
        if not await saved_store.insert(conn, new):
            raise Conflict("report_name_taken", f"The account has a report called {title!r} already.")
    return new


async def page(rt: Runtime, who: Principal) -> list[Saved]:
    """Return the account's reports, by name."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await saved_store.page(conn, who.account_id, limit=MOST)


async def get(rt: Runtime, who: Principal, report_id: UUID) -> Saved:
    """Return one of them. Raises NotFound (`report_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await saved_store.page(conn, who.account_id, only=SavedReportId(report_id), limit=1)
    if not found:
        raise _no_report(report_id)
    return found[0]


async def delete(rt: Runtime, who: Principal, report_id: UUID) -> None:
    """Forget a report; it is not mailed any more. Raises NotFound (`report_not_found`)."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        if not await saved_store.delete(conn, who.account_id, SavedReportId(report_id)):
            raise _no_report(report_id)


def question_of(kept: Kept, today: date) -> Question:
    """Return what a kept report asks today: about so many days up to yesterday. Pure.

    Raises InvalidInput (`bad_range`).
    """
    if not 1 <= kept.days <= MOST_DAYS:
        raise InvalidInput("bad_range", f"A report is about 1 to {MOST_DAYS} days, not {kept.days}.")
    until = today - timedelta(days=1)
    return Question(until - timedelta(days=kept.days - 1), until, kept.grain, kept.by, kept.filters)


async def mail_due(rt: Runtime) -> bool:
    """Mail a report that is due; return whether one was. What several workers do at once, one of them does."""
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        one = await saved_store.due(conn, now)
        if one is None or one.pace is None:
            return False
        place = await asked_store.place(conn, one.account_id)
        zone = ZoneInfo(place.zone)
        since, until = told(one.pace, now.astimezone(zone).date())
        asked = Question(since, until, one.kept.grain, one.kept.by, one.kept.filters)
        found, file = await _file(rt, one, asked)
        if found.as_of is not None and found.as_of.astimezone(zone).date() <= until:
            await saved_store.mailed(conn, one, next_at=now + _WAIT, last_at=None)
            return True
        await post(conn, await _letters(conn, rt, one, found, file), now=now)
        await saved_store.mailed(conn, one, next_at=next_mail(one.pace, now, zone), last_at=now)
    return True


async def _file(rt: Runtime, one: Saved, asked: Question) -> tuple[Report, bytes]:
    who = Principal(one.account_id, f"report {one.name}", frozenset({Scope.READ}))
    rows: Iterator[list[str]]
    match one.kept.kind:
        case Kind.SUMMARY:
            found = await answer.summary(rt, who, asked)
            rows = files.rows(found)
        case Kind.DELIVERY:
            found, delays = await answer.delivery(rt, who, asked)
            rows = files.delay_rows(found, delays)
        case Kind.ERRORS:
            found = await answer.errors(rt, who, asked)
            rows = files.rows(found)
        case Kind.OPT_OUTS:
            found = await answer.summary(rt, who, asked)
            rows = files.opt_out_rows((await answer.opt_outs(rt, who, asked))[0])
    return found, csvio.write(rows)


async def _letters(conn: Conn, rt: Runtime, one: Saved, found: Report, file: bytes) -> list[Letter]:
    """Write to those who still belong to the account and have an address."""
    total, asked = found.total, found.question
    share = f"{100 * total.delivered / total.ended:.1f} %" if total.ended else "-"
    facts = {
        "report": one.name,
        "account": await saved_store.account_name(conn, one.account_id),
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "messages": total.messages,
        "segments": total.segments,
        "delivered": share,
        "received": total.received,
        "credits": micro_to_credits(total.spent),
        "url": f"{rt.settings.public}/reports",
    }
    name = f"report-{asked.since.isoformat()}-{asked.until.isoformat()}.csv"
    return [
        Letter(
            kind="report",
            to=each.user.email,
            language=each.user.language,
            facts=facts,
            account_id=one.account_id,
            user_id=each.user.id,
            attachments=[Attachment(name, "text/csv", file)],
        )
        for each in await members.of_account(conn, one.account_id)
        if each.user.id in one.user_ids and each.user.email
    ]


async def _check_things(conn: Conn, account_id: AccountId, kept: Kept) -> None:
    wanted = {"connector": kept.filters.connectors, "campaign": kept.filters.campaigns}
    for what, ids in wanted.items():
        known = await asked_store.names(conn, account_id, ids)
        if strange := next((one for one in ids if str(one) not in known), None):
            raise NotFound(f"{what}_not_found", f"There is no {what} {strange}.")


async def _readers(conn: Conn, account_id: AccountId, user_ids: Sequence[UUID]) -> list[UserId]:
    if not user_ids or len(user_ids) > MOST_READERS:
        message = f"Say who gets it: 1 to {MOST_READERS} people of the account."
        raise InvalidInput("no_readers", message, faults=[Fault("user_ids", "no_readers", message)])
    team = {one.user.id for one in await members.of_account(conn, account_id)}
    if strange := next((one for one in user_ids if one not in team), None):
        message = f"The account has no user {strange}."
        raise NotFound("user_not_found", message)
    return [UserId(one) for one in dict.fromkeys(user_ids)]


def _no_report(report_id: UUID) -> NotFound:
    return NotFound("report_not_found", f"The account keeps no report {report_id}.")
