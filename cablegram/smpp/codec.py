"""Between PDUs and bytes: whole PDUs both ways, and a stream of bytes cut anywhere (SMPP 3.4 section 3.2).

Any bytes give PDUs or `Unreadable`s; nothing else. A body that can't be read costs that PDU alone, because its
length is known; a length that can't be right costs the stream, because nobody knows where the next PDU starts.
Responses are read leniently, since refusing one would lose the fate of a message: their body may be missing, and
a message_id may lack its NUL.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cablegram.smpp import binding, commands, pdu, tlv
from cablegram.smpp.errors import SmppError
from cablegram.smpp.pdu import LONGEST_SHORT_MESSAGE, Laid, Other, Pdu, ShortMessage, Taken
from cablegram.smpp.status import ESME_RINVCMDID, ESME_RINVCMDLEN, ESME_RINVMSGID, ESME_RINVMSGLEN, ESME_RINVPARLEN

LARGEST: Final = 65_536
HEADER: Final = struct.Struct(">IIII")

Head = tuple[int, int, int, int]
"""command_length, command_id, command_status, sequence_number."""

Reader = Callable[[bytes, int, int, Head], Pdu]
"""Reads a body from a position to an end; raises SmppError."""

_LONGEST_ID: Final = 64
_KEPT: Final = frozenset({commands.SUBMIT_MULTI, commands.SUBMIT_MULTI | commands.RESPONSE})
_BY_LAYOUT = {
    each.COMMAND: each
    for each in (
        binding.BindTransmitter,
        binding.BindReceiver,
        binding.BindTransceiver,
        binding.BindTransmitterResp,
        binding.BindReceiverResp,
        binding.BindTransceiverResp,
        binding.Outbind,
        binding.EnquireLink,
        binding.EnquireLinkResp,
        binding.Unbind,
        binding.UnbindResp,
        binding.GenericNack,
        pdu.SubmitSm,
        pdu.DeliverSm,
        pdu.DataSm,
        pdu.QuerySm,
        pdu.QuerySmResp,
        pdu.CancelSm,
        pdu.CancelSmResp,
        pdu.ReplaceSm,
        pdu.ReplaceSmResp,
        pdu.AlertNotification,
    )
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A PDU whose header was read and whose rest was not; `fatal` when the stream has no known next PDU."""

    command: int
    status: int
    sequence: int
    error: SmppError
    fatal: bool = False


def encode(message: Pdu, sequence: int) -> bytes:
    """Return the bytes of a PDU under a sequence number; raises SmppError for a value its field can't hold."""
    if isinstance(message, ShortMessage):
        command, status, body = message.COMMAND, 0, _write_short_message(message)
    elif isinstance(message, Taken):
        command, status, body = message.COMMAND, message.status, _write_taken(message)
    elif isinstance(message, Other):
        command, status, body = message.command, message.status, message.body
    else:
        command, status, body = message.COMMAND, getattr(message, "status", 0), _write_by_layout(message)
    if len(body) > LARGEST - 16:
        raise SmppError(ESME_RINVCMDLEN, f"The PDU has {len(body) + 16} octets; {LARGEST} are allowed.")
    try:
        return HEADER.pack(len(body) + 16, command, status, sequence) + body
    except struct.error as problem:
        message_text = "command_id, command_status and sequence_number must fit 32 bits."
        raise SmppError(ESME_RINVPARLEN, message_text) from problem


def decode(data: bytes) -> Pdu:
    """Return the one PDU that `data` is, whole; raises SmppError."""
    if len(data) < 16:
        raise SmppError(ESME_RINVCMDLEN, f"A PDU has at least 16 octets, not {len(data)}.")
    head: Head = HEADER.unpack_from(data)
    length, command, _, _ = head
    if length != len(data) or length > LARGEST:
        raise SmppError(ESME_RINVCMDLEN, f"The PDU says {length} octets and has {len(data)}.")
    return _READERS.get(command, _read_other)(data, 16, length, head)


class Decoder:
    """Cuts a stream into PDUs; how the stream was split makes no difference to what comes out."""

    __slots__ = ("_broken", "_largest", "_rest", "_wanted")

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._rest = bytearray()
        self._wanted = 16
        self._broken = False

    def feed(self, data: bytes) -> list[Pdu | Unreadable]:
        """Return the PDUs that are complete now; after an `Unreadable` that is fatal nothing more comes."""
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return []
            data = bytes(self._rest)
        found, position = self._cut(data)
        self._rest = bytearray(data[position:])
        return found

    def _cut(self, data: bytes) -> tuple[list[Pdu | Unreadable], int]:
        found: list[Pdu | Unreadable] = []
        if self._broken:
            return found, len(data)
        position, end = 0, len(data)
        self._wanted = 16
        while end - position >= 16:
            head: Head = HEADER.unpack_from(data, position)
            length: int = head[0]
            if not 16 <= length <= self._largest:
                self._broken = True
                problem = SmppError(ESME_RINVCMDLEN, f"A PDU says {length} octets; 16 to {self._largest} are allowed.")
                found.append(Unreadable(*head[1:], problem, fatal=True))
                return found, end
            stop = position + length
            if stop > end:
                self._wanted = length
                break
            reader = _READERS.get(head[1], _read_other)
            try:
                found.append(reader(data, position + 16, stop, head))
            except SmppError as problem:
                found.append(Unreadable(*head[1:], problem))
            position = stop
        return found, position


def _read_other(data: bytes, position: int, end: int, head: Head) -> Pdu:
    _, command, status, sequence = head
    if command in _KEPT:
        return Other(command, data[position:end], status, sequence)
    if command in _BY_LAYOUT:
        return _read_by_layout(data, position, end, head)
    raise SmppError(ESME_RINVCMDID, f"SMPP 3.4 has no command 0x{command:08x}.")


