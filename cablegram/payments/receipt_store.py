"""Statements about receipts, who buys and who sells. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from cablegram.kit.ids import AccountId, RechargeId, ReturnId
from cablegram.payments.model import Facts, Party, Payer, Receipt, Seller
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_write = msgspec.json.Encoder().encode


async def get_payer(conn: Conn, account_id: AccountId) -> Payer:
    """Read who buys; nobody in particular where it was never said."""
    row = await (await conn.execute(queries.get_payer, {"account_id": account_id})).fetchone()
    return Payer(Party(*row[:3]), row[3]) if row else Payer()


async def put_payer(conn: Conn, account_id: AccountId, payer: Payer) -> None:
    """Write who buys."""
    values = {"account_id": account_id, **_party(payer.party), "receipts_to": payer.receipts_to}
    await conn.execute(queries.put_payer, values)


async def get_seller(conn: Conn) -> Seller:
    """Read who sells."""
    row = (await (await conn.execute(queries.get_seller)).fetchall())[0]
    return Seller(Party(*row[:3]), *row[3:])


async def put_seller(conn: Conn, seller: Seller) -> None:
    """Write who sells."""
    await conn.execute(
        queries.put_seller, {**_party(seller.party), "note": seller.note, "how_to_pay": seller.how_to_pay}
    )


async def account_name(conn: Conn, account_id: AccountId) -> str:
    """Read what an account is called."""
    return (await (await conn.execute(queries.account_name, {"account_id": account_id})).fetchall())[0][0]


async def next_number(conn: Conn, year: int) -> int:
    """Take the next number of a year; others wait for the commit."""
    return (await (await conn.execute(queries.next_number, {"year": year})).fetchall())[0][0]


async def insert_receipt(conn: Conn, new: Receipt, return_id: ReturnId | None) -> None:
    """Write a receipt."""
    values = {
        "receipt_id": new.id,
        "account_id": new.account_id,
        "number": new.number,
        "kind": new.kind,
        "recharge_id": new.recharge_id,
        "return_id": return_id,
        "at": new.at,
        "facts": _write(new.facts).decode(),
    }
    await conn.execute(queries.insert_receipt, values)


async def receipts(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Receipt]:
    """Read an account's receipts, newest first."""
    asked = {"account_id": account_id, "after": after, "limit": limit}
    return [_receipt(row) for row in await (await conn.execute(queries.receipts, asked)).fetchall()]


async def get_receipt(conn: Conn, account_id: AccountId, receipt_id: UUID) -> Receipt | None:
    """Read a receipt."""
    asked = {"account_id": account_id, "receipt_id": receipt_id}
    row = await (await conn.execute(queries.get_receipt, asked)).fetchone()
    return _receipt(row) if row else None


async def receipts_of(conn: Conn, account_id: AccountId, recharge_ids: Sequence[RechargeId]) -> list[Receipt]:
    """Read the receipts and credit notes of recharges, each recharge's receipt first."""
    asked = {"account_id": account_id, "recharge_ids": list(recharge_ids)}
    return [_receipt(row) for row in await (await conn.execute(queries.receipts_of, asked)).fetchall()]


def _receipt(row: Sequence[Any]) -> Receipt:
    receipt_id, account_id, number, kind, recharge_id, at, facts = row
    return Receipt(receipt_id, account_id, number, kind, recharge_id, at, msgspec.convert(facts, Facts))


def _party(party: Party) -> dict[str, object]:
    return {"name": party.name, "address": party.address, "tax_id": party.tax_id}
