"""Move what waits for a connector that is away to the next one that its rule allows; never what is on the wire.

A slice is one transaction. It reads what waits, asks the rules as for a new message, and moves places in the queue and
their messages together, under the locks that everybody takes who moves messages (docs/decisions/0030): a claim that
has a place locked keeps it, and an opt-out or a pause comes wholly before or wholly behind. Messages stay with their
payer: over an account's own connectors, or over the operator's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cablegram.connectors.needs import lacking
from cablegram.dispatch import failover_store as store
from cablegram.dispatch.model import Place, Stranded
from cablegram.kit.ids import AccountId, ConnectorId, MessageId
from cablegram.messages import by_rules, hold, story
from cablegram.routing import pick, watch
from cablegram.routing.choose import Chooser, Way, Ways
from cablegram.routing.standing import Watched
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.senders import usable
from cablegram.senders.model import Usable

_SLICE = 1_000
_SLICES = 20  # in a turn: what else is swept must not wait for long
_REST = timedelta(seconds=5)  # before what could not be moved is looked at again

_Senders = dict[tuple[AccountId, str | None], Usable]


@dataclass(slots=True)
class _Pass:
    """A walk along what waits for one connector: how far it has come, and how many messages moved."""

    last: Place | None = None
    moved: int = 0
    resting_until: datetime | None = None


@dataclass(slots=True)
class Failover:
    """Looks at connectors in its turns, and walks along what waits for those that are away."""

    _passes: dict[ConnectorId, _Pass] = field(default_factory=dict[ConnectorId, _Pass])

    async def turn(self, rt: Runtime) -> int:
        """Look at connectors, and move what waits for those that are away; return how many messages moved."""
        async with rt.db.transaction() as conn:
            away = await watch.look(conn, now=rt.clock.now())
        self._passes = {one.connector_id: self._passes.get(one.connector_id, _Pass()) for one in away}
        total = sum([await self._walk(rt, one, self._passes[one.connector_id]) for one in away])
        if total:
            rt.log.info("messages were moved to other connectors", messages=total)
        return total

    async def _walk(self, rt: Runtime, away: Watched, walk: _Pass) -> int:
        """Go on with a pass, some slices of it; where one moved nothing, the next begins after a rest."""
        total, now = 0, rt.clock.now()
        if walk.resting_until is not None and now < walk.resting_until:
            return 0
        for _ in range(_SLICES):
            async with rt.db.transaction() as conn:
                moved, walk.last = await _move_slice(conn, away, walk.last, now=now)
            total += moved
            walk.moved += moved
            if walk.last is None:
                walk.resting_until = None if walk.moved else now + _REST
                walk.moved = 0
                break
        return total


async def _move_slice(conn: Conn, away: Watched, begin: Place | None, *, now: datetime) -> tuple[int, Place | None]:
    """Move what can be moved of the next slice; return how many messages, and the last place if there may be more."""
    waiting = await store.stranded(conn, away.connector_id, begin, limit=_SLICE)
    moves = await _choose(conn, away, waiting) if waiting else []
    if moves:
        campaigns = {one.campaign_id for one, _ in moves}
        await hold.lock(conn, campaigns, shares={one.place.share for one, _ in moves})
        moved = await store.reroute(conn, away.connector_id, [(one.place, way.connector_id) for one, way in moves])
        reach("failover.moved")
        names = await store.names_of(conn, {way.connector_id for _, way in moves})
        await story.tell(
            conn, [(one, now, "rerouted", 0, _told(away, names[way])) for one, way in sorted(moved.items())]
        )
        reach("failover.told")
    else:
        moved = dict[MessageId, ConnectorId]()
    return len(moved), waiting[-1].place if len(waiting) == _SLICE else None


def _told(away: Watched, to: str) -> str:
    return f"from {away.name} to {to}: {away.standing.why}"


async def _choose(conn: Conn, away: Watched, waiting: Sequence[Stranded]) -> list[tuple[Stranded, Way]]:
    """Choose for each that waits as for a new one, among connectors of the same payer that can take it now."""
    ways_asked = pick.routes(conn, {one.account_id for one in waiting})
    questions = list(dict.fromkeys((one.account_id, one.source) for one in waiting))
    senders_asked = usable.resolve(conn, questions)
    ways = await ways_asked
    senders: _Senders = {
        question: sender
        for question, sender in zip(questions, await senders_asked, strict=True)
        if isinstance(sender, Usable)
    }
    choosers: dict[tuple[AccountId, str, str, bool], Chooser | None] = {}
    moves: list[tuple[Stranded, Way]] = []
    for one in waiting:
        key = (one.account_id, one.source, one.message_class, one.has_media)
        if key not in choosers:
            choosers[key] = _chooser(ways, away, one, senders)
        chooser = choosers[key]
        way = _way(chooser, away, one) if chooser else None
        if way is not None:
            moves.append((one, way))
    return moves


def _chooser(ways: Ways, away: Watched, one: Stranded, senders: _Senders) -> Chooser | None:
    """Return who chooses for messages like this one; None where its sender is gone: then it waits as it is."""
    sender = senders.get((one.account_id, one.source))
    if sender is None:
        return None
    chooser = ways.chooser(
        away.account_id,
        one.account_id,
        sender=one.source,
        message_class=one.message_class,
        wanted=sender.connector_ids,
        with_media=one.has_media,
    )
    return chooser if chooser.ways else None


def _way(chooser: Chooser, away: Watched, one: Stranded) -> Way | None:
    drawn = chooser.draw(one.number, one.country)
    way = drawn.by_lot(by_rules.lot_of(away.account_id, one.number, one.place.id))
    if drawn.rule is None and (not chooser.fails_over or way.is_simulated is not away.is_simulated):
        return None
    is_ready = way.is_up and way.is_tested and not way.is_away
    can_take = is_ready and way.connector_id != away.connector_id and not lacking(way.needs, one.values, one.number)
    return way if can_take else None
