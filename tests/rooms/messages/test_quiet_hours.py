"""Messages wait for their time, go at it, and leave the queue when it is over: accepted, claimed and released."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.audit import prove
from cablegram.billing import ledger
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.consent import policy
from cablegram.consent.timing import Timing
from cablegram.dispatch import sweep
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import AccountId, CampaignId, time_of, uuid7
from cablegram.kit.money import MICRO
from cablegram.messages import hold, release, times_store, upkeep, withdraw
from cablegram.messages.model import Draft, MessageClass
from cablegram.pacing.hours import every_day
from cablegram.pacing.quiet_hours import WhenClosed
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from dispatching import states

SECOND = timedelta(seconds=1)
NIGHT: dict[str, Any] = {"quiet_hours": {"any_day": {"from": "21:00", "to": "08:00"}}, "spread_minutes": 0}
CREDITS = 1000
PLACES = [
    # number, country, own zone, when nine in the evening strikes, when eight in the morning does
    ("61412345678", "AU", "Australia/Perth", "2026-11-22T13:00", "2026-11-23T00:00"),
    ("79141234567", "RU", "Asia/Vladivostok", "2026-11-22T11:00", "2026-11-22T22:00"),
    ("5592981234567", "BR", "America/Manaus", "2026-11-22T01:00", "2026-11-22T12:00"),
    ("5592981234567", "BR", None, "2026-11-22T00:00", "2026-11-22T12:00"),  # some of its area go by Sao Paulo's clock
    ("18085551234", "US", None, "2026-11-22T07:00", "2026-11-22T18:00"),  # Honolulu
    ("61412345678", "AU", "Australia/Lord_Howe", "2026-11-22T10:00", "2026-11-22T21:00"),  # +11 in summer
    ("61412345678", "AU", "Australia/Lord_Howe", "2026-07-01T10:30", "2026-07-01T21:30"),  # +10:30 in winter
    ("9779812345678", "NP", None, "2026-11-22T15:15", "2026-11-23T02:15"),  # Kathmandu
    ("17095551234", "CA", "America/St_Johns", "2026-11-23T00:30", "2026-11-23T11:30"),
    ("17095551234", "CA", None, "2026-11-23T00:30", "2026-11-23T12:00"),  # and some by that of Halifax
    ("34600000118", "ES", "Europe/Madrid", "2026-03-28T20:00", "2026-03-29T06:00"),  # the night that is an hour short
    ("34600000118", "ES", "Europe/Madrid", "2026-10-24T19:00", "2026-10-25T07:00"),  # and the one that is longer
    ("34600000118", "ES", "Europe/Madrid", "2028-02-28T20:00", "2028-02-29T07:00"),  # into the leap day
    ("6857212345", "WS", None, "2026-11-22T08:00", "2026-11-22T19:00"),  # Apia and Pago Pago: a day apart,
    ("16847331234", "AS", None, "2026-11-22T08:00", "2026-11-22T19:00"),  # and the same time of day
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def put(clock: SetClock, moment: datetime) -> None:
    clock.move(moment - clock.now())


def text(
    who: Principal,
    number: str = "34600000118",
    country: str = "ES",
    zone: str | None = "Europe/Madrid",
    *,
    timing: Timing | None = None,
    campaign_id: CampaignId | None = None,
    message_class: MessageClass = MessageClass.MARKETING,
) -> Draft:
    """Write a message to somebody whose number was read before."""
    made = Draft(who.account_id, number, "Hello there", sender=traffic.SENDER, message_class=message_class)
    made.number, made.country, made.time_zone, made.timing = number, country, zone, timing
    made.campaign_id = campaign_id
    return made


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=CREDITS)


async def keep(rt: Runtime, who: Principal, hours: dict[str, Any]) -> None:
    await policy.change(rt, who, {"hours": hours, "checks_senders": False})


async def waiting(rt: Runtime) -> list[tuple[object, ...]]:
    return await rows(
        rt, "SELECT state::text, reason, until, held.closes_at FROM held JOIN message USING (id) ORDER BY id"
    )


async def clear(rt: Runtime) -> None:
    async with rt.db.transaction() as conn:
        await conn.execute("TRUNCATE queue, held, flight, message_timing; DELETE FROM message; DELETE FROM progress")


@pytest.mark.req("R109", "R110", "R147")
async def test_the_last_second_of_the_day_goes_and_the_next_one_waits_for_the_morning(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await keep(rt, shop, NIGHT)
    for number, country, zone, closes, opens in PLACES:
        evening, morning = at(closes), at(opens)
        put(clock, evening - SECOND)
        drafts = [text(shop, number, country, zone) for _ in range(2)]
        await traffic.accepted(rt, drafts)
        assert [one.refusal for one in drafts] == [None, None]
        assert await rows(rt, "SELECT DISTINCT closes_at FROM queue") == [(evening,)], zone or number
        assert len(await traffic.claimed(rt, 1)) == 1

        # The other one slips past the edge: the moment of its claim counts, and not that it was in the queue before.
        put(clock, evening)
        assert await traffic.claimed(rt, 1) == []
        assert await sweep.release_due(rt) == 1
        [(state, reason, until, _)] = await waiting(rt)
        assert (state, reason, until) == ("scheduled", "quiet_hours", morning), zone or number

        await traffic.accepted(rt, [text(shop, number, country, zone)])
        assert {row[2] for row in await waiting(rt)} == {morning}
        assert await sweep.next_due(rt) == morning
        put(clock, morning - SECOND)
        assert await sweep.release_due(rt) == 0
        put(clock, morning)
        assert await sweep.release_due(rt) == 2
        assert await states(rt) == {"queued": 2, "submitting": 1}
        assert len(await traffic.claimed(rt, 5)) == 2
        await clear(rt)


@pytest.mark.req("R109")
async def test_a_schedule_counts_in_the_destination_s_time(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    afternoon = every_day("15:00", "17:30")
    timing = Timing(afternoon, {"any_day": {"from": "15:00", "to": "17:30"}})
    await keep(rt, shop, {})
    for number, country, day, opens, closes in (
        ("13055551234", "US", "2026-07-01", "19:00", "21:30"),  # Miami
        ("13055551234", "US", "2026-01-15", "20:00", "22:30"),
        ("34600000118", "ES", "2026-07-01", "14:00", "15:30"),  # the mainland or the Canaries: both have to be open
        ("34600000118", "ES", "2026-01-15", "15:00", "16:30"),
    ):
        put(clock, at(day))
        plain = MessageClass.TRANSACTIONAL
        await traffic.accepted(rt, [text(shop, number, country, None, timing=timing, message_class=plain)])
        first, last = at(f"{day}T{opens}"), at(f"{day}T{closes}")
        assert await waiting(rt) == [("scheduled", "schedule", first, last)]

        put(clock, first)
        assert await sweep.release_due(rt) == 1
        assert await rows(rt, "SELECT closes_at FROM queue") == [(last,)]
        put(clock, last)
        assert await sweep.release_due(rt) == 1
        assert await waiting(rt) == [("scheduled", "schedule", first + timedelta(days=1), last + timedelta(days=1))]
        await clear(rt)


async def test_states_narrow_the_hours_of_the_country_where_the_account_keeps_to_laws(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await keep(rt, shop, {"calling_windows": True, "spread_minutes": 0})
    put(clock, at("2026-11-24T01:30"))  # half past eight in the evening in New York and Miami
    await traffic.accepted(
        rt,
        [
            text(shop, "12125551234", "US", None),
            text(shop, "13055551234", "US", None),
            text(shop, "13055551234", "US", None, message_class=MessageClass.TRANSACTIONAL),
        ],
    )
    assert await waiting(rt) == [("scheduled", "quiet_hours", at("2026-11-24T13:00"), at("2026-11-25T01:00"))]
    assert await rows(rt, "SELECT closes_at FROM queue ORDER BY id") == [(at("2026-11-24T02:00"),), (None,)]


async def test_what_waits_is_charged_counted_and_proved(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    await keep(rt, shop, NIGHT)
    put(clock, at("2026-11-22T03:00"))
    await traffic.accepted(rt, [text(shop), text(shop)])
    assert await rows(rt, "SELECT state::text, n FROM progress") == [("scheduled", 2)]
    assert await ledger.balance(rt, shop) < CREDITS * MICRO
    assert await traffic.claimed(rt, 5) == []
    await assert_sums_hold(rt)
    assert (await prove.audit(rt)).is_ok


@pytest.mark.req("R147")
async def test_what_expires_in_the_queue_or_is_to_be_dropped_is_given_back(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await keep(rt, shop, NIGHT)
    put(clock, at("2026-11-22T19:00"))
    await traffic.accepted(
        rt,
        [
            text(shop, timing=Timing(validity=timedelta(minutes=30))),
            text(shop, timing=Timing(when_closed=WhenClosed.DROP)),
            text(shop, timing=Timing(expires_at=at("2026-11-23T07:00"))),
            text(shop),
        ],
    )
    put(clock, at("2026-11-22T20:00"))
    assert await traffic.claimed(rt, 5) == []
    assert await sweep.release_due(rt) == 4
    assert await rows(rt, "SELECT state::text, reason FROM message ORDER BY id") == [
        ("expired", "validity_over"),
        ("expired", "outside_hours"),
        ("expired", "window_missed"),
        ("scheduled", "quiet_hours"),
    ]
    assert await rows(rt, "SELECT count(*) FROM message WHERE refund_id IS NOT NULL") == [(3,)]
    await assert_sums_hold(rt)
    assert (await prove.audit(rt)).is_ok


async def test_what_the_carrier_sends_back_after_its_hours_waits_for_the_morning(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await keep(rt, shop, NIGHT)
    put(clock, at("2026-11-22T20:00") - SECOND)
    await traffic.accepted(rt, [text(shop)])
    await traffic.answer(rt, await traffic.claimed(rt, 1), Verdict.THROTTLED)
    put(clock, at("2026-11-22T20:00") + SECOND)
    assert await sweep.release_due(rt) == 2  # back in the queue, and out of it again
    assert await waiting(rt) == [
        ("scheduled", "quiet_hours", at("2026-11-23T07:00"), at("2026-11-23T20:00")),
    ]


async def test_what_a_carrier_sent_back_and_then_expired_is_given_back_and_proved(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await keep(rt, shop, {})
    put(clock, at("2026-11-22T12:00"))
    await traffic.accepted(rt, [text(shop, timing=Timing(validity=timedelta(minutes=30))) for _ in range(2)])
    await traffic.answer(rt, await traffic.claimed(rt, 1), Verdict.THROTTLED)
    claims = await traffic.claimed(rt, 1)
    await traffic.answer(rt, claims, Verdict.TAKEN)
    await traffic.receive(rt, claims, Outcome.EXPIRED)  # the carrier had this one, so it costs what it cost
    put(clock, at("2026-11-22T12:30"))
    assert await sweep.release_due(rt) == 2  # back in the queue, and out of it again
    assert await rows(rt, "SELECT state::text, reason, refund_id IS NULL FROM message ORDER BY id") == [
        ("expired", "validity_over", False),
        ("expired", None, True),
    ]
    assert [check.rows for check in (await prove.audit(rt)).checks if not check.is_ok] == []


async def test_a_paused_campaign_s_messages_wait_for_their_time_and_then_for_the_campaign(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await keep(rt, shop, NIGHT)
    campaign_id = traffic.campaign()
    put(clock, at("2026-11-22T03:00"))
    await traffic.accepted(rt, [text(shop, campaign_id=campaign_id)])
    async with rt.db.transaction() as conn:
        await hold.pause(conn, shop.account_id, campaign_id)
    put(clock, at("2026-11-22T07:00"))
    assert await sweep.release_due(rt) == 1
    assert await waiting(rt) == [("queued", None, None, at("2026-11-22T20:00"))]
    async with rt.db.transaction() as conn:
        assert await hold.resume(conn, shop.account_id, campaign_id) == 1
    assert len(await traffic.claimed(rt, 5)) == 1


async def test_what_is_late_goes_only_if_somebody_says_so(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    await keep(rt, shop, {**NIGHT, "late_after_minutes": 30})
    put(clock, at("2026-11-22T03:00"))
    campaign_id = traffic.campaign()
    await traffic.accepted(rt, [text(shop), text(shop), text(shop, campaign_id=campaign_id)])
    stranger = await make.account(rt)

    put(clock, at("2026-11-22T07:30") + SECOND)  # the house was without power from seven on
    assert await sweep.release_due(rt) == 3
    assert await sweep.release_due(rt) == 0
    assert {row[:3] for row in await waiting(rt)} == {("scheduled", "late", None)}
    assert await rows(rt, "SELECT data, subject FROM event WHERE kind = 'messages.late' ORDER BY 1") == [
        ({"count": 1}, campaign_id),
        ({"count": 2}, None),
    ]
    assert [await release.late(rt, shop), await release.late(rt, shop, campaign_id)] == [3, 1]
    assert [await release.late(rt, stranger), await release.cancel_late(rt, stranger)] == [0, 0]

    assert await release.cancel_late(rt, shop, campaign_id) == 1
    released = await release.release_late(rt, shop)
    assert (released.queued, released.held, released.expired) == (2, 0, 0)
    assert await rows(rt, "SELECT state::text, reason, refund_id IS NULL FROM message ORDER BY id") == [
        ("queued", None, True),
        ("queued", None, True),
        ("cancelled", "cancelled_late", False),
    ]
    assert len(await traffic.claimed(rt, 5)) == 2
    assert (await prove.audit(rt)).is_ok


async def test_what_becomes_late_meanwhile_waits_for_no_word_that_was_said_before(
    rt: Runtime, shop: Principal, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(rt, shop, NIGHT)
    put(clock, at("2026-11-22T03:00"))
    campaign_id, found = traffic.campaign(), times_store.where_late
    await traffic.accepted(rt, [text(shop, campaign_id=campaign_id), text(shop)])

    async def where_late(conn: Conn, account_id: AccountId, its: CampaignId | None) -> list[CampaignId]:
        before = await found(conn, account_id, its)
        await sweep.release_due(rt)  # only now they are late; and the campaign is not locked
        return before

    monkeypatch.setattr(times_store, "where_late", where_late)
    put(clock, at("2026-11-22T12:00"))
    assert await release.cancel_late(rt, shop) == 1
    assert [await release.late(rt, shop), await release.late(rt, shop, campaign_id)] == [1, 1]
    assert await release.cancel_late(rt, shop) == 1


async def test_what_waited_for_hours_goes_spread_over_their_first_minutes(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await keep(rt, shop, {**NIGHT, "spread_minutes": 10})
    put(clock, at("2026-11-22T03:00"))
    await traffic.accepted(rt, [text(shop) for _ in range(60)])
    morning = at("2026-11-22T07:00")
    moments = [row[2] for row in await waiting(rt)]
    assert len(set(moments)) == 60
    assert all(
        morning <= moment < morning + timedelta(minutes=10) for moment in moments if isinstance(moment, datetime)
    )

    put(clock, morning + timedelta(minutes=5))
    first = await sweep.release_due(rt)
    put(clock, morning + timedelta(minutes=10))
    assert 10 < first < 50
    assert first + await sweep.release_due(rt) == 60


async def test_what_messages_were_told_about_their_time_is_kept_for_a_month_after_their_end(
    rt: Runtime, shop: Principal, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_AT_ONCE", 2)
    await keep(rt, shop, {})
    campaign_id, today = traffic.campaign(), time_of(uuid7())  # ids carry the machine's own time
    put(clock, today)
    later = [Timing(not_before=today + timedelta(days=days)) for days in (1, 1, 300, 40, 1)]
    drafts = [text(shop, timing=one) for one in later]
    await traffic.accepted(rt, drafts)
    async with rt.db.transaction() as conn:
        await release.keep_timing(conn, campaign_id, later[0])
    one, other, waits, young, gone = [draft.id for draft in drafts if draft.id]
    for message_id in (one, other, gone):
        await withdraw.cancel(rt, shop, message_id)
    put(clock, today + timedelta(days=30) - SECOND)
    await withdraw.cancel(rt, shop, young)
    told = "SELECT id FROM message_timing ORDER BY id"
    await upkeep.forget_times(rt)
    assert await rows(rt, told) == sorted((each,) for each in (one, other, waits, young, gone, campaign_id))
    put(clock, today + timedelta(days=30, hours=1))
    await upkeep.forget_times(rt)
    assert await rows(rt, told) == sorted((each,) for each in (waits, young, campaign_id))
