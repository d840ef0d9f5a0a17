"""Optional parameters: tag, length, value (SMPP 3.4 sections 3.2.4 and 5.3).

A PDU keeps all of them in the order they came, as `(tag, octets)`, also those with tags nobody here knows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

from cablegram.smpp.errors import SmppError
from cablegram.smpp.status import ESME_RINVOPTPARSTREAM, ESME_RINVPARLEN

Tlv = tuple[int, bytes]
Tlvs = tuple[Tlv, ...]

DEST_ADDR_SUBUNIT: Final = 0x0005
SOURCE_ADDR_SUBUNIT: Final = 0x000D
PAYLOAD_TYPE: Final = 0x0019
ADDITIONAL_STATUS_INFO_TEXT: Final = 0x001D
RECEIPTED_MESSAGE_ID: Final = 0x001E
PRIVACY_INDICATOR: Final = 0x0201
SOURCE_SUBADDRESS: Final = 0x0202
DEST_SUBADDRESS: Final = 0x0203
USER_MESSAGE_REFERENCE: Final = 0x0204
USER_RESPONSE_CODE: Final = 0x0205
SOURCE_PORT: Final = 0x020A
DESTINATION_PORT: Final = 0x020B
SAR_MSG_REF_NUM: Final = 0x020C
LANGUAGE_INDICATOR: Final = 0x020D
SAR_TOTAL_SEGMENTS: Final = 0x020E
SAR_SEGMENT_SEQNUM: Final = 0x020F
SC_INTERFACE_VERSION: Final = 0x0210
CALLBACK_NUM: Final = 0x0381
DPF_RESULT: Final = 0x0420
MS_AVAILABILITY_STATUS: Final = 0x0422
NETWORK_ERROR_CODE: Final = 0x0423
MESSAGE_PAYLOAD: Final = 0x0424
DELIVERY_FAILURE_REASON: Final = 0x0425
MORE_MESSAGES_TO_SEND: Final = 0x0426
MESSAGE_STATE: Final = 0x0427
ALERT_ON_MESSAGE_DELIVERY: Final = 0x130C

NAMES: Final[dict[int, str]] = {
    DEST_ADDR_SUBUNIT: "dest_addr_subunit",
    SOURCE_ADDR_SUBUNIT: "source_addr_subunit",
    PAYLOAD_TYPE: "payload_type",
    ADDITIONAL_STATUS_INFO_TEXT: "additional_status_info_text",
    RECEIPTED_MESSAGE_ID: "receipted_message_id",
    PRIVACY_INDICATOR: "privacy_indicator",
    SOURCE_SUBADDRESS: "source_subaddress",
    DEST_SUBADDRESS: "dest_subaddress",
    USER_MESSAGE_REFERENCE: "user_message_reference",
    USER_RESPONSE_CODE: "user_response_code",
    SOURCE_PORT: "source_port",
    DESTINATION_PORT: "destination_port",
    SAR_MSG_REF_NUM: "sar_msg_ref_num",
    LANGUAGE_INDICATOR: "language_indicator",
    SAR_TOTAL_SEGMENTS: "sar_total_segments",
    SAR_SEGMENT_SEQNUM: "sar_segment_seqnum",
    SC_INTERFACE_VERSION: "sc_interface_version",
    CALLBACK_NUM: "callback_num",
    DPF_RESULT: "dpf_result",
    MS_AVAILABILITY_STATUS: "ms_availability_status",
    NETWORK_ERROR_CODE: "network_error_code",
    MESSAGE_PAYLOAD: "message_payload",
    DELIVERY_FAILURE_REASON: "delivery_failure_reason",
    MORE_MESSAGES_TO_SEND: "more_messages_to_send",
    MESSAGE_STATE: "message_state",
    ALERT_ON_MESSAGE_DELIVERY: "alert_on_message_delivery",
}

_HEAD = struct.Struct(">HH")


def read(data: bytes, position: int, end: int) -> Tlvs:
    """Return the optional parameters that fill `data` from `position` to `end`; raises SmppError."""
    found: list[Tlv] = []
    while position < end:
        if end - position < 4:
            raise SmppError(ESME_RINVOPTPARSTREAM, f"{end - position} octets are left over behind the parameters.")
        tag, length = _HEAD.unpack_from(data, position)
        position += 4
        if length > end - position:
            message = f"Parameter 0x{tag:04x} says {length} octets; the body has {end - position}."
            raise SmppError(ESME_RINVOPTPARSTREAM, message)
        found.append((tag, data[position : position + length]))
        position += length
    return tuple(found)


def write(tlvs: Iterable[Tlv]) -> bytes:
    """Return the octets of optional parameters; raises SmppError when a tag or value does not fit its field."""
    out = bytearray()
    for tag, value in tlvs:
        if not 0 <= tag <= 0xFFFF or len(value) > 0xFFFF:
            message = f"Parameter {tag:#06x} with {len(value)} octets does not fit; tag and length have 16 bits."
            raise SmppError(ESME_RINVPARLEN, message)
        out += _HEAD.pack(tag, len(value))
        out += value
    return bytes(out)


def find(tlvs: Tlvs, tag: int) -> bytes | None:
    """Return the value of the first parameter with this tag."""
    for each, value in tlvs:
        if each == tag:
            return value
    return None


def number(tlvs: Tlvs, tag: int) -> int | None:
    """Return the value of a parameter as an unsigned big-endian number; an empty value is 0."""
    value = find(tlvs, tag)
    return None if value is None else int.from_bytes(value, "big")


def text(tlvs: Tlvs, tag: int) -> str | None:
    """Return the value of a parameter as text up to its NUL, which some peers leave out."""
    value = find(tlvs, tag)
    return None if value is None else value.partition(b"\0")[0].decode("latin-1")
