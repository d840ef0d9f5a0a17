"""Put numbers on the blacklist by hand or by a file, and withdraw what waits for them (R91).

One transaction does both, as for a STOP: once it is committed no claim of a message to these numbers commits, and
whatever is accepted later finds them on the blacklist.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.consent import blacklist, blacklist_intake
from cablegram.consent.model import How, NewEntry
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence.model import How as Via
from cablegram.evidence.write import door
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.kit.names import read_note
from cablegram.messages import hold
from cablegram.numbers import e164
from cablegram.runtime.database import Conn, transaction_on
from cablegram.runtime.runtime import Runtime

MOST_NUMBERS = 1_000  # in one call; more come as a file

_BLACKLISTED = "blacklisted"  # why messages were cancelled
_SLICE = 2_000  # rows of a file in one transaction: sending waits for it
_MOST_FAULTS = 100


@dataclass(slots=True)
class Barred:
    """What came of it: numbers that were new on the blacklist, that were there, and messages that were withdrawn."""

    added: int = 0
    known: int = 0
    withdrawn: int = 0


@dataclass(slots=True)
class BarredFile(Barred):
    """What came of a file: rows = skipped + duplicates + added + known; `faults` are the first bad rows.

    `duplicates` are rows whose number comes again further down: the last one counts.
    """

    rows: int = 0
    duplicates: int = 0
    skipped: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])


async def add(rt: Runtime, who: Principal, numbers: Sequence[str], *, note: str = "") -> Barred:
    """Put numbers on the account's blacklist by hand; one that is there stays there.

    Raises InvalidInput: `bad_name` for the note; with a fault for each bad number (`numbers.3`), alone what
    `e164.parse` says of it and else `bad_numbers`.
    """
    who.needs(Scope.CONTACTS)
    note = read_note(note, field="note")
    digits = await _read(rt, who, numbers)
    via = door(who)
    entries = [NewEntry(who.account_id, one, How.BY_HAND, who.name, note, via=via) for one in dict.fromkeys(digits)]
    async with rt.db.transaction() as conn:
        return await bar(conn, who.account_id, entries, now=rt.clock.now())


async def import_csv(
    rt: Runtime,
    who: Principal,
    chunks: AsyncIterable[bytes],
    *,
    on_bad_rows: Literal["refuse", "skip"] = "refuse",
    on_progress: Callable[[int], Awaitable[None]] | None = None,
) -> BarredFile:
    """Put the numbers of a CSV file on the blacklist; nobody is taken off (R91).

    A bad row refuses the whole file (`bad_rows`, with a fault for each of the first hundred) unless bad rows are to be
    skipped; a file that can't be read as a table refuses either way (codes: `kit/csvio.py`,
    `consent/blacklist_file.py`). The good rows then take effect slice by slice, so that sending goes on meanwhile; if
    that breaks off, the same file again does the rest.
    """
    who.needs(Scope.CONTACTS)
    home = (await directory.show(rt, who)).default_country
    async with rt.db.connection() as conn, blacklist_intake.staging(conn):
        read = await blacklist_intake.take(
            conn, chunks, home, keeps_good_rows=on_bad_rows == "skip", most_faults=_MOST_FAULTS, on_progress=on_progress
        )
        if read.skipped and on_bad_rows == "refuse":
            raise _refused(read)
        done = BarredFile(rows=read.rows, duplicates=read.duplicates, skipped=read.skipped, faults=read.faults)
        last = 0
        while rows := await blacklist_intake.after(conn, last, limit=_SLICE):
            entries = [
                NewEntry(who.account_id, number, How.IMPORT, who.name, note, via=Via.FILE) for _, number, note in rows
            ]
            async with transaction_on(conn):
                slice_done = await bar(conn, who.account_id, entries, now=rt.clock.now())
            done.added += slice_done.added
            done.known += slice_done.known
            done.withdrawn += slice_done.withdrawn
            last = rows[-1][0]
        facts = {"how": How.IMPORT.value, "rows": done.rows, "added": done.added, "by": who.name}
        async with transaction_on(conn):
            await record(conn, [Event(Kind.BLACKLIST_ADDED, who.account_id, None, facts)], now=rt.clock.now())
    return done


async def bar(conn: Conn, account_id: AccountId, entries: Sequence[NewEntry], *, now: datetime) -> Barred:
    """Put numbers on an account's blacklist, each once, and withdraw what waits for them, with refund."""
    await hold.lock_numbers(conn, [account_id])
    await ledger.lock_balances(conn, [account_id])
    added = await blacklist.add(conn, entries, now=now)
    pairs = [(account_id, one.number) for one in entries]
    withdrawn = await hold.withdraw_numbers(conn, pairs, reason=_BLACKLISTED, now=now)
    return Barred(len(added), len(entries) - len(added), withdrawn)


async def _read(rt: Runtime, who: Principal, numbers: Sequence[str]) -> list[str]:
    home = (await directory.show(rt, who)).default_country
    found = e164.parse_many(numbers, home)
    faults = [
        Fault(f"numbers.{place}", one.code, one.message)
        for place, one in enumerate(found)
        if isinstance(one, e164.BadNumber)
    ]
    if faults:
        code = faults[0].code if len(numbers) == 1 else "bad_numbers"
        raise InvalidInput(code, faults[0].message, faults=faults)
    return [one.e164 for one in found if isinstance(one, e164.Number)]


def _refused(read: blacklist_intake.Intake) -> InvalidInput:
    message = (
        f"{read.skipped:,} of {read.rows:,} rows are bad, so nothing was imported. {read.faults[0].message} "
        "Correct the file, or import it again and skip bad rows."
    )
    return InvalidInput("bad_rows", message, faults=read.faults)
