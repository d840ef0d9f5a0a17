"""The default countries of accounts, remembered for five seconds: every message asks for its account's (R31)."""

from __future__ import annotations

import asyncio

from cablegram.accounts import directory
from cablegram.accounts.access import Principal
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime

REMEMBERED = 5.0  # seconds, as keys are
_MOST = 10_000


class Homes:
    """One of these a process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._known: dict[AccountId, tuple[float, str]] = {}  # until when, and which
        self._reading = asyncio.Lock()

    async def of(self, who: Principal) -> str:
        """Return the default country of the account that asks. Raises Unavailable."""
        return self.remembered(who) or await self._read(who)

    def remembered(self, who: Principal) -> str | None:
        """Return the same where nobody has to be asked for it."""
        until, country = self._known.get(who.account_id, (0.0, ""))
        return country if self._rt.clock.monotonic() < until else None

    async def _read(self, who: Principal) -> str:
        # Many requests may miss at once: the first of them asks, the others find its answer.
        async with self._reading:
            known = self.remembered(who)
            if known:
                return known
            account = await directory.show(self._rt, who)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[who.account_id] = (self._rt.clock.monotonic() + REMEMBERED, account.default_country)
            return account.default_country
