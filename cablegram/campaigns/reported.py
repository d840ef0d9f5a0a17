"""What became of a campaign, as its report says it; money in micro-credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cablegram.campaigns.goals import Outcome
from cablegram.campaigns.model import Campaign
from cablegram.campaigns.percentiles import Delays
from cablegram.kit.ids import CampaignId, ShareId
from cablegram.links.model import Clicks
from cablegram.messages.model import Count, State


@dataclass(slots=True)
class Line:
    """What became of all messages that have one thing in common.

    `value` is a country (ISO code), a connector's id, a sender, a number of segments or a text's place; empty where it
    is not known.
    """

    value: str
    counts: dict[State, int] = field(default_factory=dict[State, int])
    messages: int = 0  # accepted
    delivered: int = 0
    segments: int = 0  # as gateways count them
    charged: int = 0
    delays: Delays | None = None  # from the carrier's yes to the receipt; only by country and connector
    replies: int = 0
    opt_outs: int = 0
    clicked: int = 0  # people who opened a link


@dataclass(slots=True)
class Report:
    """What became of a campaign. `counts` and money are of this moment; the lines of `counted_at`.

    `lines` are by dimension: `country`, `connector`, `sender`, `segments`, `variant`. `reasons` count messages by state
    and the reason's code, `skipped` among them. None of it is there (`counted_at` None) until it was counted once.
    """

    campaign: Campaign
    counts: Mapping[State, Count]
    lines: Mapping[str, Sequence[Line]]
    reasons: Mapping[State, Mapping[str, int]]
    delays: Delays
    segments: int
    charged: int
    refunded: int
    replies: int
    opt_outs: int
    clicks: Clicks
    goal: Outcome | None  # who did what the campaign is for; None: it has no goal, or nothing is counted yet
    counted_at: datetime | None
    is_exact: bool  # whether the lines add up to the counts of this moment

    @property
    def countries(self) -> Sequence[Line]:
        """Return what became of it by country."""
        return self.lines.get("country", ())

    @property
    def skipped(self) -> Mapping[str, int]:
        """Return how many people got nothing, by the reason's code."""
        return self.reasons.get(State.SKIPPED, {})


@dataclass(frozen=True, slots=True)
class Point:
    """How many messages were in each state at the end of a step of time."""

    at: datetime
    counts: Mapping[State, int]


@dataclass(slots=True)
class Share:
    """A link to a campaign's report that anybody may open who has it, until it expires or is revoked."""

    id: ShareId
    campaign_id: CampaignId
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Tell whether it still leads somewhere."""
        return self.revoked_at is None and now < self.expires_at
