"""Money: whole micro-credits, never a float. One credit is 1,000,000 micro-credits."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from cablegram.kit.errors import InvalidInput

MICRO = 1_000_000
_LARGEST = 10**15  # a thousand million credits: far from the database's bigint, so sums never overflow


def credits_to_micro(text: str) -> int:
    """Read a number of credits ("12.5") as micro-credits.

    Raises InvalidInput (`bad_amount`) when it is no number, too large, or finer than a micro-credit.
    """
    try:
        micro = Decimal(text.strip()) * MICRO
    except InvalidOperation:
        micro = Decimal("NaN")
    if not micro.is_finite() or micro != micro.to_integral_value() or abs(micro) > _LARGEST:
        message = f"{text!r} is not an amount of credits: write a number with at most 6 decimals, such as 12.5."
        raise InvalidInput("bad_amount", message)
    return int(micro)


def micro_to_credits(micro: int) -> str:
    """Write micro-credits as credits, exactly and without trailing zeros: 1500000 -> "1.5"."""
    sign = "-" if micro < 0 else ""
    whole, part = divmod(abs(micro), MICRO)
    return f"{sign}{whole}.{part:06d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"
