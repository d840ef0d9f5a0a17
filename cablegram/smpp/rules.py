"""The rules of a session as tables: who may ask what, in which state, over which half of a bind, and how long to wait.

SMPP 3.4 sections 2.2 (states), 2.3 (which PDU in which state) and 7.2 (timers).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum
from typing import Final

from cablegram.smpp import commands


class Role(StrEnum):
    """Which end of the connection a session is."""

    ESME = "esme"
    SMSC = "smsc"


class Mode(Flag):
    """The halves of a bind, from the client's side; a transceiver has both."""

    TRANSMITTER = 1
    RECEIVER = 2
    TRANSCEIVER = 3


class State(StrEnum):
    """Where a session stands."""

    OPEN = "open"
    BINDING = "binding"
    BOUND = "bound"
    UNBINDING = "unbinding"
    CLOSED = "closed"


MODES: Final = {
    commands.BIND_TRANSMITTER: Mode.TRANSMITTER,
    commands.BIND_RECEIVER: Mode.RECEIVER,
    commands.BIND_TRANSCEIVER: Mode.TRANSCEIVER,
}
"""Which halves each bind request opens."""

ASKS: Final = {
    Role.ESME: {
        commands.SUBMIT_SM: Mode.TRANSMITTER,
        commands.SUBMIT_MULTI: Mode.TRANSMITTER,
        commands.DATA_SM: Mode.TRANSMITTER,
        commands.QUERY_SM: Mode.TRANSMITTER,
        commands.CANCEL_SM: Mode.TRANSMITTER,
        commands.REPLACE_SM: Mode.TRANSMITTER,
    },
    Role.SMSC: {
        commands.DELIVER_SM: Mode.RECEIVER,
        commands.DATA_SM: Mode.RECEIVER,
        commands.ALERT_NOTIFICATION: Mode.RECEIVER,
    },
}
"""What each end may ask while bound, and the half of the bind that it needs (SMPP 3.4 table 2-1)."""


@dataclass(frozen=True, slots=True)
class Timers:
    """How long to wait, in seconds (SMPP 3.4 section 7.2): for a bind, an answer, silence, and its echo."""

    bind: float = 30.0
    response: float = 60.0
    enquire_after: float = 30.0
    enquire_response: float = 10.0
    unbind: float = 5.0


DEFAULT_TIMERS: Final = Timers()
