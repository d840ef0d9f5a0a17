"""Record what carriers said, as moves inside one transaction: answers, losses, receipts.

Everything here may run a second time with the same input (a commit whose outcome nobody knew): moves hold only from
the version that was seen, ids are stored once, and a message that already stands where it should is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from cablegram.connectors.contract import Result, Trouble, Verdict
from cablegram.connectors.learn import learn_id_form
from cablegram.connectors.model import IdForm
from cablegram.contacts import statuses
from cablegram.dispatch import orphan_store, store
from cablegram.dispatch.dead_numbers import dead_by_answer, says_receipt
from cablegram.dispatch.fold import Folding, choose, fits
from cablegram.dispatch.id_forms import id_forms, telling
from cablegram.dispatch.model import Claimed, InQuestion, Match, Pending, ToldOut
from cablegram.dispatch.results import Decision, decide
from cablegram.kit.ids import ConnectorId, MessageId, uuid7
from cablegram.messages import hold, settle, story
from cablegram.messages.model import Move, State
from cablegram.messages.rows import share
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.smpp.receipt import canonical

_ROUNDS = 4  # looks again when somebody else moved a message meanwhile; each round means another writer succeeded


@dataclass(slots=True)
class Answered:
    """A result with the claim it answers."""

    result: Result
    claimed: Claimed

    @property
    def is_ordinary(self) -> bool:
        """Whether it says that a message of one part was taken."""
        parts = self.result.parts
        return len(parts) == 1 and parts[0].verdict is Verdict.TAKEN

    @property
    def has_taken(self) -> bool:
        """Whether it says that any part was taken."""
        return any(part.verdict is Verdict.TAKEN for part in self.result.parts)


def told_out(answered: Iterable[Answered], now: datetime) -> list[ToldOut]:
    """Return the opt-outs that providers told of by refusing messages."""
    return [
        ToldOut(one.claimed.account_id, sent.number, sent.source, part.words or part.code, now)
        for one in answered
        for part in one.result.parts
        if part.trouble is Trouble.OPTED_OUT and (sent := one.claimed.outgoing)
    ]


@dataclass(slots=True)
class _Seen:
    """Where a message stood when we looked."""

    version: int
    state: State
    attempts: int
    parts: list[State] | None = None


async def results(conn: Conn, answered: Sequence[Answered], *, now: datetime) -> None:
    """Record carriers' answers: moves, refunds, carrier ids, and what goes back to the queue.

    At most one answer a message. Raises RuntimeError when a message moves faster than we can look.
    """
    left = await _take(conn, answered, now)
    seen = {one.claimed.id: _Seen(one.claimed.version, State.SUBMITTING, one.claimed.attempts) for one in left}
    for _ in range(_ROUNDS):
        decided = [(one, decision) for one in left if (decision := _decide(one, seen.get(one.claimed.id)))]
        if not decided:
            return
        # Campaigns and shares before balances, as everybody locks them (hold).
        back = [one.claimed for one, decision in decided if decision.to_state is State.QUEUED]
        await hold.lock(conn, {one.campaign_id for one in back}, shares={share(one.account_id) for one in back})
        moved = await settle.settle(conn, [_move(one, decision, seen) for one, decision in decided], now=now)
        reach("results.settled")
        await _follow_up(conn, [pair for pair in decided if pair[0].claimed.id in moved], now)
        refused = [one.result for one, how in decided if how.to_state is State.REJECTED and one.claimed.id in moved]
        dead = {its.id: said.code for its in refused if (said := dead_by_answer(its.parts))}
        await _bounce(conn, dead, now)
        left = [one for one, _ in decided if one.claimed.id not in moved]
        found = await settle.standing(conn, [one.claimed.id for one in left])
        seen = {one.id: _Seen(one.version, one.state, one.attempts, one.part_states) for one in found}
    if left:
        raise RuntimeError(f"{len(left)} messages were moved by others again and again")


async def _take(conn: Conn, answered: Sequence[Answered], now: datetime) -> list[Answered]:
    """Record the ordinary answer, one part and taken, with one statement; return what has to be judged one by one."""
    ordinary = sorted((one for one in answered if one.is_ordinary), key=_by_connector)
    taken: set[MessageId] = set()
    for connector_id, group in groupby(ordinary, key=_connector_of):
        rows = [(one.claimed, one.result.parts[0].provider_id) for one in group]
        moved, has_orphans = await store.take(conn, connector_id, rows, now=now)
        reach("results.taken")
        if has_orphans:
            ids = [canonical(raw) for claimed, raw in rows if claimed.id in moved]
            await _wake_orphans(conn, connector_id, ids, now)
        taken |= moved
    return [one for one in answered if one.claimed.id not in taken]


def _connector_of(one: Answered) -> ConnectorId:
    return one.claimed.connector_id


def _by_connector(one: Answered) -> tuple[ConnectorId, int]:
    # In the order of ids, so that two who move the same messages never wait for each other in a circle.
    return one.claimed.connector_id, one.claimed.id.int


def _decide(one: Answered, seen: _Seen | None) -> Decision | None:
    if seen is None or (seen.state is State.SUBMITTING and seen.version != one.claimed.version):
        # Gone, or claimed again since this answer was recorded: it belongs to the claim before.
        return None
    if seen.attempts != one.claimed.attempts and not one.has_taken:
        return None  # it was sent again meanwhile: that this copy was refused says nothing about the other
    return decide(one.result, state=seen.state, attempts=one.claimed.attempts, parts=seen.parts)


def _move(one: Answered, decision: Decision, seen: Mapping[MessageId, _Seen]) -> Move:
    stood = seen[one.claimed.id]
    return Move(
        one.claimed.id,
        stood.version,
        stood.state,
        decision.to_state,
        decision.reason,
        decision.error,
        decision.part_states,
    )


async def _follow_up(conn: Conn, decided: Sequence[tuple[Answered, Decision]], now: datetime) -> None:
    by_connector = sorted(decided, key=lambda pair: pair[0].claimed.connector_id)
    for connector_id, group in groupby(by_connector, key=lambda pair: pair[0].claimed.connector_id):
        rows = [(canonical(raw), one.claimed.id, part) for one, decision in group for part, raw in decision.taken]
        if rows:
            await store.insert_submissions(conn, connector_id, rows)
            reach("results.ids_stored")
            if await store.any_orphans(conn, connector_id):
                await _wake_orphans(conn, connector_id, [row[0] for row in rows], now)
    again = [(one, decision) for one, decision in decided if decision.to_state is State.QUEUED]
    for pause, group in groupby(again, key=lambda pair: pair[1].pause):
        back = [one.claimed.waiting() for one, _ in group]
        await hold.put_back(conn, back, until=now + pause if pause else None, now=now)
        reach("results.requeued")
    await story.tell(conn, [line for one, decision in decided for line in _lines(one.claimed.id, decision, now)])


def _lines(message_id: MessageId, decision: Decision, now: datetime) -> list[tuple[MessageId, datetime, str, int, str]]:
    words = f": {decision.words}" if decision.words else ""
    lines = [(message_id, now, "answered", part, story.taken_as(raw)) for part, raw in decision.taken]
    if decision.to_state is State.UNKNOWN:
        lines.append((message_id, now, "lost", 0, f"{decision.reason or ''}{words}"))
    elif not lines:
        said = f"{decision.error or ''} {decision.reason or ''}".strip()
        lines.append((message_id, now, "answered", 0, f"{said}{words}"))
    return lines


async def lost(conn: Conn, claimed: Sequence[Claimed], *, reason: str, now: datetime) -> int:
    """Name messages `unknown` whose bytes may be with the carrier and that nobody answered for; return how many."""
    moves = [Move(one.id, one.version, State.SUBMITTING, State.UNKNOWN, reason) for one in claimed]
    moved = await settle.settle(conn, moves, now=now)
    await story.tell(conn, [(message_id, now, "lost", 0, reason) for message_id in sorted(moved)])
    return len(moved)


async def receipts(
    conn: Conn,
    connector_id: ConnectorId,
    pending: Sequence[Pending],
    *,
    form: IdForm,
    now: datetime,
    day: date | None = None,
) -> None:
    """Record receipts: what matches a message moves it, the others wait for their message.

    `day` is one whose messages most of them will be about, if that is known.
    """
    orphans = await _land(conn, connector_id, pending, form=form, now=now, day=day)
    orphans = await _match(conn, connector_id, orphans, form, now)
    orphans = await _fit_unknown(conn, connector_id, orphans, now)
    if orphans:
        for one in orphans:
            one.id = one.id or uuid7()  # kept: written a second time, it says nothing new
        await orphan_store.insert(conn, connector_id, orphans, [canonical(one.provider_id) for one in orphans])
        reach("receipts.kept")


async def _land(
    conn: Conn,
    connector_id: ConnectorId,
    pending: Sequence[Pending],
    *,
    form: IdForm,
    now: datetime,
    day: date | None,
) -> list[Pending]:
    """Record the ordinary receipt with one statement, or two; return what has to be judged one by one.

    Only where it is known how this carrier writes ids, and only the first receipt of each.
    """
    first: dict[str, int] = {}
    for place, one in enumerate(pending):
        if one.outcome in store.LAST_WORDS and one.number:
            for _, key in id_forms(one.provider_id, form) if form is not IdForm.UNKNOWN else ():
                first.setdefault(key, place)
    if not first:
        return list(pending)
    landed: set[int] = set()
    for which in [day, None] if day else [None]:
        asked = [(place, key, pending[place]) for key, place in first.items() if place not in landed]
        landed |= await store.land(conn, connector_id, asked, now=now, day=which) if asked else set()
    reach("receipts.landed")
    if dead := [one for place, one in enumerate(pending) if place in landed and says_receipt(one)]:
        keys = [[key for _, key in id_forms(one.provider_id, form)] for one in dead]
        about = _choose(dead, await store.match_receipts(conn, connector_id, keys))
        await _bounce(conn, {it.message_id: one.error for one, it in zip(dead, about, strict=True) if it}, now)
    return [one for place, one in enumerate(pending) if place not in landed]


async def rematch(
    conn: Conn, connector_id: ConnectorId, waiting: Sequence[Pending], *, form: IdForm, now: datetime
) -> int:
    """Look again for the messages of receipts that wait; return how many found theirs."""
    left = await _match(conn, connector_id, waiting, form, now)
    left = await _fit_unknown(conn, connector_id, left, now)
    still = {one.id for one in left}
    found = [one for one in waiting if one.id not in still]
    if found:
        reach("receipts.rematched")
        await orphan_store.delete(conn, found)
    return len(found)


async def _wake_orphans(conn: Conn, connector_id: ConnectorId, provider_ids: Sequence[str], now: datetime) -> None:
    """Apply receipts that came before our record of the id."""
    waiting = await orphan_store.waiting_for(conn, connector_id, provider_ids)
    if waiting:
        await rematch(conn, connector_id, waiting, form=IdForm.UNKNOWN, now=now)


async def _match(
    conn: Conn, connector_id: ConnectorId, pending: Sequence[Pending], form: IdForm, now: datetime
) -> list[Pending]:
    """Apply the receipts that match a message; return the others.

    First by the form of id that this carrier is known to use; what finds nothing, by every form.
    """
    left = list(pending)
    for trusted in [form, IdForm.UNKNOWN] if form is not IdForm.UNKNOWN else [form]:
        if left:
            left = await _match_by(conn, connector_id, left, trusted, now)
    return left


async def _match_by(
    conn: Conn, connector_id: ConnectorId, pending: Sequence[Pending], form: IdForm, now: datetime
) -> list[Pending]:
    left = list(pending)
    orphans: list[Pending] = []
    for _ in range(_ROUNDS):
        if not left:
            break
        forms = [id_forms(one.provider_id, form) for one in left]
        found = await store.match_receipts(conn, connector_id, [[key for _, key in keys] for keys in forms])
        chosen = _choose(left, found)
        orphans += [one for one, match in zip(left, chosen, strict=True) if match is None]
        pairs = [(one, match) for one, match in zip(left, chosen, strict=True) if match is not None]
        stuck = await _apply(conn, pairs, now)
        if form is IdForm.UNKNOWN:
            seen = [keys[match.key_place - 1] for keys, match in zip(forms, chosen, strict=True) if match is not None]
            if learned := telling(seen):
                await learn_id_form(conn, connector_id, learned)
        left = [one for one, match in pairs if match.message_id in stuck]
    return orphans + left


def _choose(pending: Sequence[Pending], found: Sequence[Match]) -> list[Match | None]:
    by_place: dict[int, list[Match]] = {}
    for match in found:
        by_place.setdefault(match.place, []).append(match)
    return [choose(receipt, by_place.get(place, ())) for place, receipt in enumerate(pending)]


async def replies(conn: Conn, told: Sequence[tuple[MessageId, Pending]], *, now: datetime) -> None:
    """Record what carriers said of messages of one part when they were asked: as receipts, whatever their ids."""
    left = list(told)
    for _ in range(_ROUNDS):
        found = {match.message_id: match for match in await store.match_asked(conn, [one[0] for one in left])}
        pairs = [(word, found[message_id]) for message_id, word in left if message_id in found]
        stuck = await _apply(conn, pairs, now, kind="asked")
        left = [one for one in left if one[0] in stuck]
        if not left:
            return
    raise RuntimeError(f"{len(left)} messages were moved by others again and again")


async def _apply(
    conn: Conn, pairs: Sequence[tuple[Pending, Match]], now: datetime, *, kind: str = "receipt"
) -> set[MessageId]:
    """Fold receipts into their messages; return the messages that somebody else moved meanwhile."""
    foldings: dict[MessageId, Folding] = {}
    for receipt, match in pairs:
        foldings.setdefault(match.message_id, Folding(match)).take(match.part, receipt)
    moves = [move for folding in foldings.values() if (move := folding.move())]
    if moves:
        reach("receipts.matched")
    moved = await settle.settle(conn, moves, now=now)
    if moved:
        reach("receipts.applied")
    dead = [(match.message_id, one.error) for one, match in pairs if says_receipt(one)]
    await _bounce(conn, {its_id: error for its_id, error in dead if its_id in moved}, now)
    stuck = {move.id for move in moves} - moved
    await story.tell(
        conn,
        [
            (match.message_id, receipt.arrived_at, kind, match.part, receipt.line())
            for receipt, match in pairs
            if match.message_id not in stuck
        ],
    )
    return stuck


async def _bounce(conn: Conn, dead: Mapping[MessageId, str], now: datetime) -> None:
    """Mark contacts bounced to whom these messages went: a carrier said so of their numbers, by these errors (R143)."""
    went = await settle.standing(conn, sorted(dead))
    await statuses.bounce(conn, [(one.account_id, one.number, dead[one.id]) for one in went], now=now)


async def _fit_unknown(
    conn: Conn, connector_id: ConnectorId, pending: Sequence[Pending], now: datetime
) -> list[Pending]:
    """Resolve messages in question by receipts that fit exactly one of them; return the receipts that don't."""
    if not pending:
        return []
    unknown = await store.unknown_of_connector(conn, connector_id, [one.number for one in pending])
    # All of them at once: after a death there may be thousands, and the links wait until it is done.
    pairs = fits(pending, unknown)
    moved = await settle.settle(conn, [_fitted(receipt, one) for receipt, one in pairs], now=now)
    fitted = [(receipt, one) for receipt, one in pairs if one.id in moved]  # the others somebody settled just now
    if fitted:
        reach("receipts.fitted")
        await store.insert_submissions(
            conn, connector_id, [(canonical(receipt.provider_id), one.id, 1) for receipt, one in fitted]
        )
        await story.tell(
            conn,
            [
                (one.id, receipt.arrived_at, "receipt", 1, f"{receipt.line()}; the only message in question that fits")
                for receipt, one in fitted
            ],
        )
        await _bounce(conn, {one.id: receipt.error for receipt, one in fitted if says_receipt(receipt)}, now)
    done = {id(receipt) for receipt, _ in fitted}
    return [one for one in pending if id(one) not in done]


def _fitted(receipt: Pending, one: InQuestion) -> Move:
    """Return the move of a message in question whose receipt was found."""
    folding = Folding(Match(0, one.id, 1, one.version, State.UNKNOWN, 1, None, one.number, None, 1))
    folding.take(1, receipt)
    # A receipt that says "on its way" still says that the carrier took it.
    return folding.move() or Move(one.id, one.version, State.UNKNOWN, State.SUBMITTED, "resolved_by_receipt")
