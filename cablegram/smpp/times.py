"""Times as SMPP and its receipts write them.

| digits | form | where |
|---|---|---|
| 10, 12 | YYMMDDhhmm[ss] | receipts (SMPP 3.4 appendix B) |
| 14 | YYYYMMDDhhmmss | receipts of many carriers |
| 16 | YYMMDDhhmmsstnnp: tenths, quarters of an hour from UTC, `+` or `-` | absolute (section 7.1.1) |
| 16 | YYMMDDhhmmss000R | relative to now |

Receipts name no time zone; they are read as UTC, and the reader should know that a carrier may mean its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_LONGEST = timedelta(days=99 * 365)


def read(text: str, *, now: datetime | None = None) -> datetime | None:
    """Return the moment a text names, or None when it is none (also a relative one without `now`)."""
    digits, sign = (text[:-1], text[-1]) if len(text) == 16 else (text, "")
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return _read(digits, sign, now)
    except (ValueError, OverflowError):  # digits that are no date, such as the 31st of February
        return None


def absolute(moment: datetime) -> str:
    """Write an aware moment in the 16 digits of section 7.1.1, in UTC."""
    utc = moment.astimezone(UTC)
    return f"{utc:%y%m%d%H%M%S}{utc.microsecond // 100_000}00+"


def relative(period: timedelta) -> str:
    """Write a period as years, months and days of 365 and 30 days, hours, minutes, seconds.

    Raises ValueError when it is negative or longer than the 99 years that fit.
    """
    if not timedelta(0) <= period < _LONGEST:
        raise ValueError(f"A period must be from 0 to 99 years, not {period}.")
    years, days = divmod(period.days, 365)
    months, days = divmod(days, 30)
    hours, rest = divmod(period.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{years:02d}{months:02d}{days:02d}{hours:02d}{minutes:02d}{seconds:02d}000R"


def receipt_date(moment: datetime) -> str:
    """Write an aware moment as the 10 digits of a receipt, in UTC."""
    return f"{moment.astimezone(UTC):%y%m%d%H%M}"


def _read(digits: str, sign: str, now: datetime | None) -> datetime | None:
    match len(digits), sign:
        case 15, "R" if now is not None:
            return now + _period(digits)
        case 15, "+" | "-":
            ahead = timedelta(minutes=15 * int(digits[13:15]))
            local = _moment(2000 + int(digits[:2]), digits[2:12])
            return local - ahead if sign == "+" else local + ahead
        case 14, _:
            return _moment(int(digits[:4]), digits[4:])
        case 10 | 12, _:
            return _moment(2000 + int(digits[:2]), digits[2:])
        case _:
            return None


def _moment(year: int, rest: str) -> datetime:
    month, day, hour, minute = (int(rest[i : i + 2]) for i in (0, 2, 4, 6))
    return datetime(year, month, day, hour, minute, int(rest[8:10] or 0), tzinfo=UTC)


def _period(digits: str) -> timedelta:
    years, months, days, hours, minutes, seconds = (int(digits[i : i + 2]) for i in range(0, 12, 2))
    return timedelta(days=365 * years + 30 * months + days, hours=hours, minutes=minutes, seconds=seconds)
