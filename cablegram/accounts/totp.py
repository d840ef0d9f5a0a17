"""Codes of a second factor (TOTP, RFC 6238): six digits that a phone and we make of one secret and the time. Pure.

A code is good for its step of 30 seconds and one on either side, since clocks drift (RFC 6238, section 5.2), and once:
the step of the last code that was taken is remembered, and only later ones count after it.
"""

from __future__ import annotations

import re
from datetime import datetime
from hmac import compare_digest

from pyotp.totp import TOTP

STEP = 30  # seconds
ISSUER = "Cablegram"
_CODE = re.compile(r"[0-9]{6}")
_DRIFT = (0, -1, 1)


def step_of(secret: str, code: str, *, now: datetime, after: int | None) -> int | None:
    """Return the step whose code this is, if it is near enough and later than `after`; else None.

    Spaces in the code are ignored: phones show six digits in two groups.
    """
    digits = "".join(code.split())
    if not _CODE.fullmatch(digits):
        return None
    maker, here = TOTP(secret), int(now.timestamp()) // STEP
    near = [here + drift for drift in _DRIFT if after is None or here + drift > after]
    return next((step for step in near if compare_digest(maker.generate_otp(step), digits)), None)


def address(secret: str, login: str, installation: str) -> str:
    """Return the `otpauth:` address that a phone's camera reads; `installation` tells several of ours apart."""
    return TOTP(secret, name=f"{login} at {installation}", issuer=ISSUER).provisioning_uri()
