from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.consent.sending_hours import SendingHours
from cablegram.consent.timing import Timing, When
from cablegram.kit.ids import AccountId, CampaignId, uuid7
from cablegram.messages.model import Draft, MessageClass, State
from cablegram.messages.timekeeping import set_times
from cablegram.pacing.hours import every_day
from cablegram.pacing.quiet_hours import WhenClosed

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)  # four in Madrid
QUIET, OPEN = AccountId(uuid7()), AccountId(uuid7())
HOURS = {QUIET: SendingHours(quiet=every_day("21:00", "09:00", are_quiet=True))}
MORNING = datetime(2026, 11, 22, 9, tzinfo=UTC)  # nine on the Canaries too


def draft(
    account_id: AccountId = QUIET,
    message_class: MessageClass = MessageClass.MARKETING,
    *,
    number: str = "34600000118",
    timing: Timing | None = None,
    zone: str | None = None,
    campaign_id: CampaignId | None = None,
) -> Draft:
    made = Draft(account_id, number, "Hello", message_class=message_class, campaign_id=campaign_id)
    made.number, made.country, made.timing, made.time_zone = number, "ES", timing, zone
    return made


def test_where_nobody_said_anything_about_time_nothing_is_looked_at() -> None:
    batch = [draft(OPEN), draft(OPEN)]
    assert not set_times(batch, {}, now=NOW)
    assert not set_times(batch, {OPEN: SendingHours(late_after=timedelta(hours=2))}, now=NOW)
    assert [one.when for one in batch] == [None, None]


@pytest.mark.req("R147")
def test_quiet_hours_concern_the_marketing_of_their_account() -> None:
    batch = [
        draft(),
        draft(OPEN),
        draft(message_class=MessageClass.TRANSACTIONAL),
        draft(message_class=MessageClass.OTP),
    ]
    assert set_times(batch, HOURS, now=NOW)

    held, *others = batch
    assert held.when == When(MORNING, MORNING + timedelta(hours=11), "quiet_hours", timedelta(minutes=5))
    assert held.state is State.SCHEDULED
    assert [one.when for one in others] == [None, None, None]


def test_what_is_decided_once_is_the_same_object_for_all_whom_it_concerns() -> None:
    batch = [draft(number=f"34{600 + n}000118") for n in range(50)]
    set_times(batch, HOURS, now=NOW)
    assert len({id(one.when) for one in batch}) == 1


@pytest.mark.req("R109")
def test_the_recipient_s_own_zone_beats_the_country_s() -> None:
    batch = [draft(zone="Europe/Madrid"), draft()]
    set_times(batch, HOURS, now=NOW)
    assert [one.when and one.when.until for one in batch] == [MORNING - timedelta(hours=1), MORNING]


def test_a_transactional_text_with_a_schedule_keeps_to_it() -> None:
    one = draft(
        message_class=MessageClass.TRANSACTIONAL, timing=Timing(every_day("15:00", "17:30")), zone="Europe/Madrid"
    )
    set_times([one], {}, now=NOW)
    assert one.when == When(
        datetime(2026, 11, 22, 14, tzinfo=UTC), datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "schedule"
    )


@pytest.mark.parametrize(
    ("timing", "code", "field"),
    [
        (Timing(not_before=NOW - timedelta(minutes=2)), "send_at_past", "send_at"),
        (Timing(not_before=NOW + timedelta(days=367)), "send_at_far", "send_at"),
        (Timing(expires_at=NOW), "validity_over", "valid_until"),
        (Timing(validity=timedelta(hours=1)), "window_missed", "valid_until"),
        (Timing(when_closed=WhenClosed.DROP), "outside_hours", "when_closed"),
        (Timing(every_day("01:00", "02:00")), "never_open", "schedule"),
    ],
)
def test_what_has_no_time_left_is_refused(timing: Timing, code: str, field: str) -> None:
    one = draft(timing=timing)
    set_times([one], HOURS, now=NOW)
    assert one.refusal
    assert (one.refusal.code, one.refusal.field) == (code, field)
    assert one.state is State.SKIPPED


def test_clocks_may_differ_by_a_minute() -> None:
    one = draft(OPEN, timing=Timing(not_before=NOW - timedelta(minutes=1)))
    set_times([one], {}, now=NOW)
    assert (one.refusal, one.when) == (None, None)


def test_what_a_campaign_held_goes_spread_over_minutes() -> None:
    timing = Timing(every_day("15:00", "17:30"))
    batch = [draft(OPEN, timing=timing), draft(OPEN, timing=timing, campaign_id=CampaignId(uuid7()))]
    set_times(batch, {}, now=NOW)
    assert [one.when and one.when.spread for one in batch] == [timedelta(0), timedelta(minutes=5)]
