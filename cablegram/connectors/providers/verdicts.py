"""What an answer says of messages, in our words: by the provider's error table, else by the status of HTTP. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from cablegram.connectors.contract import PartResult, Trouble, Verdict
from cablegram.connectors.providers.contract import HttpAnswer, Reading, Shipment
from cablegram.kit.storable import storable

Errors = Mapping[str, tuple[Trouble, str]]
"""A provider's error table: what kind of trouble each code is, and what it says to people."""

_VERDICTS: Final = {
    Trouble.RECIPIENT: Verdict.REFUSED,
    Trouble.OPTED_OUT: Verdict.REFUSED,
    Trouble.CONTENT: Verdict.REFUSED,
    Trouble.CONFIG: Verdict.REFUSED,
    Trouble.TEMPORARY: Verdict.TEMPORARY,
    Trouble.THROTTLED: Verdict.THROTTLED,
    Trouble.ACCOUNT: Verdict.TURNED_AWAY,
}

# Only what is the same for every provider. 404, 405 and redirects mean that nobody lives at this address, whatever the
# message: no message is spent on that.
_STATUSES: Final[Mapping[int, tuple[Trouble, str]]] = {
    401: (Trouble.ACCOUNT, "it does not know these credentials"),
    402: (Trouble.ACCOUNT, "the account has no credit left"),
    403: (Trouble.ACCOUNT, "these credentials may not do this"),
    404: (Trouble.ACCOUNT, "there is nothing at this address"),
    405: (Trouble.ACCOUNT, "there is nothing at this address that can be called so"),
    413: (Trouble.CONFIG, "the message is too large for it"),
    429: (Trouble.THROTTLED, "too many requests"),
}

_LONGEST_WAIT: Final = 3600.0
_LONGEST_ID: Final = 500
_LONGEST_CODE: Final = 200
_LONGEST_WORDS: Final = 2_000


def taken(provider_id: str) -> PartResult:
    """Return that a part was accepted under this id; what no column or index could hold of it is left out."""
    return PartResult(Verdict.TAKEN, storable(provider_id)[:_LONGEST_ID])


def failed(trouble: Trouble, code: str, words: str) -> PartResult:
    """Return that a part was not accepted, with the provider's code and what that means."""
    return PartResult(
        _VERDICTS[trouble], code=storable(code)[:_LONGEST_CODE], trouble=trouble, words=storable(words)[:_LONGEST_WORDS]
    )


def lost(code: str, words: str) -> PartResult:
    """Return that nobody can say what became of a part."""
    return PartResult(Verdict.LOST, code=storable(code)[:_LONGEST_CODE], words=storable(words)[:_LONGEST_WORDS])


def explain(errors: Errors, code: str, said: str, *, otherwise: Trouble) -> PartResult:
    """Return what a code of the provider's table means, with the provider's own words where it said some."""
    trouble, words = errors.get(code, (otherwise, ""))
    return failed(trouble, code, ": ".join(part for part in (words, said) if part) or f"error {code}")


def one_each(shipment: Shipment, part: PartResult, *, wait: float | None = None) -> Reading:
    """Return the same of each message of a shipment; account trouble is told as such."""
    trouble = part.words if part.trouble is Trouble.ACCOUNT else ""
    return Reading([[part] for _ in shipment.messages], trouble, wait)


def by_status(shipment: Shipment, answer: HttpAnswer, *, said: str = "") -> Reading:
    """Read an answer whose body says nothing that is known: by its status, with what the provider said, if anything.

    A success without an id, and a server's error after it had the whole request, leave open what happened.
    """
    status, code = answer.status, f"HTTP {answer.status}"
    if 200 <= status < 300:
        return one_each(shipment, lost(code, said or "it answered with something that can't be read"))
    if status >= 500 or status < 200 or status == 408:
        return one_each(shipment, lost(code, said or "it failed while it had the request"))
    trouble, words = _STATUSES.get(status, (Trouble.CONFIG, "it does not take this request"))
    if status < 400:
        trouble, words = Trouble.ACCOUNT, "it wants to be called at another address"
    wait = retry_after(answer) if trouble is Trouble.THROTTLED else None
    return one_each(shipment, failed(trouble, code, ": ".join(part for part in (words, said) if part)), wait=wait)


def retry_after(answer: HttpAnswer) -> float | None:
    """Return the seconds in which it wants nothing more (RFC 9110, section 10.2.3); None where it names no number."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(seconds, _LONGEST_WAIT) if math.isfinite(seconds) and seconds >= 0 else None
