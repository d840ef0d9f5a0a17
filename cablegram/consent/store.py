"""Statements of the consent room."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.errors import OperationalError

from cablegram.consent.model import Decided, Doubt, Entry, How, NewEntry, NewReview, Review
from cablegram.kit.ids import AccountId, uuid7s
from cablegram.runtime.connection import Reply, Rows, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)

_RULES_OF = Statement(queries.rules_of)
_KEEP_RULESETS = Statement(queries.keep_rulesets)
_AGAINST = Statement(queries.against)
_TEXTS_SINCE = Statement(queries.texts_since)
_MESSAGES_SINCE = Statement(queries.messages_since)
_NOTE_TEXTS = Statement(queries.note_texts)
_NOTE_MESSAGES = Statement(queries.note_messages)


# The blacklist


async def add_entries(conn: Conn, entries: Sequence[NewEntry], *, now: datetime) -> dict[tuple[AccountId, str], bool]:
    """Write entries, each (account, number) once; return those that changed anything, and whether they are new."""
    cursor = await conn.execute(
        queries.add_entries,
        {
            "accounts": [one.account_id for one in entries],
            "numbers": [one.number for one in entries],
            "ids": uuid7s(len(entries)),
            "hows": [one.how.value for one in entries],
            "notes": [one.note for one in entries],
            "senders": [one.sender for one in entries],
            "texts": [one.text_id for one in entries],
            "by": [one.by for one in entries],
            "moments": [now] * len(entries),
        },
    )
    return {(row[0], row[1]): row[2] for row in await cursor.fetchall()}


async def delete_entries(
    conn: Conn, wanted: Sequence[tuple[AccountId, str]], hows: Collection[How]
) -> list[tuple[AccountId, Entry]]:
    """Delete entries that came in one of these ways; return what they were."""
    cursor = await conn.execute(
        queries.delete_entries,
        {
            "accounts": [account_id for account_id, _ in wanted],
            "numbers": [number for _, number in wanted],
            "hows": [how.value for how in hows],
        },
    )
    return [(row[0], _entry(row[1:])) for row in await cursor.fetchall()]


async def entries_of_numbers(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> list[Entry]:
    """Read which of these numbers are on the blacklist."""
    cursor = await conn.execute(queries.entries_of_numbers, {"account_id": account_id, "numbers": list(numbers)})
    return [_entry(row) for row in await cursor.fetchall()]


async def page_of_entries(
    conn: Conn, account_id: AccountId, after: UUID | None, *, digits: str | None, limit: int
) -> list[Entry]:
    """Read entries, newest first; with `digits` those in whose number they stand."""
    asked = {"account_id": account_id, "after": after, "digits": digits, "limit": limit}
    return [_entry(row) for row in await (await conn.execute(queries.page_of_entries, asked)).fetchall()]


async def make_staging(conn: Conn) -> None:
    """Make sure that the connection has an empty table for the rows of a file."""
    await conn.execute(queries.make_staging)
    await conn.execute(queries.clear_staging)


async def clear_staging(conn: Conn) -> None:
    """Throw the rows away; if the database is gone, they went with it."""
    with contextlib.suppress(OperationalError):
        await conn.execute(queries.clear_staging)


async def copy_staging(conn: Conn, rows: Sequence[tuple[int, str, str]]) -> None:
    """Keep rows of a file: (line, number, note)."""
    await copy_rows(conn, queries.copy_staging, ["int4", "text", "text"], list(rows))


async def drop_superseded(conn: Conn) -> int:
    """Drop rows whose number comes again later; return how many."""
    return (await conn.execute(queries.drop_superseded)).rowcount


async def staged_rows(conn: Conn, after: int, *, limit: int) -> list[tuple[int, str, str]]:
    """Read the next rows of a file: (line, number, note)."""
    cursor = await conn.execute(queries.staged_rows, {"after": after, "limit": limit})
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


def _entry(row: Sequence[object]) -> Entry:
    its_id, number, how, *rest = row
    return Entry(its_id, number, How(how), *rest)  # pyright: ignore[reportArgumentType] - in the order of the columns


# The review queue


async def open_reviews(conn: Conn, new: Sequence[NewReview], *, now: datetime) -> set[UUID]:
    """Write texts that may mean no; return those that were not there."""
    cursor = await conn.execute(
        queries.open_reviews,
        {
            "ids": [one.text_id for one in new],
            "accounts": [one.account_id for one in new],
            "numbers": [one.number for one in new],
            "senders": [one.sender for one in new],
            "matched": [one.reading.matched for one in new],
            "doubts": [one.reading.doubt.name.lower() for one in new],
            "moments": [now] * len(new),
        },
    )
    return {row[0] for row in await cursor.fetchall()}


async def page_of_reviews(
    conn: Conn, account_id: AccountId, after: UUID | None, *, is_open: bool, limit: int
) -> list[Review]:
    """Read the texts that are open, or those that are decided; newest first."""
    asked = {"account_id": account_id, "after": after, "is_open": is_open, "limit": limit}
    return [_review(row) for row in await (await conn.execute(queries.page_of_reviews, asked)).fetchall()]


async def count_open_reviews(conn: Conn, account_id: AccountId) -> int:
    """Count the texts that nobody has looked at."""
    cursor = await conn.execute(queries.count_open_reviews, {"account_id": account_id})
    return (await cursor.fetchall())[0][0]


async def get_review(conn: Conn, account_id: AccountId, text_id: UUID) -> Review | None:
    """Read a text of the queue."""
    row = await (await conn.execute(queries.get_review, {"account_id": account_id, "text_id": text_id})).fetchone()
    return _review(row) if row else None


async def hold_review(conn: Conn, account_id: AccountId, text_id: UUID) -> Review | None:
    """Lock a text of the queue and read it."""
    row = await (await conn.execute(queries.hold_review, {"account_id": account_id, "text_id": text_id})).fetchone()
    return _review(row) if row else None


async def decide_reviews(
    conn: Conn,
    account_id: AccountId,
    text_id: UUID,
    *,
    number: str | None,
    verdict: Decided,
    by: str,
    now: datetime,
) -> list[UUID]:
    """Write what somebody decided about a text, and with a number about all its open ones; return which."""
    values = {"account_id": account_id, "text_id": text_id, "number": number, "by": by, "now": now}
    cursor = await conn.execute(queries.decide_reviews, {**values, "verdict": verdict.value})
    return [row[0] for row in await cursor.fetchall()]


async def reopen_review(conn: Conn, account_id: AccountId, text_id: UUID) -> None:
    """Take a decision back: nobody has looked."""
    await conn.execute(queries.reopen_review, {"account_id": account_id, "text_id": text_id})


def _review(row: Sequence[object]) -> Review:
    text_id, number, sender, matched, doubt, opened_at, verdict, *decided = row
    read = Doubt[str(doubt).upper()], opened_at, Decided(verdict) if verdict else None
    return Review(text_id, number, sender, matched, *read, *decided)  # pyright: ignore[reportArgumentType] - in the order of the columns


# What accounts ask of each message


def rules_of(
    conn: Conn, accounts: Iterable[AccountId], *, usual: int | None = None
) -> Reply[dict[AccountId | None, str]]:
    """Read the sending rules of those accounts that ever changed them; None is there if the ruleset `usual` is kept."""
    return conn.later(_RULES_OF, accounts=array("uuid", accounts), usual=value("int8", usual)).then(dict)


async def sending_rules(conn: Conn, account_id: AccountId) -> tuple[int, str, str, datetime] | None:
    """Read an account's rules: revision, JSON, who changed them last and when; None if nobody ever did."""
    cursor = await conn.execute(queries.sending_rules, {"account_id": account_id})
    return await cursor.fetchone()


