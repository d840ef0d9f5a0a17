"""Sort judged drafts by the connector they go by and the hours of their people, for the plan of when they go. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.campaigns.plan import Load, Opening
from cablegram.consent import timing as times
from cablegram.consent.sending_hours import SendingHours
from cablegram.consent.timing import AREA, Place, Timing, When
from cablegram.kit.ids import ConnectorId
from cablegram.messages.model import Draft


@dataclass(slots=True)
class Group:
    """People who go by one connector and whose hours are the same; `when` and `where` None: they have none."""

    connector_id: ConnectorId
    when: When | None
    where: Place | None
    people: int = 0
    parts: int = 0


class Sorting:
    """Takes drafts slice by slice."""

    def __init__(self) -> None:
        self._groups: dict[tuple[ConnectorId, When | None, Place | None], Group] = {}

    def add(self, drafts: Iterable[Draft], *, default_zone: str) -> None:
        """Sort those of a slice that go."""
        # By identity, for hashing a uuid or a dataclass costs more than all the rest; each group keeps its objects.
        found: dict[tuple[int, int, int], Group] = {}
        for draft in drafts:
            if draft.refusal is not None or draft.connector_id is None:
                continue
            when, where = draft.when, None
            if when is not None:
                where = times.place(draft.number[:AREA], draft.country, draft.time_zone, default=default_zone)
            key = (id(draft.connector_id), id(when), id(where))
            group = found.get(key)
            if group is None:
                group = found[key] = Group(draft.connector_id, when, where)
            group.people += 1
            group.parts += draft.segments
        for group in found.values():
            known = self._groups.setdefault((group.connector_id, group.when, group.where), group)
            if known is not group:
                known.people += group.people
                known.parts += group.parts

    def by_connector(self) -> Mapping[ConnectorId, Sequence[Group]]:
        """Return the groups of each connector, the busiest connector first."""
        found: dict[ConnectorId, list[Group]] = defaultdict(list)
        for group in self._groups.values():
            found[group.connector_id].append(group)
        return dict(sorted(found.items(), key=lambda item: -sum(group.people for group in item[1])))


def load_of(
    group: Group,
    timing: Timing,
    hours: SendingHours,
    *,
    start: datetime,
    is_marketing: bool,
    by_messages: bool = False,
) -> Load:
    """Return a group as the plan takes it; `by_messages` where the connector counts messages and not parts."""
    parts = group.people if by_messages else group.parts
    if group.when is None or group.where is None:
        return Load(group.people, parts)
    where = group.where

    def reopen(at: datetime) -> Opening | None:
        found = times.when(timing, hours, where, is_marketing=is_marketing, is_alone=False, now=at, ends=None)
        return (found.until or at, found.closes_at) if isinstance(found, When) else None

    opening = (group.when.until or start, group.when.closes_at)
    return Load(group.people, parts, opening, group.when.spread or timedelta(0), reopen)
