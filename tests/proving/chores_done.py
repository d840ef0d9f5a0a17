"""The mail server and the books of somebody whose chores were done by those who were killed while they did them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import make
from cablegram.accounts.access import operator
from cablegram.audit.prove import audit
from cablegram.billing import closing
from cablegram.mail import store
from cablegram.runtime.runtime import Runtime
from letterbox import Letterbox, letterbox
from proving import chores
from proving.chores import Errand

_MOST = 1000
_NOT_WRITTEN_DOWN = "letter.handed_over"


@dataclass(frozen=True, slots=True)
class Chores:
    """A database and a mail server that keeps what it is given."""

    rt: Runtime
    box: Letterbox
    errand: Errand

    def told(self, turn: int) -> dict[str, Any]:
        """Return the errand of somebody's turn."""
        return asdict(replace(self.errand, turn=turn))

    async def come_after(self, turn: int) -> None:
        """Let two processes do at the same time what is due."""
        heirs = [chores.runtime(replace(self.errand, turn=turn)) for _ in range(2)]
        await asyncio.gather(*(heir.db.open() for heir in heirs))
        await asyncio.gather(*(chores.come_after(heir) for heir in heirs))
        await asyncio.gather(*(heir.db.close() for heir in heirs))

    async def faults(self, died: Sequence[str]) -> list[str]:
        """Say which letters did not arrive, or too often, and what is wrong with the days that were closed.

        A letter arrives twice, under the same id, where the process died between the server's yes and our note; nobody
        can do better than that (decision 0056). So there are no more of those than such deaths.
        """
        async with self.rt.db.connection() as conn:
            posted = await store.page_of_letters(conn, None, after=None, limit=_MOST)
        came: dict[str, set[str]] = {}
        for letter in self.box.letters:
            came.setdefault(str(letter["Message-ID"]), set()).add(str(letter["To"]))
        days, wrong = await closing.verify(self.rt, operator("tests"))
        said = {
            "not sent": [one.id for one in posted if one.state != "sent"],
            "to whom": sorted(to for all_of in came.values() for to in all_of),
            "again, more than": max(0, len(self.box.letters) - len(came) - died.count(_NOT_WRITTEN_DOWN)),
            "closed days": [str(fault) for fault in wrong],
            "is any closed": bool(days),
            "audit": [check.name for check in (await audit(self.rt)).checks if check.count],
        }
        right = {
            "not sent": [],
            "to whom": sorted(one.recipient for one in posted),
            "again, more than": 0,
            "closed days": [],
            "is any closed": True,
            "audit": [],
        }
        return [f"{what}: {said[what]}, and should be {right[what]}" for what in said if said[what] != right[what]]


@asynccontextmanager
async def chores_of(database_url: str) -> AsyncGenerator[Chores]:
    """Furnish an empty database with an account, and run a mail server, for a block."""
    async with letterbox() as box:
        rt = make.runtime(database_url, make.clock())
        await rt.db.open()
        try:
            who = await make.account(rt)
            yield Chores(rt, box, Errand(database_url, box.url, str(who.account_id)))
        finally:
            await rt.db.close()
