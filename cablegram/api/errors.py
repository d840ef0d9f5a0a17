"""From errors to answers: the one place that knows statuses (RFC 9110), and the form of an error (RFC 9457).

A status says who could have known better:

    400, 413, 415   the request breaks the published schema: its reader could have told
    401             we don't know who asks
    402             too little credit
    403             understood, and refused: the key may not, or a rule says no to something well-formed
    404, 409        no such thing; right in itself, but not with what is stored
    429, 503        not now: `Retry-After` says when

docs/decisions/0014 says why a number that no plan has is 403 and not 400.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from cablegram.kit.errors import (
    CablegramError,
    Conflict,
    Fault,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    PaymentRequired,
    Refused,
    TooLarge,
    Unavailable,
)
from cablegram.messages.model import Refusal

PROBLEM_JSON = "application/problem+json"
Headers = list[tuple[bytes, bytes]]
# On every answer: it is what it says it is, and it is kept by nobody on the way.
SAFE = {"x-content-type-options": "nosniff", "cache-control": "no-store"}


class BadRequest(InvalidInput):
    """The request breaks the published schema, or is no request at all."""


class MethodNotAllowed(CablegramError):
    """The path is right, the method is not; `allow` names those that are."""

    def __init__(self, method: str, allow: str) -> None:
        code = "method_not_allowed"
        super().__init__(code, f"{method} can't be asked of this path. It takes: {allow}.")
        self.allow = allow


class WrongMediaType(CablegramError):
    """The body is of a kind that this call does not take."""


class Broken(CablegramError):
    """Something in the house failed that should not; the log has it."""


# The first class that fits counts.
_BY_CLASS: tuple[tuple[type[CablegramError], int, str], ...] = (
    (NotAuthenticated, 401, "Not authenticated"),
    (PaymentRequired, 402, "Too little credit"),
    (NotAllowed, 403, "Not allowed"),
    (BadRequest, 400, "Invalid input"),
    # What a deed finds wrong in a request that kept to the schema, the schema could not tell: it is a refusal.
    (InvalidInput, 403, "Refused"),
    (Refused, 403, "Refused"),
    (NotFound, 404, "Not found"),
    (MethodNotAllowed, 405, "Method not allowed"),
    (Conflict, 409, "Conflict"),
    (TooLarge, 413, "Too large"),
    (WrongMediaType, 415, "Wrong media type"),
    (Unavailable, 503, "Unavailable"),
    (CablegramError, 500, "Internal error"),
)

_BROKEN_RULE = (400, "Invalid input")
# Where the class alone says too little.
_BY_CODE: dict[str, tuple[int, str]] = {
    "idempotency_key_reused": (422, "Key used before"),
    "too_busy": (429, "Too busy"),
    "rate_limited": (429, "Too many requests"),
    "too_many_attempts": (429, "Too many attempts"),
    "insufficient_credit": (402, "Too little credit"),
    "template_not_found": (404, "Not found"),
    # What braces may stand in a text, the schema says in words only.
    "bad_template": _BROKEN_RULE,
    # A file is read while it arrives, by the room that wants it: this is what the schema says of a file.
    "csv_no_header": _BROKEN_RULE,
    "csv_number_not_first": _BROKEN_RULE,
    "csv_bad_separator": _BROKEN_RULE,
    "csv_bad_column": _BROKEN_RULE,
    "csv_too_many_columns": _BROKEN_RULE,
    "csv_broken_quoting": _BROKEN_RULE,
    "csv_bad_line_end": _BROKEN_RULE,
    "csv_row_too_long": _BROKEN_RULE,
    "csv_not_utf8": _BROKEN_RULE,
}


class FaultView(msgspec.Struct):
    """One thing found wrong in a request."""

    field: Annotated[
        str,
        msgspec.Meta(
            description="Where: a dotted path such as `messages.3.to`, a query parameter, `lines.7.number` of a file.",
            examples=["text"],
        ),
    ]
    code: Annotated[str, msgspec.Meta(description="What is wrong, as a code that stays.", examples=["text_too_short"])]
    message: Annotated[str, msgspec.Meta(description="The same, for people.")]


class Problem(msgspec.Struct):
    """What went wrong (RFC 9457), with a code for programs and sentences for people."""

    type: Annotated[
        str,
        msgspec.Meta(
            description="The page that explains this kind of error.",
            examples=["/docs/errors#text_too_short"],
            extra_json_schema={"format": "uri-reference"},
        ),
    ]
    title: Annotated[str, msgspec.Meta(description="The kind of error.", examples=["Invalid input"])]
    status: Annotated[int, msgspec.Meta(description="The status of this answer.", ge=400, le=599, examples=[400])]
    code: Annotated[
        str, msgspec.Meta(description="Which error it is, as a code that stays.", examples=["text_too_short"])
    ]
    detail: Annotated[str, msgspec.Meta(description="What happened, why, and what to do.")]
    errors: Annotated[list[FaultView], msgspec.Meta(description="Each field found wrong; empty if it is about none.")]
    doc: Annotated[str, msgspec.Meta(description="The full address of the page that explains this error.")]


def status_of(error: CablegramError) -> tuple[int, str]:
    """Return the status and the title of an error."""
    known = _BY_CODE.get(error.code)
    if known:
        return known
    return next((status, title) for kind, status, title in _BY_CLASS if isinstance(error, kind))


def problem(error: CablegramError, public_url: str) -> tuple[int, bytes]:
    """Return the status and the body of an error; `public_url` is where this installation is reached."""
    return _written(*status_of(error), error, public_url=public_url)


def refusal_problem(refusal: Refusal, public_url: str) -> tuple[int, bytes]:
    """Return the status and the body for a single message that was judged and refused."""
    faults = [Fault(refusal.field, refusal.code, refusal.message)] if refusal.field else []
    error = Refused(refusal.code, refusal.message, faults=faults)
    return _written(*status_of(error), error, public_url=public_url)


def headers_of(error: CablegramError) -> Headers:
    """Return the headers that an error brings along."""
    match error:
        case NotAuthenticated():
            return [(b"www-authenticate", b'Bearer realm="cablegram"')]
        case Unavailable(retry_after=seconds, limit=int(limit)):
            names = (b"retry-after", b"ratelimit-limit", b"ratelimit-remaining", b"ratelimit-reset")
            values = (seconds, limit, 0, seconds)
            return [(name, str(value).encode()) for name, value in zip(names, values, strict=True)]
        case Unavailable(retry_after=seconds):
            return [(b"retry-after", str(seconds).encode())]
        case MethodNotAllowed(allow=methods):
            return [(b"allow", methods.encode())]
        case _:
            return []


def gathered(faults: Sequence[Fault]) -> BadRequest:
    """Make one error of all that was found wrong; its code is that of the faults where they agree."""
    codes = {fault.code for fault in faults}
    code = codes.pop() if len(codes) == 1 else "invalid_request"
    return BadRequest(code, " ".join(fault.message for fault in faults[:5]), faults=faults)


def broken() -> Broken:
    """Say that it is our fault, and nothing about how."""
    message = "Something failed inside Cablegram; its log says what. If it happens again, tell whoever runs it."
    return Broken("internal_error", message)


# Rooms name fields as Python can; these are the names that the API's clients know. What was found in the request itself
# stands there under the client's own word.
_FIELD_NAMES = {"sender": "from", "list_ids": "contact_list_ids", "message_class": "class"}


def _written(status: int, title: str, error: CablegramError, *, public_url: str) -> tuple[int, bytes]:
    page = f"/docs/errors#{error.code}"
    names = {} if isinstance(error, BadRequest) else _FIELD_NAMES
    return status, msgspec.json.encode(
        Problem(
            type=page,
            title=title,
            status=status,
            code=error.code,
            detail=error.message,
            errors=[FaultView(names.get(one.field, one.field), one.code, one.message) for one in error.faults],
            doc=public_url + page,
        )
    )
