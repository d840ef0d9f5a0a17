"""What an e-mail address looks like (RFC 5321, section 4.1.2, without quoted names and address literals). Pure."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_MOST, _MOST_OF_NAME, _MOST_OF_HOST = 254, 64, 253


def is_address(text: str) -> bool:
    """Tell whether a text can be an e-mail address. ASCII alone: a domain of other letters is written as xn--."""
    name, at, host = text.rpartition("@")
    if not at or len(text) > _MOST or len(name) > _MOST_OF_NAME or len(host) > _MOST_OF_HOST:
        return False
    return _NAME.fullmatch(name) is not None and _HOST.fullmatch(host) is not None


def domain_of(address: str) -> str:
    """Return what stands behind the @."""
    return address.rpartition("@")[2].lower()
