"""Find an account's messages, newest first. Every attempt is one, also those that were skipped."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import lowest_at
from cablegram.messages import clicks, store, times_store
from cablegram.messages.model import Message, State
from cablegram.runtime.runtime import Runtime

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # where the time in an id begins
_LOWEST, _HIGHEST = UUID(int=0), UUID(int=(1 << 128) - 1)
_NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")
_LEAST_DIGITS = 3  # of a searched number; fewer would find nearly everything


async def page(
    rt: Runtime,
    who: Principal,
    *,
    state: Collection[State] = (),
    to: str | None = None,
    campaign_id: UUID | None = None,
    client_ref: str | None = None,
    country: str | None = None,
    q: str | None = None,
    date_from: datetime | None = None,
    date_to: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Message]:
    """Return messages that fit all that is asked; what is not given fits everything.

    `state` is any of several; `to` one number as people write it, with its country code; `client_ref` the exact
    reference; `country` two letters. `q` is looked for in text, number and reference. The dates are about acceptance:
    from the first, before the second. A next page starts after the last message of this one.
    """
    who.needs(Scope.READ)
    words = (q or "").strip()
    if any(_NOT_STORABLE.search(text) for text in (words, to or "", client_ref or "", country or "")):
        return []
    values: dict[str, object] = {
        "account_id": who.account_id,
        "low": _at(date_from) if date_from else _LOWEST,
        "high": min(after or _HIGHEST, _at(date_to) if date_to else _HIGHEST),
        "states": [one.value for one in state] or None,
        "numbers": [_digits(to), to.strip()] if to is not None else None,
        "campaign_id": campaign_id,
        "client_ref": client_ref,
        "country": country.upper() if country else None,
        "words": words or None,
        "digits": digits if len(digits := _digits(words)) >= _LEAST_DIGITS else None,
        "limit": limit,
    }
    async with rt.db.connection() as conn:
        found = await store.search(conn, values)
        await times_store.tell_waits(conn, found)
        await clicks.tell(conn, who.account_id, found)
    return found


def _at(moment: datetime) -> UUID:
    return lowest_at(max(moment, _FIRST))


def _digits(text: str) -> str:
    """Return the digits of a number with its country code, whatever people write into it; none where letters are."""
    return (
        "" if any(character.isalpha() for character in text) else "".join(re.findall("[0-9]", text)).removeprefix("00")
    )
