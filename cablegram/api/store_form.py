"""Read what programs for stores send to `/smapi/rest`: form fields, and a login of three parts (R113). Pure.

Whatever the header says of its kind, the body is a form: clients exist that call theirs something else. What is no
UTF-8, no form or too large is refused with a sentence; nothing of it is guessed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from cablegram.kit.errors import InvalidInput, NotAuthenticated

MOST_BYTES = 100_000
_MOST_FIELDS = 50
_LONGEST_NAME = 40
_LONGEST_LOGIN = 1_000
_PARTS = 3
_DOMESTIC = re.compile(r"[2-9][0-9]{9}")  # R30
_NUMBER = re.compile(r"[0-9]{1,9}")
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?)?(Z|[+-]\d{2}:\d{2})?")


@dataclass(frozen=True, slots=True)
class Login:
    """The three parts of a login."""

    user: str
    password: str = field(repr=False)
    keyword: str


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a call; of one that comes several times the first counts."""

    fields: Mapping[str, str]

    @property
    def method(self) -> str:
        """Return which call it is, in lower case; "" where it does not say."""
        return self.get("method").lower()

    def get(self, name: str) -> str:
        """Return a field without the spaces around it, "" where it is not there."""
        return self.fields.get(name.lower(), "").strip()

    def text(self, name: str) -> str:
        """Return a field as it was written: words for people lose no space."""
        return self.fields.get(name.lower(), "")

    def need(self, name: str) -> str:
        """Return a field that must be there. Raises InvalidInput (`field_needed`)."""
        found = self.text(name)
        if not found.strip():
            raise InvalidInput("field_needed", f"The field {name} is needed.")
        return found

    def number(self, name: str) -> str:
        """Return a field that is a telephone number: ten digits are one of North America, whatever the account's home.

        Raises InvalidInput (`field_needed`).
        """
        found = self.need(name).strip()
        return f"+1{found}" if _DOMESTIC.fullmatch(found) else found

    def whole(self, name: str, *, default: int, most: int) -> int:
        """Return a field that is a number. Raises InvalidInput (`bad_number`)."""
        found = self.get(name)
        if not found:
            return default
        if not _NUMBER.fullmatch(found) or int(found) > most:
            raise InvalidInput("bad_number", f"The field {name} is a whole number up to {most:,}.")
        return int(found)

    def moment(self, name: str, zone: str, *, is_end: bool) -> datetime:
        """Return a field that is a date, or a date and a time, on the clock of a zone.

        A date alone is its beginning, as an end that of the next day. Raises InvalidInput (`field_needed`, `bad_date`).
        """
        return read_moment(self.need(name).strip(), name, zone, is_end=is_end)


def read_moment(text: str, name: str, zone: str, *, is_end: bool) -> datetime:
    """Read a moment as `Form.moment` does; the answer is in UTC."""
    found = _DATE.fullmatch(text)
    moment = _moment(text) if found else None
    if found is None or moment is None:
        message = f"The field {name} is a date such as 2026-01-31, or a date and a time such as 2026-01-31 15:30:45."
        raise InvalidInput("bad_date", message)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    if is_end and found[4] is None and moment.time() == time():
        moment += timedelta(days=1)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput("bad_date", f"The field {name} is a date of our time.") from None


def read_form(body: bytes) -> Form:
    """Read a form of UTF-8. Raises InvalidInput (`bad_form`)."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except (ValueError, UnicodeDecodeError):
        message = f"The body is no form of UTF-8 with up to {_MOST_FIELDS} fields (application/x-www-form-urlencoded)."
        raise InvalidInput("bad_form", message) from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        if len(name) > _LONGEST_NAME or _UNFIT.search(name) or _UNFIT.search(value):
            raise InvalidInput("bad_form", "A field has too long a name, or a character that nothing can carry.")
        fields.setdefault(name.lower(), value)
    return Form(fields)


def read_login(authorization: bytes | None) -> Login:
    """Read the header of a login. Raises NotAuthenticated (`login_needed`)."""
    scheme, _, rest = (authorization or b"").strip().partition(b" ")
    parts = _decoded(rest.strip()).split(":") if scheme.lower() == b"basic" else []
    # A password may have colons in it; a user and a keyword have none.
    if len(parts) < _PARTS or not (parts[0] and parts[1] and parts[-1]):
        message = "Log in with `Authorization: Basic`, and base64 of user:password:KEYWORD behind it."
        raise NotAuthenticated("login_needed", message)
    return Login(parts[0], ":".join(parts[1:-1]), parts[-1])


def _decoded(text: bytes) -> str:
    """Return what stands in base64, "" where nothing does that can be read."""
    try:
        return base64.b64decode(text[:_LONGEST_LOGIN], validate=True).decode("utf-8")
    except (ValueError, binascii.Error):
        return ""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(" ", "T"))
    except ValueError:
        return None
