"""The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, section 6.2.1; R35, R39).

Septets are unpacked here, one to a byte, as SMPP carries them; a character of the extension table is two of them,
ESC (0x1B) and its code. Inside, a text is first turned into *slots*, one byte a character: the code of the basic
table, or 0x80 + the code of the extension table. All of it runs in C, since every message passes here.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from cablegram.kit.errors import InvalidInput

ESC = 0x1B

# Row by row as the standard prints it, 16 codes a line; ESC stands at its own code.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

_NOTHING = "\ufffe"  # how a charmap of Python says "no character here"
_EXTENDED = 0x80
_NO_SLOT = 0xFF


def _decoding_table() -> str:
    extended = (EXTENSION.get(code, _NOTHING) for code in range(128))
    return BASIC.replace(chr(ESC), _NOTHING) + "".join(extended)


def _encoding_table() -> str:
    # Python compiles the table to a fast trie only when NUL has slot 0. So "@" moves to the slot of ESC, which no
    # character needs, and NUL, which is no GSM character, marks a text that is not GSM.
    return "\0" + BASIC[1:].replace(chr(ESC), BASIC[0]) + _decoding_table()[128:]


_DECODING = _decoding_table()
_ENCODING = codecs.charmap_build(_encoding_table())
_ASCII_SLOTS = bytes(max(_encoding_table().find(chr(code)), 0) if code < 128 else 0 for code in range(256))
_SLOT_TO_SEPTET = bytes(0 if slot == ESC else slot for slot in range(256))
_ONLY_SEPTETS = bytes(code if code < 128 else _NO_SLOT for code in range(256))
_EXTENDED_SLOTS = bytes(_EXTENDED | code for code in EXTENSION)
_ESCAPED = [(bytes([_EXTENDED | code]), bytes([ESC, code])) for code in EXTENSION]
_AFTER_ESC = re.compile(rb"\x1b(.?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GsmCharacter:
    """One line of the character list: what it looks like, its code, and how many septets it takes (1 or 2)."""

    character: str
    code: int
    septets: int


def characters() -> list[GsmCharacter]:
    """List every character of both tables, in the order of their codes, basic table first (R35)."""
    basic = [GsmCharacter(character, code, 1) for code, character in enumerate(BASIC) if code != ESC]
    return basic + [GsmCharacter(character, code, 2) for code, character in EXTENSION.items()]


def slots(text: str) -> bytes | None:
    """Return one byte a character, those of the extension table with the high bit set; None if one is not GSM."""
    if text.isascii():
        found = text.encode().translate(_ASCII_SLOTS)
    else:
        found = codecs.charmap_encode(text, "ignore", _ENCODING)[0]
        if len(found) != len(text):
            return None
    return None if 0 in found else found


def count(found: bytes) -> int:
    """Return how many septets slots take, without making them."""
    return 2 * len(found) - len(found.translate(None, _EXTENDED_SLOTS))


def septets(found: bytes) -> bytes:
    """Return the septets of slots, one to a byte."""
    plain = found.translate(_SLOT_TO_SEPTET)
    if not plain.isascii():
        for slot, pair in _ESCAPED:
            plain = plain.replace(slot, pair)
    return plain


def is_gsm(text: str) -> bool:
    """Say whether every character is in the basic or the extension table."""
    return slots(text) is not None


def encode(text: str) -> bytes:
    """Return the septets of a text, one to a byte, not packed.

    Raises InvalidInput (`not_gsm0338`) when a character is in neither table.
    """
    found = slots(text)
    if found is None:
        raise InvalidInput("not_gsm0338", "This text has characters outside GSM 03.38; send it as Unicode (UCS-2).")
    return septets(found)


def decode(data: bytes) -> str:
    """Read unpacked septets, whatever they are; what is no septet reads as U+FFFD.

    As TS 23.038 says for a receiver: an unknown code after ESC shows the character of the basic table, ESC ESC and
    an ESC at the end show a space.
    """
    if not data.isascii():
        data = data.translate(_ONLY_SEPTETS)
    if ESC in data:
        data = _AFTER_ESC.sub(_slot_after_esc, data)
    # Typeshed does not know that the table may be a str, as it is in the standard library's own charmap codecs.
    return codecs.charmap_decode(data, "replace", _DECODING)[0]  # pyright: ignore[reportArgumentType]


def _slot_after_esc(pair: re.Match[bytes]) -> bytes:
    code = pair[1]
    if not code or code[0] == ESC:
        return b" "
    return bytes([_EXTENDED | code[0]]) if code[0] in EXTENSION else code
