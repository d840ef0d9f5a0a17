"""A process that sends letters and closes days, to be killed on the way; and who comes after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import make
from cablegram.billing import closing, ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.kit.ids import AccountId, PostingId, uuid7
from cablegram.kit.money import MICRO
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.mail.send import Postman
from cablegram.runtime.runtime import Runtime
from proving import errands

LETTERS = 3  # of a turn
A_DAY = timedelta(days=1)
_FACTS = {"by": "Tests", "at": "2026-01-15T12:00:00+00:00", "server": "here"}
_STEPS = 3  # of a postman: the letters that wait, and then none


@dataclass(frozen=True, slots=True)
class Errand:
    """What a process is to do in its turn, a day after the one before: post letters and a bonus, and do the chores."""

    database_url: str
    mail: str
    account_id: str
    turn: int = 0


async def _run(errand: Errand) -> None:
    rt = runtime(errand)
    await rt.db.open()
    try:
        now = rt.clock.now()
        bonus = NewPosting(PostingId(uuid7()), AccountId(UUID(errand.account_id)), PostingKind.BONUS, 0, MICRO)
        async with rt.db.transaction() as conn:
            letters = [
                Letter("mail_test", f"turn{errand.turn}n{place}@example.com", "en", _FACTS) for place in range(LETTERS)
            ]
            await post(conn, letters, now=now)
            await ledger.post(conn, [bonus], now=now)
        await come_after(rt)
    finally:
        await rt.db.close()


def runtime(errand: Errand) -> Runtime:
    """Return a runtime that sends letters, whose clock is later than the tests' by a day for each turn."""
    clock = make.clock()
    clock.move(errand.turn * A_DAY)
    plain = make.runtime(errand.database_url, clock)
    settings = replace(
        plain.settings, smtp_url=errand.mail, mail_from="Acme <news@acme.example>", public_url="https://acme.example"
    )
    return replace(plain, settings=settings)


async def come_after(rt: Runtime) -> None:
    """Do what the `work` process does."""
    postman = Postman(rt)
    try:
        for _ in range(_STEPS):
            await postman.step()
    finally:
        await postman.close()
    await closing.close_days(rt)


if __name__ == "__main__":
    errands.serve(lambda told: _run(Errand(**told)))
