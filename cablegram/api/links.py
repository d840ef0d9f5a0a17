"""Short links: which stand in the account's messages, who opened them, and for how long they lead anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.campaign_reports import NO_CAMPAIGN
from cablegram.api.fields import Id, Moment, Next
from cablegram.api.messages import shown_number
from cablegram.api.operation import Resource
from cablegram.campaigns import find
from cablegram.kit.ids import CampaignId
from cablegram.links import codes, reading
from cablegram.links.model import LINK, MOST_DAYS, Link
from cablegram.runtime.runtime import Runtime

links = Resource("Links", "Short links in messages, each message's own, and who opened them.")

Days = Annotated[
    int, Meta(ge=1, le=MOST_DAYS, description="For how many days links that are made from now on lead anywhere.")
]


class LinkView(msgspec.Struct, kw_only=True):
    """A short link in a message, and who opened it."""

    code: Annotated[str, Meta(description="What tells it from all others.", examples=["h4Zb09xQe"])]
    short_url: Annotated[
        str, Meta(description="As it stands in the text.", examples=["https://t.example.com/l/h4Zb09xQe"])
    ]
    url: Annotated[str, Meta(description="Where it leads.", examples=["https://shop.example/sale"])]
    message_id: Id
    campaign_id: Annotated[UUID | None, Meta(description="The campaign that it belongs to.")]
    to: Annotated[str, Meta(description="Whose text it stands in, in E.164.", examples=["+34600000118"])]
    clicks: Annotated[int, Meta(description="How often a person opened it.")]
    first_at: Annotated[Moment | None, Meta(description="When for the first time; null: nobody did.")]
    last_at: Annotated[Moment | None, Meta(description="When for the last time.")]
    by_machines: Annotated[int, Meta(description="How often previews, filters and programs did; counted apart.")]
    expires_at: Moment


class LinkPage(msgspec.Struct):
    """Short links, those of the newest message first."""

    items: list[LinkView]
    next: Next


class LinkPaging(msgspec.Struct, kw_only=True):
    """How many links are wanted, and from where."""

    limit: Annotated[int, Meta(ge=1, le=100, description="How many items at most.")] = 50
    after: (
        Annotated[
            str,
            Meta(
                pattern=r"^[0-9A-Za-z]{9}\Z", description="The code of the last item seen: the page starts behind it."
            ),
        ]
        | UnsetType
    ) = UNSET


class LinkFilter(LinkPaging, kw_only=True):
    """Which links are wanted."""

    clicked: Annotated[bool, Meta(description="Only those that a person opened, or only the others.")] | UnsetType = (
        UNSET
    )


class LinkSettingsView(msgspec.Struct, kw_only=True):
    """How the account's links are made."""

    base_url: Annotated[
        str, Meta(description="What they begin with; the operator sets it.", examples=["https://t.example.com"])
    ]
    length: Annotated[int, Meta(description="How many characters each takes.", examples=[33])]
    days: Days


class LinkSettingsChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of it."""

    days: Days


@links.call("GET", "/v1/links", "listLinks", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: LinkFilter) -> LinkPage:
    """List short links.

    Of all messages that asked for `shorten`, and of campaigns that do; those of the newest message first.
    """
    clicked = None if query.clicked is UNSET else query.clicked
    found = await reading.page(rt, who, clicked=clicked, after=query.after or None, limit=query.limit + 1)
    return _page(rt, found, "/v1/links", query)


@links.call("GET", "/v1/campaigns/{campaign_id}/clicks", "listClicks", scope=Scope.READ, errors=(NO_CAMPAIGN,))
async def clicks(rt: Runtime, who: Principal, campaign_id: Id, query: LinkPaging) -> LinkPage:
    """List who opened a campaign's links.

    Each link of a person that was opened, once, however often that was.
    """
    campaign = await find.get(rt, who, CampaignId(campaign_id))
    found = await reading.clicks_page(rt, who, campaign.id, after=query.after or None, limit=query.limit + 1)
    return _page(rt, found, f"/v1/campaigns/{campaign_id}/clicks", query)


@links.call("GET", "/v1/links/settings", "getLinkSettings", scope=Scope.READ)
async def settings(rt: Runtime, who: Principal) -> LinkSettingsView:
    """Get how links are made."""
    return _settings(rt, await reading.days(rt, who))


@links.call("PATCH", "/v1/links/settings", "changeLinkSettings", scope=Scope.SEND)
async def change(rt: Runtime, who: Principal, body: LinkSettingsChange) -> LinkSettingsView:
    """Change how links are made.

    Links that were made before keep the end that they were given.
    """
    return _settings(rt, await reading.set_days(rt, who, body.days))


def _settings(rt: Runtime, days: int) -> LinkSettingsView:
    return LinkSettingsView(base_url=rt.settings.links, length=codes.sampler(rt.settings).length, days=days)


def _page(rt: Runtime, found: Sequence[Link], path: str, asked: LinkPaging) -> LinkPage:
    items = [_view(rt, one) for one in found[: asked.limit]]
    if len(found) <= asked.limit:
        return LinkPage(items, None)
    given: dict[str, Any] = {**msgspec.to_builtins(asked), "after": items[-1].code}
    given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    return LinkPage(items, f"{path}?{urlencode(given)}")


def _view(rt: Runtime, one: Link) -> LinkView:
    return LinkView(
        code=one.code,
        short_url=f"{rt.settings.links}/{LINK}/{one.code}",
        url=one.url or "",
        message_id=one.message_id,
        campaign_id=one.campaign_id,
        to=shown_number(one.number),
        clicks=one.clicks,
        first_at=one.first_at,
        last_at=one.last_at,
        by_machines=one.by_machines,
        expires_at=one.expires_at,
    )