async def hold_sending_rules(conn: Conn, account_id: AccountId, usual: str, *, by: str, now: datetime) -> str:
    """Lock an account's rules and read them; `usual` are those of who never changed any."""
    values = {"account_id": account_id, "rules": usual, "by": by, "now": now}
    await conn.execute(queries.begin_sending_rules, values)
    rows = await (await conn.execute(queries.hold_sending_rules, {"account_id": account_id})).fetchall()
    return rows[0][0]


async def put_sending_rules(conn: Conn, account_id: AccountId, rules: str, *, by: str, now: datetime) -> None:
    """Write an account's rules, locked before."""
    await conn.execute(queries.put_sending_rules, {"account_id": account_id, "rules": rules, "by": by, "now": now})


def keep_rulesets(conn: Conn, used: Mapping[int, str], *, now: datetime) -> None:
    """Make sure that the rules a batch was judged by can be read later; at the latest with the commit."""
    conn.later(
        _KEEP_RULESETS, ids=array("int8", used), rules=array("text", used.values()), now=value("timestamptz", now)
    )


async def ruleset(conn: Conn, number: int) -> str | None:
    """Read the rules that a batch was judged by."""
    row = await (await conn.execute(queries.ruleset, {"id": number})).fetchone()
    return row[0] if row else None


