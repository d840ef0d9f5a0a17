"""What happened between a person and an account, newest first: messages and texts, consent with its evidence, edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import find
from cablegram.contacts import people
from cablegram.events import record
from cablegram.events.model import Told
from cablegram.evidence import look
from cablegram.evidence.model import Evidence
from cablegram.inbound import inbox
from cablegram.inbound.model import ReceivedText
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import CampaignId
from cablegram.messages import search
from cablegram.messages.model import Message
from cablegram.messages.wording import reason
from cablegram.programs import people as programs
from cablegram.records import finding, telling
from cablegram.records.model import Item, ItemKind, Span
from cablegram.runtime.runtime import Runtime


async def page(
    rt: Runtime,
    who: Principal,
    number: str,
    *,
    kinds: frozenset[ItemKind] = frozenset(ItemKind),
    after: UUID | None = None,
    limit: int = 50,
) -> list[Item]:
    """Return a part of a person's history, of all kinds or of some; a next page starts after the last item of this.

    It is that of their record: with what was sent to its earlier numbers while it had them, and of records that were
    joined to it. Ids sort by time, so each source gives its next items and the newest of all make the page.
    Raises InvalidInput (those of `e164.parse`), NotFound (`contact_not_found`).
    """
    who.needs(Scope.READ)
    contact = await people.get(rt, who, number)
    async with rt.db.connection() as conn:
        records, numbers = await finding.past(conn, who.account_id, contact)
        edits: Sequence[Told] = []
        if ItemKind.EDIT in kinds:
            edits = await record.page(conn, who.account_id, records, after=after, limit=limit)
        proofs: list[Evidence] = []
        if ItemKind.CONSENT in kinds:
            proofs = [one for span in numbers for one in await look.of_number(conn, who.account_id, span.number)]
            proofs = [one for one in proofs if after is None or one.told.id < after]
        names = {str(one.id): one.name for one in await programs.of_account(conn, who.account_id)} if proofs else {}
    found = [_edit(one) for one in edits] + [_consent(one, names) for one in proofs]
    for span in numbers:
        found += await _said(rt, who, span, kinds, after=after, limit=limit)
    newest = sorted({one.id: one for one in found}.values(), key=lambda one: one.id, reverse=True)[:limit]
    return await _with_campaigns(rt, who, newest)


async def _said(
    rt: Runtime, who: Principal, span: Span, kinds: frozenset[ItemKind], *, after: UUID | None, limit: int
) -> list[Item]:
    """Return what was sent to and by a number while it was theirs."""
    before = min((one for one in (after, span.high) if one is not None), default=None)
    found: list[Item] = []
    if ItemKind.MESSAGE in kinds:
        sent = await search.page(rt, who, to=f"+{span.number}", after=before, limit=limit)
        found += [_message(one) for one in sent if span.holds(one.id)]
    if ItemKind.TEXT in kinds:
        heard = await inbox.page(rt, who, phone=f"+{span.number}", after=before, limit=limit)
        found += [_text(one) for one in heard if span.holds(one.id)]
    return found


def _message(one: Message) -> Item:
    why = f": {reason(one.reason)}" if one.reason else ""
    clicked = f"; opened a link on {one.clicked_at:%Y-%m-%d at %H:%M} UTC" if one.clicked_at else ""
    return Item(
        one.id,
        one.accepted_at,
        ItemKind.MESSAGE,
        f"Message {one.state}{why}{clicked}",
        one.text,
        number=one.number,
        state=one.state.value,
        campaign_id=one.campaign_id,
    )


def _text(one: ReceivedText) -> Item:
    return Item(one.id, one.received_at, ItemKind.TEXT, "Wrote to us", one.text, number=one.source)


def _edit(one: Told) -> Item:
    what, detail = telling.edit(one)
    return Item(one.id, one.at, ItemKind.EDIT, what, detail, by=str(one.data.get("by", "")))


def _consent(one: Evidence, names: Mapping[str, str]) -> Item:
    what, detail = telling.consent(one, names)
    told = one.told
    return Item(told.id, told.at, ItemKind.CONSENT, what, detail, by=told.by, number=told.number or "")


async def _with_campaigns(rt: Runtime, who: Principal, items: Iterable[Item]) -> list[Item]:
    """Name the campaigns that messages are of."""
    found = list(items)
    names = {wanted: await _name(rt, who, wanted) for wanted in {one.campaign_id for one in found if one.campaign_id}}
    return [replace(one, campaign=names[one.campaign_id]) if one.campaign_id else one for one in found]


async def _name(rt: Runtime, who: Principal, campaign_id: CampaignId) -> str | None:
    try:
        return (await find.get(rt, who, campaign_id)).name
    except NotFound:
        return None  # it was deleted
