"""Events become letters: each of the 22 kinds through a real mail server, to who is meant and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

import make
from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope
from cablegram.alerts import balances, choices, forgetting, telling
from cablegram.alerts.kinds import KINDS
from cablegram.alerts.model import Changes, To
from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.jobs import find
from cablegram.jobs.model import Job, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import Runner, Say
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, Unavailable
from cablegram.kit.ids import AccountId, PostingId, UserId, uuid7
from cablegram.kit.money import MICRO
from cablegram.mail.send import Postman
from cablegram.runtime.runtime import Runtime
from happenings import DATA
from letterbox import letterbox, parts

R151 = {
    "account_opened", "credit_low", "credit_empty", "profile_changed", "password_changed", "access_list_changed",
    "bonus", "recharge", "auto_recharge_failed", "number_assigned", "number_released", "number_charged",
    "number_charge_failed", "service_approved", "opted_in", "opted_out", "card_expiring", "fee_charged",
    "fee_charge_failed", "job_finished", "calls_stopped", "spam_reported",
}  # fmt: skip


@dataclass
class World:
    """An account with an owner who reads Spanish and a viewer, a stranger, and an operator."""

    rt: Runtime
    who: Principal
    owner: UserId

    async def happened(self, *events: Event) -> None:
        async with self.rt.db.transaction() as conn:
            await record(conn, events, now=self.rt.clock.now())

    async def letters(self, *, after: timedelta = timedelta(seconds=6)) -> list[Any]:
        """Return all letters that come within some time."""
        await telling.step(self.rt)
        self.rt.clock.move(after)  # pyright: ignore[reportAttributeAccessIssue] - the clock of tests
        await telling.step(self.rt)
        async with letterbox() as box:
            postman = Postman(replace(self.rt, settings=replace(self.rt.settings, smtp_url=box.url)))
            while await postman.step() == 0.0:
                pass
            await postman.close()
        return sorted(box.letters, key=lambda letter: str(letter["Message-ID"]))

    def event(self, kind: Kind, subject: UUID | None = None, **data: Any) -> Event:  # noqa: ANN401 - JSON
        return Event(kind, self.who.account_id, subject or uuid7(), {**DATA.get(kind, {}), **data})


async def person(
    rt: Runtime,
    login: str,
    account_id: UUID | None,
    role: str,
    *,
    language: str = "en",
    is_operator: bool = False,
    is_confirmed: bool = True,
) -> UserId:
    user_id = UserId(uuid7())
    async with rt.db.transaction() as conn:
        await conn.execute(
            "INSERT INTO app_user (id, login, display_name, is_operator, created_at, email, email_confirmed_at,"
            " language) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (user_id, login, login, is_operator, rt.clock.now(), f"{login}@example.com",
             rt.clock.now() if is_confirmed else None, language),
        )  # fmt: skip
        if account_id:
            await conn.execute("INSERT INTO membership VALUES (%s, %s, %s)", (user_id, account_id, role))
    return user_id


@pytest.fixture
async def world(rt: Runtime) -> World:
    who = await make.account(rt, name="Café")
    owner = await person(rt, "ines", who.account_id, "owner", language="es")
    await person(rt, "viewer", who.account_id, "viewer")
    await person(rt, "unproven", who.account_id, "owner", is_confirmed=False)
    await person(rt, "stranger", (await make.account(rt)).account_id, "owner")
    await person(rt, "operator", None, "", is_operator=True)
    world = World(rt, who, owner)
    await world.letters()  # the accounts were opened
    return world


def to_and_subject(letters: Sequence[Any]) -> list[tuple[str, str]]:
    return [(letter["To"], letter["Subject"]) for letter in letters]


@pytest.mark.req("R151")
@pytest.mark.req("R83")
async def test_each_of_the_22_kinds_is_sent_to_who_is_meant(world: World) -> None:
    program = uuid7()
    async with world.rt.db.transaction() as conn:
        await conn.execute(
            "INSERT INTO program (id, account_id, kind, name, created_at)"
            " VALUES (%s, %s, 'service', 'Coffee news', now())",
            (program, world.who.account_id),
        )
    job = await a_job(world, minutes=3)
    subjects = {
        **dict.fromkeys((Kind.PROFILE_CHANGED, Kind.PASSWORD_CHANGED, Kind.TWO_FACTOR_CHANGED), world.owner),
        **dict.fromkeys((Kind.SUBSCRIBER_OPTED_IN, Kind.SUBSCRIBER_OPTED_OUT), program),
        Kind.JOB_FINISHED: job,
    }
    told = [kind for kind in KINDS if kind.name != "text_received"]
    assert {kind.name for kind in told} >= R151
    seen: dict[str, str] = {}
    for kind in told:
        await world.happened(world.event(kind.event, subjects.get(kind.event)))
        letters = await world.letters(after=timedelta(days=1))
        assert len(letters) == 1, kind.name
        whose = "operator@example.com" if kind.to is To.OPERATORS else "ines@example.com"
        assert letters[0]["To"] == whose, kind.name
        text, html = parts(letters[0])
        assert f"http://127.0.0.1:8080{kind.path.format(subject=subjects.get(kind.event))}" in text
        assert (letters[0]["List-Unsubscribe"] is None) == kind.is_fixed
        assert ('lang="es"' in html) == (whose == "ines@example.com")
        seen[kind.name] = text
    assert "Coffee news" in seen["opted_in"]
    assert "50,00 EUR" in seen["recharge"]
    assert "card declined" in seen["auto_recharge_failed"]
    assert len(set(seen.values())) == len(seen)


async def a_job(world: World, *, minutes: float, is_told: bool = False) -> UUID:
    job, now = uuid7(), world.rt.clock.now()
    async with world.rt.db.transaction() as conn:
        await conn.execute(
            "INSERT INTO job (id, account_id, kind, about, scope, args, state, started_by, user_id, created_at,"
            " ended_at, is_told)"
            " VALUES (%s, %s, 'import', 'customers.csv', 'contacts', '{}', 'finished', 'Inés', %s, %s, %s, %s)",
            (job, world.who.account_id, world.owner, now, now + timedelta(minutes=minutes), is_told),
        )
    return job


@pytest.mark.req("R97")
async def test_a_short_job_is_told_only_if_its_starter_asked(world: World) -> None:
    for minutes, is_told in ((0.1, False), (0.1, True), (5, False)):
        job = await a_job(world, minutes=minutes, is_told=is_told)
        await world.happened(world.event(Kind.JOB_FINISHED, job))
        letters = await world.letters(after=timedelta(hours=1))
        assert len(letters) == (minutes > 2 or is_told)
        assert all(f"/messages/jobs/{job}" in parts(letter)[0] for letter in letters)


async def count(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:  # noqa: ARG001 - a handler
    return {"beans": 2}


@pytest.mark.req("R97")
async def test_who_started_a_job_asks_to_be_told_while_it_is_not_over(world: World) -> None:
    ines = replace(world.who, user_id=world.owner)
    async with world.rt.db.transaction() as conn:
        new = NewJob(ines.account_id, "count", "beans", Scope.READ, {}, "Inés", world.owner)
        job_id = await open_job(conn, new, now=world.rt.clock.now())
    await find.ask_to_be_told(world.rt, ines, job_id)
    assert await Runner(world.rt, {"count": count}).step(1)
    (letter,) = await world.letters()
    assert letter["Subject"] == "Terminado: beans (finished)"
    with pytest.raises(Conflict):
        await find.ask_to_be_told(world.rt, ines, job_id)


@pytest.mark.req("R151")
async def test_a_storm_of_opt_ins_is_one_letter_that_counts_them(world: World) -> None:
    events = [world.event(Kind.SUBSCRIBER_OPTED_IN, number=str(34600000000 + number)) for number in range(1_500)]
    await world.happened(*events)
    (letter,) = await world.letters(after=timedelta(days=1))
    text, _ = parts(letter)
    assert letter["Subject"] == "1500 novedades de Café"
    assert text.count("• ") == 30
    assert "y 1470 más" in text


async def test_after_a_letter_the_next_of_its_kind_waits_and_tells_all_since(world: World) -> None:
    for note in ("one", "two", "three"):
        await world.happened(world.event(Kind.CREDITS_GRANTED, note=note))
        letters = await world.letters()
        assert len(letters) == (note == "one")
    letters = await world.letters(after=timedelta(minutes=10))
    assert ["two" in parts(one)[0] or "three" in parts(one)[0] for one in letters] == [True, True]
    assert await world.letters(after=timedelta(days=2)) == []


async def test_nobody_is_told_what_they_switched_off_and_what_guards_them_they_cant(world: World) -> None:
    ines = replace(world.who, user_id=world.owner)
    await choices.change(world.rt, ines, Changes(paces={"bonus": "off", "recharge": "daily"}))
    await world.happened(world.event(Kind.CREDITS_GRANTED), world.event(Kind.RECHARGE_PAID))
    assert await world.letters() == []
    assert len(await world.letters(after=timedelta(days=1))) == 1
    await world.happened(world.event(Kind.RECHARGE_PAID))
    await telling.step(world.rt)
    await choices.change(world.rt, ines, Changes(paces={"recharge": "off"}))
    assert await world.letters(after=timedelta(days=2)) == []
    with pytest.raises(InvalidInput, match="can't be switched"):
        await choices.change(world.rt, ines, Changes(paces={"password_changed": "off"}))


async def test_an_owner_who_confirms_their_address_later_is_welcomed_then(rt: Runtime) -> None:
    who = await make.account(rt, name="Late")
    user_id = await person(rt, "late", who.account_id, "owner", is_confirmed=False)
    world = World(rt, who, user_id)
    assert await world.letters(after=timedelta(hours=5)) == []
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE app_user SET email_confirmed_at = now() WHERE id = %s", (user_id,))
    (letter,) = await world.letters(after=timedelta(minutes=10))
    assert (letter["To"], letter["Subject"]) == ("late@example.com", "Your account Late is open")


async def test_an_event_in_a_form_of_yesterday_stops_no_others(world: World) -> None:
    await world.happened(world.event(Kind.CREDITS_GRANTED, amount=5, note={"odd": True}))
    await world.happened(world.event(Kind.FEE_CHARGED, amount="much"), world.event(Kind.SPAM_REPORTED))
    letters = await world.letters()
    assert any("spam" in subject for _, subject in to_and_subject(letters))
    assert not any("Cuota" in subject for _, subject in to_and_subject(letters))


@pytest.mark.req("R66")
async def test_every_text_that_comes_in_goes_to_the_address_that_agreed(world: World) -> None:
    async def comes_in(text: str) -> None:
        text_id = uuid7()
        async with world.rt.db.transaction() as conn:
            await conn.execute(
                "INSERT INTO inbound_text (id, account_id, connector_id, src, dst, body, encoding, received_at)"
                " VALUES (%s, %s, %s, '34600000002', '34600000001', %s, 'gsm0338', now())",
                (text_id, world.who.account_id, uuid7(), text),
            )
        await world.happened(Event(Kind.TEXT_RECEIVED, world.who.account_id, text_id, {"rule": "inbox"}))

    await choices.change(world.rt, world.who, Changes(has_inbox=True, inbox="desk@elsewhere.example"))
    (asked,) = await world.letters()
    assert asked["To"] == "desk@elsewhere.example"
    await comes_in("too early")
    assert await world.letters() == []
    token = parts(asked)[0].partition("/notices/confirm/")[2].split()[0]
    assert await choices.confirm_inbox(world.rt, token) == "desk@elsewhere.example"
    await comes_in("Are you open on <b>Sunday</b>?")
    (letter,) = await world.letters()
    text, html = parts(letter)
    assert (letter["To"], letter["Subject"]) == ("desk@elsewhere.example", "A text came in for Café")
    assert "Are you open on <b>Sunday</b>?" in text
    assert "&lt;b&gt;Sunday" in html
    assert "/notices/end/" in str(letter["List-Unsubscribe"])
    async with world.rt.db.connection() as conn:
        cursor = await conn.execute("SELECT count(*) FROM letter WHERE kind = 'text_received' AND text IS NOT NULL")
        assert await cursor.fetchone() == (0,)
    with pytest.raises(NotFound):
        await choices.confirm_inbox(world.rt, token)
    await choices.change(world.rt, world.who, Changes(has_inbox=True, inbox=None))
    await comes_in("nobody reads this")
    assert await world.letters(after=timedelta(minutes=1)) == []


@pytest.mark.req("R66")
async def test_who_reads_texts_outside_ends_them_by_the_link_of_each_letter(world: World) -> None:
    async def sets(address: str) -> None:
        await choices.change(world.rt, world.who, Changes(has_inbox=True, inbox=address))

    await sets("ines@example.com")
    end = choices.end_url(world.rt, world.who.account_id, "Ines@example.com").rpartition("/")[2]
    for account_id, token in ((uuid7(), end), (world.who.account_id, end[:-1] + "é"), (world.who.account_id, "")):
        with pytest.raises(NotFound):
            await choices.end_inbox(world.rt, account_id, token)
    assert await choices.end_inbox(world.rt, world.who.account_id, end) == "ines@example.com"
    assert (await choices.show(world.rt, world.who)).inbound_address is None
    with pytest.raises(NotFound):
        await choices.end_inbox(world.rt, world.who.account_id, end)


@pytest.mark.req("R66")
async def test_an_address_that_a_person_of_the_account_confirmed_needs_no_second_word(world: World) -> None:
    await choices.change(world.rt, world.who, Changes(has_inbox=True, inbox="Ines@example.com"))
    assert (await choices.show(world.rt, world.who)).is_inbound_confirmed
    assert await world.letters() == []
    await choices.change(world.rt, world.who, Changes(has_inbox=True, inbox="viewer@elsewhere.example"))
    assert not (await choices.show(world.rt, world.who)).is_inbound_confirmed


@pytest.mark.req("R66")
async def test_addresses_are_not_asked_one_after_the_other_and_not_for_ever(world: World, clock: SetClock) -> None:
    async def asks(address: str | None) -> None:
        await choices.change(world.rt, world.who, Changes(has_inbox=True, inbox=address))

    await asks("one@elsewhere.example")
    with pytest.raises(Unavailable, match="a few minutes ago"):
        await asks("two@elsewhere.example")
    await asks(None)
    with pytest.raises(Unavailable):
        await asks("one@elsewhere.example")
    clock.move(timedelta(minutes=10))
    await asks("two@elsewhere.example")
    await asks("two@elsewhere.example")
    one, two = await world.letters()
    assert [one["To"], two["To"]] == ["one@elsewhere.example", "two@elsewhere.example"]
    tokens = [parts(letter)[0].partition("/notices/confirm/")[2].split()[0] for letter in (one, two)]
    clock.move(timedelta(days=3))
    for token in tokens:
        with pytest.raises(NotFound):
            await choices.confirm_inbox(world.rt, token)


async def test_who_left_the_account_is_told_nothing_more_of_it(world: World) -> None:
    await world.happened(world.event(Kind.SUBSCRIBER_OPTED_IN), world.event(Kind.CREDITS_GRANTED))
    await telling.take(world.rt)
    async with world.rt.db.transaction() as conn:
        await conn.execute("UPDATE membership SET role = 'billing' WHERE user_id = %s", (world.owner,))
    (letter,) = await world.letters(after=timedelta(days=1))
    assert "25 créditos" in letter["Subject"]
    await world.happened(world.event(Kind.CREDITS_GRANTED))
    await telling.take(world.rt)
    async with world.rt.db.transaction() as conn:
        await conn.execute("DELETE FROM membership WHERE user_id = %s", (world.owner,))
    assert await world.letters(after=timedelta(days=1)) == []
    # Nor is who runs the installation no more told of that.
    await world.happened(world.event(Kind.PAYMENT_DISPUTED))
    await telling.take(world.rt)
    async with world.rt.db.transaction() as conn:
        await conn.execute("UPDATE app_user SET is_operator = false")
    assert await world.letters(after=timedelta(days=1)) == []


async def test_who_is_forgotten_is_in_no_letter_that_was_to_come(world: World) -> None:
    for number in ("34600000118", "+34600000118", "34600000119"):
        await world.happened(world.event(Kind.SUBSCRIBER_OPTED_IN, number=number))
    await telling.take(world.rt)
    async with world.rt.db.transaction() as conn:
        await forgetting.forget(conn, world.who.account_id, ["34600000118"])
    (letter,) = await world.letters(after=timedelta(days=1))
    assert "600000119" in str(letter)
    assert "600000118" not in str(letter)


@pytest.mark.req("R26")
async def test_a_balance_is_told_once_a_crossing_and_armed_again_well_above(world: World, clock: SetClock) -> None:
    rt, account = world.rt, world.who.account_id

    async def moves(by: int) -> list[str]:
        async with rt.db.transaction() as conn:
            posting = NewPosting(PostingId(uuid7()), account, PostingKind.ADJUSTMENT, 0, by * MICRO // 100)
            await ledger.post(conn, [posting], now=clock.now())
        await balances.watch(rt)
        subjects = [letter["Subject"] for letter in await world.letters(after=timedelta(minutes=11))]
        return [subject.split(":")[0] for subject in subjects if "saldo" in subject]

    await choices.change(rt, world.who, Changes(has_below=True, below=50 * MICRO))
    assert [await moves(by) for by in (-40_00, -10_01)] == [[], ["Queda poco saldo"]]  # 60, then 49.99
    # 50.99 is above, but not well above; 58.99 arms it again.
    assert [await moves(by) for by in (-1_00, 2_00, -2_00, 10_00)] == [[]] * 4
    assert [await moves(by) for by in (-20_00, -38_99, 50, -50)] == [["Queda poco saldo"], ["Sin saldo"], [], []]
    await choices.change(rt, world.who, Changes(has_below=True, below=None))
    assert await moves(100_00) == []
    assert await moves(-100_00) == ["Sin saldo"]
    assert await balances.watch(rt) == 0


async def test_each_account_has_its_own_choices(world: World) -> None:
    other = await make.account(world.rt)
    await choices.change(world.rt, world.who, Changes(has_below=True, below=7 * MICRO))
    assert (await choices.show(world.rt, other)).credit_below is None
    assert world.who.account_id not in {NO_ACCOUNT, AccountId(other.account_id)}
