"""Which connector carries a message: the sender's own, the account's before the operator's, real before simulated."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.routing.choose import Way, Ways

US, THEM = AccountId(UUID(int=1)), AccountId(UUID(int=2))
OLD, NEW, SIMULATED, OURS, THEIRS = (ConnectorId(UUID(int=10 + number)) for number in range(5))
ALL = [
    Way(SIMULATED, None, is_simulated=True),
    Way(NEW, None, is_simulated=False),
    Way(OLD, None, is_simulated=False),
    Way(THEIRS, THEM, is_simulated=False),
    Way(OURS, US, is_simulated=True),
]


def without(*ids: ConnectorId) -> Ways:
    return Ways(way for way in ALL if way.connector_id not in ids)


def test_the_account_s_own_connector_comes_first_then_real_ones_then_older_ones() -> None:
    assert Ways(ALL).choose(US, None) == OURS
    assert without(OURS).choose(US, None) == OLD
    assert without(OURS, OLD).choose(US, None) == NEW
    assert without(OURS, OLD, NEW).choose(US, None) == SIMULATED


def test_the_sender_s_connector_wins_over_all_and_nothing_stands_in_for_it() -> None:
    assert Ways(ALL).choose(US, SIMULATED) == SIMULATED
    assert without(SIMULATED).choose(US, SIMULATED) is None


def test_another_account_s_connector_carries_nothing_of_ours() -> None:
    assert Ways([Way(THEIRS, THEM, is_simulated=False)]).choose(US, None) is None
    assert Ways(ALL).choose(US, THEIRS) is None


@pytest.mark.parametrize("wanted", [None, OLD])
def test_without_a_connector_there_is_no_way(wanted: ConnectorId | None) -> None:
    assert Ways([]).choose(US, wanted) is None


@given(st.permutations(ALL))
def test_the_answer_does_not_depend_on_the_order_of_rows(ways: list[Way]) -> None:
    assert [Ways(ways).choose(who, None) for who in (US, THEM)] == [OURS, THEIRS]
