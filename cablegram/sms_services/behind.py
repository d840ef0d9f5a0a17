"""What is behind short codes that were written to, and where the writers stand with it: asked for a whole batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from cablegram.kit.ids import ProgramId
from cablegram.programs import standing
from cablegram.runtime.database import Conn
from cablegram.sms_services import store
from cablegram.sms_services.dialogue import Code, Live, Place
from cablegram.sms_services.model import Status


async def codes(conn: Conn, digits: Collection[str]) -> list[Code]:
    """Return the codes of the stock among numbers, each with its live services."""
    found: list[Code] = []
    rows = await store.services_on(conn, digits)
    for (its_digits, country), group in groupby(rows, key=lambda row: (row.digits, row.country)):
        lines = list(group)
        found.append(Code(its_digits, country, lines[0].connector_ids, tuple(_live(lines))))
    return found


def _live(rows: Iterable[store.Behind]) -> Iterable[Live]:
    for row in rows:
        if row.program_id and row.account_id and row.sender_id and row.form:
            is_open = row.status is Status.APPROVED
            yield Live(row.program_id, row.account_id, row.sender_id, row.keyword, is_open, row.form, row.texts)


async def look(conn: Conn, asked: Sequence[tuple[str, Sequence[Place]]]) -> None:
    """Fill in where writers (digits of E.164) stand by now, and what was sent to them last."""
    by_pair = {(place.account_id, number) for number, places_of in asked for place in places_of}
    if not by_pair:
        return
    known = await standing.everywhere(conn, by_pair)
    members: list[tuple[ProgramId, str]] = []
    for number, places_of in asked:
        for place in places_of:
            rows = known.get((place.account_id, number), ())
            one = next((row for row in rows if row.program_id == place.program_id), None)
            place.standing, place.since = (one.standing, one.since) if one else (None, None)
            place.contact_id = one.contact_id if one else None
        several = [place for place in places_of if place.is_member]
        if len(several) > 1:
            members += [(place.program_id, number) for place in several]
    last = await store.last_sent(conn, members) if members else {}
    for number, places_of in asked:
        for place in places_of:
            place.last = last.get((place.program_id, number))
