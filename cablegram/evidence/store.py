"""Statements of the ledger of consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cablegram.evidence.model import Evidence, Head
from cablegram.kit.ids import AccountId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_HOLD_HEADS = Statement(queries.hold_heads)
_MOVE_HEADS = Statement(queries.move_heads)
_INSERT = Statement(queries.insert)


async def hold_heads(conn: Conn, beginnings: Mapping[AccountId, bytes]) -> dict[AccountId, Head]:
    """Lock the ends of accounts' chains and read them; one that has none begins as given."""
    rows = await conn.later(
        _HOLD_HEADS, accounts=array("uuid", beginnings), beginnings=array("bytea", beginnings.values())
    )
    return {account_id: Head(seq, its_hash) for account_id, seq, its_hash in rows}


def insert(conn: Conn, new: Sequence[Evidence], heads: Mapping[AccountId, Head]) -> None:
    """Write rows of one moment, and the ends of the chains behind them; at the latest with the commit."""
    told = [one.told for one in new]
    conn.later(
        _INSERT,
        form=value("int2", new[0].form),
        now=value("timestamptz", new[0].recorded_at),
        accounts=array("uuid", [one.account_id for one in told]),
        seqs=array("int8", [one.seq for one in new]),
        ids=array("uuid", [one.id for one in told]),
        afters=array("bytea", [one.after for one in new]),
        hashes=array("bytea", [one.hash for one in new]),
        ats=array("timestamptz", [one.at for one in told]),
        scopes=array("text", [one.scope for one in told]),
        kinds=array("text", [one.kind for one in told]),
        hows=array("text", [one.how for one in told]),
        befores=array("text", [one.before or None for one in told]),
        versions=array("text", [one.words_version or None for one in told]),
        messages=array("uuid", [one.message_id for one in told]),
        texts=array("uuid", [one.text_id for one in told]),
        follows=array("uuid", [one.follows for one in told]),
        counts=array("int8", [one.count for one in told]),
        digests=array("bytea", [one.digest for one in told]),
        sealed=array("bytea", [one.sealed for one in new]),
        salts=array("bytea", [one.salt for one in new]),
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
