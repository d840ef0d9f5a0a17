"""Say when each connector is done with what a campaign gives it: its pace, what is before it, people's hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.campaigns import report_store
from cablegram.campaigns.foreseen import ConnectorForecast
from cablegram.campaigns.loads import Group, load_of
from cablegram.campaigns.plan import Course, plan
from cablegram.connectors import advice, reading, registry
from cablegram.connectors.model import Connector
from cablegram.consent.sending_hours import SendingHours
from cablegram.consent.timing import AS_IT_COMES, Timing
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.messages import breakdown
from cablegram.messages.model import MessageClass
from cablegram.runtime.database import Conn


@dataclass(frozen=True, slots=True)
class Going:
    """When and how a campaign goes: from `start`, its hours, and the moment by which its pace has made all messages."""

    account_id: AccountId
    message_class: MessageClass
    start: datetime
    timing: Timing | None
    hours: SendingHours
    made_by: datetime | None


async def of_connectors(
    conn: Conn, groups: Mapping[ConnectorId, Sequence[Group]], going: Going
) -> list[ConnectorForecast]:
    """Return what goes by each connector and when, in the order of the groups."""
    ids = list(groups)
    connectors = {one.id: one for one in await reading.some(conn, ids)}
    ahead = await breakdown.ahead(conn, going.account_id, going.message_class, ids)
    learned = await report_store.rates(conn, going.account_id)
    return [
        _of(connectors[one], groups[one], going, ahead=ahead.get(one, 0), learned=learned.get(one))
        for one in ids
        if one in connectors
    ]


def made_by(start: datetime, people: int, *, a_minute: float | None) -> datetime | None:
    """Return when a campaign that keeps a pace has made the last message. Pure."""
    return None if a_minute is None else start + timedelta(minutes=people / a_minute)


def _of(
    connector: Connector, groups: Sequence[Group], going: Going, *, ahead: int, learned: float | None
) -> ConnectorForecast:
    is_learned = not connector.rate and learned is not None
    rate = learned if is_learned else connector.rate or None
    quota = "" if connector.is_simulated else advice.quota(registry.KINDS[connector.kind])
    loads = [
        load_of(
            group,
            going.timing or AS_IT_COMES,
            going.hours,
            start=going.start,
            is_marketing=going.message_class is MessageClass.MARKETING,
            by_messages=connector.http is not None,
        )
        for group in groups
    ]
    stretches = plan(loads, Course(going.start, rate, ahead, going.made_by))
    return ConnectorForecast(
        connector_id=connector.id,
        name=connector.name,
        people=sum(group.people for group in groups),
        parts=sum(group.parts for group in groups),
        rate=rate,
        is_learned=is_learned,
        ahead=ahead,
        held=sum(
            group.people for group in groups if group.when and group.when.until and group.when.until > going.start
        ),
        stretches=stretches,
        quota=quota,
    )
