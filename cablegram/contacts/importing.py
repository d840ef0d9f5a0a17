"""Fill a list from a file: afterwards it has the people of the file and, unless asked otherwise, nobody else.

The file is read as it arrives and its rows wait in a table of the connection, so a million of them take little memory
and no transaction is open while somebody's upload is slow. When all rows are known to be good, one transaction puts
them in their place: an import is done or it is not.

Contacts who are no longer on the list keep their record. A known contact takes the values of the file's columns and
keeps those that came with other files. What the file says of people's subscriptions is recorded as evidence, one event
for all of them (L22), and each of them names it.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import field_store, import_store, lists, mapping, sheet, store, tables
from cablegram.contacts.field_model import Field
from cablegram.contacts.import_store import Grounds
from cablegram.contacts.mapping import Plan
from cablegram.contacts.model import ContactList, ImportResult, Subscription
from cablegram.contacts.tables import Table
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence import write as evidence
from cablegram.evidence.model import MARKETING, How, NewEvidence
from cablegram.evidence.model import Kind as EvidenceKind
from cablegram.kit.csvio import Row
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import CampaignId, ListId, uuid7
from cablegram.kit.names import read_note
from cablegram.runtime.database import Conn, transaction_on
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

Progress = Callable[[int], Awaitable[None]]
"""Told, now and then, how many rows were read."""
Bad = Callable[[Sequence[tuple[Row, Fault]]], Awaitable[None]]
"""Told of bad rows as they stand in the file, each with what is wrong with it."""
Conclude = Callable[[Conn, ImportResult], Awaitable[None]]
"""Asked as the last thing in the transaction that puts the rows in their place."""

MOST_FAULTS = 100  # bad rows that are described; more are only counted

_PATIENCE = "10min"  # how long an import waits for another of the same account
_KINDS = {
    Subscription.SUBSCRIBED.value: EvidenceKind.IMPORTED,
    Subscription.NOT_SUBSCRIBED.value: EvidenceKind.OPT_OUT,
    Subscription.NONE.value: EvidenceKind.NOT_KNOWN,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of an import.

    `list_id` None: into a new list, named `list_name`, or the campaign's own (R98), made when its people are put there.
    `words`: for each column what it is for (`contacts/mapping.py`); None: columns are what the first line calls them.
    `agreed` says where these people agreed to marketing texts, and `shown` what they were shown there: they are
    subscribed by it, all of them or those of whom a column says so (R142). With `keep_others` nobody leaves the list.
    """

    list_id: ListId | None
    list_name: str = ""
    campaign_id: CampaignId | None = None
    words: Sequence[str] | None = None
    has_header: bool = True
    on_bad_rows: Literal["refuse", "skip"] = "refuse"
    keep_others: bool = False
    agreed: str = ""
    shown: str = ""
    file_name: str = ""


async def import_csv(
    rt: Runtime,
    who: Principal,
    list_id: ListId,
    chunks: AsyncIterable[bytes],
    *,
    on_bad_rows: Literal["refuse", "skip"] = "refuse",
    keep_others: bool = False,
    agreed: str = "",
    file_name: str = "",
    on_progress: Progress | None = None,
) -> ImportResult:
    """Replace the people of a list by those of a file in UTF-8 (R87, R88); with `keep_others` nobody leaves the list.

    `agreed` says where these people agreed to marketing texts: they are subscribed by it, all of them or those of whom
    a column of the file says so (R142), and it is kept with each and with the news of this import. A person who said no
    before stays not subscribed. What came of it can be looked at again by the result's id (`imports.get`).

    A bad row refuses the whole file (`bad_rows`, with a fault for each of the first hundred) unless bad rows are to be
    skipped; a file that can't be read as a table refuses either way (codes: `kit/csvio.py`, `contacts/sheet.py`).
    Raises NotFound (`list_not_found`), Conflict (`list_in_use`).
    """
    order = Order(
        list_id, on_bad_rows=on_bad_rows, keep_others=keep_others, agreed=agreed, file_name=file_name
    )  # fmt: skip
    return await take(rt, who, order, table=tables.of_csv(chunks), on_progress=on_progress)


