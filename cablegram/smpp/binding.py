"""The PDUs that concern the connection itself: bind, unbind, enquire_link, generic_nack (SMPP 3.4 section 4).

`sequence` is set on what was read and ignored on what is written: a session hands out the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cablegram.smpp import commands, tlv
from cablegram.smpp.fields import CString, Field, Octet
from cablegram.smpp.status import ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RINVSYSID, ESME_RINVSYSTYP

VERSION_3_4 = 0x34

_SYSTEM_ID = CString("system_id", 16, ESME_RINVSYSID)
_PASSWORD = CString("password", 9, ESME_RINVPASWD)


@dataclass(slots=True)
class Bind:
    """What the three bind requests share (section 4.1)."""

    COMMAND: ClassVar[int]
    LAYOUT: ClassVar[tuple[Field, ...]] = (
        _SYSTEM_ID,
        _PASSWORD,
        CString("system_type", 13, ESME_RINVSYSTYP),
        Octet("interface_version"),
        Octet("addr_ton"),
        Octet("addr_npi"),
        CString("address_range", 41, ESME_RBINDFAIL),
    )

    system_id: str
    password: str = ""
    system_type: str = ""
    interface_version: int = VERSION_3_4
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class BindTransmitter(Bind):
    """bind_transmitter: to send messages (section 4.1.1)."""

    COMMAND: ClassVar[int] = commands.BIND_TRANSMITTER


@dataclass(slots=True)
class BindReceiver(Bind):
    """bind_receiver: to get messages and receipts (section 4.1.3)."""

    COMMAND: ClassVar[int] = commands.BIND_RECEIVER


@dataclass(slots=True)
class BindTransceiver(Bind):
    """bind_transceiver: both over one connection (section 4.1.5)."""

    COMMAND: ClassVar[int] = commands.BIND_TRANSCEIVER


@dataclass(slots=True)
class BindResp:
    """What the three answers to a bind share; sc_interface_version is among the `tlvs`."""

    COMMAND: ClassVar[int]
    LAYOUT: ClassVar[tuple[Field, ...]] = (_SYSTEM_ID,)

    system_id: str = ""
    tlvs: tlv.Tlvs = ()
    status: int = 0
    sequence: int = 0


@dataclass(slots=True)
class BindTransmitterResp(BindResp):
    """bind_transmitter_resp (section 4.1.2)."""

    COMMAND: ClassVar[int] = commands.BIND_TRANSMITTER | commands.RESPONSE


@dataclass(slots=True)
class BindReceiverResp(BindResp):
    """bind_receiver_resp (section 4.1.4)."""

    COMMAND: ClassVar[int] = commands.BIND_RECEIVER | commands.RESPONSE


@dataclass(slots=True)
class BindTransceiverResp(BindResp):
    """bind_transceiver_resp (section 4.1.6)."""

    COMMAND: ClassVar[int] = commands.BIND_TRANSCEIVER | commands.RESPONSE


@dataclass(slots=True)
class Outbind:
    """outbind: the carrier asks us to bind (section 4.1.7)."""

    COMMAND: ClassVar[int] = commands.OUTBIND
    LAYOUT: ClassVar[tuple[Field, ...]] = (_SYSTEM_ID, _PASSWORD)

    system_id: str
    password: str = ""
    tlvs: tlv.Tlvs = ()
    sequence: int = 0


@dataclass(slots=True)
class BareRequest:
    """What requests without a body share."""

    COMMAND: ClassVar[int]
    LAYOUT: ClassVar[tuple[Field, ...]] = ()

    sequence: int = 0


@dataclass(slots=True)
class EnquireLink(BareRequest):
    """enquire_link: are you there? (section 4.11.1)."""

    COMMAND: ClassVar[int] = commands.ENQUIRE_LINK


@dataclass(slots=True)
class Unbind(BareRequest):
    """unbind: good-bye (section 4.2.1)."""

    COMMAND: ClassVar[int] = commands.UNBIND


@dataclass(slots=True)
class BareResp:
    """What answers without a body share."""

    COMMAND: ClassVar[int]
    LAYOUT: ClassVar[tuple[Field, ...]] = ()

    status: int = 0
    sequence: int = 0


@dataclass(slots=True)
class EnquireLinkResp(BareResp):
    """enquire_link_resp (section 4.11.2)."""

    COMMAND: ClassVar[int] = commands.ENQUIRE_LINK | commands.RESPONSE


@dataclass(slots=True)
class UnbindResp(BareResp):
    """unbind_resp (section 4.2.2)."""

    COMMAND: ClassVar[int] = commands.UNBIND | commands.RESPONSE


@dataclass(slots=True)
class GenericNack(BareResp):
    """generic_nack: that was no request I know (section 4.3.1)."""

    COMMAND: ClassVar[int] = commands.GENERIC_NACK
