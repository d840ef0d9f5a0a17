"""Compare carriers' invoices with what we sent, and keep what differs, line by line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import invoice_store, version_store
from cablegram.billing.invoice_csv import Reader
from cablegram.billing.invoice_model import Invoice, NewInvoice
from cablegram.billing.reconciling import TOLERANCE, Difference, Line, Sent, canonical, match
from cablegram.billing.tariffs import TariffBook
from cablegram.jobs import files
from cablegram.jobs.model import Job, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import Say
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import ConnectorId, FileId, JobId, MessageId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

KIND: Final = "invoice"
_LONGEST = timedelta(days=100)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


async def start(rt: Runtime, who: Principal, file_id: FileId, new: NewInvoice) -> JobId:
    """Open the job that compares a file that was brought. Raises NotFound (`file_gone`), Conflict (`too_many_jobs`)."""
    who.needs(Scope.OPERATOR)
    await files.get(rt, who, file_id)
    args = {
        "file_id": str(file_id),
        "connector_id": str(new.connector_id),
        "name": new.name,
        "columns": new.columns,
        "since": new.since.isoformat() if new.since else None,
        "until": new.until.isoformat() if new.until else None,
    }
    async with rt.db.transaction() as conn:
        await files.keep(conn, who, file_id, now=rt.clock.now())
        about = f"Invoice {new.name}"
        job = NewJob(who.account_id, KIND, about, Scope.OPERATOR, args, who.name, user_id=who.user_id)
        return await open_job(conn, job, rt.clock.now())


async def do(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
    """Do the job; what came of it is written once, with the job's end, whoever began it before."""
    file = await files.get(rt, job.who, FileId(UUID(job.args["file_id"])))
    since, until = (job.args["since"], job.args["until"])
    new = NewInvoice(
        ConnectorId(UUID(job.args["connector_id"])),
        job.args["name"],
        job.args["columns"],
        datetime.fromisoformat(since) if since else None,
        datetime.fromisoformat(until) if until else None,
    )
    await say(0, step="Comparing the lines")
    made, found = await _compared(rt, job.who, files.read(rt, file), new)
    told = {
        "invoice_id": str(made.id),
        "lines": made.lines,
        "matched": made.matched,
        "differences": made.differences,
        "invoiced": made.invoiced,
        "expected": made.expected,
        "currency": made.currency,
    }
    async with rt.db.transaction() as conn:
        await invoice_store.insert(conn, made, found)
        await say.finish(conn, told)
    return told


async def compare(rt: Runtime, who: Principal, chunks: AsyncIterable[bytes], new: NewInvoice) -> Invoice:
    """Compare an invoice (CSV) with what its carrier took, and keep what differs.

    Raises InvalidInput (`bad_invoice`) with faults by line, (`bad_invoice_columns`), (`bad_span`) where neither the
    lines nor the caller say of which time it is, or it is longer than a hundred days; TooLarge (`invoice_too_long`).
    """
    made, found = await _compared(rt, who, chunks, new)
    async with rt.db.transaction() as conn:
        await invoice_store.insert(conn, made, found)
    return made


async def _compared(
    rt: Runtime, who: Principal, chunks: AsyncIterable[bytes], new: NewInvoice
) -> tuple[Invoice, Sequence[Difference]]:
    who.needs(Scope.OPERATOR)
    reader = Reader(new.columns)
    async for data in chunks:
        reader.feed(data)
    lines = reader.close()
    since, until = _span(lines, new)
    async with rt.db.connection() as conn:
        sent, currency = await _sent(conn, new.connector_id, since, until, lines)
    # Of a hundred thousand lines it takes a second or more, in which others want to work.
    result = await asyncio.to_thread(match, lines, sent, since=since, until=until)
    made = Invoice(
        id=uuid7(),
        connector_id=new.connector_id,
        name=new.name,
        made_at=rt.clock.now(),
        made_by=who.name,
        since=since,
        until=until,
        currency=currency,
        lines=len(lines),
        matched=result.matched,
        differences=len(result.differences),
        invoiced=sum(one.amount or 0 for one in lines),
        expected=sum(one.amount or 0 for one in sent if since <= one.at < until),
    )
    return made, result.differences


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Invoice]:
    """Return the invoices that were compared, newest first."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await invoice_store.page(conn, after, limit=limit)


async def get(rt: Runtime, who: Principal, invoice_id: UUID) -> Invoice:
    """Return an invoice that was compared. Raises NotFound (`invoice_not_found`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await invoice_store.get(conn, invoice_id)
    if found is None:
        raise NotFound("invoice_not_found", f"There is no invoice {invoice_id}.")
    return found


async def differences(
    rt: Runtime, who: Principal, invoice_id: UUID, *, after: int = 0, limit: int = 50
) -> list[Difference]:
    """Return what differs, in the order of the lines, and then what they don't bill; `after` so many of them."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await invoice_store.differences(conn, invoice_id, after=after, limit=limit)


async def _sent(
    conn: Conn, connector_id: ConnectorId, since: datetime, until: datetime, lines: Sequence[Line]
) -> tuple[list[Sent], str]:
    """Read what the carrier took around a time, with what it costs by its tariff of the day of acceptance."""
    rows = await invoice_store.sent(conn, connector_id, since - TOLERANCE, until + TOLERANCE)
    versions = await version_store.of_carriers(conn, min((row[4] for row in rows), default=since), until, connector_id)
    books = {one.id: TariffBook(await version_store.rows_of(conn, one.id), 0) for one in versions}
    ids: dict[MessageId, list[str]] = {row[0]: [row[1]] for row in rows if row[1]}
    asked = {canonical(one.provider_id) for one in lines} - {canonical(one) for own in ids.values() for one in own}
    for provider_id, message_id in await invoice_store.parts(conn, connector_id, list(asked)):
        ids.setdefault(message_id, []).append(provider_id)
    newest_first = [(one.valid_from, books[one.id]) for one in reversed(versions)]
    sent: list[Sent] = []
    for message_id, _, number, at, accepted_at, segments in rows:
        book = next((book for valid_from, book in newest_first if valid_from <= accepted_at), None)
        tariff = book.find(number) if book else None
        price = tariff.price * segments if tariff else None
        sent.append(Sent(message_id, tuple(ids.get(message_id, ())), number, at, segments, price))
    return sent, (versions[-1].currency or "") if versions else ""


def _span(lines: Sequence[Line], new: NewInvoice) -> tuple[datetime, datetime]:
    moments = [one.at for one in lines if one.at]
    since = new.since or (min(moments) if moments else None)
    last = max(moments) if moments else None
    until = new.until or (last + timedelta(microseconds=1) if last and _is_ours(last) else None)
    if since is None or until is None or not timedelta() < until - since <= _LONGEST or not _is_ours(since):
        message = "Say of which time the invoice is, from and until, a hundred days at most: its lines don't."
        raise InvalidInput("bad_span", message)
    return since, until


def _is_ours(at: datetime) -> bool:
    """Tell whether a moment is one at which we can have sent anything."""
    return _FIRST_YEAR <= at.year <= _LAST_YEAR
