"""The people of a program, and the programs of an account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cablegram.kit.errors import NotFound
from cablegram.kit.ids import AccountId, ContactId, ProgramId, uuid7
from cablegram.programs import store
from cablegram.programs.model import MEMBERS, Program, ProgramKind, Sending, Standing, Subscriber
from cablegram.runtime.database import Conn


async def found(
    conn: Conn, account_id: AccountId, kind: ProgramKind, *, name: str, now: datetime, sends: bool = True
) -> Program:
    """Make a program of an account; nobody is in it. One that has yet to be allowed does not send."""
    new = Program(ProgramId(uuid7()), account_id, kind, name, now)
    await store.insert_program(conn, new, sends=sends)
    return new


async def rename(conn: Conn, account_id: AccountId, program_id: ProgramId, *, name: str) -> None:
    """Give a program another name."""
    await store.rename_program(conn, account_id, program_id, name)


async def let_send(
    conn: Conn, account_id: AccountId, program_id: ProgramId, *, address: str | None, sends: bool
) -> None:
    """Say from what a program sends (None: the account's default), and whether it has leave to."""
    await store.set_sending(conn, account_id, program_id, address=address, sends=sends)


async def sending(conn: Conn, ids: Collection[ProgramId]) -> dict[ProgramId, Sending]:
    """Return from what programs send and whether they may, whoever's they are; one that there is not is left out."""
    return await store.sending_of(conn, ids)


async def many(conn: Conn, account_id: AccountId, ids: Collection[ProgramId]) -> dict[ProgramId, Program]:
    """Return programs of an account. Raises NotFound (`program_not_found`) where it has no such one."""
    known = await store.get_programs(conn, account_id, ids)
    for program_id in ids:
        if program_id not in known:
            raise NotFound("program_not_found", f"The account has no SMS service or store {program_id}.")
    return known


async def of_account(conn: Conn, account_id: AccountId) -> list[Program]:
    """Return all programs of an account, oldest first."""
    return await store.programs_of(conn, account_id)


async def after(
    conn: Conn,
    account_id: AccountId,
    program_id: ProgramId,
    *,
    after: ContactId | None = None,
    standings: Collection[Standing] = MEMBERS,
    limit: int,
) -> list[Subscriber]:
    """Return the next people of a program in the order of their contacts, each once.

    Members, unless others are asked for: who is paused belongs to the program, and a rule says why nothing is sent.
    """
    return await store.people_after(conn, account_id, program_id, after=after, standings=standings, limit=limit)


async def count(conn: Conn, account_id: AccountId, ids: Collection[ProgramId]) -> dict[ProgramId, dict[Standing, int]]:
    """Return how many people stand where with programs; standings that nobody has are left out."""
    return await store.count(conn, account_id, ids)
