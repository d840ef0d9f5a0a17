"""What became of a campaign's messages by all that tells them apart, and how they moved: for reports and forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId
from cablegram.messages import breakdown_store
from cablegram.messages.breakdown_model import Cell, Texts
from cablegram.messages.model import LANES, MessageClass, State
from cablegram.messages.rows import share
from cablegram.runtime.database import Conn

WITHIN = timedelta(days=3)
"""What comes from a person so soon after a message is an answer to it."""

REFUSALS = (
    "stop", "stop_again", "stop_unanswered", "service_stop", "service_stop_again", "store_stop", "store_stop_again",
    "store_stop_unanswered", "review",
)  # fmt: skip
"""Rules of texts that say no, or may (inbound/order.py): no answer in the sense of one."""

_LEAST_PARTS = 1_000  # of fewer no pace is concluded
_MOST_AHEAD = 200_000  # messages that are counted on one connector
_STEPS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)  # seconds
_MOST_POINTS = 120
_MOST_LOOKED_AT = 20_000


async def of_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId, texts: Texts = None) -> list[Cell]:
    """Count a campaign's messages by country, connector, sender, segments, text and reason; reads each of them."""
    return await breakdown_store.breakdown(conn, account_id, campaign_id, texts)


async def answers(
    conn: Conn,
    account_id: AccountId,
    campaign_id: CampaignId,
    texts: Texts = None,
    *,
    since: datetime,
    until: datetime | None = None,
    with_replies: bool = True,
) -> list[tuple[str, int | None, int, int]]:
    """Count who answered a campaign between its start and an end: (country, text, who wrote back, who said no).

    People count, and not texts. What they say belongs to the last campaign they got by then, within three days of it.
    """
    return await breakdown_store.answers(
        conn,
        account_id,
        campaign_id,
        texts,
        since=since,
        until=until,
        within=WITHIN,
        refusals=REFUSALS,
        with_replies=with_replies,
    )


async def rates(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> dict[ConnectorId, float]:
    """Return how many parts a second connectors took of a campaign, of those that had a thousand of them."""
    return dict(await breakdown_store.rates(conn, account_id, campaign_id, least=_LEAST_PARTS))


async def ahead(
    conn: Conn, account_id: AccountId, message_class: MessageClass, connector_ids: Sequence[ConnectorId]
) -> dict[ConnectorId, int]:
    """Count the parts that go before an account's next message of a class on each connector; 200,000 messages at most.

    Other accounts of the same class take turns with it, and are not counted.
    """
    lane = LANES[message_class]
    return await breakdown_store.ahead(conn, connector_ids, lane=lane, share=share(account_id), most=_MOST_AHEAD)


async def people(
    conn: Conn,
    account_id: AccountId,
    campaign_id: CampaignId,
    *,
    state: State,
    reason: str,
    after: MessageId | None,
    limit: int,
) -> tuple[list[tuple[MessageId, str, str]], MessageId | None]:
    """Return whose messages are in a state for a reason, (message, number, country), and after which to go on.

    It looks at 20,000 messages, so that it may find few and still be asked to go on; None: these are all.
    """
    looked_at, last, found = await breakdown_store.people(
        conn, account_id, campaign_id, state, reason, after=after, limit=limit, most=_MOST_LOOKED_AT
    )
    if len(found) == limit:
        return found, found[-1][0]
    return found, last if looked_at == _MOST_LOOKED_AT else None


async def over_time(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId
) -> list[tuple[datetime, dict[State, int]]]:
    """Return how many messages of a campaign were in each state at the end of each step of time in which any moved.

    The steps are as coarse as a picture of a hundred of them wants.
    """
    found = await breakdown_store.lasted(conn, account_id, campaign_id)
    if found is None:
        return []
    seconds = (found[1] - found[0]).total_seconds()
    step = next((one for one in _STEPS if seconds / one <= _MOST_POINTS), _STEPS[-1])
    points: dict[datetime, dict[State, int]] = {}
    total: dict[State, int] = {}
    for at, state, n in await breakdown_store.states(conn, account_id, campaign_id, step=step):
        total[state] = total.get(state, 0) + n
        points[at + timedelta(seconds=step)] = dict(total)
    return list(points.items())
