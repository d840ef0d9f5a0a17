"""Find an account's messages, newest first. Every attempt is one, also those that were skipped."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import lowest_at
from cablegram.messages import clicks, store, times_store
from cablegram.messages.model import Message, State
from cablegram.numbers import e164
from cablegram.numbers.e164 import Number
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # where the time in an id begins
_LOWEST, _HIGHEST = UUID(int=0), UUID(int=(1 << 128) - 1)
_NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")
_LEAST_DIGITS = 3  # of a searched number; fewer would find nearly everything
_STRETCHES = (2_000, 18_000, 80_000)  # messages: what is frequent is found in the first


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found, and behind which id the next one goes on; None: there is nothing older to look at."""

    messages: Sequence[Message]
    goes_on: UUID | None


async def page(
    rt: Runtime,
    who: Principal,
    *,
    state: Collection[State] = (),
    to: str | None = None,
    campaign_id: UUID | None = None,
    client_ref: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Message]:
    """Return messages that fit all that is asked, as `look` does, for those who need no more than the first look."""
    found = await look(
        rt, who, state=state, to=to, campaign_id=campaign_id, client_ref=client_ref, after=after, limit=limit
    )
    return found.messages


async def look(
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
) -> Look:
    """Return messages that fit all that is asked; what is not given fits everything.

    `state` is any of several; `to` one number as people write it, with its country code; `client_ref` the exact
    reference; `country` two letters. `q` is looked for in text, number and reference; a whole number with its country
    code is taken as `to` or as a whole reference, and not looked for in texts. The dates are about acceptance: from
    the first, before the second. A next look goes on where this one ended: behind its last message, or, where little
    fits, behind the 100,000 messages it looked through, so that a look takes the same time among a thousand messages
    and among a hundred million.
    """
    who.needs(Scope.READ)
    words = (q or "").strip()
    if any(_NOT_STORABLE.search(text) for text in (words, to or "", client_ref or "", country or "")):
        return Look([], None)
    digits, reference = _digits(words), None
    if to is None and client_ref is None and digits and isinstance(e164.parse_many([f"+{digits}"])[0], Number):
        to, reference, words, digits = digits, words, "", ""
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
        "digits": digits if len(digits) >= _LEAST_DIGITS else None,
        "limit": limit + 1,
    }
    # An index leads to what has a number or a reference; whoever asks for nothing finds it at once.
    is_far = bool(state or country or words) and to is None and client_ref is None
    async with rt.db.connection() as conn:
        found, goes_on = await _far(conn, values, limit) if is_far else (await _near(conn, values, reference), None)
        if len(found) > limit:
            found, goes_on = found[:limit], found[limit - 1].id
        await times_store.tell_waits(conn, found)
        await clicks.tell(conn, who.account_id, found)
    return Look(found, goes_on)


async def _near(conn: Conn, values: dict[str, object], reference: str | None) -> list[Message]:
    """Return what fits, and, with a reference, also what has that one in place of the number: each by its index."""
    found = await store.search(conn, values)
    if reference is None:
        return found
    named = await store.search(conn, {**values, "numbers": None, "client_ref": reference})
    return sorted({one.id: one for one in (*found, *named)}.values(), key=lambda one: one.id, reverse=True)


async def _far(conn: Conn, values: dict[str, object], limit: int) -> tuple[list[Message], UUID | None]:
    """Look through stretches that grow, until enough is found; return where the last ended, if more is behind it."""
    found, high = list[Message](), values["high"]
    for messages in _STRETCHES:
        part = {**values, "high": high, "limit": limit + 1 - len(found)}
        end = await store.stretch(conn, part, messages)
        found += await store.search(conn, part if end is None else {**part, "low": end})
        if end is None or len(found) > limit:
            return found, None
        high = end
    return found, cast("UUID", high)


def _at(moment: datetime) -> UUID:
    return lowest_at(max(moment, _FIRST))


def _digits(text: str) -> str:
    """Return the digits of a number with its country code, whatever people write into it; none where letters are."""
    return (
        "" if any(character.isalpha() for character in text) else "".join(re.findall("[0-9]", text)).removeprefix("00")
    )
