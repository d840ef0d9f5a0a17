"""Say again how a message was judged, from what was kept of it: the ruleset, and what the rules saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cablegram.consent import rulebook, seen, store
from cablegram.consent.case import Case
from cablegram.consent.looks import Decision, Look, Verdict
from cablegram.consent.reasons import CATALOG, STOPPED_BY
from cablegram.consent.telling import told
from cablegram.runtime.database import Conn


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of how a message was judged. `bits` and `ruleset` come from its row; `reason` if it was stopped."""

    case: Case
    ruleset: int
    bits: int
    reason: str | None
    at: datetime


async def again(conn: Conn, kept: Kept) -> Decision:
    """Go through the rules once more, as they were set then; a ruleset that nobody kept was that of the defaults."""
    written = await store.ruleset(conn, kept.ruleset)
    return retold(written or rulebook.compiled(None).written, kept)


def retold(written: str, kept: Kept) -> Decision:
    """Return what each rule saw, with the versions of then. What stopped the message then is what stopped it. Pure.

    The row does not keep everything: where today's rules would come to another verdict, the kept one stands, and the
    rules behind it were not looked at.
    """
    ruleset, rules = rulebook.read_ruleset(written)
    case = seen.unpack(kept.bits, kept.case, same_text_at=kept.at)
    looks = [
        replace(look, version=ruleset.versions.get(look.rule, look.version))
        for look in rules.explain(case, now=kept.at).looks
    ]
    reason = CATALOG.get(kept.reason or "")
    if reason is None or looks[-1].reason == reason:
        return Decision(tuple(looks))
    by = STOPPED_BY[reason.code]
    values = told(rules.policy, case)
    stop = Look(by, ruleset.versions.get(by, 1), Verdict.STOP, reason.told(values), reason, values)
    before = next((place for place, look in enumerate(looks) if look.rule == by), len(looks))
    return Decision((*looks[:before], stop))
