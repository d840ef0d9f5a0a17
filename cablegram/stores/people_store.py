"""Statements of the stores room about customers: who they are, their codes, and what was written to and by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cablegram.kit.ids import AccountId, ContactId, ProgramId, SenderId, lowest_at
from cablegram.programs.model import Standing
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.stores.dialogue import Place
from cablegram.stores.model import Code, Customer, Line

queries = load(__file__)

_CODES_OF_STORES = Statement(queries.codes_of_stores)
_read_variables = msgspec.json.Decoder(dict[str, str]).decode
Person = tuple[ProgramId, ContactId]


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A sender of an account that stores can use; `use` None: it only stands in, as the default."""

    code: Code
    use: str | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that waited for the YES of whom it is for."""

    id: UUID
    store_id: ProgramId
    contact_id: ContactId
    text: str
    media_url: str | None
    kept_until: datetime


async def customers(conn: Conn, asked: Sequence[tuple[ProgramId, str]]) -> dict[tuple[ProgramId, str], Customer]:
    """Read who numbers are to stores; those that stand nowhere are left out."""
    values = {"stores": [one for one, _ in asked], "numbers": [int(number) for _, number in asked]}
    rows = await (await conn.execute(queries.customers, values)).fetchall()
    return {asked[row[0] - 1]: _customer(row[1:]) for row in rows}


async def has_said_no(conn: Conn, store_id: ProgramId, number: str) -> bool:
    """Tell whether a number is out of a store by its own text."""
    values = {"store_id": store_id, "number": int(number)}
    return (await (await conn.execute(queries.has_said_no, values)).fetchall())[0][0]


async def page_of_customers(
    conn: Conn,
    account_id: AccountId,
    store_id: ProgramId,
    *,
    standings: Collection[Standing] | None,
    after: UUID | None,
    offset: int,
    limit: int,
) -> list[Customer]:
    """Read customers of a store in the order of their contacts."""
    values = {
        "account_id": account_id,
        "store_id": store_id,
        "standings": None if standings is None else [one.value for one in standings],
        "after": after,
        "offset": offset,
        "limit": limit,
    }
    return [_customer(row) for row in await (await conn.execute(queries.page_of_customers, values)).fetchall()]


async def own_codes(conn: Conn, account_id: AccountId) -> list[OwnCode]:
    """Read the senders of an account that stores can use, the longest there first."""
    rows = await (await conn.execute(queries.own_codes, {"account_id": account_id})).fetchall()
    return [OwnCode(Code(row[0], row[1], row[2]), row[3], row[4]) for row in rows]


async def set_use(conn: Conn, account_id: AccountId, address: str, use: str | None) -> str | None:
    """Write what a sender is to stores, and read its address; None where the account has no such one that hears."""
    values = {"account_id": account_id, "address": address.strip().lstrip("+"), "use": use}
    row = await (await conn.execute(queries.set_use, values)).fetchone()
    return row[0] if row else None


async def taken_codes(
    conn: Conn, account_id: AccountId, store_id: ProgramId, contacts: Collection[ContactId]
) -> dict[ContactId, set[SenderId]]:
    """Read with which codes people talk in other stores of the account."""
    values = {"account_id": account_id, "store_id": store_id, "contacts": list(contacts)}
    taken: dict[ContactId, set[SenderId]] = {}
    for contact_id, sender_id in await (await conn.execute(queries.taken_codes, values)).fetchall():
        taken.setdefault(contact_id, set()).add(sender_id)
    return taken


async def busy_codes(conn: Conn, account_id: AccountId) -> dict[SenderId, int]:
    """Count the customers of an account's stores that talk with each code."""
    rows = await (await conn.execute(queries.busy_codes, {"account_id": account_id})).fetchall()
    return {row[0]: row[1] for row in rows}


async def put_codes(conn: Conn, store_id: ProgramId, given: Mapping[ContactId, SenderId], *, now: datetime) -> None:
    """Write with which codes customers of a store talk; whoever has one keeps it."""
    values = {"store_id": store_id, "contacts": list(given), "senders": list(given.values()), "now": now}
    await conn.execute(queries.put_codes, values)


