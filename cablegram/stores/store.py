"""Statements of the stores room: stores, keywords, paces, credentials."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cablegram.kit.ids import AccountId, ProgramId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.stores.model import Credential, Keyword, KeywordKind, OptIn, Store, StoreState, Text
from cablegram.stores.pace import Channel

queries = load(__file__)


async def insert_store(conn: Conn, new: Store) -> None:
    """Write a store; its program is there."""
    values = {"keyword": new.keyword, "state": new.state.value, "made_by": new.made_by, "now": new.made_at}
    await conn.execute(queries.insert_store, {**_values(new), **values})


async def stores_of(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Store]:
    """Read an account's stores, newest first."""
    values = {"account_id": account_id, "after": after, "limit": limit}
    return [_store(row) for row in await (await conn.execute(queries.stores_of, values)).fetchall()]


async def waiting_stores(conn: Conn, *, limit: int) -> list[Store]:
    """Read stores that wait for the operator, the oldest first, whosever they are."""
    cursor = await conn.execute(queries.waiting_stores, {"limit": limit})
    return [_store(row) for row in await cursor.fetchall()]


async def get_stores(conn: Conn, ids: Collection[UUID]) -> dict[ProgramId, Store]:
    """Read stores, whosever they are."""
    rows = await (await conn.execute(queries.get_stores, {"ids": list(ids)})).fetchall()
    return {row[0]: _store(row) for row in rows}


async def hold_store(conn: Conn, account_id: AccountId, store_id: UUID) -> Store | None:
    """Lock a store of an account until the transaction ends, and read it."""
    values = {"account_id": account_id, "store_id": store_id}
    if await (await conn.execute(queries.hold_store, values)).fetchone() is None:
        return None
    return (await get_stores(conn, [store_id]))[ProgramId(store_id)]


async def count_stores(conn: Conn, account_id: AccountId) -> int:
    """Count an account's stores."""
    rows = await (await conn.execute(queries.count_stores, {"account_id": account_id})).fetchall()
    return rows[0][0]


async def change_store(conn: Conn, changed: Store) -> None:
    """Write what can be changed of a store."""
    switches = {
        "has_guard": changed.has_guard,
        "one_off_pace": changed.one_off_pace,
        "campaign_pace": changed.campaign_pace,
    }
    await conn.execute(queries.change_store, {**_values(changed), **switches})


async def decide(
    conn: Conn, account_id: AccountId, store_id: ProgramId, state: StoreState, *, by: str, note: str, now: datetime
) -> bool:
    """Write what the operator decided about a store; False where that was done before."""
    values = {
        "account_id": account_id, "store_id": store_id, "state": state.value, "by": by, "note": note, "now": now,
    }  # fmt: skip
    return await (await conn.execute(queries.decide, values)).fetchone() is not None


async def insert_keyword(conn: Conn, new: Keyword, *, now: datetime) -> bool:
    """Write a keyword; False where somebody has it."""
    values = {"kind": new.kind.value, "in_text": new.in_text, "other_text": new.other_text, "now": now}
    return await _touched(conn, queries.insert_keyword, {**_place(new), **values})


async def keywords(conn: Conn, words: Collection[str]) -> dict[str, Keyword]:
    """Read keywords, whosever they are; those that nobody has are left out."""
    rows = await (await conn.execute(queries.keywords, {"keywords": list(words)})).fetchall()
    return {row[0]: _keyword(row) for row in rows}


async def lock_keyword(conn: Conn, keyword: str) -> None:
    """Let who wants the same keyword at this moment wait, for a store or for an SMS service, so that one gets it."""
    await conn.execute(queries.lock_keyword, {"keyword": keyword})


async def service_has(conn: Conn, account_id: AccountId, keyword: str) -> bool:
    """Tell whether an SMS service has a keyword on a code that the account's stores use, too."""
    values = {"account_id": account_id, "keyword": keyword}
    return (await (await conn.execute(queries.service_has, values)).fetchall())[0][0]


async def keywords_of(conn: Conn, account_id: AccountId, store_id: ProgramId) -> list[Keyword]:
    """Read a store's keywords, the primary one first."""
    values = {"account_id": account_id, "store_id": store_id}
    return [_keyword(row) for row in await (await conn.execute(queries.keywords_of, values)).fetchall()]


