"""What carriers say of subscribers' lines, daily: cancelled, paused, resumed, changed (R79, Appendix C 32).

A notice is about a line, so it concerns every service of the code that the line is subscribed to, whoever's it is. Each
is taken once: the same again changes nothing. One that comes late is not about who said yes or no since then: numbers
go to other people, who neither leave nor move because of who had theirs before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import strangers
from cablegram.evidence.model import How
from cablegram.kit import csvio
from cablegram.kit.csvio import CsvReader
from cablegram.kit.errors import Fault, InvalidInput, NotFound, TooLarge
from cablegram.kit.ids import AccountId, ContactId, ProgramId, uuid7s
from cablegram.messages import leaving
from cablegram.numbers import e164
from cablegram.programs import move
from cablegram.programs.model import Renumbering, Step
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import members, reminder_store
from cablegram.sms_services.model import NewNotice, Notice, NoticeKind, ShortCode

MOST_BYTES = 20_000_000
MOST_NOTICES = 1_000  # in one call; more come as a file
_SLICE = 500
_MOST_FAULTS = 100
_A_DAY = timedelta(days=1)  # carriers' files are daily, and not all say the hour
_FIRST_YEAR, _LAST_YEAR = 2000, 9000
_BY = "the carrier"
_COLUMNS = ("status", "number", "new_number", "at")

Way = Literal["api", "file", "connector"]


@dataclass(slots=True)
class Taken:
    """What came of notices: how many were new, how many were there before, and how many subscriptions they changed."""

    new: int = 0
    known: int = 0
    changed: int = 0


async def take(
    rt: Runtime, who: Principal, *, digits: str, country: str | None, notices: Sequence[NewNotice], how: Way
) -> Taken:
    """Do what carriers say, as the operator, slice by slice in the order in which they said it.

    Raises NotFound (`short_code_not_found`).
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        code = await reminder_store.code_by_digits(conn, digits, country)
    if code is None:
        raise NotFound("short_code_not_found", f"There is no short code {digits[:20]} in the stock.")
    in_order = sorted(notices, key=lambda one: one.said_at)
    done = Taken()
    for start in range(0, len(in_order), _SLICE):
        async with rt.db.transaction() as conn:
            await carry_out(conn, code, in_order[start : start + _SLICE], done, how=how, now=rt.clock.now())
    return done


async def take_csv(rt: Runtime, who: Principal, *, digits: str, country: str | None, data: bytes) -> Taken:
    """Do what a carrier's file says: `status,number,new_number,at`, one notice a row (`at` in ISO 8601).

    Raises InvalidInput (`bad_notice_file`) with a fault for each bad line, TooLarge (`notice_file_too_large`), and as
    `take`.
    """
    who.needs(Scope.OPERATOR)
    if len(data) > MOST_BYTES:
        message = f"A file of notices has at most {MOST_BYTES // 1_000_000} MB; cut it in two."
        raise TooLarge("notice_file_too_large", message)
    return await take(rt, who, digits=digits, country=country, notices=read_csv(data), how="file")


def read_csv(data: bytes) -> list[NewNotice]:
    """Return the notices of a file. Raises InvalidInput as `take_csv`. Pure."""
    reader = CsvReader(most_columns=len(_COLUMNS))
    lines = [*reader.feed(data), *reader.close()]
    if lines and [name.strip().lower() for name in lines[0][1]][:2] == list(_COLUMNS[:2]):
        lines = lines[1:]
    found: list[NewNotice] = []
    faults: list[Fault] = []
    for line, fields in lines:
        try:
            found.append(read(*[*fields, "", "", "", ""][: len(_COLUMNS)]))
        except InvalidInput as error:
            faults.append(Fault(f"lines.{line}", error.code, error.message))
    if faults:
        message = f"{len(faults)} lines of the file are no notices: {faults[0].message}"
        raise InvalidInput("bad_notice_file", message, faults=faults[:_MOST_FAULTS])
    return found