async def codes(conn: Conn, store_id: ProgramId, contacts: Collection[ContactId]) -> dict[ContactId, Code]:
    """Read with which codes customers of a store talk."""
    values = {"store_id": store_id, "contacts": list(contacts)}
    rows = await (await conn.execute(queries.codes, values)).fetchall()
    return {row[0]: Code(row[1], row[2], row[3]) for row in rows}


async def free_codes(conn: Conn, gone: Collection[Person]) -> None:
    """Let go of the codes of customers who left."""
    await conn.execute(queries.free_codes, _people(gone))


async def keep_text(conn: Conn, new: Kept) -> None:
    """Write a text that waits for a YES."""
    values = {
        "id": new.id,
        "store_id": new.store_id,
        "contact_id": new.contact_id,
        "text": new.text,
        "media_url": new.media_url,
        "kept_until": new.kept_until,
    }
    await conn.execute(queries.keep_text, values)


async def count_kept(conn: Conn, store_id: ProgramId, contact_id: ContactId, *, now: datetime) -> int:
    """Count the texts that wait for a customer's YES."""
    values = {"store_id": store_id, "contact_id": contact_id, "now": now}
    return (await (await conn.execute(queries.count_kept, values)).fetchall())[0][0]


async def take_kept(conn: Conn, people: Collection[Person]) -> list[Kept]:
    """Take all texts that waited for people, those too that waited for too long, the oldest first."""
    rows = await (await conn.execute(queries.take_kept, _people(people))).fetchall()
    return sorted((Kept(*row) for row in rows), key=lambda one: one.id)


async def forget_kept(conn: Conn, *, now: datetime, limit: int) -> int:
    """Delete some texts that waited for too long; return how many."""
    return (await conn.execute(queries.forget_kept, {"now": now, "limit": limit})).rowcount


async def lines(
    conn: Conn,
    account_id: AccountId,
    store_id: ProgramId,
    *,
    is_ours: bool,
    number: str | None,
    since: datetime,
    until: datetime,
    limit: int,
) -> list[Line]:
    """Read what was written to customers of a store, or by them, oldest first."""
    values = {
        "account_id": account_id,
        "store_id": store_id,
        "number": number,
        "since": lowest_at(since),
        "until": lowest_at(until),
        "limit": limit,
    }
    statement = queries.outbound if is_ours else queries.inbound
    # Not prepared: a page is planned for what it asks, so that it goes by the number or by the time.
    return [_line(row) for row in await (await conn.execute(statement, values, prepare=False)).fetchall()]


def codes_of_stores(conn: Conn, senders: Collection[SenderId]) -> Reply[dict[SenderId, tuple[AccountId, str]]]:
    """Read behind which of these senders there are stores: whose, and what each is for; with the next question."""
    reply = conn.later(_CODES_OF_STORES, senders=array("uuid", list(senders)))
    return reply.then(lambda rows: {row[0]: (row[1], row[2]) for row in rows})


async def talks(conn: Conn, asked: Sequence[tuple[AccountId, SenderId, str]]) -> list[tuple[int, Place]]:
    """Read where writers stand with the stores behind the senders that they wrote to, by place."""
    values = {
        "accounts": [account_id for account_id, _, _ in asked],
        "senders": [sender_id for _, sender_id, _ in asked],
        "numbers": [int(number) for _, _, number in asked],
    }
    rows = await (await conn.execute(queries.talks, values)).fetchall()
    return [(row[0] - 1, Place(row[1], Standing(row[2]), row[3], row[4])) for row in rows]


def _people(people: Collection[Person]) -> dict[str, Any]:
    return {"stores": [one for one, _ in people], "contacts": [one for _, one in people]}


def _customer(row: Sequence[Any]) -> Customer:
    contact_id, store_id, number, variables, standing, since, address = row
    return Customer(contact_id, store_id, str(number), _name(variables), Standing(standing), since, address)


def _line(row: Sequence[Any]) -> Line:
    line_id, is_ours, at, text, number, contact_id, variables, status, media_url = row
    return Line(line_id, is_ours, at, text, number, contact_id, _name(variables), status, media_url)


def _name(variables: str | None) -> str:
    known = _read_variables(variables) if variables else {}
    given = (known.get(field, "").strip() for field in ("first_name", "last_name"))
    return " ".join(part for part in given if part) or known.get("name", "").strip()
