"""Money: whole micro-credits, never a float. One credit is 1,000,000 micro-credits."""

from __future__ import annotations

import re

from cablegram.kit.errors import InvalidInput

MICRO = 1_000_000
_DECIMALS = 6
_WHOLE_DIGITS = 9  # below a thousand million credits: far from the database's bigint, so sums never overflow
_AMOUNT = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]{1,6})0*)?")


def credits_to_micro(text: str) -> int:
    """Read a number of credits ("12.5") as micro-credits.

    Raises InvalidInput (`bad_amount`) when it is no number, too large, or finer than a micro-credit.
    """
    written = _AMOUNT.fullmatch(text.strip())
    # An amount of thousands of digits is refused before anybody multiplies it.
    if written is None or len(whole := written[2].lstrip("0")) > _WHOLE_DIGITS:
        message = f"{text[:40]!r} is not an amount of credits: write a number with at most 6 decimals, such as 12.5."
        raise InvalidInput("bad_amount", message)
    micro = int(whole or "0") * MICRO + int((written[3] or "").ljust(_DECIMALS, "0"))
    return -micro if written[1] == "-" else micro


def micro_to_credits(micro: int) -> str:
    """Write micro-credits as credits, exactly and without trailing zeros: 1500000 -> "1.5"."""
    sign = "-" if micro < 0 else ""
    whole, part = divmod(abs(micro), MICRO)
    return f"{sign}{whole}.{part:06d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"
