from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from cablegram.contacts.joining import join
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.kit.ids import ContactId

THEN, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
SUBSCRIBED, NOT_SUBSCRIBED, NONE = Subscription


def contact(number: str, said: Subscription | None, **variables: str) -> Contact:
    return Contact(ContactId(UUID(int=int(number))), number, "ES", variables, THEN, THEN, subscription=said)


@pytest.mark.req("R144")
@pytest.mark.parametrize(
    ("kept", "gone", "stopped", "after"),
    [
        (SUBSCRIBED, SUBSCRIBED, False, SUBSCRIBED),
        (SUBSCRIBED, None, False, SUBSCRIBED),
        (SUBSCRIBED, NONE, False, SUBSCRIBED),
        (SUBSCRIBED, NOT_SUBSCRIBED, False, NOT_SUBSCRIBED),
        (SUBSCRIBED, SUBSCRIBED, True, NOT_SUBSCRIBED),
        (NOT_SUBSCRIBED, SUBSCRIBED, False, NOT_SUBSCRIBED),
        (NONE, SUBSCRIBED, False, NONE),
        (None, SUBSCRIBED, False, None),
        (None, NONE, False, NONE),
        (None, None, True, NOT_SUBSCRIBED),
    ],
)
def test_a_no_of_either_counts_and_a_yes_for_another_number_does_not(
    *, kept: Subscription | None, gone: Subscription | None, stopped: bool, after: Subscription | None
) -> None:
    before = contact("34600000118", kept)
    joined = join(before, contact("34600000119", gone), gone_said_stop=stopped, now=NOW)
    assert joined.contact.subscription is after
    assert joined.says_no_now(before) == (after is NOT_SUBSCRIBED and kept is not NOT_SUBSCRIBED)
    if joined.says_no_now(before):
        assert joined.contact.subscription_source == "said under +34600000119"


def test_the_number_that_stays_is_right_where_both_know_something() -> None:
    kept, gone = contact("34600000118", None, city="Vigo", name=""), contact("34600000119", None, city="Lugo", name="A")
    kept.tags, gone.tags, gone.phone_status = ["vip"], ["old", "vip"], PhoneStatus.BOUNCED
    joined = join(kept, gone, gone_said_stop=False, now=NOW)
    assert (joined.contact.variables, joined.taken) == ({"city": "Vigo", "name": "A"}, ("name",))
    assert (joined.contact.tags, joined.tags) == (["old", "vip"], ("old",))
    assert joined.contact.phone_status is PhoneStatus.ACTIVE
    assert (joined.contact.id, joined.contact.number) == (kept.id, kept.number)
