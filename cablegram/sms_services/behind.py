"""What is behind short codes that were written to, and where the writers stand with it: asked for a whole batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cablegram.kit.ids import AccountId, ConnectorId, ProgramId, SenderId
from cablegram.programs import standing
from cablegram.runtime.database import Conn
from cablegram.sms_services import store
from cablegram.sms_services.dialogue import Place
from cablegram.sms_services.model import Form, OptInMode, Says, Status


@dataclass(frozen=True, slots=True)
class Live:
    """A service that is heard on a code."""

    program_id: ProgramId
    account_id: AccountId
    sender_id: SenderId
    keyword: str
    is_open: bool
    form: Form
    texts: Mapping[Says, str]


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the stock with the services behind it; without `connector_ids` any of the operator's carries it."""

    digits: str
    country: str
    connector_ids: tuple[ConnectorId, ...]
    services: tuple[Live, ...]

    @property
    def keywords(self) -> tuple[str, ...]:
        """Return the words that are heard on it."""
        return tuple(one.keyword for one in self.services)


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


def places(code: Code) -> list[Place]:
    """Return the services of a code for one writer, of whom nothing is known yet. Pure."""
    return [
        Place(one.program_id, one.account_id, one.keyword, one.form.opt_in is OptInMode.SINGLE, one.is_open)
        for one in code.services
    ]


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
