"""Forms on the account's web pages (R170)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, Id, Moment, Name
from cablegram.api.operation import Can, Resource
from cablegram.contacts import website
from cablegram.contacts.fields import MOST_FIELDS
from cablegram.contacts.website import Change
from cablegram.contacts.website_form import LONGEST_WORDS, MOST_ORIGINS
from cablegram.contacts.website_model import WebsiteTag
from cablegram.kit.ids import WebsiteTagId
from cablegram.runtime.runtime import Runtime

website_tags = Resource(
    "Website tags", "Forms on the account's web pages that set a number and other fields: `POST /tag/{token}`, no key."
)

_Origins = Annotated[
    list[Annotated[str, Meta(max_length=300, pattern=NO_NULL)]],
    Meta(
        min_length=1,
        max_length=MOST_ORIGINS,
        description="Pages that may send the form: scheme and host, https unless on the developer's own machine.",
        examples=[["https://www.example.com"]],
    ),
]
_Fields = Annotated[
    list[Annotated[str, Meta(max_length=60, pattern=NO_NULL)]],
    Meta(
        max_length=MOST_FIELDS, description="Names of the fields that it sets besides the number.", examples=[["city"]]
    ),
]
_Tags = Annotated[
    list[Annotated[str, Meta(max_length=50, pattern=NO_NULL)]],
    Meta(max_length=20, description="Tags for whoever fills it in.", examples=[["website"]]),
]
_Words = Annotated[
    str,
    Meta(
        max_length=LONGEST_WORDS,
        pattern=NO_NULL,
        description="What a person agrees to by its box, as the page shows it; empty: the form says nothing of "
        "consent, and changes nothing about it.",
        examples=["Send me offers by text, at most 4 a month. Reply STOP to end."],
    ),
]


class WebsiteTagView(msgspec.Struct, kw_only=True):
    """A form on web pages."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Newsletter box"])]
    token: Annotated[str, Meta(description="Stands in the page, in the address that the form is sent to.")]
    origins: Annotated[list[str], Meta(description="Pages that may send it.")]
    fields: Annotated[list[str], Meta(description="Fields that it sets besides the number.")]
    tags: Annotated[list[str], Meta(description="Tags that people get.")]
    words: Annotated[str, Meta(description="What people agree to; empty: it says nothing of consent.")]
    words_version: Annotated[int, Meta(description="Which version of the words: kept with each yes.")]
    is_on: Annotated[bool, Meta(description="Whether it takes anything.")]
    created_at: Moment
    updated_at: Moment


class WebsiteTagList(msgspec.Struct):
    """The account's forms, newest first."""

    items: list[WebsiteTagView]


class NewWebsiteTag(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A form to make."""

    name: Name
    origins: _Origins
    fields: _Fields = []
    tags: _Tags = []
    words: _Words = ""


class WebsiteTagChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a form; what is left out stays."""

    name: Name | UnsetType = UNSET
    origins: _Origins | UnsetType = UNSET
    fields: _Fields | UnsetType = UNSET
    tags: _Tags | UnsetType = UNSET
    words: _Words | UnsetType = UNSET
    is_on: Annotated[bool, Meta(description="Whether it takes anything.")] | UnsetType = UNSET


_NO_TAG = Can(404, "website_tag_not_found", "the account has no such form")
_BAD = (
    Can(400, "bad_name", "the name or a tag is not one line"),
    Can(403, "bad_origin", "an origin is not https:// and a host"),
    Can(403, "bad_variable", "a field has a name that none may have"),
    Can(403, "bad_tag", "a tag has a comma or semicolon in it"),
    Can(409, "website_tag_name_taken", "another form has that name"),
)


@website_tags.call("GET", "/v1/website_tags", "listWebsiteTags", scope=Scope.READ)
async def every(rt: Runtime, who: Principal) -> WebsiteTagList:
    """List the account's forms for web pages."""
    return WebsiteTagList([_view(one) for one in await website.every(rt, who)])


@website_tags.call(
    "POST",
    "/v1/website_tags",
    "createWebsiteTag",
    scope=Scope.CONTACTS,
    status=201,
    errors=(*_BAD, Can(409, "too_many_website_tags", f"the account has {website.MOST_TAGS} forms")),
)
async def create(rt: Runtime, who: Principal, body: NewWebsiteTag) -> WebsiteTagView:
    """Make a form.

    Pages send it to `/tag/{token}`, as a form does (`application/x-www-form-urlencoded`): `_mobilePhone`, the fields
    by their names, and where it has words of consent `_agree=yes` with `_words`, the version shown. Of people who are
    known only empty fields are filled. `GET /tag/{token}.js` is a script that sends forms without leaving the page.
    """
    wanted = Change(origins=body.origins, fields=body.fields, tags=body.tags, words=body.words)
    return _view(await website.create(rt, who, body.name, wanted))


@website_tags.call("GET", "/v1/website_tags/{tag_id}", "getWebsiteTag", scope=Scope.READ, errors=(_NO_TAG,))
async def get(rt: Runtime, who: Principal, tag_id: Id) -> WebsiteTagView:
    """Get one form."""
    return _view(await website.get(rt, who, WebsiteTagId(tag_id)))


@website_tags.call(
    "PATCH", "/v1/website_tags/{tag_id}", "changeWebsiteTag", scope=Scope.CONTACTS, errors=(_NO_TAG, *_BAD)
)
async def change(rt: Runtime, who: Principal, tag_id: Id, body: WebsiteTagChange) -> WebsiteTagView:
    """Change a form; other words of consent get another version."""
    wanted = Change(
        name=body.name or None,
        origins=body.origins or None,
        fields=None if body.fields is UNSET else body.fields,
        tags=None if body.tags is UNSET else body.tags,
        words=None if body.words is UNSET else body.words,
        is_on=None if body.is_on is UNSET else body.is_on,
    )
    return _view(await website.change(rt, who, WebsiteTagId(tag_id), wanted))


@website_tags.call(
    "DELETE",
    "/v1/website_tags/{tag_id}",
    "deleteWebsiteTag",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_TAG,),
)
async def delete(rt: Runtime, who: Principal, tag_id: Id) -> None:
    """Delete a form; a page that still has it gets an error."""
    await website.delete(rt, who, WebsiteTagId(tag_id))


def _view(one: WebsiteTag) -> WebsiteTagView:
    return WebsiteTagView(
        id=one.id,
        name=one.name,
        token=one.token,
        origins=list(one.origins),
        fields=list(one.fields),
        tags=list(one.tags),
        words=one.words,
        words_version=one.words_version,
        is_on=one.is_on,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )
