"""What is told of links that people opened: one event for each account, of so many clicks at most. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cablegram.events.model import Event, Kind
from cablegram.kit.ids import AccountId
from cablegram.links.model import Clicked

_OF_AN_EVENT = 500  # clicks


def news(clicked: Sequence[Clicked]) -> list[Event]:
    """Return the events of what was opened."""
    by_account: dict[AccountId, list[Clicked]] = defaultdict(list)
    for one in clicked:
        by_account[one.account_id].append(one)
    return [
        _event(account_id, its[start : start + _OF_AN_EVENT])
        for account_id, its in by_account.items()
        for start in range(0, len(its), _OF_AN_EVENT)
    ]


def _event(account_id: AccountId, its: Sequence[Clicked]) -> Event:
    campaigns = {one.campaign_id for one in its}
    told: list[dict[str, Any]] = [
        {"message_id": str(one.message_id), "to": f"+{one.number}", "url": one.url, "at": one.at.isoformat()}
        for one in its
    ]
    subject = next(iter(campaigns)) if len(campaigns) == 1 else None
    return Event(Kind.LINKS_CLICKED, account_id, subject, {"clicks": told})
