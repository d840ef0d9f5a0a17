"""Statements of the programs room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, ContactId, ProgramId
from cablegram.programs.model import Program, ProgramKind, Sending, Standing, Subscriber
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_STANDINGS = Statement(queries.standings)
_LOWEST = UUID(int=0)


async def insert_program(conn: Conn, new: Program, *, sends: bool) -> None:
    """Write a program."""
    await conn.execute(
        queries.insert_program,
        {
            "program_id": new.id,
            "account_id": new.account_id,
            "kind": new.kind.value,
            "name": new.name,
            "sends": sends,
            "now": new.created_at,
        },
    )


async def rename_program(conn: Conn, account_id: AccountId, program_id: ProgramId, name: str) -> None:
    """Write a program's name."""
    values = {"account_id": account_id, "program_id": program_id, "name": name}
    await conn.execute(queries.rename_program, values)


async def set_sending(
    conn: Conn, account_id: AccountId, program_id: ProgramId, *, address: str | None, sends: bool
) -> None:
    """Write from what a program sends, and whether it has leave to."""
    values = {"account_id": account_id, "program_id": program_id, "address": address, "sends": sends}
    await conn.execute(queries.set_sending, values)


async def sending_of(conn: Conn, ids: Collection[ProgramId]) -> dict[ProgramId, Sending]:
    """Read whose programs are, from what they send, and whether they may."""
    cursor = await conn.execute(queries.sending_of, {"ids": list(ids)})
    return {row[0]: Sending(*row[1:]) for row in await cursor.fetchall()}


async def get_programs(conn: Conn, account_id: AccountId, ids: Collection[ProgramId]) -> dict[ProgramId, Program]:
    """Read an account's programs."""
    cursor = await conn.execute(queries.get_programs, {"account_id": account_id, "ids": list(ids)})
    return {row[0]: Program(row[0], row[1], ProgramKind(row[2]), row[3], row[4]) for row in await cursor.fetchall()}


async def programs_of(conn: Conn, account_id: AccountId) -> list[Program]:
    """Read all programs of an account, oldest first."""
    cursor = await conn.execute(queries.programs_of, {"account_id": account_id})
    return [Program(row[0], row[1], ProgramKind(row[2]), row[3], row[4]) for row in await cursor.fetchall()]


def standings(conn: Conn, programs: Sequence[ProgramId], numbers: Sequence[str]) -> Reply[list[tuple[int, Standing]]]:
    """Read where numbers stand: (place, standing), of those alone that stand anywhere."""
    reply = conn.later(_STANDINGS, programs=array("uuid", programs), numbers=array("int8", map(int, numbers)))
    return reply.then(lambda rows: [(place - 1, Standing(standing)) for place, standing in rows])


async def hold(conn: Conn, pairs: Collection[tuple[ProgramId, str]]) -> dict[tuple[ProgramId, str], Subscriber]:
    """Lock the rows of numbers in programs, in the order of their key, and read them."""
    asked = sorted(set(pairs))
    values = {"programs": [one for one, _ in asked], "numbers": [int(number) for _, number in asked]}
    found = [_subscriber(row) for row in await (await conn.execute(queries.hold, values)).fetchall()]
    return {(one.program_id, one.number): one for one in found}


async def put(conn: Conn, rows: Sequence[tuple[AccountId, Subscriber]]) -> None:
    """Write where people stand now, each (program, number) once; who held one of these contacts' rows loses it."""
    people = [one for _, one in rows]
    values: dict[str, Any] = {
        "accounts": [account_id for account_id, _ in rows],
        "programs": [one.program_id for one in people],
        "contacts": [one.contact_id for one in people],
        "numbers": [int(one.number) for one in people],
    }
    await conn.execute(queries.clear_stale, values)
    await conn.execute(
        queries.put,
        {
            **values,
            "standings": [one.standing.value for one in people],
            "sinces": [one.since for one in people],
            "joined": [one.joined_at for one in people],
            "evidence": [one.evidence_id for one in people],
        },
    )


async def delete(conn: Conn, pairs: Collection[tuple[ProgramId, str]]) -> None:
    """Delete the rows of numbers in programs; the caller holds them."""
    asked = sorted(set(pairs))
    values = {"programs": [one for one, _ in asked], "numbers": [int(number) for _, number in asked]}
    await conn.execute(queries.delete, values)


async def people_after(
    conn: Conn,
    account_id: AccountId,
    program_id: ProgramId,
    *,
    after: ContactId | None,
    standings: Collection[Standing],
    limit: int,
) -> list[Subscriber]:
    """Read the next people of a program in the order of their contacts."""
    values = {
        "account_id": account_id,
        "program_id": program_id,
        "after": after or _LOWEST,
        "standings": [one.value for one in standings],
        "limit": limit,
    }
    return [_subscriber(row) for row in await (await conn.execute(queries.people_after, values)).fetchall()]


async def count(conn: Conn, account_id: AccountId, ids: Collection[ProgramId]) -> dict[ProgramId, dict[Standing, int]]:
    """Count people of programs by where they stand."""
    cursor = await conn.execute(queries.count, {"account_id": account_id, "ids": list(ids)})
    found: dict[ProgramId, dict[Standing, int]] = {one: {} for one in ids}
    for program_id, standing, n in await cursor.fetchall():
        found[program_id][Standing(standing)] = n
    return found


async def memberships(conn: Conn, pairs: Collection[tuple[AccountId, str]]) -> list[tuple[AccountId, Subscriber]]:
    """Read everywhere that numbers stand in programs of accounts."""
    asked = sorted(set(pairs))
    values = {"accounts": [one for one, _ in asked], "numbers": [int(number) for _, number in asked]}
    cursor = await conn.execute(queries.memberships, values)
    return [(row[0], _subscriber(row[1:])) for row in await cursor.fetchall()]


def _subscriber(row: Sequence[Any]) -> Subscriber:
    program_id, contact_id, number, standing, since, joined_at, evidence_id = row
    return Subscriber(program_id, contact_id, str(number), Standing(standing), since, joined_at, evidence_id)
