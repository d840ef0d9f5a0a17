"""The wire form of a text: payloads with their concatenation header, and back (3GPP TS 23.040, section 9.2.3.24.1).

The header of a part is 05 00 03 REF TOTAL SEQ: length, element 0 (concatenation, 8-bit reference), its length, data.
`data_coding` is that of SMPP 3.4, section 5.2.19.
"""

from __future__ import annotations

from typing import NamedTuple

from cablegram.kit.errors import InvalidInput
from cablegram.text import gsm0338
from cablegram.text.encoding import Encoding
from cablegram.text.segments import cut

MOST_PARTS = 255

_HEADER = bytes([5, 0, 3])
_DATA_CODING = {Encoding.GSM0338: 0, Encoding.UCS2: 8}
_GSM7 = "gsm7"
_OCTETS = "latin-1"  # bytes without a meaning we know: each reads as the character of its number, nothing is lost
_UTF16 = "utf-16-be"
_CODECS = {
    0: _GSM7,  # the carrier's default alphabet
    1: _GSM7,  # IA5, which carriers fill with GSM septets all the same
    2: _OCTETS,
    3: "latin-1",
    4: _OCTETS,
    5: "shift_jis",
    6: "iso8859_5",
    7: "iso8859_8",
    8: _UTF16,
    10: "iso2022_jp",
    13: "euc_jp",
    14: "euc_kr",
    # Message classes of TS 23.038, section 4: the general group 0x10-0x1F and the class group 0xF0-0xFF.
    **{coding: (_GSM7, _OCTETS, _UTF16, _OCTETS)[coding >> 2 & 3] for coding in range(0x10, 0x20)},
    **{coding: (_GSM7, _OCTETS)[coding >> 2 & 1] for coding in range(0xF0, 0x100)},
}


class Concat(NamedTuple):
    """Which part of which text: all parts of one text have the same reference and total; `sequence` starts at 1."""

    reference: int
    total: int
    sequence: int


class WirePart(NamedTuple):
    """One submit_sm's worth of text; with a header, esm_class must carry the UDHI bit (0x40)."""

    user_data: bytes
    has_header: bool
    data_coding: int


def parts(text: str, reference: int) -> list[WirePart]:
    """Encode a text for the wire: one part without header, or up to 255 that share a reference (taken modulo 256).

    Raises InvalidInput: `text_too_long` for more than 255 parts, `bad_character` for half a surrogate pair.
    """
    encoding, pieces = cut(text)
    data_coding = _DATA_CODING[encoding]
    if len(pieces) == 1:
        return [WirePart(pieces[0], len(pieces) > 1, data_coding)]
    if len(pieces) > MOST_PARTS:
        message = f"This text takes {len(pieces)} segments, and a message has at most {MOST_PARTS}: shorten it."
        raise InvalidInput("text_too_long", message)
    header = _HEADER + bytes([reference & 0xFF, len(pieces)])
    return [
        WirePart(header + bytes([sequence]) + piece, has_header=True, data_coding=data_coding)
        for sequence, piece in enumerate(pieces, 1)
    ]


def read_header(user_data: bytes) -> Concat | None:
    """Return what the header says about concatenation, with an 8-bit (element 0) or 16-bit (8) reference.

    None where there is no such element, or one that can't be: a part beyond the total, a total of 0, cut short.
    """
    header = user_data[1 : 1 + user_data[0]] if user_data else b""
    at = 0
    while at + 2 <= len(header):
        element, length = header[at], header[at + 1]
        data = header[at + 2 : at + 2 + length]
        if (element, len(data)) in {(0x00, 3), (0x08, 4)}:
            found = Concat(int.from_bytes(data[:-2], "big"), data[-2], data[-1])
            return found if 1 <= found.sequence <= found.total else None
        at += 2 + length
    return None


def read_text(user_data: bytes, *, data_coding: int, has_header: bool = False) -> str:
    """Decode the payload of one part, after its header if it has one. Undecodable bytes read as U+FFFD.

    Codings 2 and 4 (octets) read as Latin-1, so that no byte is lost.
    Raises InvalidInput: `bad_header` for a header longer than the data, `unknown_data_coding` for a reserved coding.
    """
    payload = user_data
    if has_header:
        if not user_data or user_data[0] >= len(user_data):
            raise InvalidInput("bad_header", "The user data header is longer than the user data: the part is damaged.")
        payload = user_data[1 + user_data[0] :]
    codec = _CODECS.get(data_coding)
    if codec is None:
        message = f"data_coding {data_coding} is reserved (SMPP 3.4, section 5.2.19): the text can't be read."
        raise InvalidInput("unknown_data_coding", message)
    return gsm0338.decode(payload) if codec is _GSM7 else payload.decode(codec, errors="replace")
