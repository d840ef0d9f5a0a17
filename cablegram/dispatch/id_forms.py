"""How a carrier writes a message's id in its receipts, compared with its response: pure.

Some answer in hexadecimal and report in decimal, some the other way round, some pad with zeros. The form is learned
from receipts that match, and is only an order of trust: a receipt that finds nothing in it tries the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.connectors.model import IdForm
from cablegram.smpp.receipt import canonical, decimal_to_hex, hex_to_decimal

_TELLING = 4  # characters: shorter ids may read the same by chance


def id_forms(raw: str, form: IdForm) -> list[tuple[IdForm, str]]:
    """Return under which ids the message of a receipt may be stored: in the known form, or (UNKNOWN) in all forms."""
    plain = canonical(raw)
    if form is IdForm.SAME:
        return [(form, plain)] if plain else []
    forms = [
        (IdForm.SAME, plain),
        (IdForm.HEX_THEN_DECIMAL, decimal_to_hex(plain)),
        (IdForm.DECIMAL_THEN_HEX, hex_to_decimal(plain)),
    ]
    return [(kind, key) for kind, key in forms if key and form in (IdForm.UNKNOWN, kind)]


def telling(matched: Sequence[tuple[IdForm, str]]) -> IdForm | None:
    """Return the form that matches prove, if any of their ids is long enough not to fit by chance."""
    return next((form for form, key in matched if len(key) >= _TELLING), None)
