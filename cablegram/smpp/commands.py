"""The command_id values of SMPP 3.4 (section 5.1.2.1). A response is its request with the top bit set."""

from __future__ import annotations

from typing import Final

RESPONSE: Final = 0x8000_0000

GENERIC_NACK: Final = 0x8000_0000
BIND_RECEIVER: Final = 0x0000_0001
BIND_TRANSMITTER: Final = 0x0000_0002
QUERY_SM: Final = 0x0000_0003
SUBMIT_SM: Final = 0x0000_0004
DELIVER_SM: Final = 0x0000_0005
UNBIND: Final = 0x0000_0006
REPLACE_SM: Final = 0x0000_0007
CANCEL_SM: Final = 0x0000_0008
BIND_TRANSCEIVER: Final = 0x0000_0009
OUTBIND: Final = 0x0000_000B
ENQUIRE_LINK: Final = 0x0000_0015
SUBMIT_MULTI: Final = 0x0000_0021
ALERT_NOTIFICATION: Final = 0x0000_0102
DATA_SM: Final = 0x0000_0103

ANSWERED: Final = frozenset(
    {
        BIND_RECEIVER,
        BIND_TRANSMITTER,
        BIND_TRANSCEIVER,
        QUERY_SM,
        SUBMIT_SM,
        DELIVER_SM,
        UNBIND,
        REPLACE_SM,
        CANCEL_SM,
        ENQUIRE_LINK,
        SUBMIT_MULTI,
        DATA_SM,
    }
)
"""The requests that have a response of their own; outbind and alert_notification have none."""

NAMES: Final[dict[int, str]] = {
    GENERIC_NACK: "generic_nack",
    BIND_RECEIVER: "bind_receiver",
    BIND_TRANSMITTER: "bind_transmitter",
    QUERY_SM: "query_sm",
    SUBMIT_SM: "submit_sm",
    DELIVER_SM: "deliver_sm",
    UNBIND: "unbind",
    REPLACE_SM: "replace_sm",
    CANCEL_SM: "cancel_sm",
    BIND_TRANSCEIVER: "bind_transceiver",
    OUTBIND: "outbind",
    ENQUIRE_LINK: "enquire_link",
    SUBMIT_MULTI: "submit_multi",
    ALERT_NOTIFICATION: "alert_notification",
    DATA_SM: "data_sm",
}


def name(command: int) -> str:
    """Return the name of a command_id as the standard writes it, or its hexadecimal value."""
    if command in NAMES:
        return NAMES[command]
    if command & ~RESPONSE in ANSWERED:
        return f"{NAMES[command & ~RESPONSE]}_resp"
    return f"0x{command:08x}"
