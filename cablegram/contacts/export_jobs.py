"""Exports as jobs: people, from wherever they are asked for, as CSV or as a workbook, read and written in slices (R90).

Where people come from is a Source, known by a name. Lists and everybody are sources of this room; rooms above have
others, and all meet where handlers are wired.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import export_store, lists, store
from cablegram.contacts.exporting import LISTS
from cablegram.contacts.model import Person
from cablegram.jobs import files, workbook
from cablegram.jobs.model import Job, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import Handler, Say
from cablegram.jobs.workbook import WorkbookStream
from cablegram.kit import csvio
from cablegram.kit.ids import AccountId, ContactId, JobId, ListId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

KIND: Final = "export"
Format = Literal["csv", "xlsx"]
Asked = Mapping[str, Any]
"""What names the people to a source: JSON, such as `{"list_id": "..."}`."""

_MEDIA_TYPES = {"csv": "text/csv", "xlsx": workbook.MEDIA_TYPE}
_STATUSES = ("_mobilePhoneStatus", "_smsSubscriptionStatus")
_SLICE = 2_000


class Source(Protocol):
    """Where people come from. Each call is a transaction of its own, so that a large export holds none."""

    async def begin(self, conn: Conn, account_id: AccountId, asked: Asked) -> tuple[list[str], int | None]:
        """Return the variables to write, in their order, and how many people there are if that is known."""
        ...

    async def after(
        self, conn: Conn, account_id: AccountId, asked: Asked, *, after: ContactId | None, limit: int
    ) -> Sequence[Person]:
        """Return the next people in the order of their ids; fewer than `limit` are the last."""
        ...


class OfList:
    """The people of a list: `{"list_id": id}`."""

    async def begin(self, conn: Conn, account_id: AccountId, asked: Asked) -> tuple[list[str], int | None]:
        """Return the list's variables and its size. Raises NotFound (`list_not_found`)."""
        (found,) = await lists.many(conn, account_id, [_list_of(asked)])
        return found.variables, found.size

    async def after(
        self, conn: Conn, account_id: AccountId, asked: Asked, *, after: ContactId | None, limit: int
    ) -> Sequence[Person]:
        """Return the next of them."""
        return await store.people_after(conn, account_id, [_list_of(asked)], after=after, limit=limit)


class Everybody:
    """All contacts of the account: `{}`."""

    async def begin(self, conn: Conn, account_id: AccountId, asked: Asked) -> tuple[list[str], int | None]:  # noqa: ARG002 - as every source
        """Return all variables that anybody may have."""
        return await export_store.variables_of_contacts(conn, account_id), None

    async def after(
        self,
        conn: Conn,
        account_id: AccountId,
        asked: Asked,  # noqa: ARG002 - as every source
        *,
        after: ContactId | None,
        limit: int,
    ) -> Sequence[Person]:
        """Return the next of them."""
        return await export_store.contacts_after(conn, account_id, after=after, limit=limit)


SOURCES: Final[Mapping[str, Source]] = {"list": OfList(), "everybody": Everybody()}
"""The sources of this room."""


async def start_list(
    rt: Runtime,
    who: Principal,
    list_id: ListId,
    *,
    form: Format = "csv",
    with_statuses: bool = False,
    with_lists: bool = False,
) -> JobId:
    """Open the job that exports a list. Raises NotFound (`list_not_found`), Conflict (`too_many_jobs`)."""
    name = (await lists.get(rt, who, list_id)).name
    asked = {"list_id": str(list_id)}
    return await start(rt, who, "list", asked, name=name, form=form, with_statuses=with_statuses, with_lists=with_lists)


