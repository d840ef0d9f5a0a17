from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.ids import AccountId, uuid7
from cablegram.rentals.dunning import TRY_AGAIN, Standing, Turn, not_paid, paid, too_early, turn
from cablegram.rentals.model import Price, State
from cablegram.rentals.periods import prorated, start_of
from cablegram.rentals.plan_model import FREE, Change, Membership, Plan, change, without_fee

GRACE = timedelta(days=7)
JAN_31 = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zoned by hypothesis


@pytest.mark.req("R27")
@pytest.mark.parametrize(
    ("month", "day"),
    [
        (0, (2026, 1, 31)),
        (1, (2026, 2, 28)),
        (2, (2026, 3, 31)),
        (3, (2026, 4, 30)),
        (25, (2028, 2, 29)),
        (12, (2027, 1, 31)),
    ],
)
def test_a_month_begins_on_the_day_of_the_purchase_or_the_last_there_is(month: int, day: tuple[int, int, int]) -> None:
    assert start_of(JAN_31, month) == datetime(*day, 23, 30, tzinfo=UTC)


def test_months_are_counted_by_utc() -> None:
    late = datetime(2026, 2, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))  # still January by UTC
    assert start_of(late, 1) == datetime(2026, 2, 28, 23, 30, tzinfo=UTC)


@given(MOMENTS, st.integers(0, 200))
def test_months_follow_one_another_without_gap(anchor: datetime, month: int) -> None:
    start, end = start_of(anchor, month), start_of(anchor, month + 1)
    assert timedelta(days=28) <= end - start <= timedelta(days=31)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == 1


@given(st.integers(0, 10**12), st.floats(-0.5, 1.5))
def test_a_part_of_a_month_costs_its_share_rounded_up(amount: int, share: float) -> None:
    start, end = start_of(JAN_31, 0), start_of(JAN_31, 1)
    now = start + (end - start) * share
    cost = prorated(amount, start=start, end=end, now=now)
    assert 0 <= cost <= amount
    assert cost >= amount * (1 - share) - 1 or share < 0
    if share >= 1:
        assert cost == 0


def test_the_price_at_once_is_the_setup_and_a_month() -> None:
    assert Price(5, 2).at_once == 7


def standing(state: State = State.ACTIVE, *, period: int = 1, until: datetime | None = None) -> Standing:
    return Standing(state, JAN_31, period, start_of(JAN_31, period), until)


@pytest.mark.req("R27")
def test_nothing_is_due_before_its_moment() -> None:
    due = start_of(JAN_31, 1)
    assert turn(standing(), due - timedelta(microseconds=1)) is Turn.NOTHING
    assert turn(standing(), due) is Turn.CHARGE
    given_up = replace(standing(), ends_at=due)
    assert turn(given_up, due - timedelta(1)) is Turn.NOTHING
    assert turn(given_up, due + timedelta(100)) is Turn.END


@pytest.mark.req("R27")
def test_a_payment_moves_one_month_on_and_mends_everything() -> None:
    after = paid(standing(State.SUSPENDED, until=JAN_31))
    assert (after.state, after.period, after.next_at, after.grace_until) == (State.ACTIVE, 2, start_of(JAN_31, 2), None)


@pytest.mark.req("R27")
def test_grace_suspension_and_the_end_follow_one_another() -> None:
    now = start_of(JAN_31, 1) + timedelta(days=40)  # we were down: grace begins when it is tried
    first = not_paid(standing(), now, grace=GRACE)
    assert first
    assert (first.state, first.grace_until, first.next_at) == (State.UNPAID, now + GRACE, now + TRY_AGAIN)
    again = not_paid(first, now + timedelta(days=6, hours=12), grace=GRACE)
    assert again
    assert (again.state, again.next_at) == (State.UNPAID, now + GRACE)
    second = not_paid(again, now + GRACE, grace=GRACE)
    assert second
    assert (second.state, second.grace_until, second.period) == (State.SUSPENDED, now + 2 * GRACE, 1)
    assert not_paid(second, now + 2 * GRACE, grace=GRACE) is None
    soon = not_paid(standing(), now, grace=timedelta(hours=1))
    assert soon
    assert soon.next_at == now + timedelta(hours=1)


@pytest.mark.req("R27")
def test_what_became_due_by_a_clock_that_was_ahead_owes_nothing() -> None:
    after = too_early(standing(State.SUSPENDED, until=JAN_31))
    assert (after.state, after.period, after.next_at, after.grace_until) == (State.ACTIVE, 1, start_of(JAN_31, 1), None)


FREE_PLAN = Plan(FREE, "Free", "", 0)
TEAM, FIRM = Plan("team", "Team", "", 10_000_000), Plan("firm", "Firm", "", 20_000_000)


def on(plan: Plan, **others: object) -> Membership:
    usual = {"began_at": JAN_31, "period": 1, "paid": plan.fee, "next_at": start_of(JAN_31, 1)}
    return Membership(AccountId(uuid7()), plan, **usual | others)  # pyright: ignore[reportArgumentType] - as given


@pytest.mark.req("R28")
def test_the_first_month_of_a_plan_is_charged_whole_from_that_moment() -> None:
    now = JAN_31 + timedelta(days=3)
    before = on(FREE_PLAN, period=0, next_at=None)
    done = change(before, TEAM, now)
    assert done.charge == TEAM.fee
    assert (done.after.plan, done.after.began_at, done.after.period) == (TEAM, now, 1)
    assert done.after.next_at == start_of(now, 1)
    assert change(before, Plan("none", "None", "", 0), now).charge == 0


@pytest.mark.req("R28")
def test_a_dearer_plan_costs_the_difference_for_what_is_left() -> None:
    half = JAN_31 + (start_of(JAN_31, 1) - JAN_31) / 2
    done = change(on(TEAM), FIRM, half)
    assert (done.charge, done.after.plan, done.after.paid) == (5_000_000, FIRM, FIRM.fee)
    assert done.after.next_at == start_of(JAN_31, 1)


@pytest.mark.req("R28")
def test_a_cheaper_plan_begins_with_the_next_month_and_can_be_thought_over() -> None:
    before = on(FIRM)
    done = change(before, TEAM, JAN_31)
    assert done == Change(replace(before, then=TEAM))
    assert change(done.after, FIRM, JAN_31) == Change(before)


@pytest.mark.req("R28")
def test_who_has_not_paid_changes_at_once() -> None:
    before = on(FIRM, grace_until=start_of(JAN_31, 1) + GRACE)
    now = start_of(JAN_31, 1) + timedelta(days=1)
    cheaper = change(before, TEAM, now)
    assert (cheaper.charge, cheaper.after.period, cheaper.after.grace_until) == (TEAM.fee, 2, None)
    nothing = change(before, FREE_PLAN, now)
    assert (nothing.charge, nothing.after.next_at, nothing.after.grace_until) == (0, None, None)
    assert before.standing.state is State.UNPAID
    assert on(FIRM).standing.state is State.ACTIVE
    assert without_fee(before, FREE_PLAN, now) == nothing.after
