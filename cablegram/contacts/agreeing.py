"""A person says yes to marketing themselves: their number becomes a contact that is subscribed (R142, R144)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cablegram.accounts.access import Principal
from cablegram.contacts import knowing, store, suppression
from cablegram.contacts.model import Subscription
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import EvidenceId
from cablegram.numbers.e164 import Number
from cablegram.runtime.database import Conn


async def subscribe(
    conn: Conn, who: Principal, number: Number, *, source: str, evidence_id: EvidenceId, now: datetime
) -> EvidenceId | None:
    """Mark the contact of a number subscribed, made if there is none; return the event that its record rested on.

    The caller records the event that this rests on, behind all else. Also somebody who asked to be forgotten is known
    again: it is their own word. Who had said STOP before gets nothing all the same, until they say START.
    """
    await suppression.agree(conn, (who.account_id, number.e164))
    held = await knowing.know(conn, who.account_id, number, {}, now=now)
    said = Subscription.SUBSCRIBED
    new = replace(
        held,
        subscription=said,
        subscription_source=source,
        subscription_at=now,
        evidence_id=evidence_id,
        updated_at=now,
    )
    await store.change_contact(conn, who.account_id, new)
    facts = {"subscription": said.value, "source": source, "by": who.name}
    await record(conn, [Event(Kind.CONTACT_CHANGED, who.account_id, held.id, facts)], now=now)
    return held.evidence_id
