"""People enter programs and leave them: each change with its evidence and its event, in the caller's transaction.

The caller holds the accounts' balances, as whoever adds to the blacklist: a batch of messages that is accepted at the
same time either waits for this or sees it. Of who leaves, is paused or gets another number, what waits for them is
withdrawn with it: `messages/leaving.py` has these. Evidence is written last, for its lock is the last of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence import write
from cablegram.evidence.model import Kind as Proof
from cablegram.evidence.model import NewEvidence
from cablegram.evidence.standing import SUBSCRIBED
from cablegram.kit.ids import EvidenceId, ProgramId, uuid7
from cablegram.programs import model, store
from cablegram.programs.model import MEMBERS, Move, Moved, Renumbering, Step, Subscriber
from cablegram.runtime.database import Conn


async def meet(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Know people as guests of whom nothing is recorded; return those who were not known."""
    return await make(conn, steps, model.MEET, now=now)


async def ask(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Remember that people were asked, with the words shown; who is in stays in. Returns whom the asking concerns."""
    return await tell(conn, await make(conn, steps, model.ASK, now=now), now=now)


async def enter(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Let people in who said yes; return those who were not in. Who is in stays in since the first time."""
    return await tell(conn, await make(conn, steps, model.ENTER, now=now), now=now)


async def resume(conn: Conn, steps: Sequence[Step], *, now: datetime) -> list[Moved]:
    """Let people whose line is back get what is sent again; return those who were paused."""
    return await tell(conn, await make(conn, steps, model.RESUME, now=now), now=now)


async def make(conn: Conn, steps: Sequence[Step], move: Move, *, now: datetime) -> list[Moved]:
    """Move who may be moved, and return them, to be told of (`tell`) when the caller has taken all its locks.

    Of several steps of one person in a batch the first counts.
    """
    first: dict[tuple[ProgramId, str], Step] = {}
    for one in steps:
        first.setdefault((one.program_id, one.number), one)
    if not first:
        return []
    standing = await store.hold(conn, list(first))
    moved: list[Moved] = []
    rows: list[Subscriber] = []
    for place, step in first.items():
        before = standing.get(place)
        if (before.standing if before else None) not in move.legal:
            continue
        evidence_id = EvidenceId(uuid7()) if move.proof else None
        joined_at = model.joined(move, before, now)
        rows.append(Subscriber(step.program_id, step.contact_id, step.number, move.to, now, joined_at, evidence_id))
        moved.append(Moved(step, move, before.standing if before else None, evidence_id))
    if rows:
        await store.put(conn, [(one.step.account_id, row) for one, row in zip(moved, rows, strict=True)])
    return moved


async def change_numbers(conn: Conn, changes: Sequence[Renumbering]) -> list[Renumbering]:
    """Give subscribers the numbers that they have now (R79), and return those that there were, to be told of.

    Where the new number is a member already the two are one, in since the earlier day (Appendix C 32). Who is out under
    the new number said so by it, and stays out.
    """
    pairs = {(one.step.program_id, number) for one in changes for number in (one.step.number, one.new_number)}
    standing = await store.hold(conn, sorted(pairs))
    done: list[Renumbering] = []
    for one in changes:
        old = standing.get((one.step.program_id, one.step.number))
        if old is None or one.step.number == one.new_number:
            continue
        del standing[one.step.program_id, one.step.number]
        place = (one.step.program_id, one.new_number)
        merged = model.merged(old, standing.get(place), number=one.new_number, contact_id=one.new_contact_id)
        standing[place] = replace(merged, evidence_id=one.evidence_id)
        done.append(replace(one, is_member=merged.standing in MEMBERS))
    await store.delete(conn, [(one.step.program_id, one.step.number) for one in done])
    owners = {one.step.program_id: one.step.account_id for one in done}
    places = dict.fromkeys((one.step.program_id, one.new_number) for one in done)
    if rows := [(owners[place[0]], standing[place]) for place in places if place in standing]:
        await store.put(conn, rows)
    return done


async def tell(conn: Conn, moved: Sequence[Moved], *, now: datetime) -> list[Moved]:
    """Record the evidence of moves, and tell of them; return them."""
    shown = [
        _evidence(one.step, Proof(one.move.proof), one.evidence_id, now)
        for one in moved
        if one.move.proof is not None and one.evidence_id is not None
    ]
    await write.record(conn, shown, now=now)
    await record(conn, [_news(one, one.move.news) for one in moved if one.move.news is not None], now=now)
    return list(moved)


async def tell_changes(conn: Conn, done: Sequence[Renumbering], *, now: datetime) -> None:
    """Record the evidence of changed numbers, under the new ones, whose permission it carries on; and tell of them.

    Who is no member under the new number has no permission that could go on: the event says of them only the change.
    """
    shown = [
        replace(
            _evidence(one.step, Proof.CHANGED, one.evidence_id, now),
            number=one.new_number,
            before=SUBSCRIBED if one.is_member else "",
            source=one.step.source or f"had the number +{one.step.number}",
        )
        for one in done
    ]
    await write.record(conn, shown, now=now)
    await record(conn, [_news_of_change(one) for one in done], now=now)


def _evidence(step: Step, proof: Proof, evidence_id: EvidenceId, now: datetime) -> NewEvidence:
    return NewEvidence(
        account_id=step.account_id,
        number=step.number,
        scope=str(step.program_id),
        kind=proof,
        how=step.how,
        by=step.by,
        at=now,
        source=step.source,
        words=step.words,
        words_version=step.words_version,
        said=step.said,
        text_id=step.text_id,
        url=step.url,
        address=step.address,
        id=evidence_id,
    )


def _news(one: Moved, kind: Kind) -> Event:
    facts = {
        **_facts(one.step),
        "contact_id": str(one.step.contact_id),
        "evidence_id": str(one.evidence_id),
        "before": one.before.value if one.before else None,
    }
    return Event(kind, one.step.account_id, one.step.program_id, facts)


def _news_of_change(one: Renumbering) -> Event:
    facts = {
        **_facts(one.step),
        "new_number": one.new_number,
        "contact_id": str(one.new_contact_id),
        "evidence_id": str(one.evidence_id),
    }
    return Event(Kind.SUBSCRIBER_CHANGED, one.step.account_id, one.step.program_id, facts)


def _facts(step: Step) -> dict[str, str]:
    return {"number": step.number, "how": step.how, "by": step.by}
