"""Bring a version of a tariff from a file, and take it back before its date; or take the demo tariff."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import margins, tariff_csv, version_store
from cablegram.billing.tariffs import Tariff
from cablegram.billing.version_model import NewVersion, Version
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.currency import read_currency
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, TooLarge
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_DEMO = Path(__file__).with_name("demo_tariff.csv")
_MOST_BYTES = 10_000_000
# The first tariff of all has no one before it, so it counts from the beginning.
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_END = datetime(2100, 1, 1, tzinfo=UTC)
_AT_ONCE = NewVersion()


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: prefixes, countries among them, its revision, and the version with its date."""

    prefixes: int
    countries: int
    revision: int
    version_id: int
    valid_from: datetime


async def import_csv(rt: Runtime, who: Principal, data: bytes, *, new: NewVersion = _AT_ONCE) -> Imported:
    """Bring a version of the tariff from a file (tariff_csv says which), in one transaction: all of it or nothing.

    It is in force from its date on, in every process at that moment; messages accepted before keep their price. What a
    carrier takes may also begin in the past.

    Raises InvalidInput (`bad_tariff_file`) with faults by line, (`bad_valid_from`), (`bad_currency`), TooLarge
    (`tariff_file_too_large`).
    """
    who.needs(Scope.OPERATOR)
    if len(data) > _MOST_BYTES:
        message = f"A tariff file has at most {_MOST_BYTES // 1_000_000} MB, this one {len(data) // 1_000_000} MB."
        raise TooLarge("tariff_file_too_large", message)
    if new.connector_id is not None:
        new = replace(new, currency=read_currency(new.currency or ""))
    # Of two hundred thousand lines it takes seconds, in which others want to be answered.
    tariffs = await asyncio.to_thread(tariff_csv.read, data)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        if new.valid_from is not None and not _BEGINNING <= new.valid_from < _END:
            raise InvalidInput("bad_valid_from", "A tariff begins between the years 2000 and 2100.")
        if new.connector_id is None and new.valid_from is not None and new.valid_from < now:
            message = (
                "A tariff can't begin in the past: what was accepted keeps its price. Choose a later moment, or none."
            )
            raise InvalidInput("bad_valid_from", message)
        imported = await _bring(conn, new, tariffs, by=who.name, now=now)
        if new.connector_id is not None:
            await margins.reopen(conn, imported.valid_from)
        facts = {
            "prefixes": imported.prefixes,
            "countries": imported.countries,
            "version": imported.version_id,
            "valid_from": imported.valid_from.isoformat(),
            "by": who.name,
        }
        await record(conn, [Event(Kind.TARIFF_IMPORTED, None, new.connector_id, facts)], now=now)
    return imported


async def load_demo(rt: Runtime) -> Imported | None:
    """Take the demo tariff if there is no tariff at all; None when there is one.

    Its prices are invented, and each row says that it is a demo.
    """
    tariffs = tariff_csv.read(_demo(), is_demo=True)
    async with rt.db.transaction() as conn:
        await version_store.look(conn)
        if await version_store.versions(conn, None):
            return None
        return await _bring(conn, NewVersion(name="Demo"), tariffs, by="Cablegram", now=rt.clock.now())


async def versions(rt: Runtime, who: Principal, connector_id: ConnectorId | None = None) -> list[Version]:
    """Return the versions of the accounts' tariff, or of what a carrier takes, the latest date first."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await version_store.versions(conn, connector_id)


async def withdraw(rt: Runtime, who: Principal, version_id: int) -> Version:
    """Take a version back before its date: then it never was.

    Raises NotFound (`tariff_version_not_found`), Conflict (`tariff_in_force`) once its date has come.
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        await version_store.hold(conn)
        now = rt.clock.now()
        found = await get(conn, version_id)
        if found.withdrawn_at is not None:
            return found
        if found.valid_from <= now:
            message = "This version's date has come: messages were accepted by it. Bring another version in its place."
            raise Conflict("tariff_in_force", message)
        await version_store.withdraw(conn, version_id, now)
        facts = {"version": version_id, "by": who.name}
        await record(conn, [Event(Kind.TARIFF_WITHDRAWN, None, found.connector_id, facts)], now=now)
    return replace(found, withdrawn_at=now)


async def get(conn: Conn, version_id: int) -> Version:
    """Return a version. Raises NotFound (`tariff_version_not_found`)."""
    found = await version_store.version(conn, version_id)
    if found is None:
        raise NotFound("tariff_version_not_found", f"There is no version {version_id} of a tariff.")
    return found


async def _bring(conn: Conn, new: NewVersion, tariffs: list[Tariff], *, by: str, now: datetime) -> Imported:
    # First, as it keeps other imports out. What a carrier takes no process keeps in memory, so none has to look anew.
    revision = await (version_store.hold(conn) if new.connector_id is None else version_store.look(conn))
    if new.valid_from is None:
        is_first = not await version_store.versions(conn, new.connector_id)
        new = replace(new, valid_from=_BEGINNING if is_first else now)
    version_id = await version_store.add(conn, new, tariffs, by=by, now=now)
    countries = len({one.country for one in tariffs})
    return Imported(len(tariffs), countries, revision, version_id, new.valid_from or now)


def _demo() -> bytes:
    return _DEMO.read_bytes()
