"""Standings with programs: which moves there are, and who two people become under one number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from cablegram.kit.ids import ContactId, ProgramId, uuid7
from cablegram.programs import model
from cablegram.programs.model import MOVES, Standing, Subscriber, merged

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
PROGRAM = ProgramId(uuid7())


def somebody(standing: Standing, number: str = "34600000118", *, joined: datetime | None = NOW) -> Subscriber:
    return Subscriber(PROGRAM, ContactId(uuid7()), number, standing, NOW, joined, None)


@pytest.mark.req("R70", "R72", "R79")
def test_only_the_moves_of_the_table_are_legal() -> None:
    said = {(name, str(before)) for name, before in product(MOVES, [None, *Standing]) if before in MOVES[name].legal}
    assert said == {
        ("meet", "None"),
        *(("ask", one) for one in ("None", "guest", "asked", "out")),
        *(("enter", one) for one in ("None", "guest", "asked", "out")),
        *(("leave", one) for one in ("guest", "asked", "in", "paused")),
        ("pause", "in"),
        ("resume", "paused"),
    }


def test_only_a_yes_says_since_when_somebody_is_in() -> None:
    before, earlier = somebody(Standing.IN, joined=NOW - timedelta(days=3)), NOW - timedelta(days=3)
    assert model.joined(model.ENTER, None, NOW) == NOW
    assert model.joined(model.PAUSE, before, NOW) == earlier
    assert model.joined(model.MEET, None, NOW) is None


@pytest.mark.req("R79")
def test_a_changed_number_keeps_the_older_subscription_and_never_undoes_a_no() -> None:
    old, new_contact = somebody(Standing.IN, joined=NOW - timedelta(days=9)), ContactId(uuid7())
    moved = merged(old, None, number="34600000119", contact_id=new_contact)
    assert (moved.number, moved.contact_id, moved.standing) == ("34600000119", new_contact, Standing.IN)
    younger = somebody(Standing.PAUSED, "34600000119", joined=NOW - timedelta(days=2))
    assert merged(old, younger, number="34600000119", contact_id=new_contact).joined_at == NOW - timedelta(days=9)
    assert merged(old, somebody(Standing.ASKED), number="1", contact_id=new_contact).standing is Standing.IN
    gone = somebody(Standing.OUT, "34600000119")
    assert merged(old, gone, number="34600000119", contact_id=new_contact) is gone
    assert merged(gone, younger, number="34600000119", contact_id=new_contact) is younger
