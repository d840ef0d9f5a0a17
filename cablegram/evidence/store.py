"""Statements of the ledger of consent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from cablegram.evidence.canonical import NAME
from cablegram.evidence.model import Evidence, Head, Link, NewEvidence
from cablegram.evidence.verifying import Row
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_HOLD_HEADS = Statement(queries.hold_heads)
_MOVE_HEADS = Statement(queries.move_heads)
_INSERT = Statement(queries.insert)
_CHAIN_AFTER = Statement(queries.chain_after)


async def hold_heads(conn: Conn, beginnings: Mapping[AccountId, bytes]) -> dict[AccountId, Head]:
    """Lock the ends of accounts' chains and read them; one that has none begins as given."""
    rows = await conn.later(
        _HOLD_HEADS, accounts=array("uuid", beginnings), beginnings=array("bytea", beginnings.values())
    )
    return {account_id: Head(seq, its_hash) for account_id, seq, its_hash in rows}


def insert(
    conn: Conn, told: Sequence[NewEvidence], links: Sequence[Link], heads: Mapping[AccountId, Head], *, now: datetime
) -> None:
    """Write rows of one moment, and the ends of the chains behind them; at the latest with the commit."""
    seqs, forms, afters, hashes, sealed, salts = zip(*links, strict=True)
    conn.later(
        _INSERT,
        form=value("int2", forms[0]),
        now=value("timestamptz", now),
        accounts=array("uuid", [one.account_id for one in told]),
        seqs=array("int8", seqs),
        ids=array("uuid", [one.id for one in told]),
        afters=array("bytea", afters),
        hashes=array("bytea", hashes),
        ats=array("timestamptz", [one.at for one in told]),
        scopes=array("text", [one.scope for one in told]),
        kinds=array("text", [one.kind for one in told]),
        hows=array("text", [one.how for one in told]),
        stood=array("text", [one.before or None for one in told]),
        versions=array("text", [one.words_version or None for one in told]),
        messages=array("uuid", [one.message_id for one in told]),
        texts=array("uuid", [one.text_id for one in told]),
        follows=array("uuid", [one.follows for one in told]),
        counts=array("int8", [one.count for one in told]),
        digests=array("bytea", [one.digest for one in told]),
        sealed=array("bytea", sealed),
        salts=array("bytea", salts),
        numbers=array("text", [one.number for one in told]),
        by=array("text", [one.by or None for one in told]),
        sources=array("text", [one.source or None for one in told]),
        words=array("text", [one.words or None for one in told]),
        said=array("text", [one.said or None for one in told]),
        urls=array("text", [one.url or None for one in told]),
        addresses=array("text", [one.address or None for one in told]),
    )
    conn.later(
        _MOVE_HEADS,
        accounts=array("uuid", heads),
        seqs=array("int8", [head.seq for head in heads.values()]),
        hashes=array("bytea", [head.hash for head in heads.values()]),
    )


async def of_number(
    conn: Conn, account_id: AccountId, number: str, *, after: EvidenceId | None, limit: int
) -> list[Evidence]:
    """Read the rows of a number, newest first."""
    asked = {"account_id": account_id, "number": number, "after": after, "limit": limit}
    return [_evidence(row) for row in await (await conn.execute(queries.of_number, asked)).fetchall()]


async def some(conn: Conn, account_id: AccountId, ids: Collection[EvidenceId]) -> list[Evidence]:
    """Read rows by their ids; in no order."""
    cursor = await conn.execute(queries.some, {"account_id": account_id, "ids": list(ids)})
    return [_evidence(row) for row in await cursor.fetchall()]


async def head(conn: Conn, account_id: AccountId) -> Head | None:
    """Read the end of an account's chain."""
    row = await (await conn.execute(queries.head, {"account_id": account_id})).fetchone()
    return Head(*row) if row else None


async def accounts(conn: Conn) -> list[AccountId]:
    """Read which accounts have a chain."""
    return [row[0] for row in await (await conn.execute(queries.accounts)).fetchall()]


async def chain_after(conn: Conn, account_id: AccountId, after: int, *, limit: int) -> list[Row]:
    """Read the next rows of a chain as they are to be verified."""
    rows = await conn.later(
        _CHAIN_AFTER, account_id=value("uuid", account_id), after=value("int8", after), limit=value("int8", limit)
    )
    return [Row._make((*row[:11], (NAME, *row[11:26]), row[26:])) for row in rows]


async def tellings(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> list[EvidenceId]:
    """Read which rows tell of numbers, in their order."""
    cursor = await conn.execute(queries.tellings, {"account_id": account_id, "numbers": list(numbers)})
    return [row[0] for row in await cursor.fetchall()]


async def erase(conn: Conn, account_id: AccountId, ids: Sequence[EvidenceId], erased_in: EvidenceId) -> None:
    """Take out of rows what tells of a person, and write in which event that is said."""
    await conn.execute(queries.erase, {"account_id": account_id, "ids": list(ids), "erased_in": erased_in})


def _evidence(row: Sequence[Any]) -> Evidence:
    its_id, account_id, number, scope, kind, how, by, at, source, words, version, said, message_id, text_id, *rest = row
    url, address, before, follows, count, digest, recorded_at, erased_in, *place = rest
    told = NewEvidence(
        account_id,
        number,
        scope,
        kind,
        how,
        by or "",
        at,
        source=source or "",
        words=words or "",
        words_version=version or "",
        said=said or "",
        message_id=message_id,
        text_id=text_id,
        url=url or "",
        address=address or "",
        before=before or "",
        follows=follows,
        count=count,
        digest=digest,
        id=its_id,
    )
    return Evidence(told, Link._make(place), recorded_at, erased_in)
