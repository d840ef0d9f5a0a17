"""Conversations in both directions, and how a team works on them (R66)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id, Moment, Next, Paging
from cablegram.api.messages import shown_number, shown_sender
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.api.received import CallerName, Contact, Media, Query, Why, Words
from cablegram.inbound import inbox, talks
from cablegram.inbound.model import Line, Talk
from cablegram.inbound.order import Rule
from cablegram.inbound.talk_model import AS_IT_IS, Care, Change, Note
from cablegram.kit.ids import UserId
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime

conversations = Resource(
    "Conversations",
    "What was written to and by each number, and how the team works on it: open or done, somebody's, with notes beside "
    "it that only the team sees. A text that a person has to read opens its conversation again.",
)

_RENAMED = {"source": "from", "destination": "to"}
AddressInPath = Annotated[
    str,
    Meta(description="Whom the conversation is with: a number, the plus may be left out.", examples=["+34600000118"]),
]
IsDone = Annotated[bool, Meta(description="Whether nobody has to do anything about it any more.")]
AssignedTo = Annotated[UUID | None, Meta(description="The person of the account who cares for it; null: nobody.")]
NoteText = Annotated[str, Meta(min_length=1, max_length=talks.MOST_NOTED, description="What the team should know.")]
_NOBODY = Can(404, "conversation_not_found", "this number never wrote to the account")


class ConversationView(msgspec.Struct, kw_only=True):
    """A conversation, by the last text of theirs."""

    id: Annotated[UUID, Meta(description="The last text that came in.")]
    number: Annotated[str, Meta(description="Whom it is with.", examples=["+34600000118"])]
    address: Annotated[str, Meta(description="Which of the account's senders they wrote to last.")]
    text: Words
    received_at: Moment
    contact_id: Contact
    caller_name: CallerName
    is_new: Annotated[bool, Meta(description="Whether nobody of the team has looked at that text yet.")]
    is_done: IsDone
    assigned_to: AssignedTo


class ConversationPage(msgspec.Struct):
    """Conversations, whoever wrote last first."""

    items: list[ConversationView]
    next: Next


class ConversationFilter(Paging):
    """Which conversations are wanted."""

    q: Annotated[Query, Meta(description="With these digits in the number.")] | UnsetType = UNSET
    is_done: Annotated[bool, Meta(description="Those that are done, or those that are open.")] | UnsetType = UNSET
    assigned_to: Annotated[UUID, Meta(description="For which this person of the account cares.")] | UnsetType = UNSET


class LineView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A text of a conversation."""

    id: Annotated[UUID, Meta(description="Of the message (`getMessage`) or of the text (`getReceived`).")]
    is_ours: Annotated[bool, Meta(description="Whether we wrote it.")]
    source: Annotated[str, Meta(description="Who wrote.")]
    destination: Annotated[str, Meta(description="To whom.")]
    text: Words
    at: Moment
    status: Annotated[State | None, Meta(description="Where our message is; null of theirs.")]
    rule: Annotated[Rule | None, Meta(description="The rule that decided what was done with theirs; null of ours.")]
    why: Why
    media_urls: Media


class LinePage(msgspec.Struct):
    """A conversation, newest first."""

    items: list[LineView]
    next: Next


class CareView(msgspec.Struct):
    """Where a conversation stands with the team."""

    is_done: IsDone
    assigned_to: AssignedTo
    changed_by: Annotated[str | None, Meta(description="Who said last that it is done, or that it is not.")]
    changed_at: Annotated[Moment | None, Meta(description="When they did.")]


class ConversationChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be otherwise; what is left out stays as it is."""

    is_done: IsDone | UnsetType = UNSET
    assigned_to: AssignedTo | UnsetType = UNSET


class NewNote(msgspec.Struct, forbid_unknown_fields=True):
    """A note beside a conversation."""

    text: NoteText


class NoteView(msgspec.Struct):
    """A note of the team's. Who the conversation is with never sees it."""

    id: Id
    text: Annotated[str, Meta(description="What the team should know.")]
    by: Annotated[str, Meta(description="Who wrote it.")]
    at: Moment


class NoteList(msgspec.Struct):
    """The last notes beside a conversation, newest first."""

    items: list[NoteView]


