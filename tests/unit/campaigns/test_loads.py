from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cablegram.campaigns.loads import Group, Sorting, load_of
from cablegram.consent.sending_hours import ANY_TIME, SendingHours
from cablegram.consent.timing import AS_IT_COMES, Place, Timing, When
from cablegram.kit.ids import AccountId, ConnectorId, uuid7
from cablegram.messages.model import Draft, Refusal
from cablegram.pacing import schedule
from cablegram.pacing.quiet_hours import WhenClosed

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ACCOUNT, ONE, OTHER = AccountId(uuid7()), ConnectorId(uuid7()), ConnectorId(uuid7())
MADRID = Place(("Europe/Madrid",), "Europe/Madrid", "ES", ())
NIGHTS = SendingHours(quiet=schedule.read({"any_day": {"from": "21:00", "to": "09:00"}}, are_quiet=True))
TOMORROW = When(datetime(2026, 1, 16, 8, 0, tzinfo=UTC), datetime(2026, 1, 16, 20, 0, tzinfo=UTC), "quiet_hours")


def draft(
    connector: ConnectorId | None, *, segments: int = 1, when: When | None = None, refused: bool = False
) -> Draft:
    refusal = Refusal("no_tariff", "no") if refused else None
    return Draft(
        ACCOUNT, "34600000118", "Hi", number="34600000118", country="ES", connector_id=connector, segments=segments,
        when=when, refusal=refusal,
    )  # fmt: skip


def test_people_are_sorted_by_connector_and_hours_the_busiest_connector_first() -> None:
    sorting = Sorting()
    sorting.add([draft(OTHER), draft(ONE, segments=2), draft(ONE, when=TOMORROW)], default_zone="Etc/UTC")
    sorting.add([draft(ONE), draft(None), draft(ONE, refused=True)], default_zone="Etc/UTC")
    found = sorting.by_connector()
    assert list(found) == [ONE, OTHER]
    at_once, later = found[ONE]
    assert (at_once.people, at_once.parts, at_once.when, at_once.where) == (2, 3, None, None)
    assert (later.people, later.parts, later.when) == (1, 1, TOMORROW)
    assert later.where is not None
    assert later.where.main == "Europe/Madrid"


def test_who_has_no_hours_goes_whenever_it_goes() -> None:
    load = load_of(Group(ONE, None, None, 3, 5), AS_IT_COMES, ANY_TIME, start=NOON, is_marketing=True)
    assert (load.people, load.parts, load.opening) == (3, 5, None)
    assert load.reopen(NOON) == (NOON, None)
    by_messages = load_of(
        Group(ONE, None, None, 3, 5), AS_IT_COMES, ANY_TIME, start=NOON, is_marketing=True, by_messages=True
    )
    assert by_messages.parts == 3


def test_hours_open_again_as_the_rules_say() -> None:
    group = Group(ONE, TOMORROW, MADRID, 3, 5)
    load = load_of(group, AS_IT_COMES, NIGHTS, start=NOON, is_marketing=True)
    assert load.opening == (TOMORROW.until, TOMORROW.closes_at)
    assert TOMORROW.closes_at is not None
    assert load.reopen(TOMORROW.closes_at) == (
        datetime(2026, 1, 17, 8, 0, tzinfo=UTC),
        datetime(2026, 1, 17, 20, 0, tzinfo=UTC),
    )
    open_now = load_of(
        Group(ONE, When(None, TOMORROW.closes_at), MADRID, 1, 1), AS_IT_COMES, NIGHTS, start=NOON, is_marketing=True
    )
    assert open_now.opening == (NOON, TOMORROW.closes_at)
    assert open_now.reopen(NOON + timedelta(minutes=1)) == (
        NOON + timedelta(minutes=1),
        datetime(2026, 1, 15, 20, 0, tzinfo=UTC),
    )


def test_what_is_dropped_outside_of_its_hours_never_opens_again() -> None:
    drops = Timing(when_closed=WhenClosed.DROP)
    load = load_of(Group(ONE, TOMORROW, MADRID, 1, 1), drops, NIGHTS, start=NOON, is_marketing=True)
    assert load.reopen(datetime(2026, 1, 16, 23, 0, tzinfo=UTC)) is None
