"""Programs and their people: who is in gets what is sent, and who leaves gets nothing of what waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.contacts import strangers
from cablegram.evidence.model import How
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import ContactId, ProgramId
from cablegram.messages import hold, leaving
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, Waiting
from cablegram.programs import move, people, standing
from cablegram.programs.model import ProgramKind, Renumbering, Standing, Step
from cablegram.runtime.runtime import Runtime

ANA, BEA, CLEO = "34600000118", "34600000119", "34600000120"


@dataclass(slots=True)
class Club:
    """A program with an account of its own."""

    rt: Runtime
    who: Principal
    id: ProgramId
    contacts: dict[str, ContactId]

    def step(self, number: str) -> Step:
        return Step(self.who.account_id, self.id, self.contacts[number], number, How.API, "tests", words="Come in")

    async def send(self, *numbers: str, program_id: ProgramId | None = None) -> list[Draft]:
        drafts = [
            Draft(self.who.account_id, f"+{number}", "Hello there", program_id=program_id or self.id)
            for number in numbers
        ]
        async with self.rt.db.transaction() as conn:
            await accept(conn, drafts, prices=Prices(), now=self.rt.clock.now())
        return drafts

    async def state(self, draft: Draft) -> tuple[object, ...]:
        return (await rows(self.rt, "SELECT state::text, reason FROM message WHERE id = %s", draft.id))[0]


@pytest.fixture
async def club(rt: Runtime) -> Club:
    await traffic.open_ways(rt)
    who = await make.account(rt, default_country="ES")
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        program = await people.found(conn, who.account_id, ProgramKind.SERVICE, name="Deals", now=now)
        met = await strangers.meet(conn, [(who.account_id, one) for one in (ANA, BEA, CLEO)], now=now)
    return Club(rt, who, program.id, {number: contact_id for (_, number), contact_id in met.items()})


@pytest.mark.req("R77", "R79", "R84")
async def test_a_program_sends_to_who_is_in_it_and_says_of_others_why_not(rt: Runtime, club: Club) -> None:
    async with rt.db.transaction() as conn:
        await move.enter(conn, [club.step(ANA), club.step(BEA)], now=rt.clock.now())
    async with rt.db.transaction() as conn:
        await leaving.lock(conn, [club.who.account_id])
        await leaving.pause(conn, [club.step(BEA)], now=rt.clock.now())
    drafts = await club.send(ANA, BEA, CLEO)
    assert [one.refusal.code if one.refusal else None for one in drafts] == [
        None,
        "subscriber_paused",
        "not_a_subscriber",
    ]
    charged = await rows(rt, "SELECT count FROM posting WHERE kind = 'charge'")
    assert charged == [(1,)]
    assert await rows(rt, "SELECT program_id FROM message") == [(club.id,)]
    async with rt.db.transaction() as conn:
        await move.resume(conn, [club.step(BEA)], now=rt.clock.now())
    assert (await club.send(BEA))[0].refusal is None


@pytest.mark.req("R72")
async def test_who_leaves_gets_nothing_of_what_waited_and_others_programs_go_on(
    rt: Runtime, club: Club, clock: SetClock
) -> None:
    async with rt.db.transaction() as conn:
        other = await people.found(conn, club.who.account_id, ProgramKind.STORE, name="Other", now=clock.now())
        steps = [club.step(ANA), Step(club.who.account_id, other.id, club.contacts[ANA], ANA, How.API, "tests")]
        await move.enter(conn, steps, now=clock.now())
    (waiting,), (others,) = await club.send(ANA), await club.send(ANA, program_id=other.id)
    async with rt.db.transaction() as conn:
        await leaving.lock(conn, [club.who.account_id])
        gone = await leaving.leave(conn, [club.step(ANA), club.step(BEA)], now=clock.now())
    assert [one.step.number for one in gone] == [ANA]  # Bea stood nowhere
    assert await club.state(waiting) == ("cancelled", "opted_out")
    assert await club.state(others) == ("queued", None)
    told = "SELECT kind, how, words, number FROM evidence WHERE scope = %s ORDER BY seq"
    assert await rows(rt, told, str(club.id)) == [
        ("opt_in", "api", "Come in", ANA),
        ("opt_out", "api", "Come in", ANA),
    ]
    news = await rows(rt, "SELECT kind FROM event WHERE subject = %s ORDER BY id", club.id)
    assert news == [("subscriber.opted_in",), ("subscriber.opted_out",)]


async def test_what_comes_back_from_the_wire_for_who_left_goes_nowhere(rt: Runtime, club: Club) -> None:
    async with rt.db.transaction() as conn:
        await move.enter(conn, [club.step(ANA)], now=rt.clock.now())
    (draft,) = await club.send(ANA)
    assert draft.id is not None
    assert draft.connector_id is not None
    await rows(rt, "DELETE FROM queue WHERE id = %s RETURNING id", draft.id)  # a link has it
    async with rt.db.transaction() as conn:
        await leaving.lock(conn, [club.who.account_id])
        await leaving.leave(conn, [club.step(ANA)], now=rt.clock.now())
    back = Waiting(
        draft.id, draft.account_id, None, draft.connector_id, draft.message_class, draft.segments, int(draft.number)
    )
    async with rt.db.transaction() as conn:
        await leaving.lock(conn, [club.who.account_id])
        await hold.put_back(conn, [back], now=rt.clock.now())
    assert await club.state(draft) == ("cancelled", "not_a_subscriber")
    assert await rows(rt, "SELECT id FROM queue") == []


@pytest.mark.req("R79")
async def test_a_changed_number_carries_the_subscription_over(rt: Runtime, club: Club, clock: SetClock) -> None:
    async with rt.db.transaction() as conn:
        await move.enter(conn, [club.step(ANA)], now=clock.now())
    clock.move(timedelta(days=3))
    async with rt.db.transaction() as conn:
        await move.enter(conn, [club.step(BEA)], now=clock.now())
    (waiting,) = await club.send(ANA)
    change = Renumbering(club.step(ANA), BEA, club.contacts[BEA])
    nobody = Renumbering(club.step(CLEO), ANA, club.contacts[ANA])
    async with rt.db.transaction() as conn:
        await leaving.lock(conn, [club.who.account_id])
        assert await leaving.renumber(conn, [change, nobody], now=clock.now()) == [change]
    assert await club.state(waiting) == ("cancelled", "not_a_subscriber")
    async with rt.db.transaction() as conn:
        found = await people.after(conn, club.who.account_id, club.id, limit=10)
        assert dict(await standing.of(conn, [(club.id, ANA), (club.id, BEA)])) == {1: Standing.IN}
        counted = await people.count(conn, club.who.account_id, [club.id])
    assert [(one.number, one.contact_id, one.joined_at) for one in found] == [
        (BEA, club.contacts[BEA], make.A_THURSDAY)
    ]
    assert counted == {club.id: {Standing.IN: 1}}
