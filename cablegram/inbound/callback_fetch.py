"""Go to addresses that a call names: a certificate to check it by, a subscription to say yes to.

A provider has checked the hosts before; the guard of `runtime.caller` sees to it that none leads into our own house.
"""

from __future__ import annotations

from cablegram.kit.errors import Unavailable
from cablegram.runtime.caller import Caller, Unanswered, Unsent
from cablegram.runtime.runtime import Runtime

_KEPT = 86_400.0  # seconds
_MOST = 64_000  # bytes
_SECONDS = 5.0
_MOST_KEPT = 100
_AT_ONCE = 4


class Fetch:
    """Fetches for one process, and keeps what it fetched for a day."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._kept: dict[str, tuple[float, bytes]] = {}

    async def get(self, url: str, *, is_own: bool) -> bytes:
        """Return what stands at an address; `is_own`: a connector of an account's own names it.

        Raises Unavailable (`callback_unproved`): the call is to come again.
        """
        now = self._rt.clock.monotonic()
        until, found = self._kept.get(url, (0.0, b""))
        if now < until:
            return found
        found = await self.visit(url, is_own=is_own)
        while len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[url] = now + _KEPT, found
        return found

    async def visit(self, url: str, *, is_own: bool) -> bytes:
        """Call an address once, and return what it says. Raises Unavailable (`callback_unproved`)."""
        caller = Caller(limit=_AT_ONCE, allowed=self._rt.settings.private_hosts(of_customers=is_own))
        try:
            answer = await caller.call("GET", url, seconds=_SECONDS, most=_MOST)
        except (Unsent, Unanswered) as error:
            raise _unproved(url, str(error)) from error
        finally:
            await caller.close()
        if answer.status != 200 or answer.is_cut:
            raise _unproved(url, f"it answers {answer.status}")
        return answer.body


def _unproved(url: str, why: str) -> Unavailable:
    message = f"The provider's address {url[:200]} could not be called: {why}."
    return Unavailable("callback_unproved", message, retry_after=30)