async def start(
    rt: Runtime,
    who: Principal,
    source: str,
    asked: Asked,
    *,
    name: str,
    form: Format = "csv",
    with_statuses: bool = False,
    with_lists: bool = False,
) -> JobId:
    """Open the job that exports the people whom a source has; `name` is what the file is called.

    `with_lists`: a last column says on which lists each of them is (R89).

    Raises Conflict (`too_many_jobs`).
    """
    who.needs(Scope.READ)
    args = {
        "source": source, "asked": dict(asked), "name": name, "form": form, "with_statuses": with_statuses,
        "with_lists": with_lists,
    }  # fmt: skip
    about = f"{name} as {'CSV' if form == 'csv' else 'a workbook'}"
    async with rt.db.transaction() as conn:
        new = NewJob(who.account_id, KIND, about, Scope.READ, args, who.name, user_id=who.user_id)
        return await open_job(conn, new, rt.clock.now())


def handler(sources: Mapping[str, Source]) -> Handler:
    """Return the handler of exports from these sources."""

    async def do(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
        args, source = job.args, sources[job.args["source"]]
        async with rt.db.connection() as conn:
            variables, total = await source.begin(conn, job.account_id, args["asked"])
        statuses = _STATUSES if args["with_statuses"] else ()
        has_lists = args.get("with_lists", False)
        if has_lists:
            variables = [one for one in variables if one != LISTS]
        header = ["number", *variables, *statuses, *([LISTS] if has_lists else ())]
        name = f"{files.clean(args['name'])}.{args['form']}"
        async with files.result(rt, job, name, media_type=_MEDIA_TYPES[args["form"]]) as out:
            sheet = _Csv(header) if args["form"] == "csv" else WorkbookStream(args["name"], header, at=rt.clock.now())
            rows = await _write(rt, job, say, source, sheet=sheet, put=out.write, variables=variables, total=total)
        return {"rows": rows}

    return do


class _Sheet(Protocol):
    def write(self, rows: Sequence[Sequence[str]], /) -> None: ...

    def take(self) -> bytes: ...

    def close(self) -> None: ...


class _Csv:
    """Rows as CSV, in which no spreadsheet finds a formula; `sheet.read_people` reads them as they were."""

    def __init__(self, header: Sequence[str]) -> None:
        self._ready = csvio.write([header])

    def write(self, rows: Sequence[Sequence[str]], /) -> None:
        """Write rows."""
        self._ready += csvio.write([[*map(csvio.guard, row)] for row in rows])

    def take(self) -> bytes:
        """Return what is ready."""
        ready, self._ready = self._ready, b""
        return ready

    def close(self) -> None:
        """Do nothing: a CSV file ends with its last row."""


async def _write(
    rt: Runtime,
    job: Job,
    say: Say,
    source: Source,
    *,
    sheet: _Sheet,
    put: Callable[[bytes], Awaitable[None]],
    variables: Sequence[str],
    total: int | None,
) -> int:
    """Write all people; return how many."""
    asked, with_statuses = job.args["asked"], job.args["with_statuses"]
    rows, last = 0, None
    while True:
        async with rt.db.connection() as conn:
            people = await source.after(conn, job.account_id, asked, after=last, limit=_SLICE)
            names = await _lists(conn, job, people)
        written = [_row(one, variables, with_statuses=with_statuses) for one in people]
        if names is not None:
            written = [[*row, names.get(one.contact_id, "")] for one, row in zip(people, written, strict=True)]
        sheet.write(written)
        rows += len(people)
        if len(people) < _SLICE:
            break
        await put(sheet.take())
        await say(rows, total=max(total, rows) if total else None, step="Writing the file")
        last = people[-1].contact_id
    sheet.close()
    await put(sheet.take())
    return rows


async def _lists(conn: Conn, job: Job, people: Sequence[Person]) -> dict[ContactId, str] | None:
    """Return on which lists people are; None where nobody wants to know."""
    if not job.args.get("with_lists", False):
        return None
    return await export_store.lists_of_contacts(conn, job.account_id, [one.contact_id for one in people])


def _row(one: Person, variables: Sequence[str], *, with_statuses: bool) -> list[str]:
    row = [f"+{one.number}", *(one.variables.get(name, "") for name in variables)]
    if with_statuses:
        row += [one.statuses.phone_status, (one.statuses.subscription or "").replace("_", " ")]
    return row


def _list_of(asked: Asked) -> ListId:
    return ListId(UUID(asked["list_id"]))
