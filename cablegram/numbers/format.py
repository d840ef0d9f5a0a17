"""Numbers as people read them."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

# Spain's numbers are read in threes; libphonenumber writes their second half in pairs.
_IN_THREES = re.compile(r"34(\d{3})(\d{3})(\d{3})")


def international(e164: str) -> str:
    """Write a number (digits, without "+") as its country groups it, to be shown: `+34 600 000 118`.

    What is no number with a known country code is shown as it is, after a "+".
    """
    spanish = _IN_THREES.fullmatch(e164)
    if spanish:
        return f"+34 {spanish[1]} {spanish[2]} {spanish[3]}"
    try:
        return phonenumbers.format_number(phonenumbers.parse(f"+{e164}", None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return f"+{e164}"
