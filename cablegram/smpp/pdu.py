"""The messages of SMPP 3.4 as values (section 4), one class each, with the names that the standard gives the fields.

`sequence` is set on what was read and ignored on what is written: a session hands out the numbers. The hot ones
(`SubmitSm`, `DeliverSm` and their responses) have a reader of their own in `codec`; the others are read and written
by their `LAYOUT`. `Other` keeps the body of what this product never looks into, such as submit_multi. What concerns
the connection and not a message is in `binding`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cablegram.smpp import commands, tlv
from cablegram.smpp.binding import (
    BareResp,
    Bind,
    BindResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    Outbind,
    Unbind,
    UnbindResp,
)
from cablegram.smpp.fields import Counted, CString, Field, Octet
from cablegram.smpp.status import (
    ESME_RINVDSTADR,
    ESME_RINVEXPIRY,
    ESME_RINVMSGID,
    ESME_RINVMSGLEN,
    ESME_RINVSCHED,
    ESME_RINVSERTYP,
    ESME_RINVSRCADR,
    ESME_RQUERYFAIL,
)

LONGEST_SHORT_MESSAGE = 254

SERVICE_TYPE = CString("service_type", 6, ESME_RINVSERTYP)
MESSAGE_ID = CString("message_id", 65, ESME_RINVMSGID)
SCHEDULE = CString("schedule_delivery_time", 17, ESME_RINVSCHED)
VALIDITY = CString("validity_period", 17, ESME_RINVEXPIRY)
SHORT_MESSAGE = Counted("short_message", LONGEST_SHORT_MESSAGE, ESME_RINVMSGLEN)
SOURCE = CString("source_addr", 21, ESME_RINVSRCADR)
DESTINATION = CString("destination_addr", 21, ESME_RINVDSTADR)


def _source(size: int) -> tuple[Field, ...]:
    return Octet("source_addr_ton"), Octet("source_addr_npi"), CString("source_addr", size, ESME_RINVSRCADR)


def _destination(size: int) -> tuple[Field, ...]:
    return Octet("dest_addr_ton"), Octet("dest_addr_npi"), CString("destination_addr", size, ESME_RINVDSTADR)


@dataclass(slots=True)
class ShortMessage:
    """The body that submit_sm and deliver_sm share (sections 4.4.1 and 4.6.1); see `content` for long texts."""

    COMMAND: ClassVar[int]
    LAYOUT: ClassVar[tuple[Field, ...]] = (
        SERVICE_TYPE,
        *_source(21),
        *_destination(21),
        Octet("esm_class"),
        Octet("protocol_id"),
        Octet("priority_flag"),
        SCHEDULE,
        VALIDITY,
        Octet("registered_delivery"),
        Octet("replace_if_present_flag"),
        Octet("data_coding"),
        Octet("sm_default_msg_id"),
        SHORT_MESSAGE,
    )

    source_addr: str = ""
    destination_addr: str = ""
    short_message: bytes = b""
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    service_type: str = ""
    protocol_id: int = 0
    priority_flag: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    replace_if_present_flag: int = 0
    sm_default_msg_id: int = 0
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class SubmitSm(ShortMessage):
    """submit_sm: take this message (section 4.4.1)."""

    COMMAND: ClassVar[int] = commands.SUBMIT_SM


@dataclass(slots=True)
class DeliverSm(ShortMessage):
    """deliver_sm: here is a message or a receipt (section 4.6.1)."""

    COMMAND: ClassVar[int] = commands.DELIVER_SM


@dataclass(slots=True)
class Taken:
    """What answers to a message share: the id it got."""

    COMMAND: ClassVar[int]
    LAYOUT: ClassVar[tuple[Field, ...]] = (MESSAGE_ID,)

    message_id: str = ""
    status: int = 0
    sequence: int = 0
    tlvs: tlv.Tlvs = ()


@dataclass(slots=True)
class SubmitSmResp(Taken):
    """submit_sm_resp: taken under this id, or refused (section 4.4.2)."""

    COMMAND: ClassVar[int] = commands.SUBMIT_SM | commands.RESPONSE


@dataclass(slots=True)
class DeliverSmResp(Taken):
    """deliver_sm_resp; its message_id is unused (section 4.6.2)."""

    COMMAND: ClassVar[int] = commands.DELIVER_SM | commands.RESPONSE


@dataclass(slots=True)
class DataSmResp(Taken):
    """data_sm_resp (section 4.7.2)."""

    COMMAND: ClassVar[int] = commands.DATA_SM | commands.RESPONSE


@dataclass(slots=True)
class DataSm:
    """data_sm: a message in either direction, its text in message_payload (section 4.7.1)."""

    COMMAND: ClassVar[int] = commands.DATA_SM
    LAYOUT: ClassVar[tuple[Field, ...]] = (
        SERVICE_TYPE,
        *_source(65),
        *_destination(65),
        Octet("esm_class"),
        Octet("registered_delivery"),
        Octet("data_coding"),
    )

    source_addr: str = ""
    destination_addr: str = ""
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    service_type: str = ""
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class QuerySm:
    """query_sm: what became of it? (section 4.8.1)."""

    COMMAND: ClassVar[int] = commands.QUERY_SM
    LAYOUT: ClassVar[tuple[Field, ...]] = (MESSAGE_ID, *_source(21))

    message_id: str
    source_addr: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class QuerySmResp:
    """query_sm_resp: its final date, message_state and network error (section 4.8.2)."""

    COMMAND: ClassVar[int] = commands.QUERY_SM | commands.RESPONSE
    LAYOUT: ClassVar[tuple[Field, ...]] = (
        MESSAGE_ID,
        CString("final_date", 17, ESME_RQUERYFAIL),
        Octet("message_state"),
        Octet("error_code"),
    )

    message_id: str = ""
    final_date: str = ""
    message_state: int = 0
    error_code: int = 0
    tlvs: tlv.Tlvs = ()
    status: int = 0
    sequence: int = 0


@dataclass(slots=True)
class CancelSm:
    """cancel_sm: do not deliver it (section 4.9.1)."""

    COMMAND: ClassVar[int] = commands.CANCEL_SM
    LAYOUT: ClassVar[tuple[Field, ...]] = (SERVICE_TYPE, MESSAGE_ID, *_source(21), *_destination(21))

    message_id: str
    source_addr: str = ""
    destination_addr: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    service_type: str = ""
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class ReplaceSm:
    """replace_sm: another text for a message not yet delivered (section 4.10.1)."""

    COMMAND: ClassVar[int] = commands.REPLACE_SM
    LAYOUT: ClassVar[tuple[Field, ...]] = (
        MESSAGE_ID,
        *_source(21),
        SCHEDULE,
        VALIDITY,
        Octet("registered_delivery"),
        Octet("sm_default_msg_id"),
        SHORT_MESSAGE,
    )

    message_id: str
    source_addr: str = ""
    short_message: bytes = b""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    sm_default_msg_id: int = 0
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class AlertNotification:
    """alert_notification: a phone can be reached again; it has no answer (section 4.12.1)."""

    COMMAND: ClassVar[int] = commands.ALERT_NOTIFICATION
    LAYOUT: ClassVar[tuple[Field, ...]] = (
        *_source(65),
        Octet("esme_addr_ton"),
        Octet("esme_addr_npi"),
        CString("esme_addr", 65, ESME_RINVDSTADR),
    )

    source_addr: str = ""
    esme_addr: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    esme_addr_ton: int = 0
    esme_addr_npi: int = 0
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class CancelSmResp(BareResp):
    """cancel_sm_resp (section 4.9.2)."""

    COMMAND: ClassVar[int] = commands.CANCEL_SM | commands.RESPONSE


@dataclass(slots=True)
class ReplaceSmResp(BareResp):
    """replace_sm_resp (section 4.10.2)."""

    COMMAND: ClassVar[int] = commands.REPLACE_SM | commands.RESPONSE


@dataclass(slots=True)
class Other:
    """A PDU whose body stays as it is: submit_multi and its answer (section 4.5)."""

    command: int
    body: bytes = b""
    status: int = 0
    sequence: int = 0


Laid = (
    Bind
    | BindResp
    | Outbind
    | Unbind
    | UnbindResp
    | EnquireLink
    | EnquireLinkResp
    | GenericNack
    | ShortMessage
    | Taken
    | DataSm
    | QuerySm
    | QuerySmResp
    | CancelSm
    | CancelSmResp
    | ReplaceSm
    | ReplaceSmResp
    | AlertNotification
)
Pdu = Laid | Other
Message = SubmitSm | DeliverSm | DataSm


def content(message: Message) -> bytes:
    """Return the octets of a text: short_message, or message_payload where that is used instead (section 5.3.2.32)."""
    if isinstance(message, ShortMessage) and message.short_message:
        return message.short_message
    return tlv.find(message.tlvs, tlv.MESSAGE_PAYLOAD) or b""