# Facts about a batch


def against(
    conn: Conn, accounts: Sequence[AccountId], numbers: Sequence[str], *, owners: Iterable[AccountId]
) -> Reply[list[tuple[int, bool]]]:
    """Read what stands against numbers: (place, whether it is held for review; else it is on the blacklist).

    `owners` are the accounts, each once.
    """
    reply = conn.later(
        _AGAINST,
        accounts=array("uuid", accounts),
        numbers=array("text", numbers),
        owners=array("uuid", owners),
    )
    return reply.then(lambda rows: [(place - 1, is_held) for place, is_held in rows])


def texts_since(
    conn: Conn, texts: Sequence[tuple[AccountId, bytes]], since: datetime
) -> Reply[list[tuple[int, datetime]]]:
    """Read when texts were last accepted: (place, when)."""
    accounts, fingerprints = zip(*texts, strict=True)
    reply = conn.later(
        _TEXTS_SINCE,
        accounts=array("uuid", accounts),
        fingerprints=array("bytea", fingerprints),
        since=value("timestamptz", since),
    )
    return reply.then(_by_place)


def messages_since(
    conn: Conn, asked: Sequence[tuple[AccountId, str, str, datetime]], *, most: int
) -> Reply[list[tuple[int, datetime]]]:
    """Read when people got something, for each (account, number, class, since) the last `most`: (place, when)."""
    accounts, numbers, classes, sinces = zip(*asked, strict=True)
    reply = conn.later(
        _MESSAGES_SINCE,
        accounts=array("uuid", accounts),
        numbers=array("text", numbers),
        classes=array("text", classes),
        sinces=array("timestamptz", sinces),
        most=value("int4", most),
    )
    return reply.then(_by_place)


def _by_place(rows: Rows) -> list[tuple[int, datetime]]:
    return [(place - 1, at) for place, at in rows]


def note_texts(conn: Conn, texts: Sequence[tuple[AccountId, bytes]], *, now: datetime) -> None:
    """Remember which texts went, each once; at the latest with the commit."""
    accounts, fingerprints = zip(*texts, strict=True)
    conn.later(
        _NOTE_TEXTS,
        accounts=array("uuid", accounts),
        fingerprints=array("bytea", fingerprints),
        now=value("timestamptz", now),
    )


def note_messages(conn: Conn, sent: Sequence[tuple[AccountId, str, str, datetime]], *, now: datetime) -> None:
    """Remember who got something: (account, number, class, until when that counts); at the latest with the commit."""
    accounts, numbers, classes, forgets = zip(*sent, strict=True)
    conn.later(
        _NOTE_MESSAGES,
        accounts=array("uuid", accounts),
        numbers=array("text", numbers),
        classes=array("text", classes),
        forgets=array("timestamptz", forgets),
        now=value("timestamptz", now),
    )


async def forget_texts(conn: Conn, before: datetime, *, limit: int) -> int:
    """Drop what the duplicate guard does not look at any more; return how many."""
    return (await conn.execute(queries.forget_texts, {"before": before, "limit": limit})).rowcount


async def forget_messages(conn: Conn, now: datetime, *, limit: int) -> int:
    """Drop what no cap counts any more; return how many."""
    return (await conn.execute(queries.forget_messages, {"now": now, "limit": limit})).rowcount
