"""Prove that nothing was lost, doubled or charged wrongly, while traffic goes on.

Three sources are written by different statements and must agree: postings, rows of messages, and the log of counts.
Everything is read in one snapshot, so that what moves meanwhile is either wholly in it or not at all.
"""

from __future__ import annotations

from cablegram.audit import store
from cablegram.audit.model import Check, Report
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
    return Report(at, tuple(sums), tuple(checks))