async def take(
    rt: Runtime,
    who: Principal,
    order: Order,
    *,
    table: Table,
    on_bad: Bad | None = None,
    on_progress: Progress | None = None,
    on_placing: Progress | None = None,
    conclude: Conclude | None = None,
    is_trial: bool = False,
) -> ImportResult:
    """Put the people of a table in their place, or with `is_trial` only count what that would do.

    A trial goes through bad rows whatever the order says of them. Raises as `import_csv`, and InvalidInput
    (`bad_mapping`).
    """
    who.needs(Scope.CONTACTS)
    source, shown = read_note(order.agreed, field="source"), read_note(order.shown, field="words", most=2_000)
    home = (await directory.show(rt, who)).default_country
    if order.list_id is not None:
        await lists.ensure_free(rt, who, order.list_id)
    async with rt.db.connection() as conn:
        fields = {one.name: one for one in await field_store.fields(conn, who.account_id)}
        await import_store.make_staging(conn)
        try:
            intake = _Intake(conn, order, home, fields, on_bad=on_bad, is_trial=is_trial)
            await intake.take(table, on_progress)
            result = intake.result
            if is_trial:
                async with transaction_on(conn):
                    await _count(conn, who, order, result=result)
                return result
            if result.skipped and order.on_bad_rows == "refuse":
                raise _refused(result)
            if on_placing:
                await on_placing(result.rows)
            reach("import.staged")
            async with transaction_on(conn):
                placing = _Placing(conn, rt, who, order, source=source, shown=shown, intake=intake)
                await placing.do()
                if conclude:
                    await conclude(conn, result)
            reach("import.committed")
        finally:
            if not conn.closed:
                await import_store.clear_staging(conn)
    return result


class _Intake:
    """Reads the rows of a table and keeps the good ones in the connection's table."""

    def __init__(
        self, conn: Conn, order: Order, home: str, fields: Mapping[str, Field], *, on_bad: Bad | None, is_trial: bool
    ) -> None:
        self._conn = conn
        self._order = order
        self._home = home
        self._fields = fields
        self._on_bad = on_bad
        self._keeps_good_rows = is_trial or order.on_bad_rows == "skip"
        self._has_source = bool(order.agreed.strip())
        self._plan: Plan | None = None
        self.result = ImportResult()

    @property
    def variables(self) -> list[str]:
        """Return the names of the variables, in the order of their columns."""
        return self._plan.columns.variables if self._plan else []

    @property
    def says_phones(self) -> bool:
        """Tell whether the file says anything of people's phones."""
        return self._plan is not None and self._plan.columns.phone_status is not None

    @property
    def says_consent(self) -> bool:
        """Tell whether the file, or who brings it, says anything of people's subscriptions."""
        return self._has_source or (self._plan is not None and self._plan.columns.subscription is not None)

    async def take(self, table: Table, on_progress: Progress | None) -> None:
        """Read the whole table."""
        async for rows in table.batches:
            await self._keep(rows)
            if on_progress:
                await on_progress(self.result.rows)
        if self._plan is None:
            raise sheet.no_header()

    async def _keep(self, rows: list[Row]) -> None:
        if rows and self._plan is None:
            self._plan = self._begin(rows)
        if not rows or self._plan is None:
            return
        plan, result = self._plan, self.result
        arranged, unequal = mapping.arranged(rows, plan)
        people, faults = sheet.read_people(
            arranged, plan.columns, self._home, has_source=self._has_source, checks=plan.checks
        )
        faults += unequal
        result.rows += len(rows)
        result.skipped += len(faults)
        result.faults += faults[: MOST_FAULTS - len(result.faults)]
        if faults and self._on_bad:
            await self._on_bad(_beside(rows, faults))
        if self._keeps_good_rows or not result.skipped:
            await import_store.copy_staging(self._conn, people)

    def _begin(self, rows: list[Row]) -> Plan:
        first = rows[0]
        if self._order.words is None:
            return mapping.of_header(rows.pop(0), self._fields)
        plan = mapping.read(self._order.words, width=len(first[1]), fields=self._fields)
        if self._order.has_header:
            del rows[0]
        return plan


