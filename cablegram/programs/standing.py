"""Where numbers stand with programs, asked for whole batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cablegram.kit.ids import AccountId, ProgramId
from cablegram.programs import store
from cablegram.programs.model import Standing, Subscriber
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn


def of(conn: Conn, pairs: Sequence[tuple[ProgramId, str]]) -> Reply[list[tuple[int, Standing]]]:
    """Return where numbers (digits of E.164) stand with programs, by place; who stands nowhere is left out.

    One statement, however many; it goes along with the next that is awaited. Whoever wants to be sure that a leave
    which was committed is seen has locked the account's balance before.
    """
    return store.standings(conn, [program_id for program_id, _ in pairs], [number for _, number in pairs])


async def everywhere(
    conn: Conn, pairs: Collection[tuple[AccountId, str]]
) -> dict[tuple[AccountId, str], list[Subscriber]]:
    """Return all standings of numbers with the programs of accounts; numbers that have none are left out."""
    found: dict[tuple[AccountId, str], list[Subscriber]] = {}
    for account_id, one in await store.memberships(conn, pairs):
        found.setdefault((account_id, one.number), []).append(one)
    return found
