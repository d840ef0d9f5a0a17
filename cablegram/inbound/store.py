"""Statements of the inbound room."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from cablegram.consent.model import How
from cablegram.inbound.joining import Addresses, Group, Piece
from cablegram.inbound.joining import Key as GroupKey
from cablegram.inbound.model import Heard, Line, ReceivedText, Standing
from cablegram.kit.ids import AccountId, MessageId, lowest_at
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.model import Holder
from cablegram.text.encoding import choose

queries = load(__file__)

_INSERT_TEXTS = Statement(queries.insert_texts)
_KNOWN_TEXTS = Statement(queries.known_texts)
_FACTS = Statement(queries.facts)
_INSERT_ANSWERS = Statement(queries.insert_answers)


def insert_texts(conn: Conn, heard: Sequence[Heard]) -> None:
    """Write texts with all that was made of them; with the next question."""
    conn.later(
        _INSERT_TEXTS,
        ids=array("uuid", [one.text.id for one in heard]),
        accounts=array("uuid", [one.account_id for one in heard]),
        connectors=array("uuid", [one.text.connector_id for one in heard]),
        sources=array("text", [one.text.source for one in heard]),
        destinations=array("text", [one.text.destination for one in heard]),
        bodies=array("text", [one.text.text for one in heard]),
        encodings=array("text", [choose(one.text.text).value for one in heard]),
        moments=array("timestamptz", [one.text.arrived_at for one in heard]),
        postings=array("uuid", [one.posting_id for one in heard]),
        rules=array("text", [one.row.rule.value for one in heard]),
        parts=array("int2", [one.text.parts for one in heard]),
        contacts=array("uuid", [one.contact_id for one in heard]),
        answers=array("uuid", [one.answer_id for one in heard]),
        errors=array("text", [one.answer_error for one in heard]),
        programs=array("uuid", [one.program_id for one in heard]),
        media=array("text", ["\x1f".join(one.text.media_urls) or None for one in heard]),
    )


def known_texts(conn: Conn, ids: Sequence[UUID]) -> Reply[set[UUID]]:
    """Tell which texts were recorded before."""
    return conn.later(_KNOWN_TEXTS, ids=array("uuid", ids)).then(lambda rows: {row[0] for row in rows})


async def standings(
    conn: Conn, asked: Sequence[tuple[str, Holder]], since: datetime, *, most: int
) -> dict[tuple[AccountId, str], Standing]:
    """Read where writers stand: asked are who wrote and to which address of which account."""
    rows = await conn.later(
        _FACTS,
        accounts=array("uuid", [holder.account_id for _, holder in asked]),
        numbers=array("text", [number for number, _ in asked]),
        senders=array("text", [holder.address for _, holder in asked]),
        sender_ids=array("uuid", [holder.sender_id for _, holder in asked]),
        since=value("timestamptz", since),
        most=value("int4", most),
    )
    found: dict[tuple[AccountId, str], Standing] = {}
    for place, how, is_held, is_ours, answered, talks_with, is_there in rows:
        number, holder = asked[int(place) - 1]
        standing = Standing(How(how) if how else None, is_held, is_ours, talks_with=talks_with)
        standing = found.setdefault((holder.account_id, number), standing)
        standing.answered[holder.address] = list(answered)
        if is_there:
            standing.may_talk_with.add(holder.sender_id)
    return found


def insert_answers(conn: Conn, answers: Sequence[tuple[MessageId, AccountId, str, str]], now: datetime) -> None:
    """Remember what answered by itself: (message, account, from, to); with the next question."""
    conn.later(
        _INSERT_ANSWERS,
        ids=array("uuid", [one[0] for one in answers]),
        accounts=array("uuid", [one[1] for one in answers]),
        senders=array("text", [one[2] for one in answers]),
        numbers=array("text", [one[3] for one in answers]),
        now=value("timestamptz", now),
    )


async def forget_answers(conn: Conn, before: datetime, *, limit: int) -> int:
    """Drop what answered by itself before a moment; return how many rows."""
    values = {"before": lowest_at(before), "limit": limit}
    return (await conn.execute(queries.forget_answers, values)).rowcount


async def amend_texts(conn: Conn, longer: Sequence[tuple[UUID, str, int]]) -> None:
    """Put late parts into texts: (text, its words now, how many parts are there)."""
    values = {
        "ids": [one[0] for one in longer],
        "bodies": [one[1] for one in longer],
        "parts": [one[2] for one in longer],
    }
    await conn.execute(queries.amend_texts, values)


async def lock_groups(conn: Conn, addresses: Iterable[Addresses]) -> None:
    """Join parts between these addresses alone until the transaction ends."""
    places = {crc32("\0".join((str(one[0]), *one[1:])).encode()) >> 1 for one in addresses}
    await conn.execute(queries.lock_groups, {"places": sorted(places)})


async def groups(conn: Conn, addresses: Iterable[Addresses]) -> list[Group]:
    """Read what is there of texts of several parts between these addresses."""
    connectors, sources, destinations = zip(*addresses, strict=True)
    values = {"connectors": list(connectors), "sources": list(sources), "destinations": list(destinations)}
    return [_group(row) for row in await (await conn.execute(queries.groups, values)).fetchall()]


def _group(row: tuple[Any, ...]) -> Group:
    group_id, connector_id, source, destination, reference, total, began_at, last_at, handed_on, pieces = row
    read = {int(n): Piece(bytes.fromhex(octets), coding) for n, (octets, coding) in json.loads(pieces).items()}
    key = GroupKey(connector_id, source, destination, reference, total)
    return Group(group_id, key, began_at, last_at, read, handed_on)


async def put_groups(conn: Conn, changed: Sequence[Group]) -> None:
    """Write what is there of texts of several parts."""
    pieces = [
        json.dumps({n: (piece.octets.hex(), piece.data_coding) for n, piece in one.pieces.items()}) for one in changed
    ]
    values = {
        "ids": [one.id for one in changed],
        "connectors": [one.key.connector_id for one in changed],
        "sources": [one.key.source for one in changed],
        "destinations": [one.key.destination for one in changed],
        "references": [one.key.reference for one in changed],
        "totals": [one.key.total for one in changed],
        "begun": [one.began_at for one in changed],
        "last": [one.last_at for one in changed],
        "handed_on": [one.handed_on for one in changed],
        "pieces": pieces,
    }
    await conn.execute(queries.put_groups, values)


async def stale_addresses(conn: Conn, before: datetime, *, limit: int) -> list[Addresses]:
    """Read between whom texts have lacked parts since a moment."""
    cursor = await conn.execute(queries.stale_addresses, {"before": before, "limit": limit})
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


async def forget_groups(conn: Conn, before: datetime, *, limit: int) -> int:
    """Drop what is known of the parts of texts that began before a moment; return how many rows."""
    return (await conn.execute(queries.forget_groups, {"before": before, "limit": limit})).rowcount


async def page_of_texts(
    conn: Conn,
    account_id: AccountId,
    after: UUID | None,
    *,
    phone: str | None,
    address: str | None,
    words: str | None,
    digits: str | None,
    limit: int,
) -> list[ReceivedText]:
    """Read texts that came in, newest first."""
    values = {
        "account_id": account_id, "after": after, "phone": phone, "address": address, "words": words,
        "digits": digits, "limit": limit,
    }  # fmt: skip
    cursor = await conn.execute(queries.page_of_texts, values)
    return [ReceivedText(*row) for row in await cursor.fetchall()]


async def get_text(conn: Conn, account_id: AccountId, text_id: UUID) -> ReceivedText | None:
    """Read one text that came in."""
    row = await (await conn.execute(queries.get_text, {"account_id": account_id, "id": text_id})).fetchone()
    return ReceivedText(*row) if row else None


async def conversation(conn: Conn, account_id: AccountId, number: str, after: UUID | None, *, limit: int) -> list[Line]:
    """Read what was written to and by a number, newest first."""
    values = {"account_id": account_id, "number": number, "after": after, "limit": limit}
    # Not prepared: a page is planned for what it asks, so that it goes by the number.
    return [Line(*row) for row in await (await conn.execute(queries.conversation, values, prepare=False)).fetchall()]


async def bodies(conn: Conn, account_id: AccountId, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Read what texts say."""
    cursor = await conn.execute(queries.bodies, {"account_id": account_id, "ids": list(ids)})
    return {row[0]: row[1] for row in await cursor.fetchall()}
