"""Money of the world: ISO 4217 codes, and how many decimals a currency has.

Amounts that are paid are whole minor units (cents; yen have none), as payment processors count them. Prices and costs
of single segments are finer: millionths of the currency.
"""

from __future__ import annotations

import re

from cablegram.kit.errors import InvalidInput
from cablegram.kit.money import MICRO, micro_to_credits

_CODE = re.compile(r"[A-Z]{3}")
_USUAL_DECIMALS = 2
# ISO 4217, table A.1: those whose minor unit is not a hundredth. (The ariary has fifths; no card is charged them.)
_DECIMALS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "MGA",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def read_currency(text: str) -> str:
    """Return a currency's code in capitals. Raises InvalidInput (`bad_currency`)."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        message = f"{text[:10]!r} is no currency: write its three letters of ISO 4217, such as EUR."
        raise InvalidInput("bad_currency", message)
    return code


def decimals(currency: str) -> int:
    """Return how many decimals the minor unit of a currency has."""
    return _DECIMALS.get(currency, _USUAL_DECIMALS)


def card_step(currency: str) -> int:
    """Return of which number of minor units a card is charged whole multiples: of thousandths, ten at a time."""
    return 10 if decimals(currency) > _USUAL_DECIMALS else 1


def minor_units(micro: int, currency: str) -> int:
    """Return millionths of a currency as minor units, rounded half away from nothing."""
    unit = MICRO // 10 ** decimals(currency)
    rounded = (abs(micro) + unit // 2) // unit
    return -rounded if micro < 0 else rounded


def minor_to_micro(amount: int, currency: str) -> int:
    """Return minor units as millionths of the currency: (1250, "EUR") -> 12,500,000."""
    return amount * (MICRO // 10 ** decimals(currency))


def show_minor(amount: int, currency: str) -> str:
    """Write minor units as an amount: (1250, "EUR") -> "12.50 EUR"."""
    places = decimals(currency)
    if not places:
        return f"{amount} {currency}"
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**places)
    return f"{sign}{whole}.{part:0{places}d} {currency}"


def show_micro(micro: int, currency: str) -> str:
    """Write millionths of a currency, exactly: (6500, "EUR") -> "0.0065 EUR"."""
    return f"{micro_to_credits(micro)} {currency}"
