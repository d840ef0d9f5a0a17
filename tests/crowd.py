"""Many people and what is sent to them: lists, campaigns, and a link that takes messages as a real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, cast

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.campaigns import lifecycle
from cablegram.campaigns.model import Campaign, NewCampaign
from cablegram.contacts import importing, lists
from cablegram.contacts.model import ContactList
from cablegram.kit.ids import CampaignId, ListId, MessageId
from cablegram.messages import hold
from cablegram.messages import settle as settling
from cablegram.messages.model import State, Waiting
from cablegram.runtime.runtime import Runtime

SPAIN = 34600000000
TEXT = "Hello {{ name }}, see you"


async def shop(rt: Runtime, *, credits: int = 100_000) -> Principal:  # noqa: A002 - the field's word
    """Open an account that can send: with a carrier, the demo tariff, a sender of its own."""
    await traffic.open_ways(rt)
    return await make.account(rt, credits=credits, default_country="ES")


async def listed(rt: Runtime, who: Principal, table: Sequence[Sequence[str]], *, name: str = "people") -> ContactList:
    """Make a list out of a table; its first row is the header."""

    async def file() -> AsyncIterator[bytes]:
        for row in table:
            yield (",".join(row) + "\n").encode()

    made = await lists.create(rt, who, name)
    await importing.import_csv(rt, who, made.id, file())
    return await lists.get(rt, who, made.id)


async def crowd(rt: Runtime, who: Principal, size: int, *, start: int = 0, name: str = "people") -> ContactList:
    """Make a list of so many people in Spain, each with a name."""
    people = [[f"+{SPAIN + start + n}", f"P{start + n}"] for n in range(size)]
    return await listed(rt, who, [["number", "name"], *people], name=name)


async def campaign(rt: Runtime, who: Principal, *list_ids: ListId, text: str | None = TEXT, **more: Any) -> Campaign:  # noqa: ANN401 - fields of NewCampaign
    """Make a campaign that is ready."""
    fields: Mapping[str, Any] = {"name": "spring", **more}
    return await lifecycle.create(rt, who, NewCampaign(list_ids=list(list_ids), text=text, **fields))


async def claim(rt: Runtime, room: int) -> list[MessageId]:
    """Claim so many segments as a link does: whatever is first in the queue leaves it for the wire."""
    taken = await rows(
        rt,
        """
        WITH ahead AS (SELECT id, sum(segments) OVER (ORDER BY id) AS total FROM queue)
        DELETE FROM queue USING ahead WHERE queue.id = ahead.id AND total <= %s RETURNING queue.id
        """,
        room,
    )
    ids = sorted(cast("MessageId", message_id) for (message_id,) in taken)
    if ids:
        await traffic.move(rt, ids, State.SUBMITTING)
    return ids


async def send(rt: Runtime, room: int, *states: State) -> list[MessageId]:
    """Claim messages and let them become what is said, `submitted` if nothing is."""
    ids = await claim(rt, room)
    if ids:
        await traffic.move(rt, ids, *(states or (State.SUBMITTED,)))
    return ids


async def assert_adds_up(rt: Runtime, campaign_id: CampaignId, *, recipients: int | None = None) -> None:
    """Check a campaign as the audit does: postings, messages and counts say the same, and nobody got it twice."""
    await assert_sums_hold(rt)
    ((made, people, skipped, charged),) = await rows(
        rt,
        """
        SELECT count(*), count(DISTINCT contact_id), count(*) FILTER (WHERE state = 'skipped'), coalesce(sum(price)
            FILTER (WHERE state <> 'skipped'), 0) FROM message WHERE campaign_id = %s
        """,
        campaign_id,
    )
    assert made == people
    posted = await rows(
        rt,
        "SELECT coalesce(sum(count), 0), coalesce(-sum(amount), 0) FROM posting"
        " WHERE campaign_id = %s AND kind = 'charge'",
        campaign_id,
    )
    assert posted == [(made - skipped, charged)]  # pyright: ignore[reportOperatorIssue]
    by_state = "SELECT state::text, count(*), sum(price) FROM message WHERE campaign_id = %s GROUP BY 1 ORDER BY 1"
    counted = (
        "SELECT state::text, sum(n), sum(amount) FROM progress WHERE campaign_id = %s"
        " GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1"
    )
    assert await rows(rt, by_state, campaign_id) == await rows(rt, counted, campaign_id)
    queued = "SELECT id FROM message WHERE campaign_id = %s AND state = 'queued' ORDER BY 1"
    waiting = (
        "SELECT id FROM queue WHERE campaign_id = %s UNION ALL SELECT id FROM held WHERE campaign_id = %s ORDER BY 1"
    )
    assert await rows(rt, queued, campaign_id) == await rows(rt, waiting, campaign_id, campaign_id)
    if recipients is not None:
        assert made == recipients


async def settle(rt: Runtime, ids: Sequence[MessageId], *states: State) -> None:
    """Let messages that a link has become what is said."""
    await traffic.move(rt, ids, *states)


async def bounce(rt: Runtime, ids: Sequence[MessageId]) -> None:
    """Let the carrier ask for time: messages that a link has go back to wait."""
    await traffic.move(rt, ids, State.QUEUED)
    async with rt.db.transaction() as conn:
        found = await settling.standing(conn, ids)
        await hold.enqueue(
            conn,
            [
                Waiting(
                    one.id,
                    one.account_id,
                    one.campaign_id,
                    one.connector_id,
                    one.message_class,
                    one.segments,
                    int(one.number),
                )
                for one in found
            ],
        )
