"""Look at the pictures of messages before they are accepted: a carrier that can't fetch one loses the message (R121).

Done outside every transaction, and only for calls that have any. What was found holds for some minutes, so that a
picture sent to a thousand people is looked at once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cablegram.kit.errors import Refused
from cablegram.kit.ids import AccountId
from cablegram.messages.model import Refusal
from cablegram.routing import pick
from cablegram.runtime.outbound import Found, Outbound
from cablegram.runtime.runtime import Runtime

FIELD = "media_url"
MOST_BYTES = 450 * 1024  # R121: bigger ones are not delivered
TYPES: Mapping[str, str] = {"image/jpeg": "JPG", "image/jpg": "JPG", "image/gif": "GIF", "image/png": "PNG"}
MOST_AT_ONCE = 20  # different ones of a call
NOT_CARRIED = Refusal(
    "media_not_carried",
    "No connector of this account carries pictures: send a link in the text instead, or ask the operator for a carrier "
    "that takes them.",
    FIELD,
)

_HOLDS_GOOD, _HOLDS_BAD = 300.0, 30.0  # seconds
_REMEMBERED = 1_000
_LOOKS_AT_ONCE = 40  # whoever asks: nobody makes a flood on others out of our looking


@dataclass(frozen=True, slots=True)
class _Verdict:
    refusal: Refusal | None
    until: float  # monotonic


class Media:
    """Looks at pictures and remembers for a while what it saw. One of these a process."""

    def __init__(self, rt: Runtime, outbound: Outbound | None = None) -> None:
        self._rt = rt
        self._outbound = outbound or Outbound(allow_loopback=rt.settings.fetch_loopback)
        self._seen: OrderedDict[str, _Verdict] = OrderedDict()
        self._free = asyncio.Semaphore(_LOOKS_AT_ONCE)

    async def check(self, account_id: AccountId, urls: Collection[str]) -> dict[str, Refusal | None]:
        """Say of each picture what stands against it; nothing is fetched where no connector takes any.

        Raises Refused (`too_many_media`) for more than `MOST_AT_ONCE` different ones.
        """
        wanted = list(dict.fromkeys(urls))
        if not wanted:
            return {}
        if len(wanted) > MOST_AT_ONCE:
            message = f"One call may have {MOST_AT_ONCE} different pictures; it has {len(wanted)}. Make several calls."
            raise Refused("too_many_media", message)
        async with self._rt.db.connection() as conn:
            ways = await pick.routes(conn, [account_id])
        if not ways.carries_media(account_id):
            return dict.fromkeys(wanted, NOT_CARRIED)
        verdicts = await asyncio.gather(*(self._verdict(url) for url in wanted))
        return dict(zip(wanted, verdicts, strict=True))

    async def _verdict(self, url: str) -> Refusal | None:
        now = self._rt.clock.monotonic()
        known = self._seen.get(url)
        if known is not None and known.until > now:
            return known.refusal
        refusal = await self._look(url)
        self._seen[url] = _Verdict(refusal, now + (_HOLDS_BAD if refusal else _HOLDS_GOOD))
        self._seen.move_to_end(url)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return refusal

    async def _look(self, url: str) -> Refusal | None:
        async with self._free:
            try:
                return judge(await self._outbound.look(url, most=MOST_BYTES))
            except Refused as error:
                return Refusal(error.code, error.message, FIELD)


def judge(found: Found) -> Refusal | None:
    """Say what stands against a picture: its type, or its size. Pure."""
    if found.media_type not in TYPES or not found.size:
        shown = (found.media_type if found.size else "nothing") or "something that does not say what it is"
        message = f"The address gives {shown}; a picture is JPG, GIF or PNG (image/jpeg, image/gif, image/png)."
        return Refusal("media_wrong_type", message, FIELD)
    if found.size > MOST_BYTES:
        message = f"The picture has more than {MOST_BYTES:,} bytes, and carriers don't deliver those. Make it smaller."
        return Refusal("media_too_large", message, FIELD)
    return None
