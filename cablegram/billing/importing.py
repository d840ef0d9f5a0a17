"""Replace the tariff by a file's, or take the demo tariff where there is none yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import store, tariff_csv
from cablegram.billing.tariffs import Tariff
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import TooLarge
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_DEMO = Path(__file__).with_name("demo_tariff.csv")
_MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: prefixes, countries among them, and the revision that they are now in force as."""

    prefixes: int
    countries: int
    revision: int


async def import_csv(rt: Runtime, who: Principal, data: bytes) -> Imported:
    """Replace the whole tariff by a file's (tariff_csv says which), in one transaction: all of it or nothing.

    Raises InvalidInput (`bad_tariff_file`) with faults by line, TooLarge (`tariff_file_too_large`).
    """
    who.needs(Scope.OPERATOR)
    if len(data) > _MOST_BYTES:
        message = f"A tariff file has at most {_MOST_BYTES // 1_000_000} MB, this one {len(data) // 1_000_000} MB."
        raise TooLarge("tariff_file_too_large", message)
    tariffs = tariff_csv.read(data)
    async with rt.db.transaction() as conn:
        imported = await _replace(conn, tariffs)
        facts = {"prefixes": imported.prefixes, "countries": imported.countries, "by": who.name}
        await record(conn, [Event(Kind.TARIFF_IMPORTED, None, None, facts)], now=rt.clock.now())
    return imported


async def load_demo(rt: Runtime) -> Imported | None:
    """Take the demo tariff if there is no tariff at all; None when there is one.

    Its prices are invented, and each row says that it is a demo.
    """
    tariffs = tariff_csv.read(_demo(), is_demo=True)
    async with rt.db.transaction() as conn:
        await store.lock_tariff(conn)
        return None if await store.count_tariffs(conn) else await _replace(conn, tariffs)


async def _replace(conn: Conn, tariffs: list[Tariff]) -> Imported:
    revision = await store.bump_tariff_revision(conn)  # first, as it keeps other imports out
    await store.delete_tariffs(conn)
    await store.copy_tariffs(conn, tariffs)
    return Imported(len(tariffs), len({tariff.country for tariff in tariffs}), revision)


def _demo() -> bytes:
    return _DEMO.read_bytes()
