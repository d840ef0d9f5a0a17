"""Which connector carries a message: the sender's own, the account's before the operator's, real before simulated."""

from __future__ import annotations

from dataclasses import replace
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


def chosen(ways: Ways, who: AccountId, *wanted: ConnectorId) -> ConnectorId | None:
    way = ways.choose(who, wanted)
    return way.connector_id if way else None


def without(*ids: ConnectorId) -> Ways:
    return Ways(way for way in ALL if way.connector_id not in ids)


def test_the_account_s_own_connector_comes_first_then_real_ones_then_older_ones() -> None:
    assert chosen(Ways(ALL), US) == OURS
    assert chosen(without(OURS), US) == OLD
    assert chosen(without(OURS, OLD), US) == NEW
    assert chosen(without(OURS, OLD, NEW), US) == SIMULATED


def test_the_sender_s_connector_wins_over_all_and_nothing_stands_in_for_it() -> None:
    assert chosen(Ways(ALL), US, SIMULATED) == SIMULATED
    assert chosen(without(SIMULATED), US, SIMULATED) is None


def test_another_account_s_connector_carries_nothing_of_ours() -> None:
    assert chosen(Ways([Way(THEIRS, THEM, is_simulated=False)]), US) is None
    assert chosen(Ways(ALL), US, THEIRS) is None


@pytest.mark.parametrize("wanted", [(), (OLD,)])
def test_without_a_connector_there_is_no_way(wanted: tuple[ConnectorId, ...]) -> None:
    assert Ways([]).choose(US, wanted) is None


def test_a_connector_whose_link_is_up_goes_before_an_older_one_whose_link_is_down() -> None:
    old, new, simulated = (Way(OLD, None, False, is_up=False), Way(NEW, None, False), Way(SIMULATED, None, True))
    assert chosen(Ways([old, new, simulated]), US) == NEW
    assert chosen(Ways([old, new, simulated]), US, OLD, SIMULATED) == OLD, "what is real is never sent to a simulator"
    assert chosen(Ways([old, replace(new, is_up=False)]), US) == OLD, "where all are down it is as if all were up"


def test_the_account_s_own_connector_keeps_its_messages_while_its_link_is_down() -> None:
    assert chosen(Ways([Way(OURS, US, False, is_up=False), Way(OLD, None, False)]), US) == OURS


def test_of_several_wanted_connectors_the_best_is_taken() -> None:
    assert chosen(Ways(ALL), US, SIMULATED, NEW) == NEW


@pytest.mark.req("R43", "R55")
def test_pictures_go_by_a_connector_that_carries_them_and_others_keep_their_way() -> None:
    ways = Ways([Way(OLD, None, False), Way(NEW, None, False, carries_media=True, usable_characters=120)])
    assert chosen(ways, US) == OLD
    found = ways.choose(US, with_media=True)
    assert found is not None
    assert found.connector_id == NEW
    assert ways.choose(US, [OLD], with_media=True) is None
    assert [one.carries_media(US) for one in (ways, Ways(ALL))] == [True, False]
    assert (ways.usable_characters, Ways(ALL).usable_characters) == ({NEW: 120}, {})


@given(st.permutations(ALL))
def test_the_answer_does_not_depend_on_the_order_of_rows(ways: list[Way]) -> None:
    assert [chosen(Ways(ways), who) for who in (US, THEM)] == [OURS, THEIRS]


def test_only_those_gateways_are_named_that_bill_in_their_own_way() -> None:
    own = Way(NEW, None, is_simulated=False, usable_characters=120)
    assert Ways([Way(OLD, None, is_simulated=False), own]).usable_characters == {NEW: 120}
