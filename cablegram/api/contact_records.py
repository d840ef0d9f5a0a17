"""The whole record of one person: its history, a copy of it, two that become one, and the end of one (L23)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.contacts import ContactView, NumberInPath, view
from cablegram.api.fields import Id, Moment, Next, Note, Paging, Recipient
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.paging import cut
from cablegram.records import erase as erasing
from cablegram.records import export, history
from cablegram.records import merge as merging
from cablegram.records.model import Item, ItemKind
from cablegram.runtime.runtime import Runtime

contact_records = Resource("Contact records", "One person: what happened, in order, and a way to be forgotten.")


class HistoryFilter(Paging):
    """Which part of a history is wanted."""

    kind: Annotated[ItemKind, Meta(description="Items of one kind only.")] | UnsetType = UNSET


class ItemView(msgspec.Struct, kw_only=True):
    """One line of a history."""

    id: Annotated[Id, Meta(description="Of the message, the text, the evidence or the event of the record.")]
    at: Moment
    kind: Annotated[
        ItemKind,
        Meta(
            description="`message`: that we sent, or did not. `text`: that the person sent. `consent`: from the ledger "
            "of evidence. `edit`: of the record."
        ),
    ]
    what: Annotated[str, Meta(description="What happened, in words.", examples=["Message delivered"])]
    detail: Annotated[str, Meta(description="What it said, what changed, or how it is known.")]
    by: Annotated[str, Meta(description="Who did it; empty of messages and texts.")]
    number: Annotated[str, Meta(description="Which of the person's numbers it is about; empty of edits.")]
    state: Annotated[str | None, Meta(description="Of a message: its state.", examples=["delivered"])]
    campaign_id: Annotated[Id | None, Meta(description="Of a message: its campaign.")]
    campaign: Annotated[str | None, Meta(description="Of a message: its campaign's name.")]


class HistoryPage(msgspec.Struct):
    """A history, newest first."""

    items: list[ItemView]
    next: Next


class Other(msgspec.Struct, forbid_unknown_fields=True):
    """The record that is joined to this one and then gone."""

    other: Recipient


class MergedView(msgspec.Struct, kw_only=True):
    """What became of two records."""

    contact: ContactView
    gone: Annotated[str, Meta(description="The other number.", examples=["+447700900123"])]
    variables: Annotated[list[str], Meta(description="Variables that only the other record had.")]
    tags: Annotated[list[str], Meta(description="Tags that only the other record had.")]
    lists: Annotated[list[str], Meta(description="Lists that the other record was on.")]
    took_its_no: Annotated[bool, Meta(description="Whether a no of the other record made this one not subscribed.")]


class Erasure(msgspec.Struct, kw_only=True):
    """Why somebody is forgotten."""

    reason: Annotated[
        Note, Meta(description="For your files; name nobody, it stays.", examples=["asked by letter"])
    ] = ""


class ErasedView(msgspec.Struct, kw_only=True):
    """What was forgotten."""

    was_contact: Annotated[bool, Meta(description="Whether the number was a contact.")]
    messages: Annotated[int, Meta(description="Messages that are empty now.")]
    open_messages: Annotated[int, Meta(description="Messages on the wire: emptied when their end is known.")]
    texts: Annotated[int, Meta(description="Texts of the person that are empty now.")]
    withdrawn: Annotated[int, Meta(description="Messages that waited: cancelled, with refund.")]


_NO_NUMBER = Can(403, "number_invalid", "no such number can exist")
_NO_CONTACT = Can(404, "contact_not_found", "the account has no contact of that number")


@contact_records.call(
    "GET",
    "/v1/contacts/{number}/history",
    "getContactHistory",
    scope=Scope.READ,
    errors=(_NO_NUMBER, _NO_CONTACT),
)
async def page(rt: Runtime, who: Principal, number: NumberInPath, query: HistoryFilter) -> HistoryPage:
    """Get what happened between a person and the account.

    Newest first: messages and texts, consent with its evidence, edits of the record; also of earlier numbers of theirs,
    and of records that were joined to this one.
    """
    kinds = frozenset({query.kind}) if query.kind else frozenset(ItemKind)
    found = await history.page(rt, who, number, kinds=kinds, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, f"/v1/contacts/{number}/history", query)
    return HistoryPage([_item(one) for one in items], following)


@contact_records.call(
    "GET",
    "/v1/contacts/{number}/record",
    "exportContact",
    scope=Scope.READ,
    errors=(_NO_NUMBER, _NO_CONTACT),
    gives={"application/json": "All that is kept of the person."},
)
async def copy(rt: Runtime, who: Principal, number: NumberInPath) -> Download:
    """Get a copy of all that is kept of a person.

    One JSON file: the contact, its lists and programs, whether it is on the blacklist, and its whole history.
    """
    pieces = await export.opened(rt, who, number)
    return Download("contact.json", "application/json", pieces)


@contact_records.call(
    "POST",
    "/v1/contacts/{number}/merge",
    "mergeContacts",
    scope=Scope.CONTACTS,
    errors=(
        _NO_NUMBER,
        _NO_CONTACT,
        Can(403, "same_contact", "both are the same number"),
        Can(409, "list_in_use", "a campaign that is not finished uses a list that the other is on"),
    ),
)
async def merge(rt: Runtime, who: Principal, number: NumberInPath, body: Other) -> MergedView:
    """Join another record of the same person to this one.

    This number stays, the other record is gone. Where both have a value, this one's counts; lists and tags are those of
    both. A no of either is a no of both; a yes that was said under the other number does not come along. The blacklist
    goes by numbers and is not touched.
    """
    done = await merging.merge(rt, who, number, other=body.other)
    return MergedView(
        contact=view(done.contact),
        gone=f"+{done.gone}",
        variables=list(done.variables),
        tags=list(done.tags),
        lists=list(done.lists),
        took_its_no=done.took_its_no,
    )


@contact_records.call("DELETE", "/v1/contacts/{number}", "eraseContact", scope=Scope.CONTACTS, errors=(_NO_NUMBER,))
async def erase(rt: Runtime, who: Principal, number: NumberInPath, query: Erasure) -> ErasedView:
    """Forget a person.

    What tells of them goes: the record, the words of messages and texts, what the ledger of consent says of them. What
    waits is cancelled with refund. A salted hash of the number stays, so that no file and no call makes a subscriber of
    it again; the person can, by their own word. This can't be undone.
    """
    done = await erasing.erase(rt, who, number, reason=query.reason)
    return ErasedView(
        was_contact=done.was_contact,
        messages=done.messages,
        open_messages=done.open_messages,
        texts=done.texts,
        withdrawn=done.withdrawn,
    )


def _item(one: Item) -> ItemView:
    return ItemView(
        id=one.id,
        at=one.at,
        kind=one.kind,
        what=one.what,
        detail=one.detail,
        by=one.by,
        number=f"+{one.number}" if one.number else "",
        state=one.state,
        campaign_id=one.campaign_id,
        campaign=one.campaign,
    )
