"""Show people the PDUs of a message, as a link writes them: bytes, and what a reader of SMPP finds in them. Pure.

They are written again from the message's row by the code that writes them to the wire; nothing of them is kept. Two
values are the link's own and not the message's: the sequence number, and the reference that ties parts together. Both
are shown as 0 (docs/decisions/0017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from cablegram.connectors import smpp_wire
from cablegram.connectors.contract import Outgoing
from cablegram.smpp import codec, tlv
from cablegram.smpp.errors import SmppError
from cablegram.smpp.pdu import SubmitSm
from cablegram.text import concat

_UDHI = 0x40


@dataclass(frozen=True, slots=True)
class ShownPdu:
    """One part of a message as a PDU: its bytes, and its fields by the names of SMPP 3.4 (section 4.4.1)."""

    part: int
    octets: bytes
    fields: tuple[tuple[str, str], ...]


def pdus(outgoing: Outgoing, media_tag: int | None = None) -> list[ShownPdu]:
    """Return the submit_sm of each part; none for a message that can't be written, which was never sent."""
    try:
        written = [codec.encode(request, 0) for request in smpp_wire.requests(outgoing, 0, media_tag)]
    except SmppError:
        return []
    return [ShownPdu(part, octets, _read(octets)) for part, octets in enumerate(written, 1)]


def _read(octets: bytes) -> tuple[tuple[str, str], ...]:
    """Read a PDU as its receiver does."""
    message = cast("SubmitSm", codec.decode(octets))
    found = [("command_length", str(len(octets))), ("command_id", f"0x{message.COMMAND:08x} submit_sm")]
    for field in message.LAYOUT:
        value = getattr(message, field.name)
        match value:
            case bytes():
                found.append((field.name, value.hex(" ")))
            case int() if field.name in {"esm_class", "data_coding", "registered_delivery"}:
                found.append((field.name, f"0x{value:02x}"))
            case _:
                found.append((field.name, str(value)))
    has_header = bool(message.esm_class & _UDHI)
    if has_header and (part := concat.read_header(message.short_message)):
        found.append(("part", f"{part.sequence} of {part.total}"))
    text = concat.read_text(message.short_message, data_coding=message.data_coding, has_header=has_header)
    found += [(tlv.NAMES.get(tag, f"0x{tag:04x}"), _shown(value)) for tag, value in message.tlvs]
    return (*found, ("text", text))


def _shown(value: bytes) -> str:
    """Write the value of an optional parameter: as text where it is one, else as hexadecimal."""
    return value.decode("ascii") if value.isascii() and value.decode("ascii").isprintable() else value.hex(" ")
