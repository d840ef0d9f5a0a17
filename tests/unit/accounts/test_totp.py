from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pyotp.totp import TOTP

from cablegram.accounts.totp import STEP, address, step_of

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the secret of RFC 6238, appendix B, for SHA-1
NOW = datetime.fromtimestamp(59, UTC)


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert step_of(SECRET, code, now=datetime.fromtimestamp(at, UTC), after=None) == at // STEP


@pytest.mark.parametrize(("drift", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_a_step_off_and_no_more(drift: int, is_taken: bool) -> None:  # noqa: FBT001 - a row of a table
    code = TOTP(SECRET).at(NOW + timedelta(minutes=10, seconds=drift))
    found = step_of(SECRET, code, now=NOW + timedelta(minutes=10), after=None)
    assert (found is not None) == is_taken


def test_a_code_counts_once_and_an_older_one_not_after_it() -> None:
    now = NOW + timedelta(minutes=5)
    codes = [TOTP(SECRET).at(now + timedelta(seconds=STEP * drift)) for drift in (-1, 0, 1)]
    taken = step_of(SECRET, codes[1], now=now, after=None)
    assert taken is not None
    assert [step_of(SECRET, code, now=now, after=taken) for code in codes] == [None, None, taken + 1]


@pytest.mark.parametrize("text", ["", "28708", "2870822", "28708a", "２８７０８２", "-28708"])
def test_what_is_no_code_is_no_step(text: str) -> None:
    assert step_of(SECRET, text, now=NOW, after=None) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    assert step_of(SECRET, " 287 082 ", now=NOW, after=None) == 1


def test_the_address_for_the_camera_names_installation_login_and_secret() -> None:
    assert address(SECRET, "inés", "sms.example.com").startswith(
        "otpauth://totp/Cablegram:in%C3%A9s%20at%20sms.example.com?secret=GEZDGNBVGY3TQOJQ"
    )
