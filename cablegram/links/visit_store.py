"""Statements about visits that are not counted yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cablegram.links.machines import Visit
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_DIGEST = 12  # octets: of the addresses of a second no two are alike


@dataclass(frozen=True, slots=True)
class Waiting:
    """A visit as it stands in the table; those that are counted tell of the second before."""

    id: int
    visit: Visit
    is_counted: bool


async def put(conn: Conn, visits: Sequence[Visit]) -> None:
    """Write visits, with a hash in place of each address."""
    values = {
        "ats": [one.at for one in visits],
        "addresses": [_hash(one.address) for one in visits],
        "codes": [one.code for one in visits],
        "machines": [one.is_machine for one in visits],
    }
    await conn.execute(queries.put_visits, values)


async def hold(conn: Conn) -> bool:
    """Keep others from counting until the transaction ends; False where somebody is at it."""
    return (await (await conn.execute(queries.hold_visits)).fetchall())[0][0]


async def read(conn: Conn, *, limit: int) -> list[Waiting]:
    """Read visits, those first that came first."""
    found = await (await conn.execute(queries.read_visits, {"limit": limit})).fetchall()
    return [Waiting(row[0], Visit(row[3], row[1], row[2], row[4]), row[5]) for row in found]


async def leave(conn: Conn, *, counted: Sequence[int], over: Sequence[int]) -> None:
    """Note which were counted, and delete those that tell nothing any more."""
    if counted:
        await conn.execute(queries.mark_counted, {"ids": list(counted)})
    if over:
        await conn.execute(queries.delete_visits, {"ids": list(over)})


def _hash(address: str) -> str:
    return hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()
