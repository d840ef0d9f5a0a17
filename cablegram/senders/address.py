"""How a sender is written: 3 to 15 digits, or a name of up to 11 letters, digits and spaces (R145, GSM 03.38)."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\+?([0-9]{3,15})")
# The network has room for 11 characters of seven bits; one must be a letter, or a handset takes it for a number.
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")

ANY = "any"  # stands in `from` for: whichever of the account's senders suits best (R48)
RULE = "Use 3 to 15 digits, or up to 11 letters, digits and spaces with at least one letter."


def canonical(text: str) -> str | None:
    """Return how an address is kept: digits without a plus, or the name without spaces around it; None if it is bad."""
    address = text.strip(" ")
    number = _NUMBER.fullmatch(address)
    if number:
        return number[1]
    return address if _NAME.fullmatch(address) else None