@dataclass(slots=True)
class _Placing:
    """Puts the rows that wait in their place, inside a transaction."""

    conn: Conn
    rt: Runtime
    who: Principal
    order: Order
    source: str
    shown: str
    intake: _Intake

    async def do(self) -> None:
        conn, who, order, intake = self.conn, self.who, self.order, self.intake
        result, now, grounds = intake.result, self.rt.clock.now(), Grounds.fresh()
        result.id = uuid7()
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        held = await self._hold_list(now)
        result.list_id = held.id
        await import_store.plan_for_bulk(conn)
        result.duplicates = await import_store.drop_superseded(conn)
        result.size = result.rows - result.skipped - result.duplicates
        result.updated = await import_store.update_contacts(conn, who.account_id, now)
        if intake.says_phones:
            await import_store.update_phones(conn, who.account_id, now)
        if intake.says_consent:
            await import_store.update_subscriptions(conn, who.account_id, source=self.source, grounds=grounds, now=now)
        result.added = await import_store.insert_contacts(
            conn, who.account_id, source=self.source, grounds=grounds, now=now
        )
        if intake.says_consent:
            result.declined = await import_store.count_declined(conn, who.account_id)
        reach("import.contacts_written")
        left = 0 if order.keep_others else await import_store.delete_members(conn, who.account_id, held.id)
        reach("import.members_left")
        joined = await import_store.insert_members(conn, who.account_id, held.id)
        reach("import.members_joined")
        result.left = left
        columns = dict.fromkeys([*held.variables, *intake.variables] if order.keep_others else intake.variables)
        await store.set_contents(
            conn,
            who.account_id,
            held.id,
            size=held.size - left + joined,
            variables=list(columns),
            imported_at=now,
        )
        await import_store.insert_import(conn, who.account_id, held.id, result, file_name=order.file_name, now=now)
        await self._report(grounds, held.id)
        reach("import.recorded")

    async def _hold_list(self, now: datetime) -> ContactList:
        """Lock the list, or make it. Raises NotFound, Conflict (`list_in_use`, `list_name_taken`)."""
        conn, account_id, order = self.conn, self.who.account_id, self.order
        if order.list_id is not None:
            return await lists.hold_free(conn, account_id, order.list_id)
        if order.campaign_id is not None:
            made = await import_store.insert_campaign_list(conn, account_id, order.campaign_id, now)
            return await lists.hold(conn, account_id, made)
        return await lists.make(conn, account_id, order.list_name, now=now)

    async def _report(self, grounds: Grounds, list_id: ListId) -> None:
        """Record the news, and behind it, for nothing is waited for after that, what people's subscriptions rest on."""
        who, result, now = self.who, self.intake.result, self.rt.clock.now()
        facts: dict[str, object] = {"rows": result.rows, "size": result.size, "added": result.added}
        facts |= {"skipped": result.skipped, "by": who.name}
        if self.source:
            facts |= {"subscribed": True, "source": self.source, "declined": result.declined}
        await record(self.conn, [Event(Kind.LIST_IMPORTED, who.account_id, list_id, facts)], now=now)
        if not self.intake.says_consent:
            return
        rests = await import_store.resting(self.conn, who.account_id, grounds)
        result.subscribed = sum(one.count for one in rests if one.evidence_id == grounds.yes)
        told = [
            NewEvidence(
                who.account_id,
                None,
                MARKETING,
                _KINDS[one.subscription],
                How.FILE,
                who.name,
                now,
                source=one.source or self.order.file_name,
                words=self.shown if one.evidence_id == grounds.yes else "",
                count=one.count,
                digest=one.digest,
                id=one.evidence_id,
            )
            for one in rests
        ]
        await evidence.record(self.conn, told, now=now)


async def _count(conn: Conn, who: Principal, order: Order, *, result: ImportResult) -> None:
    await import_store.plan_for_bulk(conn)
    result.duplicates = await import_store.drop_superseded(conn)
    result.size = result.rows - result.skipped - result.duplicates
    effects = await import_store.count_effects(conn, who.account_id, order.list_id)
    result.added, result.updated, result.declined = effects.added, effects.updated, effects.declined
    result.subscribed = effects.subscribed
    result.left = 0 if order.keep_others else effects.leaving


def _beside(rows: Sequence[Row], faults: Sequence[Fault]) -> list[tuple[Row, Fault]]:
    """Return bad rows in the order of the file, each with its fault; faults are named `lines.N...`."""
    by_line = {int(one.field.split(".")[1]): one for one in faults}
    return [(row, by_line[row[0]]) for row in rows if row[0] in by_line]


def _refused(result: ImportResult) -> InvalidInput:
    first = result.faults[0]
    message = (
        f"{result.skipped:,} of {result.rows:,} rows are bad, so nothing was imported. {first.message} "
        "Correct the file, or import it again and skip bad rows."
    )
    return InvalidInput("bad_rows", message, faults=result.faults)