async def put_answers(conn: Conn, changed: Keyword) -> bool:
    """Write what a responder answers; False where the store has no such responder."""
    values = {"in_text": changed.in_text, "other_text": changed.other_text}
    return await _touched(conn, queries.put_answers, {**_place(changed), **values})


async def delete_keyword(conn: Conn, gone: Keyword) -> bool:
    """Delete a keyword that is not the primary one; False where there is no such one."""
    return await _touched(conn, queries.delete_keyword, _place(gone))


async def hold_pace(conn: Conn, store_id: ProgramId, channel: Channel, *, now: datetime) -> datetime:
    """Take a store's turn on a channel until the transaction ends, and read when its next text may go."""
    values = {"store_id": store_id, "channel": channel.value, "now": now}
    rows = await (await conn.execute(queries.pace, values)).fetchall()
    return rows[0][0]


async def put_pace(conn: Conn, store_id: ProgramId, channel: Channel, *, next_at: datetime) -> None:
    """Write when a store's next text on a channel may go; the caller has the turn."""
    await conn.execute(queries.put_pace, {"store_id": store_id, "channel": channel.value, "next_at": next_at})


async def insert_credential(conn: Conn, new: Credential, *, now: datetime) -> bool:
    """Write credentials; False where somebody has the login."""
    values = {
        "id": new.id,
        "account_id": new.account_id,
        "store_id": new.store_id,
        "login": new.login,
        "password_hash": new.password_hash,
        "first_name": new.first_name,
        "last_name": new.last_name,
        "email": new.email,
        "now": now,
    }
    return await _touched(conn, queries.insert_credential, values)


async def credential(conn: Conn, login: str) -> Credential | None:
    """Read the credentials of a login, whosever they are."""
    row = await (await conn.execute(queries.credential, {"login": login})).fetchone()
    return Credential(*row) if row else None


async def credentials_of(conn: Conn, account_id: AccountId) -> list[Credential]:
    """Read an account's credentials, the oldest first."""
    cursor = await conn.execute(queries.credentials_of, {"account_id": account_id})
    return [Credential(*row) for row in await cursor.fetchall()]


async def put_password(conn: Conn, account_id: AccountId, credential_id: UUID, password_hash: str) -> bool:
    """Write another password; False where the account has no such credentials."""
    values = {"account_id": account_id, "id": credential_id, "password_hash": password_hash}
    return await _touched(conn, queries.put_password, values)


async def delete_credential(conn: Conn, account_id: AccountId, credential_id: UUID) -> bool:
    """Delete credentials; False where the account has no such ones."""
    return await _touched(conn, queries.delete_credential, {"account_id": account_id, "id": credential_id})


async def _touched(conn: Conn, statement: Any, values: dict[str, Any]) -> bool:  # noqa: ANN401 - a loaded statement
    return await (await conn.execute(statement, values)).fetchone() is not None


def _place(one: Keyword) -> dict[str, Any]:
    return {"keyword": one.keyword, "store_id": one.store_id, "account_id": one.account_id}


def _values(one: Store) -> dict[str, Any]:
    return {
        "store_id": one.id,
        "account_id": one.account_id,
        "opt_in": one.opt_in.value,
        "phone": one.phone,
        "time_zone": one.time_zone,
        "texts": msgspec.json.encode({kind.value: text for kind, text in one.texts.items()}).decode(),
        "callback": one.callback,
        "user_id": one.user_id,
    }


def _store(row: Sequence[Any]) -> Store:
    store_id, account_id, name, keyword, state, opt_in, has_guard, one_off, campaign, phone, zone, texts, *rest = row
    return Store(
        store_id,
        account_id,
        name,
        keyword,
        StoreState(state),
        OptIn(opt_in),
        has_guard,
        one_off,
        campaign,
        phone,
        zone,
        {Text(kind): text for kind, text in texts.items()},
        *rest,
    )


def _keyword(row: Sequence[Any]) -> Keyword:
    keyword, store_id, account_id, kind, in_text, other_text = row
    return Keyword(keyword, store_id, account_id, KeywordKind(kind), in_text, other_text)
