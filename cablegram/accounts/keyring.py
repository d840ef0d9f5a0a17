"""Recognize the API key of a request: from memory for five seconds, then from the database again.

A revoked key stops within those five seconds. Keys that are asked for while a look-up is on its way share the next
one, so that no number of requests, and no number of wrong keys, makes more than one look-up at a time.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from cablegram.accounts import store
from cablegram.accounts.access import Principal
from cablegram.accounts.access_list import networks_of
from cablegram.accounts.tokens import digest, looks_like_key
from cablegram.kit.errors import NotAuthenticated
from cablegram.runtime.runtime import Runtime

REMEMBERED = 5.0  # seconds
_MOST_WRONG = 10_000
_USE_NOTED_EVERY = timedelta(minutes=1)


class KeyRing:
    """The keys a process saw lately; one of these a process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._known: dict[bytes, tuple[float, Principal]] = {}  # until when, and who
        self._wrong: dict[bytes, float] = {}  # until when; oldest first
        self._asked: dict[bytes, asyncio.Future[Principal | None]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def by_key(self, key: str) -> Principal:
        """Recognize a key. Raises NotAuthenticated (`key_unknown`), Unavailable (`database_unreachable`)."""
        if not self._looks_right(key):
            raise self._refusal()
        name, now = digest(key), self._rt.clock.monotonic()
        principal = self._remembered(name, now)
        if principal is not None:
            return principal
        if now < self._wrong.get(name, 0.0):
            raise self._refusal()
        principal = await self._ask(name)
        if principal is None:
            raise self._refusal()
        return principal

    def remembered(self, key: str) -> Principal | None:
        """Recognize a key where nobody has to be asked for it."""
        return self._remembered(digest(key), self._rt.clock.monotonic())

    def _looks_right(self, text: str) -> bool:
        return looks_like_key(text)

    def _refusal(self) -> NotAuthenticated:
        return NotAuthenticated(
            "key_unknown", "This API key is unknown, was revoked or has run out. Use one from Developers, API keys."
        )

    def _remembered(self, name: bytes, now: float) -> Principal | None:
        until, principal = self._known.get(name, (0.0, None))
        return principal if now < until else None

    async def _ask(self, name: bytes) -> Principal | None:
        answer = self._asked.get(name)
        if answer is None:
            answer = self._asked[name] = asyncio.get_running_loop().create_future()
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        # Others may wait for the same answer: one request that goes away takes it from nobody.
        return await asyncio.shield(answer)

    async def _read(self) -> None:
        """Look up what was asked, batch after batch, until nothing is."""
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await self._answer(asked)
        finally:
            self._reading = None

    async def _answer(self, asked: dict[bytes, asyncio.Future[Principal | None]]) -> None:
        until = self._rt.clock.monotonic() + REMEMBERED  # counted from before the look-up: a revocation may follow it
        try:
            found = await self._look_up(list(asked))
        except Exception as error:  # noqa: BLE001 - all who asked get it, so it is nobody's to swallow
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()  # those who wait get it; if nobody does any more, that is no news
            return
        for name, answer in asked.items():
            principal = found.get(name)
            if principal is None:
                self._known.pop(name, None)
                self._note_wrong(name, until)
            else:
                self._known[name] = (until, principal)
            answer.set_result(principal)

    async def _look_up(self, names: list[bytes]) -> dict[bytes, Principal]:
        now = self._rt.clock.now()
        async with self._rt.db.connection() as conn:
            keys = await store.living_keys(conn, names, now)
            stale = [key.id for key in keys if key.last_used_at is None or key.last_used_at <= now - _USE_NOTED_EVERY]
            if stale:
                await store.touch_keys(conn, stale, now)
        return {key.hash: _principal(key) for key in keys}

    def _note_wrong(self, name: bytes, until: float) -> None:
        self._wrong.pop(name, None)
        if len(self._wrong) >= _MOST_WRONG:
            del self._wrong[next(iter(self._wrong))]
        self._wrong[name] = until


def _principal(key: store.LivingKey) -> Principal:
    return Principal(
        key.account_id,
        f"key {key.hint}...",
        key.scopes,
        key_id=key.id,
        is_suspended=key.is_suspended,
        networks=networks_of(key.access_list),
    )
