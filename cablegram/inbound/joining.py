"""Join the parts of a long text: one text, once, whatever order its parts come in (R166; 3GPP TS 23.040, 9.2.3.24.1).

Parts belong together by connector, both addresses, reference and total; a total that differs is another text. Rows go
in, rows come out: the caller loads the groups of the addresses that wrote, and writes back those that changed.

    a part that is missing              waits; the last one makes the text
    the same part again                 dropped
    a part with another content         the reference is used again (8 bits come round): a new text begins, and what was
                                        there of the old one is handed on as it is
    nothing new for a while             `expire` hands on what is there, with a mark for each gap
    a part after that                   amends the text that was handed on; nothing new is charged or told
    more open texts than one phone has  the oldest is handed on as it is
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ConnectorId
from cablegram.text import concat

WAIT = timedelta(minutes=5)
"""How long after its last part a text is handed on incomplete."""
REACH = timedelta(hours=12)
"""How long after a text began a part with its reference still belongs to it."""
MOST_OPEN = 10
"""How many texts of one phone to one address may be open: a phone writes one after the other."""
MOST_OCTETS = 255
"""A part of a text is never longer; what is longer is a text of its own."""

_GAP = "[…]"
_LATIN_1 = 3


Addresses = tuple[ConnectorId, str, str]
"""Between whom a text goes: connector, source, destination."""


class Key(NamedTuple):
    """What the parts of one text have in common."""

    connector_id: ConnectorId
    source: str
    destination: str
    reference: int
    total: int


class Piece(NamedTuple):
    """The payload of a part, without its header."""

    octets: bytes
    data_coding: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part that came in; the id was given on arrival, and that of a text's first part becomes the text's."""

    id: UUID
    key: Key
    sequence: int
    piece: Piece
    arrived_at: datetime


@dataclass(slots=True)
class Group:
    """What is there of one text. With `handed_on` it is a text already, kept to know its late and doubled parts."""

    id: UUID
    key: Key
    began_at: datetime
    last_at: datetime
    pieces: dict[int, Piece] = field(default_factory=dict[int, Piece])
    handed_on: bool = False

    @property
    def missing(self) -> tuple[int, ...]:
        """Return which parts are not there."""
        return tuple(n for n in range(1, self.key.total + 1) if n not in self.pieces)


@dataclass(frozen=True, slots=True)
class Joined:
    """A text; `missing` says which of its parts never came, each a gap in it."""

    id: UUID
    key: Key
    text: str
    missing: tuple[int, ...]
    began_at: datetime


@dataclass(slots=True)
class Outcome:
    """What came of it: new `texts` to store, charge and tell; `amended` ones to store; `changed` rows to write."""

    texts: list[Joined] = field(default_factory=list[Joined])
    amended: list[Joined] = field(default_factory=list[Joined])
    changed: list[Group] = field(default_factory=list[Group])
    doubled: list[Part] = field(default_factory=list[Part])


def join(groups: Iterable[Group], parts: Sequence[Part]) -> Outcome:
    """Take in parts, in the order they came; `groups` are all that is kept of the addresses they are between."""
    return _Table(groups).take(parts)


def expire(groups: Iterable[Group], now: datetime) -> Outcome:
    """Hand on what waited long enough for its missing parts."""
    table = _Table(groups)
    for group in table.open():
        if now - group.last_at >= WAIT:
            table.hand_on(group)
    return table.outcome()


def is_forgotten(group: Group, now: datetime) -> bool:
    """Tell whether a row is of no more use: no part can belong to it any longer."""
    return group.handed_on and now - group.began_at > REACH


def read(group: Group) -> str:
    """Return the text as far as it is there. Parts of one coding are read as one: pairs may be cut between them."""
    in_order = ((n, group.pieces.get(n)) for n in range(1, group.key.total + 1))
    return "".join(_runs(in_order))


def _runs(in_order: Iterable[tuple[int, Piece | None]]) -> Iterator[str]:
    for coding, run in groupby(in_order, lambda one: one[1].data_coding if one[1] else None):
        octets = b"".join(piece.octets for _, piece in run if piece)
        yield _GAP if coding is None else _text(octets, coding)


def _text(octets: bytes, coding: int) -> str:
    try:
        found = concat.read_text(octets, data_coding=coding)
    except InvalidInput:
        # A coding nobody defined: keep the octets readable rather than lose what somebody wrote.
        found = concat.read_text(octets, data_coding=_LATIN_1)
    return found.replace("\0", "\ufffd")


class _Table:
    """The groups at hand: of each key one counts."""

    def __init__(self, groups: Iterable[Group]) -> None:
        # Of each key the one that is open, else the youngest.
        in_order = sorted(groups, key=lambda one: (not one.handed_on, one.began_at))
        self._last = {group.key: group for group in in_order}
        self._open: dict[Addresses, dict[UUID, Group]] = {}
        for group in self._last.values():
            if not group.handed_on:
                self._open.setdefault(group.key[:3], {})[group.id] = group
        self._texts: list[Joined] = []
        self._amended: dict[UUID, Joined] = {}
        self._changed: dict[UUID, Group] = {}
        self._doubled: list[Part] = []

    def take(self, parts: Sequence[Part]) -> Outcome:
        for part in parts:
            self._take(part)
        return self.outcome()

    def open(self) -> list[Group]:
        return [group for crowd in self._open.values() for group in crowd.values()]

    def hand_on(self, group: Group) -> None:
        group.handed_on = True
        del self._open[group.key[:3]][group.id]
        self._changed[group.id] = group
        self._texts.append(_joined(group))

    def outcome(self) -> Outcome:
        return Outcome(self._texts, list(self._amended.values()), list(self._changed.values()), self._doubled)

    def _take(self, part: Part) -> None:
        if len(part.piece.octets) > MOST_OCTETS or not 1 <= part.sequence <= part.key.total:
            self._texts.append(Joined(part.id, part.key, _text(*part.piece), (), part.arrived_at))
            return
        group = self._last.get(part.key)
        known = group.pieces.get(part.sequence) if group else None
        if group is None or part.arrived_at - group.began_at > REACH or (known is not None and known != part.piece):
            group = self._begin(part, group)
        elif known is not None:
            self._doubled.append(part)
            return
        self._add(group, part)

    def _begin(self, part: Part, before: Group | None) -> Group:
        if before is not None and not before.handed_on:
            self.hand_on(before)
        group = Group(part.id, part.key, part.arrived_at, part.arrived_at)
        self._last[part.key] = group
        crowd = self._open.setdefault(part.key[:3], {})
        crowd[group.id] = group
        if len(crowd) > MOST_OPEN:
            self.hand_on(min(crowd.values(), key=lambda one: one.began_at))
        return group

    def _add(self, group: Group, part: Part) -> None:
        group.pieces[part.sequence] = part.piece
        group.last_at = max(group.last_at, part.arrived_at)
        self._changed[group.id] = group
        if group.handed_on:
            self._amend(group)
        elif not group.missing:
            self.hand_on(group)

    def _amend(self, group: Group) -> None:
        """Give out the longer text, in its own place where it is still to be stored."""
        place = next((at for at, text in enumerate(self._texts) if text.id == group.id), None)
        if place is None:
            self._amended[group.id] = _joined(group)
        else:
            self._texts[place] = _joined(group)


def _joined(group: Group) -> Joined:
    return Joined(group.id, group.key, read(group), group.missing, group.began_at)