def read(status: str, number: str, new_number: str, at: str) -> NewNotice:
    """Return a notice as somebody wrote it. Raises InvalidInput (`bad_notice`, those of `e164.parse`). Pure."""
    if status.strip().lower() not in {one.value for one in NoticeKind}:
        message = f"A notice is cancelled, paused, resumed or changed, not {status[:20]!r}."
        raise InvalidInput("bad_notice", message)
    kind = NoticeKind(status.strip().lower())
    if (kind is NoticeKind.CHANGED) != bool(new_number.strip()):
        raise InvalidInput("bad_notice", "A change has the new number, and no other notice has one.")
    try:
        moment = datetime.fromisoformat(at.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        message = f"Say when the carrier said so, with its time zone: 2026-11-22T10:00:00Z, not {at[:30]!r}."
        raise InvalidInput("bad_notice", message)
    return notice(kind, number, new_number, moment)


def notice(kind: NoticeKind, number: str, new_number: str, at: datetime) -> NewNotice:
    """Return a notice about numbers as somebody wrote them, with the country's code (R30). Raises as `e164.parse`."""
    digits = [e164.parse(_plus(one), None).e164 for one in (number, new_number) if one.strip()]
    return NewNotice(kind, digits[0], at, digits[1] if len(digits) > 1 else None)


def _plus(number: str) -> str:
    return number if number.strip().startswith("+") else f"+{number.strip()}"


async def of_service(
    rt: Runtime, who: Principal, service_id: ProgramId, *, after: UUID | None = None, limit: int = 50
) -> list[Notice]:
    """Return what carriers said of the people of a service, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await reminder_store.notices_of(conn, who.account_id, service_id, after=after, limit=limit)


def to_csv(notices: Iterable[Notice]) -> bytes:
    """Return notices as a table. Pure."""
    rows = [
        [one.kind, f"+{one.number}", f"+{one.new_number}" if one.new_number else "", one.said_at.isoformat()]
        for one in notices
    ]
    return csvio.write([list(_COLUMNS), *rows])


async def carry_out(
    conn: Conn, code: ShortCode, notices: Sequence[NewNotice], done: Taken, *, how: Way, now: datetime
) -> None:
    """Do some hundreds of notices of a code, in the order in which they were said, and count them in `done`."""
    numbers = {one.number for one in notices}
    people = await reminder_store.memberships_on(conn, code.id, numbers)
    await leaving.lock(conn, {account_id for account_id, *_ in people})
    named = list(zip(uuid7s(len(notices)), notices, strict=True))
    fresh = await reminder_store.insert_notices(conn, code.id, named, how=how, now=now)
    done.new += len(fresh)
    done.known += len(notices) - len(fresh)
    counted: Counter[UUID] = Counter()
    for kind, batch in _runs([pair for pair in named if pair[0] in fresh]):
        # Behind the locks: a notice before this one may have moved people.
        people = await reminder_store.memberships_on(conn, code.id, {one.number for _, one in batch})
        counted += await _do(conn, kind, batch, people, now)
    await reminder_store.count_notices(conn, list(counted.items()))
    done.changed += counted.total()


def _runs(notices: Sequence[tuple[UUID, NewNotice]]) -> Iterator[tuple[NoticeKind, list[tuple[UUID, NewNotice]]]]:
    """Cut notices into runs of one kind in which no number stands twice: each run can be done at once."""
    run: list[tuple[UUID, NewNotice]] = []
    seen: set[str] = set()
    for its_id, one in notices:
        about = {one.number, one.new_number or one.number}
        if run and (run[0][1].kind is not one.kind or about & seen):
            yield run[0][1].kind, run
            run, seen = [], set()
        run.append((its_id, one))
        seen |= about
    if run:
        yield run[0][1].kind, run


Member = tuple[AccountId, ProgramId, ContactId, str, datetime]


async def _do(
    conn: Conn, kind: NoticeKind, batch: Sequence[tuple[UUID, NewNotice]], people: Sequence[Member], now: datetime
) -> Counter[UUID]:
    """Do what notices of one kind say; return how many subscriptions each changed."""
    by_number = {one.number: (its_id, one) for its_id, one in batch}
    steps = [_step(one) for one in people if one[-1] <= by_number[one[3]][1].said_at + _A_DAY]
    if kind is NoticeKind.CHANGED:
        changes = await _changes(conn, steps, {number: one for number, (_, one) in by_number.items()}, now)
        moved = [one.step for one in await members.renumber(conn, changes, now=now)]
    elif kind is NoticeKind.CANCELLED:
        moved = [one.step for one in await members.let_out(conn, steps, now=now)]
    elif kind is NoticeKind.PAUSED:
        moved = [one.step for one in await leaving.pause(conn, steps, now=now)]
    else:
        moved = [one.step for one in await move.resume(conn, steps, now=now)]
    return Counter(by_number[step.number][0] for step in moved)


async def _changes(
    conn: Conn, steps: Sequence[Step], notices: dict[str, NewNotice], now: datetime
) -> list[Renumbering]:
    wanted = [(step, new) for step in steps if (new := notices[step.number].new_number)]
    pairs = sorted({(step.account_id, new) for step, new in wanted})
    # Patient, for carriers say it once: else who has the old number from now on would get what another asked for.
    contacts = await strangers.meet(conn, pairs, now=now, is_patient=True)
    return [Renumbering(step, new, contacts[step.account_id, new]) for step, new in wanted]


def _step(person: Member) -> Step:
    account_id, program_id, contact_id, number, _ = person
    return Step(account_id, program_id, contact_id, number, How.CARRIER, _BY)
