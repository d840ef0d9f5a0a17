"""Whose turn it is in a lane."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from cablegram.dispatch.model import Claimed
from cablegram.dispatch.turns import Turns
from cablegram.kit.ids import AccountId, ConnectorId, MessageId
from cablegram.messages.model import MessageClass


def claimed(share: int, kind: MessageClass = MessageClass.MARKETING) -> Claimed:
    none = UUID(int=0)
    return Claimed(MessageId(none), AccountId(none), None, 1, 1, 0, kind, 1, ConnectorId(none), share, None)


def test_the_next_claim_begins_behind_the_share_served_last() -> None:
    turns = Turns()
    turns.note([claimed(5), claimed(9)])
    assert turns.after == [-1, -1, 9]
    turns.note([claimed(2)])
    assert turns.after == [-1, -1, 2]


def test_lanes_take_their_turns_apart() -> None:
    turns = Turns()
    turns.note([claimed(7, MessageClass.OTP), claimed(3, MessageClass.TRANSACTIONAL), claimed(5)])
    assert turns.after == [7, 3, 5]


def test_the_last_of_the_last_round_counts() -> None:
    turns = Turns()
    turns.note([claimed(5), claimed(9), claimed(5)])
    assert turns.after == [-1, -1, 5]


def test_having_gone_round_the_end_the_later_half_of_the_round_is_the_lower_one() -> None:
    turns = Turns()
    turns.note([claimed(500)])
    turns.note([claimed(900), claimed(3), claimed(100)])
    assert turns.after == [-1, -1, 100]


@given(st.lists(st.integers(0, 1023), min_size=1, max_size=20, unique=True))
def test_with_room_for_one_everybody_is_served_once_a_round(shares: list[int]) -> None:
    turns, served = Turns(), list[int]()
    for _ in shares:
        after = turns.after[2]
        served.append(min(shares, key=lambda share: (share <= after, share)))
        turns.note([claimed(served[-1])])
    assert sorted(served) == sorted(shares)
