"""What the operator's pages make of what is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cablegram.audit.model import Check, Off, Report, Sum, Sums
from cablegram.billing.tariffs import CountryTariffs, Tariff
from cablegram.connectors.model import Connector, IdForm, LinkStatus, SmppSettings
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.messages.model import State
from cablegram.overview.look import traffic
from cablegram.overview.model import Load, Pulse
from cablegram.panel.billing import fits
from cablegram.panel.operating import needs_of, numbers_of, tile, view_of

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ID = ConnectorId(UUID(int=1))
A, B = AccountId(UUID(int=2)), AccountId(UUID(int=3))
CARRIER = Connector(
    id=ID,
    account_id=None,
    kind="smpp",
    name="Orange",
    settings=SmppSettings(host="smpp.example", system_id="x", binds=2, window=10),
    is_simulated=False,
    is_enabled=True,
    receipt_id_form=IdForm.UNKNOWN,
    created_at=NOW,
    revision=1,
)


def links(*states: str) -> list[LinkStatus]:
    return [LinkStatus(ID, number, state, f"{state}, because", NOW) for number, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "word", "why"),
    [
        (["bound", "bound"], "bound", ""),
        (["bound", "refused"], "refused", "refused, because"),
        (["bound", "throttled"], "throttled", "throttled, because"),
        ([], "down", ""),
    ],
)
def test_a_tile_names_trouble_first(states: list[str], word: str, why: str) -> None:
    drawn = tile(CARRIER, links(*states), Load(3, 4, 5))
    assert (drawn.state, drawn.detail) == (word, why)
    assert (drawn.queued, drawn.in_flight, drawn.window) == (3, 4, 20)


def test_a_connector_that_is_off_is_stopped_and_needs_nobody() -> None:
    drawn = tile(replace(CARRIER, is_enabled=False), [], Load())
    assert drawn.state == "stopped"
    assert needs_of([drawn], 0) == []


def test_messages_that_wait_for_a_connector_that_is_off_wait_for_the_operator() -> None:
    drawn = tile(replace(CARRIER, is_enabled=False), [], Load(queued=1200))
    ((what, why, _, href),) = needs_of([drawn], 0)
    assert (what, why) == ("Orange is off", "1,200 wait for it, and leave when it is switched on.")
    assert href == drawn.href


def test_what_is_down_and_what_is_in_question_waits_for_the_operator() -> None:
    down, busy = tile(CARRIER, [], Load()), tile(CARRIER, links("throttled"), Load())
    needs = needs_of([down, busy], 14)
    assert [what for what, *_ in needs] == ["Orange is down", "14 in question"]


def test_a_move_counts_once_and_what_was_skipped_was_not_handed_in() -> None:
    moved = [
        (A, State.QUEUED, 100, 40),
        (A, State.SUBMITTED, 60, 10),
        (A, State.DELIVERED, 45, 45),
        (A, State.FAILED, 5, 5),
        (A, State.SKIPPED, 7, 7),
        (B, State.SUBMITTED, 90, 90),
        (B, State.QUEUED, 0, -90),
    ]
    busiest, other = traffic(moved)
    assert (busiest.account_id, busiest.submitted, busiest.accepted) == (B, 90, 0)
    assert (other.accepted, other.submitted, other.delivered, other.handled) == (100, 60, 45, 50)


def test_the_six_numbers_are_sums_over_all_connectors_and_accounts() -> None:
    moved = [(A, State.SUBMITTED, 60, 0), (A, State.DELIVERED, 50, 50), (B, State.UNDELIVERED, 10, 10)]
    pulse = Pulse(30.0, {ID: Load(1, 2, 3), ConnectorId(UUID(int=9)): Load(10, 20, 30)}, traffic(moved))
    numbers = numbers_of(pulse, 486)
    assert (numbers.queued, numbers.in_flight, numbers.unknown, numbers.window) == (11, 22, 33, 486)
    assert numbers.submitted == 2
    assert numbers.delivered_share == (50, 60)


def test_an_audit_that_fails_names_each_row() -> None:
    sums = Sums(A, "Luna", None, None, Sum(3, 3_000_000), Sum(1, 1_000_000), {"delivered": Sum(2, 2_000_000)})
    check = Check("postings", "Each message names its posting.", 1, (Off(A, None, "message 7"),))
    view = view_of(Report(NOW, (sums,), (check,)))
    assert not view.is_ok
    assert view.sums == [
        ("Accepted, by postings", "3 · 3.00 cr"),
        ("Refunded, by postings", "1 · 1.00 cr"),
        ("Messages delivered", "2 · 2.00 cr"),
    ]
    assert view.faults == [f"Each message names its posting. Not so: 1. message 7 (account {A})"]


@pytest.mark.parametrize(
    ("q", "is_meant"),
    [
        ("", True), ("spa", True), ("es", True), ("+34 6", True), ("3460", True), ("34600000118", True),
        ("351", False), ("port", False),
    ],
)  # fmt: skip
def test_a_country_is_found_by_name_letters_and_prefix(q: str, *, is_meant: bool) -> None:
    tariffs = (Tariff("34", "ES", "Spain", 1, is_demo=False), Tariff("3460", "ES", "Spain, mobile", 2, is_demo=False))
    assert fits(CountryTariffs("ES", "Spain", tariffs), q) == is_meant
