"""Statements about what credits cost. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.billing.pricing import CreditPrices, Step
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def read(conn: Conn, account_id: AccountId | None) -> CreditPrices | None:
    """Read an account's steps, else the usual ones; None where there are neither."""
    rows = await (await conn.execute(queries.credit_prices, {"account_id": account_id})).fetchall()
    if not rows:
        return None
    return CreditPrices(rows[0][1], tuple(Step(row[2], row[3]) for row in rows), is_own=rows[0][0])


async def all_prices(conn: Conn) -> dict[AccountId | None, CreditPrices]:
    """Read everybody's steps; None names the usual ones."""
    found: dict[AccountId | None, CreditPrices] = {}
    for account_id, currency, from_credits, price in await (await conn.execute(queries.own_prices)).fetchall():
        before = found[account_id].steps if account_id in found else ()
        steps = (*before, Step(from_credits, price))
        found[account_id] = CreditPrices(currency, steps, is_own=account_id is not None)
    return found


async def put(conn: Conn, account_id: AccountId | None, currency: str, steps: Sequence[Step]) -> None:
    """Replace an account's steps, or (None) the usual ones."""
    await conn.execute(queries.lock_credit_prices)
    await conn.execute(queries.delete_credit_prices, {"account_id": account_id})
    values = {
        "account_id": account_id,
        "currency": currency,
        "froms": [one.from_credits for one in steps],
        "prices": [one.price for one in steps],
    }
    await conn.execute(queries.insert_credit_prices, values)


async def read_inbound(conn: Conn, account_id: AccountId) -> int | None:
    """Read what an account pays for a text that came in; None: the usual."""
    row = await (await conn.execute(queries.inbound_price, {"account_id": account_id})).fetchone()
    return row[0] if row else None


async def put_inbound(conn: Conn, account_id: AccountId, price: int | None) -> None:
    """Write what an account pays for a text that came in; None: the usual."""
    statement = queries.delete_inbound_price if price is None else queries.put_inbound_price
    await conn.execute(statement, {"account_id": account_id, "inbound": price})
