"""The condition under which a contact is in an audience. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from cablegram.audiences.compiling import EVERYBODY, Condition, compiled
from cablegram.audiences.filter_model import All, AnyOf, Filter, Kind, Not, Op, Trait
from cablegram.audiences.model import Audience
from cablegram.kit.ids import SegmentId

Filters = Mapping[SegmentId, Filter]

# Who joined a program after the start came later; a subscription is its number's, and not whoever has it no more.
_JOINED = """EXISTS (
    SELECT FROM subscriber WHERE subscriber.program_id = %(program_id)s AND subscriber.contact_id = contact.id
    AND subscriber.number = contact.number::bigint AND subscriber.standing IN ('in', 'paused')
    AND (subscriber.joined_at IS NULL OR subscriber.joined_at <= %(until)s))"""


def inside(audience: Audience, filters: Filters, *, now: datetime, until: datetime) -> Condition:
    """Return the condition of being in an audience, among all contacts of an account."""
    parts: list[Filter] = [filters[one] for one in audience.segment_ids]
    if audience.list_ids:
        parts.append(_on(audience.list_ids))
    found = [compiled(AnyOf(tuple(parts)) if len(parts) > 1 else parts[0], now, prefix="in")] if parts else []
    if audience.program_id:
        found.append(Condition(_JOINED, {"program_id": audience.program_id, "until": until}))
    return _and(_or(found), outside(audience, filters, now=now))


def among_members(audience: Audience, filters: Filters, *, now: datetime, until: datetime) -> Condition:
    """Return the condition for those of whom is known that they are on its lists or in its program, which it has."""
    if not audience.program_id:
        return outside(audience, filters, now=now)
    on_lists = compiled(_on(audience.list_ids), now, prefix="in") if audience.list_ids else None
    joined = Condition(_JOINED, {"program_id": audience.program_id, "until": until})
    return _and(_or([on_lists, joined] if on_lists else [joined]), outside(audience, filters, now=now))


def outside(audience: Audience, filters: Filters, *, now: datetime) -> Condition:
    """Return the condition of being nobody whom an audience leaves out."""
    parts: list[Filter] = [Not(filters[one]) for one in audience.except_segment_ids]
    if audience.except_list_ids:
        parts.append(Not(_on(audience.except_list_ids)))
    if not parts:
        return EVERYBODY
    return compiled(All(tuple(parts)) if len(parts) > 1 else parts[0], now, prefix="out")


def _on(list_ids: tuple[UUID, ...]) -> Trait:
    return Trait("list", Op.IS, tuple(str(one) for one in list_ids), kind=Kind.NAMED)


def _or(found: list[Condition]) -> Condition:
    if len(found) == 1:
        return found[0]
    return Condition(
        f"({' OR '.join(one.sql for one in found)})",
        {name: value for one in found for name, value in one.values.items()},
    )


def _and(one: Condition, other: Condition) -> Condition:
    if other is EVERYBODY:
        return one
    return Condition(f"{one.sql} AND {other.sql}", {**one.values, **other.values})
