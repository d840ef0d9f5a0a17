"""Statements of the mail room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.kit.ids import AccountId, LetterId, UserId
from cablegram.mail.model import (
    Attachment,
    Letter,
    LetterState,
    MailServer,
    OutboxCounts,
    OutboxLine,
    Posted,
    Written,
)
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Row:
    """A letter as it is written down."""

    id: LetterId
    letter: Letter
    language: str
    written: Written
    is_emptied: bool
    state: LetterState
    verdict: str
    created_at: datetime
    give_up_at: datetime
    ended_at: datetime | None

    @property
    def is_wiped(self) -> bool:
        """Tell whether it is over at once, and of a kind that is emptied."""
        return self.is_emptied and self.ended_at is not None


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a letter that was claimed; `counts` says whether it was a try of its own."""

    id: LetterId
    state: LetterState
    verdict: str
    counts: bool
    next_at: datetime | None
    ended_at: datetime | None


async def insert_letters(conn: Conn, rows: Sequence[Row]) -> None:
    """Write letters of one moment."""
    await conn.execute(
        queries.insert_letters,
        {
            "ids": [row.id for row in rows],
            "accounts": [row.letter.account_id for row in rows],
            "users": [row.letter.user_id for row in rows],
            "kinds": [row.letter.kind for row in rows],
            "languages": [row.language for row in rows],
            "recipients": [row.letter.to for row in rows],
            "subjects": [row.written.subject for row in rows],
            "texts": [None if row.is_wiped else row.written.text for row in rows],
            "htmls": [None if row.is_wiped else row.written.html for row in rows],
            "secrets": [row.is_emptied for row in rows],
            "notices": [row.letter.notices_url for row in rows],
            "states": [row.state for row in rows],
            "ends": [row.give_up_at for row in rows],
            "verdicts": [row.verdict for row in rows],
            "ended": [row.ended_at for row in rows],
            "replies": [row.letter.reply_to for row in rows],
            "now": rows[0].created_at,
        },
    )


async def insert_files(conn: Conn, files: Sequence[tuple[LetterId, Attachment]]) -> None:
    """Write the files of letters, in the order given."""
    if not files:
        return
    await conn.execute(
        queries.insert_files,
        {
            "letters": [letter_id for letter_id, _ in files],
            "places": list(range(len(files))),
            "names": [file.name for _, file in files],
            "types": [file.media_type for _, file in files],
            "data": [file.data for _, file in files],
        },
    )


async def refused(conn: Conn, addresses: Collection[str], *, times: int) -> dict[str, str]:
    """Read which addresses (in small letters) were refused so many times in a row, and what was said."""
    cursor = await conn.execute(queries.refused, {"addresses": list(addresses), "times": times})
    return dict(await cursor.fetchall())


async def claim(conn: Conn, *, now: datetime, until: datetime, limit: int) -> list[Posted]:
    """Take letters that are due, until a moment."""
    cursor = await conn.execute(queries.claim, {"now": now, "until": until, "limit": limit})
    return [Posted(*row) for row in await cursor.fetchall()]


async def files_of(conn: Conn, letters: Collection[LetterId]) -> dict[LetterId, list[Attachment]]:
    """Read the files of letters."""
    found: dict[LetterId, list[Attachment]] = {}
    cursor = await conn.execute(queries.files_of, {"letters": list(letters)})
    for letter_id, name, media_type, data in await cursor.fetchall():
        found.setdefault(letter_id, []).append(Attachment(name, media_type, bytes(data)))
    return found


async def settle(conn: Conn, told: Sequence[Settled]) -> None:
    """Write what came of letters."""
    await conn.execute(
        queries.settle,
        {
            "ids": [one.id for one in told],
            "states": [one.state for one in told],
            "verdicts": [one.verdict for one in told],
            "tries": [int(one.counts) for one in told],
            "next": [one.next_at for one in told],
            "ended": [one.ended_at for one in told],
        },
    )


