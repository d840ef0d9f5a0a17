"""Send what is posted: a `work` process hands letters that are due to the mail server, by one connection for all.

A letter is taken under a lease and written as sent after the server took it. Whoever dies between the two leaves a
letter that goes once more, under the same Message-ID: a notice that never comes is worse than one that comes twice, and
mail programs know the second by its id (decision 0056). While the server takes nothing all letters wait, and none is
used up.
"""

from __future__ import annotations

from datetime import timedelta

from cablegram.kit.ids import time_of
from cablegram.mail import store
from cablegram.mail.envelope import pack
from cablegram.mail.model import Attachment, Posted
from cablegram.mail.server import sender_of, server_of
from cablegram.mail.store import Settled
from cablegram.mail.verdicts import Outcome, again
from cablegram.mail.wire import Verdict, Wire
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

_AT_ONCE = 50
_LEASE = timedelta(minutes=5)
_HANDS_OFF = timedelta(minutes=2)  # before the lease ends no letter is begun: one takes a minute at most
_IDLE = 2.0  # seconds until the next look
_IDLE_WIRE = 20.0  # seconds for which a connection without letters is kept
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0  # seconds, after the server took nothing
_KEPT = timedelta(days=30)
_FORGOTTEN_AT_ONCE = 1_000


class Postman:
    """Sends for all; any number of them may, in any number of processes. Open it inside a running loop."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._server = server_of(rt.settings)
        self._sender = sender_of(rt.settings)
        self._wire = Wire(self._server, greets_as=self._sender.domain) if self._server else None
        self._told: list[Settled] = []  # what the database has not heard yet
        self._pause = 0.0
        self._sent_at = 0.0

    @property
    def has_server(self) -> bool:
        """Tell whether there is a mail server to send through."""
        return self._wire is not None

    async def step(self) -> float:
        """Send what is due; return after how many seconds to look again. Raises Unavailable."""
        await self._settle()
        async with self._rt.db.transaction() as conn:
            await store.give_up(conn, now=self._rt.clock.now(), limit=_FORGOTTEN_AT_ONCE)
        if self._wire is None:
            return _LONGEST_PAUSE / 10
        now = self._rt.clock.now()
        async with self._rt.db.transaction() as conn:
            letters = await store.claim(conn, now=now, until=now + _LEASE, limit=_AT_ONCE)
            files = await store.files_of(conn, [one.id for one in letters]) if letters else {}
        if not letters:
            await self._rest()
            return _IDLE
        reach("letter.claimed")
        for place, letter in enumerate(letters):
            if self._rt.clock.now() > now + _LEASE - _HANDS_OFF:
                await self._give_back(letters[place:], "")
                return 0.0
            verdict = await self._send(letter, files.get(letter.id, []), self._wire)
            if verdict.outcome is Outcome.SERVER:
                return await self._wait(letters[place:], verdict)
        self._pause = 0.0
        return 0.0

    async def close(self) -> None:
        """Close the connection; what was claimed and not begun is sent by another when its lease is over."""
        if self._wire is not None:
            await self._wire.close()

    async def _send(self, letter: Posted, files: list[Attachment], wire: Wire) -> Verdict:
        try:
            message = pack(letter, files, self._sender, at=time_of(letter.id))
        except Exception:  # a letter that can't be written must not keep the others
            self._rt.log.exception("a letter can't be written as a message", letter=str(letter.id), kind=letter.kind)
            verdict = Verdict(Outcome.REFUSED, "It can't be written as a message: the log says why.")
        else:
            verdict = await wire.hand_over(self._sender.address, letter.recipient, message)
            reach("letter.handed_over")
        if verdict.outcome is not Outcome.SERVER:
            self._sent_at = self._rt.clock.monotonic()
            self._told.append(self._settled(letter, verdict))
            await self._settle()
            await self._mark(letter, verdict)
        return verdict

    def _settled(self, letter: Posted, verdict: Verdict) -> Settled:
        now = self._rt.clock.now()
        if verdict.outcome is Outcome.LATER:
            next_at = again(letter.tries + 1, now)
            return Settled(letter.id, "waiting", verdict.text, counts=True, next_at=next_at, ended_at=None)
        state = "sent" if verdict.outcome is Outcome.TAKEN else "failed"
        return Settled(letter.id, state, verdict.text, counts=True, next_at=None, ended_at=now)

    async def _settle(self) -> None:
        if not self._told:
            return
        async with self._rt.db.transaction() as conn:
            await store.settle(conn, self._told)
        self._told.clear()

    async def _mark(self, letter: Posted, verdict: Verdict) -> None:
        """Remember what was learned of the address and of the server."""
        now, address = self._rt.clock.now(), letter.recipient.lower()
        async with self._rt.db.transaction() as conn:
            if verdict.outcome is Outcome.TAKEN:
                await store.server_took(conn, now=now)
                await store.forget_refusals(conn, [address])
            elif verdict.outcome is Outcome.DEAD:
                await store.count_refusals(conn, {address: verdict.text}, now=now)
        log = self._rt.log.info if verdict.outcome is Outcome.TAKEN else self._rt.log.warning
        log("a letter was handed over", letter=str(letter.id), kind=letter.kind, outcome=verdict.outcome.value)

    async def _wait(self, letters: list[Posted], verdict: Verdict) -> float:
        """Let all letters wait: the server takes nothing."""
        self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
        self._rt.log.warning("letters wait for the mail server", error=verdict.text, seconds=self._pause)
        await self._give_back(letters, verdict.text)
        async with self._rt.db.transaction() as conn:
            await store.server_fails(conn, verdict.text, now=self._rt.clock.now())
        return self._pause

    async def _give_back(self, letters: list[Posted], why: str) -> None:
        next_at = self._rt.clock.now() + timedelta(seconds=self._pause)
        self._told += [Settled(one.id, "waiting", why, counts=False, next_at=next_at, ended_at=None) for one in letters]
        await self._settle()

    async def _rest(self) -> None:
        """Let go of a connection that was not used for a while."""
        if self._wire is not None and self._rt.clock.monotonic() - self._sent_at > _IDLE_WIRE:
            await self._wire.close()


async def forget(rt: Runtime) -> None:
    """Delete letters that ended a month ago."""
    while True:
        async with rt.db.transaction() as conn:
            gone = await store.forget(conn, rt.clock.now() - _KEPT, limit=_FORGOTTEN_AT_ONCE)
        if gone < _FORGOTTEN_AT_ONCE:
            return
