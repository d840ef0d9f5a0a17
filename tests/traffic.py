"""Messages on their way, made and moved as the product makes and moves them; no carrier has to listen."""

from __future__ import annotations

from collections.abc import Sequence

import make
from cablegram.accounts.access import Principal
from cablegram.billing import importing
from cablegram.billing.prices import Prices
from cablegram.kit.ids import CampaignId, MessageId, uuid7
from cablegram.messages import settle
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, Move, State
from cablegram.runtime.runtime import Runtime

SENDER = "Tests"
NUMBER = "+34600000118"


async def open_ways(rt: Runtime) -> None:
    """Bring the demo tariff and a connector, which accepting a message takes."""
    await importing.load_demo(rt)
    await make.simulated_connector(rt)


def draft(
    who: Principal, text: str = "Hello there", *, to: str = NUMBER, campaign_id: CampaignId | None = None
) -> Draft:
    """Write one message, not accepted yet."""
    return Draft(account_id=who.account_id, to=to, text=text, sender=SENDER, campaign_id=campaign_id)


def campaign() -> CampaignId:
    """Make the id of a campaign; messages need no more of it."""
    return CampaignId(uuid7())


async def accepted(rt: Runtime, drafts: Sequence[Draft]) -> list[MessageId]:
    """Accept drafts in one transaction and return the ids of those that became rows; refused ones of campaigns do."""
    async with rt.db.transaction() as conn:
        book = await Prices().book(conn)
        await accept(conn, drafts, book=book, now=rt.clock.now(), keep_refused=True)
    return [one.id for one in drafts if one.id]


async def move(rt: Runtime, ids: Sequence[MessageId], *states: State, reason: str | None = None) -> None:
    """Move messages through states, one transaction each."""
    for state in states:
        async with rt.db.transaction() as conn:
            now = await settle.standing(conn, ids)
            moves = [Move(one.id, one.version, one.state, state, reason) for one in now]
            moved = await settle.settle(conn, moves, now=rt.clock.now())
        assert moved == set(ids)
