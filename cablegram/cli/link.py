"""`cablegram link`: short links in messages, who opened them, and for how long they lead anywhere."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.links import codes, reading
from cablegram.links.model import LINK, Link
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def list_links(
    *,
    campaign: Annotated[str | None, Parameter(help="Those of a campaign that people opened, by name or id.")] = None,
    clicked: Annotated[bool, Parameter(negative=(), help="Only those that people opened.")] = False,
    limit: Annotated[int, Parameter(help="How many at most.")] = 50,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List short links, those of the newest message first."""

    async def deed(rt: Runtime) -> list[tuple[str, Link]]:
        _, who = await choosing.acting(rt, account)
        if campaign:
            its = await choosing.campaign(rt, who, campaign)
            found = await reading.clicks_page(rt, who, its.id, limit=limit)
        else:
            found = await reading.page(rt, who, clicked=True if clicked else None, limit=limit)
        return [(f"{rt.settings.links}/{LINK}/{one.code}", one) for one in found]

    found = act(place, deed)
    rows = [
        [address, f"+{one.number}", f"{one.clicks:,}", moment(one.first_at), one.url or ""] for address, one in found
    ]
    facts = [
        {
            "short_url": address,
            "url": one.url,
            "message_id": one.message_id,
            "campaign_id": one.campaign_id,
            "to": f"+{one.number}",
            "clicks": one.clicks,
            "first_at": one.first_at,
            "last_at": one.last_at,
            "by_machines": one.by_machines,
            "expires_at": one.expires_at,
        }
        for address, one in found
    ]
    say(table(("link", "to", "clicks", "first", "leads to"), rows), facts, as_json=json)


def days(
    number: Annotated[int | None, Parameter(help="1 to 730; left out, it is only shown.")] = None,
    /,
    *,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Say for how many days links lead anywhere that are made from now on."""

    async def deed(rt: Runtime) -> tuple[int, str, int]:
        _, who = await choosing.acting(rt, account)
        kept = await reading.days(rt, who) if number is None else await reading.set_days(rt, who, number)
        return kept, rt.settings.links, codes.sampler(rt.settings).length

    kept, base, length = act(place, deed)
    text = f"Links begin with {base}, are {length} characters long, and lead anywhere for {kept} days."
    say(text, {"base_url": base, "length": length, "days": kept}, as_json=json)
