"""When an event is tried again: the waits of the standard, a little longer, never shorter, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Standard
from svix.webhooks import Webhook as Svix

from cablegram.webhooks import schedule, sign

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.mark.req("R152")
@given(st.uuids(), st.integers(1, schedule.MOST_TRIES - 1))
def test_a_wait_is_that_of_the_schedule_or_a_little_longer(event_id: UUID, tries: int) -> None:
    at = schedule.again(event_id, tries, NOW)
    assert at is not None
    wait = schedule.WAITS[tries - 1]
    assert wait <= at - NOW <= wait * (1 + schedule.JITTER)
    assert schedule.again(event_id, tries, NOW) == at


def test_after_the_last_attempt_it_is_given_up_and_what_was_asked_for_counts() -> None:
    one = UUID(int=1)
    assert schedule.again(one, schedule.MOST_TRIES, NOW) is None
    assert schedule.again(one, 1, NOW, asked=timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert schedule.again(one, 1, NOW, asked=timedelta(days=9)) == NOW + schedule.LONGEST_ASKED
    later = schedule.again(one, 9, NOW, asked=timedelta(seconds=1))
    assert later is not None
    assert later >= NOW + timedelta(hours=24)


def test_only_2xx_is_taken_and_five_days_of_nothing_are_enough() -> None:
    assert [status for status in (199, 200, 204, 299, 300, 410, 500) if schedule.is_taken(status)] == [200, 204, 299]
    assert not schedule.is_to_go_off(None, NOW)
    assert not schedule.is_to_go_off(NOW - schedule.OFF_AFTER + timedelta(seconds=1), NOW)
    assert schedule.is_to_go_off(NOW - schedule.OFF_AFTER, NOW)


@pytest.mark.req("R152")
def test_both_secrets_sign_and_two_independent_libraries_agree() -> None:
    old, new = "whsec_" + "B" * 32, "whsec_" + "A" * 32
    headers = dict(sign.headers([new, old], "msg_1", NOW, '{"ñ":1}'))
    with time_machine.travel(NOW, tick=False):
        for secret in (old, new):
            Svix(secret).verify('{"ñ":1}'.encode(), headers)
            Standard(secret).verify('{"ñ":1}', headers)
        with pytest.raises(Exception, match="No matching signature"):
            Svix(old).verify(b'{"n":1}', headers)