async def give_up(conn: Conn, *, now: datetime, limit: int) -> int:
    """Fail letters whose time is over; return how many."""
    return (await conn.execute(queries.give_up, {"now": now, "limit": limit})).rowcount


async def count_refusals(conn: Conn, verdicts: dict[str, str], *, now: datetime) -> None:
    """Count that addresses (in small letters) were refused for good, once each."""
    told = {"addresses": list(verdicts), "verdicts": list(verdicts.values()), "now": now}
    await conn.execute(queries.count_refusals, told)


async def forget_refusals(conn: Conn, addresses: Collection[str]) -> None:
    """Forget that addresses (in small letters) were refused."""
    await conn.execute(queries.forget_refusals, {"addresses": list(addresses)})


async def forget_addresses(conn: Conn, addresses: Collection[str]) -> None:
    """Forget all that is known of addresses (in small letters)."""
    await conn.execute(queries.forget_addresses, {"addresses": list(addresses)})


async def count_return(conn: Conn, address: str, verdict: str, *, now: datetime) -> None:
    """Note that a letter to an address (in small letters) came back for good."""
    await conn.execute(queries.count_return, {"address": address, "verdict": verdict, "now": now})


async def return_letter(
    conn: Conn, letter_id: UUID, address: str, verdict: str, *, now: datetime
) -> tuple[AccountId | None, UserId | None, str] | None:
    """Fail a letter that came back; (account, reader, kind), or None where none has that id and recipient."""
    asked = {"letter_id": letter_id, "address": address, "verdict": verdict, "now": now}
    row = await (await conn.execute(queries.return_letter, asked)).fetchone()
    return (row[0], row[1], row[2]) if row else None


async def returned(conn: Conn, addresses: Collection[str], *, times: int) -> dict[str, tuple[datetime, str]]:
    """Read since when letters to addresses (in small letters) come back, and why; of others nothing."""
    rows = await (await conn.execute(queries.returned, {"addresses": list(addresses), "times": times})).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


async def server_took(conn: Conn, *, now: datetime) -> None:
    """Note that the mail server took a letter."""
    await conn.execute(queries.server_took, {"now": now})


async def server_fails(conn: Conn, verdict: str, *, now: datetime) -> None:
    """Note why the mail server takes nothing."""
    await conn.execute(queries.server_fails, {"verdict": verdict, "now": now})


async def server(conn: Conn) -> MailServer:
    """Read how the mail server does."""
    row = await (await conn.execute(queries.server)).fetchone()
    return MailServer(*row) if row else MailServer(None, "", None)


async def counts(conn: Conn) -> OutboxCounts:
    """Count the letters of each state."""
    row = await (await conn.execute(queries.counts)).fetchone()
    return OutboxCounts(*row) if row else OutboxCounts(0, 0, 0)


async def page_of_letters(
    conn: Conn, state: LetterState | None, *, after: LetterId | None, limit: int
) -> list[OutboxLine]:
    """Read letters, newest first."""
    cursor = await conn.execute(queries.page_of_letters, {"state": state, "after": after, "limit": limit})
    return [OutboxLine(*row) for row in await cursor.fetchall()]


async def letter(conn: Conn, letter_id: LetterId) -> tuple[Posted, LetterState] | None:
    """Read one letter and its state."""
    row = await (await conn.execute(queries.letter, {"letter_id": letter_id})).fetchone()
    return (Posted(*row[:-1]), row[-1]) if row else None


async def send_again(conn: Conn, letter_id: LetterId, *, now: datetime, life: timedelta) -> str | None:
    """Have a letter tried at once; its address, or None where it is sent, is gone or has no text."""
    cursor = await conn.execute(queries.send_again, {"letter_id": letter_id, "now": now, "life": life})
    row = await cursor.fetchone()
    return row[0] if row else None


async def forget(conn: Conn, before: datetime, *, limit: int) -> int:
    """Delete letters that ended before a moment; return how many."""
    return (await conn.execute(queries.forget, {"before": before, "limit": limit})).rowcount
