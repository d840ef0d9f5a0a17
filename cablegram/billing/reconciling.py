"""A carrier's invoice beside what we sent: which lines of both don't agree. Pure.

A line is ours by the carrier's id, where both agree on the number too; else by number and time. Of a message of several
parts each part may have a line: together they are its segments and its price.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cablegram.kit.ids import MessageId
from cablegram.kit.money import micro_to_credits

TOLERANCE = timedelta(minutes=10)


class Kind(StrEnum):
    """How a line of the invoice and a message of ours disagree."""

    MISSING_HERE = "missing_here"  # they bill what we never sent
    MISSING_THERE = "missing_there"  # we sent what they don't bill
    PRICE = "price"
    SEGMENTS = "segments"
    DOUBLED = "doubled"  # billed before, in a line above


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the invoice; what it does not say is empty or None. `amount` in millionths of the currency."""

    line: int
    provider_id: str
    number: str
    at: datetime | None
    segments: int | None
    amount: int | None


@dataclass(slots=True)
class Sent:
    """A message that the carrier took; `amount` None: its tariff has no price for the number."""

    id: MessageId
    provider_ids: tuple[str, ...]
    number: str
    at: datetime
    segments: int
    amount: int | None
    lines: list[Line] = field(default_factory=list[Line])


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement, named by the line, the message, or both; `amount` is what they take beyond what we expect."""

    kind: Kind
    line: int | None
    message_id: MessageId | None
    number: str
    theirs: str
    ours: str
    amount: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: how many messages agree with their lines, and all that does not, in the order of the lines."""

    matched: int
    differences: tuple[Difference, ...]


def canonical(provider_id: str) -> str:
    """Return a carrier's id in the form in which ids are compared: without leading zeros, in lower case."""
    return provider_id.strip().lower().lstrip("0")


def match(lines: Sequence[Line], sent: Sequence[Sent], *, since: datetime, until: datetime) -> Result:
    """Match an invoice's lines with what was sent; what was sent outside the time may match, and is not missed."""
    found: list[Difference] = []
    by_id = {canonical(one): message for message in sent for one in message.provider_ids if canonical(one)}
    seen: set[str] = set()
    rest: list[Line] = []
    for line in lines:
        own = by_id.get(canonical(line.provider_id)) if line.provider_id else None
        if own is None or (line.number and line.number != own.number):
            rest.append(line)
        elif canonical(line.provider_id) in seen:
            found.append(_doubled(line, own))
        else:
            seen.add(canonical(line.provider_id))
            own.lines.append(line)
    found += _by_time(rest, sent)
    matched = 0
    for own in sent:
        wrong = _judge(own, since, until)
        if wrong:
            found.append(wrong)
        elif own.lines:
            matched += 1
    return Result(matched, tuple(sorted(found, key=_place)))


def _by_time(lines: Sequence[Line], sent: Sequence[Sent]) -> list[Difference]:
    """Match lines by number and time, each with the nearest message that has no line yet; return what is left over."""
    free: dict[str, list[Sent]] = {}
    for own in sorted(sent, key=lambda one: one.at):
        if not own.lines:
            free.setdefault(own.number, []).append(own)
    found: list[Difference] = []
    taken: dict[tuple[str, datetime], Sent] = {}
    for line in lines:
        at = line.at
        own = _nearest(free.get(line.number, []), at) if at and line.number else None
        if own and at:
            own.lines.append(line)
            taken[line.number, at] = own
        elif at and (line.number, at) in taken:
            found.append(_doubled(line, taken[line.number, at]))
        else:
            theirs = _written(line.segments, line.amount)
            found.append(Difference(Kind.MISSING_HERE, line.line, None, line.number, theirs, "", line.amount or 0))
    return found


def _nearest(free: list[Sent], at: datetime) -> Sent | None:
    """Take the message nearest to a moment out of those that are free, in the order of their times."""
    after = bisect_left(free, at, key=lambda one: one.at)
    near = [(abs(free[place].at - at), place) for place in (after - 1, after) if 0 <= place < len(free)]
    distance, place = min(near, default=(TOLERANCE * 2, 0))
    return free.pop(place) if distance <= TOLERANCE else None


def _judge(own: Sent, since: datetime, until: datetime) -> Difference | None:
    """Compare a message with its lines."""
    ours = _written(own.segments, own.amount)
    if not own.lines:
        if not since <= own.at < until:
            return None
        return Difference(Kind.MISSING_THERE, None, own.id, own.number, "", ours, -(own.amount or 0))
    segments = _sum([one.segments for one in own.lines])
    amount = _sum([one.amount for one in own.lines])
    over = amount - own.amount if amount is not None and own.amount is not None else 0
    theirs, first = _written(segments, amount), own.lines[0].line
    if segments is not None and segments != own.segments:
        return Difference(Kind.SEGMENTS, first, own.id, own.number, theirs, ours, over)
    return Difference(Kind.PRICE, first, own.id, own.number, theirs, ours, over) if over else None


def _doubled(line: Line, own: Sent) -> Difference:
    before = f"line {own.lines[0].line}" if own.lines else ""
    theirs = _written(line.segments, line.amount)
    return Difference(Kind.DOUBLED, line.line, own.id, own.number, theirs, before, line.amount or 0)


def _sum(values: Sequence[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def _written(segments: int | None, amount: int | None) -> str:
    parts = [f"{segments} segments"] if segments is not None else []
    return ", ".join([*parts, micro_to_credits(amount)] if amount is not None else parts)


def _place(one: Difference) -> tuple[bool, int, int]:
    return one.line is None, one.line or 0, one.message_id.int if one.message_id else 0
