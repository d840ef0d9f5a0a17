"""Codes of mobile networks: country (MCC) and network (MNC), and the IMSI that begins with both (ITU-T E.212, R33)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType

from cablegram.kit.errors import InvalidInput

REGIONS = MappingProxyType(
    {
        "0": "Test networks",
        "2": "Europe",
        "3": "North America and Caribbean",
        "4": "Asia and Middle East",
        "5": "Oceania",
        "6": "Africa",
        "7": "South and Central America",
        "9": "Satellite, air, sea, Antarctica",
    }
)
"""What the first digit of an MCC says; 1 and 8 are given to nobody."""

# Countries that number their networks with three digits; all others use two.
_THREE = frozenset(
    {"302", "330", "334", "338", "342", "344", "346", "348", "352", "354", "356", "358", "360", "365", "366"}
    | {"310", "311", "312", "313", "314", "315", "316", "374", "376", "708", "722", "732", "750"}
)
# Where a country has both, the first two digits from which on a third belongs to them.
_THREE_FROM = {"405": "75"}

_MCC = re.compile(r"[02345679][0-9]{2}")
_MNC = re.compile(r"[0-9]{2,3}")
_IMSI = re.compile(r"[0-9]{5,15}")


@dataclass(frozen=True, slots=True)
class Imsi:
    """An IMSI in its parts. The MNC is text: 07 and 007 are two networks. `subscriber` may be "" in a mere prefix."""

    mcc: str
    mnc: str
    subscriber: str

    @property
    def region(self) -> str:
        """Return which part of the world its country is in."""
        return REGIONS[self.mcc[0]]


def read_code(mcc: str, mnc: str) -> tuple[str, str]:
    """Return a network's two codes, checked. Raises InvalidInput (`network_code_invalid`)."""
    if not _MCC.fullmatch(mcc):
        message = f"{mcc[:20]!r} is no mobile country code: it has three digits, and the first is none of 1 and 8."
        raise InvalidInput("network_code_invalid", message)
    if not _MNC.fullmatch(mnc):
        message = f"{mnc[:20]!r} is no mobile network code: it has two digits or three, with zeros in front kept."
        raise InvalidInput("network_code_invalid", message)
    return mcc, mnc


def read_imsi(text: str, known: Collection[tuple[str, str]] = ()) -> Imsi:
    """Return the parts of an IMSI, or of one's beginning that has at least the network (5 to 15 digits).

    Some countries have networks of two digits and of three; `known` networks (MCC, MNC) decide first, the longer
    before the shorter, and the country's usual way where none fits. Raises InvalidInput (`imsi_invalid`).
    """
    digits = re.sub(r"[ .-]", "", text)
    mcc, rest = digits[:3], digits[3:]
    fitting = (length for length in (3, 2) if length <= len(rest) and (mcc, rest[:length]) in known)
    length = next(fitting, usual_length(mcc, rest))
    if not _IMSI.fullmatch(digits) or not _MCC.fullmatch(mcc) or len(rest) < length:
        message = f"{text[:40]!r} is no IMSI: it has at most 15 digits, first the code of a country and of a network."
        raise InvalidInput("imsi_invalid", message)
    return Imsi(mcc, rest[:length], rest[length:])  # of 15 digits at most 10 are left for the subscriber


def usual_length(mcc: str, rest: str) -> int:
    """Return how many digits the network has in a country (2 or 3), where `rest` follows the country's code."""
    return 3 if mcc in _THREE or rest[:2] >= _THREE_FROM.get(mcc, "a") else 2
