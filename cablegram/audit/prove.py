"""Prove that nothing was lost, doubled or charged wrongly, while traffic goes on.

Three sources are written by different statements and must agree: postings, rows of messages, and the log of counts.
Everything is read in one snapshot, so that what moves meanwhile is either wholly in it or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.audit import store
from cablegram.audit.model import MOST_ROWS, Check, Off, Report
from cablegram.billing import closing
from cablegram.billing.close_model import Fault
from cablegram.evidence import verify
from cablegram.evidence.model import Verified
from cablegram.runtime.runtime import Runtime


async def audit(rt: Runtime) -> Report:
    """Add up everybody's messages and judge every sentence that must be true of them. Changes nothing."""
    async with rt.db.transaction() as conn:
        await store.freeze(conn)
        at = rt.clock.now()
        sums = await store.sums(conn)
        checks: list[Check] = []
        for sentence in store.SENTENCES:
            count, rows = await store.contradictions(conn, sentence)
            checks.append(Check(sentence.name, sentence.text, count, tuple(rows)))
        checks.append(_consent(await verify.check_all(conn)))
        checks.append(_closed(*await closing.check(conn)))
    return Report(at, tuple(sums), tuple(checks))


def _consent(chains: Sequence[Verified]) -> Check:
    rows = [
        Off(one.account_id, None, f"event {fault.seq} of the ledger of consent ({fault.id or 'gone'}): {fault.what}")
        for one in chains
        for fault in one.faults
    ]
    sentence = "Every event of consent is as it was written, behind the one before it."
    return Check("consent", sentence, sum(one.count for one in chains), tuple(rows[:MOST_ROWS]))


def _closed(_: int, faults: Sequence[Fault]) -> Check:
    rows = [Off(one.account_id, None, f"closed day {one}") for one in faults]
    sentence = "Every day that was closed is as it was, behind the day before it."
    return Check("closed", sentence, len(rows), tuple(rows[:MOST_ROWS]))
