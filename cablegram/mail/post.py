"""Post letters, inside the transaction of what they tell of: written out at once, they leave behind its commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.kit.errors import Fault, InvalidInput, TooLarge
from cablegram.kit.ids import LetterId, uuid7s_apart
from cablegram.mail import store
from cablegram.mail.address import is_address
from cablegram.mail.catalogue import CATALOGUE
from cablegram.mail.model import LANGUAGES, Letter
from cablegram.mail.render import write_out
from cablegram.mail.store import Row
from cablegram.runtime.database import Conn

MOST_BYTES = 10_000_000  # of all files of a letter; many mail servers take 20 MB or 25 MB, and base64 adds a third
REFUSED = 3
"""Letters refused in a row, until an address is not tried any more by itself."""


async def post(conn: Conn, letters: Sequence[Letter], *, now: datetime) -> list[LetterId]:
    """Put letters into the outbox and return their ids, in the order given.

    To an address that mail servers have refused for good several times, or from which a letter came back since there is
    no such address, a letter is not sent, and stands among those that failed; one that somebody has just asked for is
    tried.

    Raises InvalidInput (`bad_address`) for an address that can't be one, TooLarge (`letter_too_large`) for files of
    more than 10 MB, KeyError where a kind or a fact is missing: a mistake of the caller.
    """
    if not letters:
        return []
    _check(letters)
    dead = await store.refused(conn, [one.to.lower() for one in letters], times=REFUSED)
    ids = [LetterId(one) for one in uuid7s_apart(len(letters))]  # who knows one can say that it came back
    rows = [_row(letter_id, one, dead.get(one.to.lower()), now) for letter_id, one in zip(ids, letters, strict=True)]
    await store.insert_letters(conn, rows)
    await store.insert_files(
        conn, [(row.id, file) for row, one in zip(rows, letters, strict=True) for file in one.attachments]
    )
    return ids


def _row(letter_id: LetterId, letter: Letter, why_not: str | None, now: datetime) -> Row:
    kind = CATALOGUE[letter.kind]
    language = letter.language if letter.language in LANGUAGES else "en"
    is_dead = why_not is not None and not kind.is_secret
    return Row(
        id=letter_id,
        letter=letter,
        language=language,
        written=write_out(kind, language, letter.facts, notices_url=letter.notices_url, stops=letter.stops),
        is_emptied=kind.is_emptied,
        state="failed" if is_dead else "waiting",
        verdict=f"Not sent: its address was refused before. {why_not}" if is_dead else "",
        created_at=now,
        give_up_at=now + kind.life,
        ended_at=now if is_dead else None,
    )


def _check(letters: Sequence[Letter]) -> None:
    for one in letters:
        if not is_address(one.to):
            message = f"{one.to[:60]!r} is no e-mail address: write one such as ines@example.com."
            raise InvalidInput("bad_address", message, faults=[Fault("email", "bad_address", message)])
        if sum(len(file.data) for file in one.attachments) > MOST_BYTES:
            raise TooLarge("letter_too_large", f"The files of a letter may have {MOST_BYTES // 1_000_000} MB at most.")
