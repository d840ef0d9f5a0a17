"""The mobile networks of the world: taken from a file, listed, exported, and found by a code or an IMSI (R32, R33)."""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import NotFound, TooLarge
from cablegram.lookup import network_file, store
from cablegram.lookup.model import Network, Order, SortBy, fitting, in_order
from cablegram.numbers.mobile_codes import Imsi, read_imsi
from cablegram.runtime.runtime import Runtime

_PACKAGE, _TABLE = "mcc_mnc_lut", "p1_mnc.json"
_MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of networks: how many fit in all, and whether more follow."""

    rows: list[Network]
    total: int
    has_more: bool


async def page(
    rt: Runtime,
    who: Principal,
    *,
    q: str = "",
    country: str = "",
    mcc: str = "",
    sort_by: SortBy = "mcc",
    order: Order = "asc",
    skip: int = 0,
    limit: int,
) -> Listed:
    """Return networks that fit, `limit` of them from place `skip` on.

    There are some three thousand in the world: they are sorted here, so that no order needs an index.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        known = await store.networks(conn)
    found = in_order(fitting(known, q=q, country=country, mcc=mcc), sort_by, order)
    return Listed(found[skip : skip + limit], len(found), len(found) > skip + limit)


async def export_csv(rt: Runtime, who: Principal) -> AsyncIterator[bytes]:
    """Write all networks as CSV, by their codes; it can be imported again."""
    listed = await page(rt, who, limit=_MOST_BYTES)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(network_file.COLUMNS)
    writer.writerows((one.mcc, one.mnc, one.name, one.country) for one in listed.rows)
    yield out.getvalue().encode()


async def find(rt: Runtime, who: Principal, code: str) -> tuple[Imsi, Network | None]:
    """Return the parts of a code (MCC and MNC) or an IMSI, and the network it names; None: none that we know.

    Raises InvalidInput (`imsi_invalid`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        known = {one.key: one for one in await store.networks(conn)}
    imsi = read_imsi(code, known)
    return imsi, known.get((imsi.mcc, imsi.mnc))


async def import_csv(rt: Runtime, who: Principal, data: bytes) -> int:
    """Replace all networks by a file's (network_file.py says which): all of it or nothing; return how many there are.

    Raises InvalidInput (`bad_network_file`) with faults by line, TooLarge (`network_file_too_large`).
    """
    who.needs(Scope.OPERATOR)
    if len(data) > _MOST_BYTES:
        message = f"A file of networks has at most {_MOST_BYTES // 1_000_000} MB, this one has more."
        raise TooLarge("network_file_too_large", message)
    return await _replace(rt, who, network_file.read_csv(data))


async def import_package(rt: Runtime, who: Principal) -> int:
    """Replace all networks by those of the package mcc-mnc-p1, which whoever runs this installs; return how many.

    Raises NotFound (`networks_not_installed`), InvalidInput (`bad_network_file`).
    """
    who.needs(Scope.OPERATOR)
    return await _replace(rt, who, network_file.read_package(await asyncio.to_thread(_table)))


def _table() -> bytes:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        message = "No list of networks is installed here. Bring one as CSV, or install it: pip install mcc-mnc-p1."
        raise NotFound("networks_not_installed", message)
    return Path(spec.submodule_search_locations[0], _TABLE).read_bytes()


async def _replace(rt: Runtime, who: Principal, networks: list[Network]) -> int:
    async with rt.db.transaction() as conn:
        await store.delete_networks(conn)
        await store.copy_networks(conn, networks)
        facts = {"networks": len(networks), "by": who.name}
        await record(conn, [Event(Kind.NETWORKS_IMPORTED, None, None, facts)], now=rt.clock.now())
    return len(networks)
