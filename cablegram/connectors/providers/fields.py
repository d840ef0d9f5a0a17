"""Reading what providers write, and writing what they read: JSON and forms where nothing can be taken for granted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

import msgspec

from cablegram.connectors.contract import Outgoing
from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest
from cablegram.kit.storable import storable

_LONGEST_WORD: Final = 500
_MOST_PAIRS: Final = 1_000  # of a form or a query: more are no call, but a burden
_LONGEST_SHORT_CODE: Final = 7
_SINCE_1970: Final = re.compile(r"([0-9]{10})([0-9]{3})?")
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 9000


def read_json(body: bytes) -> object:
    """Return what a body says in JSON; None where it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None


def read_object(body: bytes) -> dict[str, Any]:
    """Return the object a body is in JSON; an empty one where it is none."""
    return as_object(read_json(body))


def as_object(value: object) -> dict[str, Any]:
    """Return a value that is an object; an empty one where it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """Return a value that is a list; an empty one where it is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def word(value: object) -> str:
    """Return a value that should be a short text or a number as one: what is neither is ""."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return storable(str(value)).strip()[:_LONGEST_WORD]


def text(value: object) -> str:
    """Return what a phone wrote; no phone types a null character, and no database stores one."""
    return storable(value.replace("\0", "\ufffd")) if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """Return a value that is a whole number, or digits of one; None where it is neither."""
    digits = word(value)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def moment(value: object) -> datetime | None:
    """Return a moment that is written in ISO 8601 with its zone, or in seconds or milliseconds since 1970.

    None where none can be read so: what came without one counts from when it came.
    """
    written = word(value)
    if since := _SINCE_1970.fullmatch(written):
        return datetime.fromtimestamp(int(since[1]), UTC)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo and _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def digits(value: object) -> str:
    """Return an address as we keep it: a number without plus, a name as it is."""
    address = word(value)
    return address[1:] if address.startswith("+") and address[1:].isdigit() else address


def plus(address: str) -> str:
    """Return an address with the plus by which some providers know numbers; short codes and names stay as they are."""
    return f"+{address}" if address.isdigit() and len(address) > _LONGEST_SHORT_CODE else address


def parameters(request: CallbackRequest) -> dict[str, str]:
    """Return what a call says, in query, form or JSON, all as text. Raises CallbackRefused (`callback_unreadable`)."""
    pairs = query_of(request)
    if request.method == "GET":
        return pairs  # no signature covers what a GET may have for a body
    if request.body and request.headers.get("content-type", "").startswith("application/json"):
        found = read_json(request.body)
        if not isinstance(found, dict):
            raise unreadable("Its body is no JSON object.")
        return pairs | {name: _plain(value) for name, value in cast("dict[str, object]", found).items()}
    try:
        return pairs | dict(form_of(request.body))
    except ValueError:
        raise unreadable("Its body is no form in UTF-8.") from None


def query_of(request: CallbackRequest) -> dict[str, str]:
    """Return what stands in the query of a call. Raises CallbackRefused (`callback_unreadable`)."""
    try:
        query = urlsplit(request.url).query
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PAIRS))
    except ValueError:
        raise unreadable("Its address has more in its query than any provider says.") from None


def form_of(body: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a form. Raises ValueError for what is none in UTF-8, or has thousands of them."""
    return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PAIRS)


def unreadable(why: str) -> CallbackRefused:
    """Return the error for a call that can't be read."""
    return CallbackRefused("callback_unreadable", f"This call can't be read. {why}")


def forged(why: str) -> CallbackRefused:
    """Return the error for a call that its provider did not make, as far as can be told."""
    return CallbackRefused("callback_forged", f"This call is not proved to come from the provider. {why}")


def stale(why: str) -> CallbackRefused:
    """Return the error for a call that is too old, or not from here and now."""
    return CallbackRefused("callback_stale", f"This call is not of these minutes. {why}")


def seconds_left(message: Outgoing, now: datetime, *, least: int, most: int) -> int | None:
    """Return for how many seconds a message is still of use, within what the provider takes; None: for ever."""
    if message.valid_until is None:
        return None
    return max(least, min(most, int((message.valid_until - now).total_seconds())))


def given(message: Outgoing, name: str) -> str:
    """Return one of the values that a message brings for its provider; "" where it brings none of this name."""
    values = message.values or {}
    return word(as_object(values.get("values")).get(name))


def template_of(message: Outgoing) -> str:
    """Return the provider's or regulator's id of the template that a message was made of; "" where it names none."""
    return word((message.values or {}).get("template_id"))


def drop_empty(values: Mapping[str, object]) -> dict[str, object]:
    """Return what says something: without None and "", in the same order."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
