"""Two sessions that talk without a connection, and what tests ask of them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TypeVar

from cablegram.smpp import binding, codec, pdu, tlv
from cablegram.smpp.events import BindAsked, Bound, Event
from cablegram.smpp.rules import Mode, Role, Timers
from cablegram.smpp.session import Session

T = TypeVar("T")
E = TypeVar("E")
TIMERS = Timers(bind=30, response=60, enquire_after=20, enquire_response=10, unbind=5)
BINDS = {
    Mode.TRANSMITTER: binding.BindTransmitter,
    Mode.RECEIVER: binding.BindReceiver,
    Mode.TRANSCEIVER: binding.BindTransceiver,
}


def bound_pair(mode: Mode = Mode.TRANSCEIVER, window: int = 10) -> tuple[Session[object], Session[object]]:
    """Return a client and a carrier, bound."""
    esme = Session[object](Role.ESME, now=0, window=window, timers=TIMERS)
    smsc = Session[object](Role.SMSC, now=0, window=window, timers=TIMERS)
    asked = only(smsc.receive(esme.bind(BINDS[mode]("us", "secret"), now=0), now=0), BindAsked)
    events = esme.receive(smsc.accept(asked, "carrier", tlvs=((tlv.SC_INTERFACE_VERSION, b"\x34"),)), now=0)
    assert events == [Bound(mode, "carrier", ((tlv.SC_INTERFACE_VERSION, b"\x34"),))]
    return esme, smsc


def only(events: Sequence[object], kind: type[E]) -> E:
    """Return the one event there is, which is of a kind."""
    (event,) = events
    assert isinstance(event, kind)
    return event


def heads(data: bytes) -> list[tuple[int, int, int]]:
    """Return command_id, command_status and sequence_number of PDUs that are headers alone."""
    return [each[1:] for each in struct.iter_unpack(">IIII", data)]


def read(data: bytes) -> list[pdu.Pdu]:
    """Return the readable PDUs of a stream."""
    found = codec.Decoder().feed(data)
    return [item for item in found if not isinstance(item, codec.Unreadable)]


def send(to: Session[T], *messages: pdu.Pdu, now: float = 0) -> list[Event[T]]:
    """Feed messages under their own sequence numbers."""
    return to.receive(b"".join(codec.encode(each, each.sequence) for each in messages), now=now)