def _read_by_layout(data: bytes, position: int, end: int, head: Head) -> Pdu:
    _, command, status, sequence = head
    kind = _BY_LAYOUT[command]
    values: dict[str, object] = {"sequence": sequence}
    if command & commands.RESPONSE:
        values["status"] = status
    if position < end or not command & commands.RESPONSE:
        for field in kind.LAYOUT:
            values[field.name], position = field.read(data, position, end)
    if kind.LAYOUT:
        values["tlvs"] = tlv.read(data, position, end)
    elif position < end:
        raise SmppError(ESME_RINVCMDLEN, f"{commands.name(command)} has no body; {end - position} octets came.")
    return kind(**values)  # pyright: ignore[reportArgumentType]  # each value comes from the field of its name


def _write_by_layout(message: Laid) -> bytes:
    body = b"".join([field.write(getattr(message, field.name)) for field in message.LAYOUT])
    body += tlv.write(getattr(message, "tlvs", ()))
    if getattr(message, "status", 0) and not any(body):
        return b""  # the body of a response is left out when the status says no
    return body


def _read_short_message(kind: type[ShortMessage]) -> Reader:
    def read(data: bytes, position: int, end: int, head: Head) -> Pdu:
        # The five strings are found by their NULs and checked at once; the layout then says what is wrong, if anything.
        try:
            service = data.index(0, position, end)
            source = data.index(0, service + 3, end)
            destination = data.index(0, source + 3, end)
            schedule = data.index(0, destination + 4, end)
            validity = data.index(0, schedule + 1, end)
        except ValueError:
            return _read_by_layout(data, position, end, head)
        text = validity + 6
        stop = text + data[text - 1] if text <= end else end + 1
        if (
            stop > end
            or stop - text > LONGEST_SHORT_MESSAGE
            or service - position > 5
            or source - service > 23
            or destination - source > 23
            or schedule - destination > 20
            or validity - schedule > 17
        ):
            return _read_by_layout(data, position, end, head)
        return kind(
            data[service + 3 : source].decode("latin-1"),
            data[source + 3 : destination].decode("latin-1"),
            data[text:stop],
            data[destination + 1],
            data[validity + 3],
            data[validity + 1],
            data[service + 1],
            data[service + 2],
            data[source + 1],
            data[source + 2],
            data[position:service].decode("latin-1") if service > position else "",
            data[destination + 2],
            data[destination + 3],
            data[destination + 4 : schedule].decode("latin-1") if schedule > destination + 4 else "",
            data[schedule + 1 : validity].decode("latin-1") if validity > schedule + 1 else "",
            data[validity + 2],
            data[validity + 4],
            tlv.read(data, stop, end) if stop < end else (),
            head[3],
        )

    return read


def _write_short_message(message: ShortMessage) -> bytes:
    text = message.short_message
    if len(text) > LONGEST_SHORT_MESSAGE:
        rule = (
            f"short_message has {len(text)} octets; {LONGEST_SHORT_MESSAGE} are allowed (message_payload takes more)."
        )
        raise SmppError(ESME_RINVMSGLEN, rule)
    try:
        body = b"%b%c%c%b%c%c%b%c%c%c%b%b%c%c%c%c%c%b" % (
            _service_type(message.service_type),
            message.source_addr_ton,
            message.source_addr_npi,
            _source(message.source_addr),
            message.dest_addr_ton,
            message.dest_addr_npi,
            pdu.DESTINATION.write(message.destination_addr),
            message.esm_class,
            message.protocol_id,
            message.priority_flag,
            _schedule(message.schedule_delivery_time),
            _validity(message.validity_period),
            message.registered_delivery,
            message.replace_if_present_flag,
            message.data_coding,
            message.sm_default_msg_id,
            len(text),
            text,
        )
    except OverflowError as problem:
        raise SmppError(ESME_RINVPARLEN, "A field of one octet must be a number from 0 to 255.") from problem
    return body + tlv.write(message.tlvs) if message.tlvs else body


# What many messages share is written once.
_service_type = lru_cache(maxsize=64)(pdu.SERVICE_TYPE.write)
_source = lru_cache(maxsize=4096)(pdu.SOURCE.write)
_schedule = lru_cache(maxsize=256)(pdu.SCHEDULE.write)
_validity = lru_cache(maxsize=256)(pdu.VALIDITY.write)


def _read_taken(kind: type[Taken]) -> Reader:
    def read(data: bytes, position: int, end: int, head: Head) -> Taken:
        stop = data.find(0, position, end)
        after = stop + 1
        if stop < 0:
            stop = after = end
        if stop - position > _LONGEST_ID:
            raise SmppError(ESME_RINVMSGID, f"message_id has {stop - position} characters; 64 are allowed.")
        tlvs = tlv.read(data, after, end) if after < end else ()
        return kind(data[position:stop].decode("latin-1"), head[2], head[3], tlvs)

    return read


def _write_taken(message: Taken) -> bytes:
    if message.status and not message.message_id and not message.tlvs:
        return b""  # SMPP 3.4 section 4.4.2: no body when the status says no
    return Taken.LAYOUT[0].write(message.message_id) + tlv.write(message.tlvs)


_READERS: Final[dict[int, Reader]] = {
    pdu.SubmitSm.COMMAND: _read_short_message(pdu.SubmitSm),
    pdu.DeliverSm.COMMAND: _read_short_message(pdu.DeliverSm),
    pdu.SubmitSmResp.COMMAND: _read_taken(pdu.SubmitSmResp),
    pdu.DeliverSmResp.COMMAND: _read_taken(pdu.DeliverSmResp),
    pdu.DataSmResp.COMMAND: _read_taken(pdu.DataSmResp),
}
