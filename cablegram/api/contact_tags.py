"""Tags: words on people."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, Id, Recipient
from cablegram.api.operation import Can, Resource
from cablegram.contacts import tag_words, tags
from cablegram.contacts.tags import MOST_NUMBERS
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ListId
from cablegram.runtime.runtime import Runtime

contact_tags = Resource("Contact tags", "Words on people, put there and taken away from many at once.")

_Tag = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=tag_words.LONGEST,
        pattern=NO_NULL,
        description="A tag; kept in lower case, with single spaces.",
        examples=["vip"],
        extra={"codes": dict.fromkeys(("too_short", "too_long", "wrong_value"), "bad_tag")},
    ),
]
_Tags = Annotated[list[_Tag], Meta(max_length=tag_words.MOST, description="Tags.")]
TagInPath = Annotated[str, Meta(description="A tag.", examples=["vip"])]


class TagView(msgspec.Struct):
    """A tag."""

    name: Annotated[str, Meta(description="The word.", examples=["vip"])]
    people: Annotated[int, Meta(description="How many people have it.", examples=[128])]


class TagsView(msgspec.Struct):
    """The account's tags, in the order of the alphabet."""

    items: list[TagView]


class TagChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which tags whom to give and take: people by their numbers, or those of a list."""

    numbers: (
        Annotated[list[Recipient], Meta(min_length=1, max_length=MOST_NUMBERS, description="Numbers of contacts.")]
        | UnsetType
    ) = UNSET
    contact_list_id: Id | UnsetType = UNSET
    add: _Tags = msgspec.field(default_factory=list[str])
    remove: _Tags = msgspec.field(default_factory=list[str])


class TaggedView(msgspec.Struct, kw_only=True):
    """What came of it."""

    changed: Annotated[int, Meta(description="People whose tags changed.")]
    same: Annotated[int, Meta(description="People who had them so, or would have more than 100.")]
    unknown: Annotated[int, Meta(description="Numbers that are no contacts.")]


_BAD_TAG = Can(400, "bad_tag", "a tag is empty, too long, or has a comma or semicolon in it")


@contact_tags.call("GET", "/v1/contact_tags", "listContactTags", scope=Scope.READ)
async def every(rt: Runtime, who: Principal) -> TagsView:
    """List the account's tags."""
    return TagsView([TagView(name, count) for name, count in await tags.every(rt, who)])


@contact_tags.call(
    "POST",
    "/v1/contact_tags",
    "changeContactTags",
    scope=Scope.CONTACTS,
    errors=(
        _BAD_TAG,
        Can(400, "bad_name", "a tag is not one line"),
        Can(403, "nothing_to_do", "there is no tag to add or to remove, or nobody, or both ways of naming people"),
        Can(403, "number_invalid", "a number can't exist; with several: `bad_numbers`"),
        Can(404, "list_not_found", "the account has no such list"),
    ),
)
async def change(rt: Runtime, who: Principal, body: TagChange) -> TaggedView:
    """Give people tags and take others away.

    A tag that is both is taken away. People of a list are changed slice by slice; if that breaks off, the same call
    again does the rest.
    """
    if body.contact_list_id and not body.numbers:
        done = await tags.change_list(rt, who, ListId(body.contact_list_id), add=body.add, remove=body.remove)
    elif body.numbers and not body.contact_list_id:
        done = await tags.change_numbers(rt, who, body.numbers, add=body.add, remove=body.remove)
    else:
        raise InvalidInput("nothing_to_do", "Give either `numbers` or `contact_list_id`.")
    return TaggedView(changed=done.changed, same=done.same, unknown=done.unknown)


@contact_tags.call(
    "DELETE",
    "/v1/contact_tags/{name}",
    "deleteContactTag",
    scope=Scope.CONTACTS,
    status=204,
    errors=(
        Can(403, "bad_tag", "no tag can be written so"),
        Can(403, "bad_name", "it is not one line"),
        Can(404, "tag_not_found", "the account has no such tag"),
    ),
)
async def delete(rt: Runtime, who: Principal, name: TagInPath) -> None:
    """Take a tag from everybody, and forget it."""
    await tags.delete(rt, who, name)
