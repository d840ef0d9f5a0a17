"""Walk through a campaign's people: the next of whom it is the turn, once for each stage, in the order of contacts.

Where lots decide who goes first, a stage has to look at many people to find its own: at so many at most in one
transaction, so that none takes long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cablegram.audiences import read
from cablegram.campaigns.draw import Draw, Stage, lots
from cablegram.campaigns.model import Campaign
from cablegram.contacts.model import Person
from cablegram.kit.ids import ContactId
from cablegram.runtime.database import Conn

MOST_LOOKED_AT = 20_000
_AT_ONCE = 5_000  # people who are read where few of them are wanted


@dataclass(frozen=True, slots=True)
class Slice:
    """Whose turn it is, the last contact that was looked at, and whether there is nobody after it."""

    people: list[Person]
    last: ContactId | None
    is_end: bool


async def ahead(conn: Conn, campaign: Campaign, *, limit: int) -> Slice:
    """Return the next people of a running campaign, `limit` at most; it may be none although there are more.

    Raises as `audiences.read.check`.
    """
    if limit <= 0:
        return Slice([], campaign.last_contact_id, is_end=False)
    until = campaign.started_at or campaign.created_at
    draw = campaign.draw
    if draw is None or (draw.is_one_go and campaign.stage is Stage.REST):
        people = await _read(conn, campaign, campaign.last_contact_id, until=until, limit=limit)
        last = people[-1].contact_id if people else campaign.last_contact_id
        return Slice(people, last, is_end=len(people) < limit)
    return await _drawn(conn, campaign, draw, until=until, limit=limit)


async def _drawn(conn: Conn, campaign: Campaign, draw: Draw, *, until: datetime, limit: int) -> Slice:
    found: list[Person] = []
    last, looked_at = campaign.last_contact_id, 0
    while looked_at < MOST_LOOKED_AT:
        people = await _read(conn, campaign, last, until=until, limit=_AT_ONCE)
        looked_at += len(people)
        for person in people:
            if draw.turn(person.contact_id, lots(draw.campaign_id, person.contact_id)) is campaign.stage:
                found.append(person)
                if len(found) == limit:
                    return Slice(found, person.contact_id, is_end=False)
        if people:
            last = people[-1].contact_id
        if len(people) < _AT_ONCE:
            return Slice(found, last, is_end=True)
    return Slice(found, last, is_end=False)


async def _read(
    conn: Conn, campaign: Campaign, after: ContactId | None, *, until: datetime, limit: int
) -> list[Person]:
    return await read.people_after(conn, campaign.account_id, campaign.audience, after=after, until=until, limit=limit)
