"""What waits for a receiver."""

from __future__ import annotations

import pytest

from cablegram.simulators import mailbox as boxes
from cablegram.simulators.mailbox import Delivery, Mailbox
from cablegram.smpp.pdu import DeliverSm


class Bind:
    """A receiver with a window."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.got: list[Delivery] = []

    @property
    def free(self) -> int:
        return self.window - len(self.got)

    def deliver(self, deliveries: list[Delivery]) -> None:
        self.got += deliveries


def _deliveries(count: int) -> list[Delivery]:
    return [Delivery(DeliverSm(str(number))) for number in range(count)]


def test_deliveries_wait_for_a_receiver_and_its_window() -> None:
    mailbox, bind = Mailbox(), Bind(3)
    deliveries = _deliveries(5)
    mailbox.put(deliveries)
    mailbox.flush()
    assert len(mailbox) == 5
    mailbox.receivers.append(bind)
    mailbox.flush()
    assert (bind.got, len(mailbox)) == (deliveries[:3], 2)
    bind.got.clear()
    mailbox.flush()
    assert bind.got == deliveries[3:]


def test_receivers_take_turns() -> None:
    mailbox, one, two = Mailbox(), Bind(10), Bind(10)
    mailbox.receivers += [one, two]
    for delivery in _deliveries(4):
        mailbox.put([delivery])
        mailbox.flush()
    assert (len(one.got), len(two.got)) == (2, 2)


def test_receivers_share_a_batch_and_who_has_no_room_leaves_it_to_the_others() -> None:
    mailbox, one, two, full = Mailbox(), Bind(100), Bind(100), Bind(0)
    mailbox.receivers += [full, one, two]
    mailbox.put(_deliveries(11))
    mailbox.flush()
    assert sorted((len(one.got), len(two.got))) == [5, 6]
    two.window = len(two.got)
    mailbox.put(_deliveries(7))
    mailbox.flush()
    assert len(one.got) + len(two.got) == 18


def test_what_was_written_in_vain_comes_first_and_what_was_done_meanwhile_not_at_all() -> None:
    mailbox, bind = Mailbox(), Bind(10)
    first, second, third = _deliveries(3)
    mailbox.put([third])
    mailbox.put_back([first, second])
    second.is_done = True
    mailbox.receivers.append(bind)
    mailbox.flush()
    assert bind.got == [first, third]


def test_too_many_are_given_up_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MOST_WAITING", 3)
    mailbox = Mailbox()
    deliveries = _deliveries(5)
    mailbox.put(deliveries)
    assert mailbox.dropped == 2
    assert mailbox.take_all() == deliveries[2:]
    assert len(mailbox) == 0