@conversations.call("GET", "/v1/conversations", "listConversations", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: ConversationFilter) -> ConversationPage:
    """List conversations.

    One with each number that ever wrote; whoever wrote last comes first.
    """
    found = await inbox.conversations(
        rt,
        who,
        q=query.q or None,
        is_done=None if query.is_done is UNSET else query.is_done,
        assigned_to=None if query.assigned_to is UNSET else UserId(query.assigned_to),
        after=query.after or None,
        limit=query.limit + 1,
    )
    items, following = cut(found, "/v1/conversations", query)
    return ConversationPage([_talk(one) for one in items], following)


@conversations.call("GET", "/v1/conversations/{number}", "getConversation", scope=Scope.READ)
async def conversation(rt: Runtime, who: Principal, number: AddressInPath, query: Paging) -> LinePage:
    """Read a conversation.

    What was written to and by one number, newest first; the plus may be left out. With a number that nobody ever wrote
    to, nor it to us, it is empty.
    """
    found = await inbox.conversation(rt, who, number, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, f"/v1/conversations/{inbox.written(number)}", query)
    return LinePage([_line(one) for one in items], following)


@conversations.call(
    "PATCH",
    "/v1/conversations/{number}",
    "changeConversation",
    scope=Scope.SEND,
    errors=(_NOBODY, Can(400, "user_not_found", "who shall care for it does not belong to the account")),
)
async def change(rt: Runtime, who: Principal, number: AddressInPath, body: ConversationChange) -> CareView:
    """Change a conversation.

    Say that it is done or open again, and who cares for it.
    """
    to = body.assigned_to
    assigned = AS_IT_IS if to is UNSET else UserId(to) if to else None
    is_done = None if body.is_done is UNSET else body.is_done
    return _care(await talks.change(rt, who, number, Change(is_done, assigned)))


@conversations.call("GET", "/v1/conversations/{number}/notes", "listNotes", scope=Scope.READ)
async def notes(rt: Runtime, who: Principal, number: AddressInPath) -> NoteList:
    """List the notes beside a conversation.

    The last two hundred, newest first.
    """
    return NoteList([_note(one) for one in await talks.notes(rt, who, number)])


@conversations.call(
    "POST",
    "/v1/conversations/{number}/notes",
    "createNote",
    scope=Scope.SEND,
    status=201,
    errors=(_NOBODY, Can(400, "bad_note", "the note has no words")),
)
async def write_note(rt: Runtime, who: Principal, number: AddressInPath, body: NewNote) -> NoteView:
    """Write a note beside a conversation."""
    return _note(await talks.note(rt, who, number, body.text))


@conversations.call(
    "DELETE",
    "/v1/notes/{note_id}",
    "deleteNote",
    scope=Scope.SEND,
    status=204,
    errors=(Can(404, "note_not_found", "there is no such note of one's own"),),
)
async def take_note_back(rt: Runtime, who: Principal, note_id: Id) -> None:
    """Take back a note of one's own."""
    await talks.take_back(rt, who, note_id)


def _talk(one: Talk) -> ConversationView:
    return ConversationView(
        id=one.id,
        number=shown_number(one.number),
        address=one.address,
        text=one.text,
        received_at=one.received_at,
        contact_id=one.contact_id,
        caller_name=one.caller_name,
        is_new=one.is_new,
        is_done=one.is_done,
        assigned_to=one.assigned_to,
    )


def _care(one: Care) -> CareView:
    return CareView(one.is_done, one.assigned_to, one.changed_by, one.changed_at)


def _note(one: Note) -> NoteView:
    return NoteView(one.id, one.text, one.by, one.at)


def _line(one: Line) -> LineView:
    return LineView(
        id=one.id,
        is_ours=one.is_ours,
        source=shown_sender(one.source) if one.is_ours else shown_number(one.source),
        destination=shown_number(one.destination) if one.is_ours else shown_sender(one.destination),
        text=one.text,
        at=one.at,
        status=State(one.status) if one.status else None,
        rule=Rule(one.rule) if one.rule else None,
        why=one.why,
        media_urls=list(one.media_urls or ()),
    )
