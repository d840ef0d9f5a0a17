"""What the described providers share: who may call, and how a refusal is said where a table has it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, cast
from urllib.parse import urlencode

from cablegram.simulators.provider.shape import (
    Accepted,
    Call,
    Door,
    Refusal,
    Report,
    Request,
    Stamp,
    State,
    Text,
)

SMSC_STATES: Final[Mapping[State, str]] = {
    State.SENT: "ACCEPTD",
    State.DELIVERED: "DELIVRD",
    State.UNDELIVERED: "UNDELIV",
    State.FAILED: "FAILED",
    State.REJECTED: "REJECTD",
    State.EXPIRED: "EXPIRED",
}
"""The words of SMPP receipts."""


class Described(Protocol):
    """One of them: its doors, its receipts, its texts. `name` is that of the preset."""

    name: str

    def doors(self) -> Sequence[Door]:
        """Return what its clients can call."""
        ...

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return the call that tells of a message's state."""
        ...

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return the call that hands over a text from a phone."""
        ...


def is_shown(request: Request, user: str, password: str) -> bool:
    """Tell whether a request shows this user and password."""
    wanted = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
    return request.headers.get("authorization") == wanted


def read_json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return what a body says; None where it is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def as_object(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return a value that is an object; an empty one where it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Return the objects of a list."""
    return [as_object(one) for one in cast("list[Any]", value)] if isinstance(value, list) else []


def digits(number: object) -> str:
    """Return a number's digits."""
    return "".join(filter(str.isdigit, str(number)))


def by_json(url: str, value: object) -> Call:
    """Return a call that says something in JSON."""
    return Call("POST", url, (("Content-Type", "application/json"),), json.dumps(value).encode())


def by_form(url: str, pairs: Mapping[str, str]) -> Call:
    """Return a call that is a form."""
    return Call("POST", url, (("Content-Type", "application/x-www-form-urlencoded"),), urlencode(pairs).encode())


def by_query(url: str, pairs: Mapping[str, str]) -> Call:
    """Return a call that says all in its address."""
    return Call("GET", f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}")


def status_of(refusal: Refusal) -> int:
    """Return the status with which most say a refusal of a whole request."""
    known = {Refusal.BROKEN: 500, Refusal.UNAVAILABLE: 503, Refusal.THROTTLED: 429, Refusal.NO_CREDIT: 403}
    return known.get(refusal, 400)
