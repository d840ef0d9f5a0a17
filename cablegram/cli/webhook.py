"""`cablegram webhook`: where an account's news is sent, what came of it, and sending it again."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.kit.errors import NotFound
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, log
from cablegram.webhooks.log import Health
from cablegram.webhooks.model import Delivery, Endpoint, EndpointChange, NewEndpoint, Standing, Wanted

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_Kinds = Annotated[
    list[str] | None,
    Parameter(name="--kind", negative=(), help="What it hears of, such as message.delivered or campaign.*; repeat it."),
]


def add(
    name: str,
    url: Annotated[str, Parameter(help="Where events are sent, such as https://example.com/hook.")],
    *,
    kinds: _Kinds = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make a webhook; its secret is printed."""

    async def deed(rt: Runtime) -> tuple[Endpoint, str]:
        _, who = await choosing.acting(rt, account)
        return await endpoints.create(rt, who, NewEndpoint(name, url, kinds))

    made, secret = act(place, deed)
    text = f"{made.name} hears of {', '.join(made.kinds)}.\nIts id: {made.id}\nIts secret: {secret}"
    say(text, _facts(made) | {"secret": secret}, as_json=json)


def list_webhooks(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List an account's webhooks and how each fares."""

    async def deed(rt: Runtime) -> list[tuple[Endpoint, Health]]:
        _, who = await choosing.acting(rt, account)
        found = await endpoints.all_of(rt, who)
        healths = await log.health(rt, who, found)
        return [(one, healths[one.id]) for one in found]

    found = act(place, deed)
    rows = [
        (str(one.id), one.name, "on" if one.is_enabled else one.off_reason, *_told(health), one.url)
        for one, health in found
    ]
    text = table(("id", "name", "state", "taken (24 h)", "failed", "waiting", "missed", "address"), rows)
    facts = [_facts(one) | {"waiting": health.waiting, "missed": health.missed} for one, health in found]
    say(text if found else "There are no webhooks.", facts, as_json=json)


def try_out(webhook: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Send a webhook a test; `cablegram webhook events` says what came of it."""

    async def deed(rt: Runtime) -> tuple[Endpoint, UUID]:
        _, who = await choosing.acting(rt, account)
        found = await _webhook(rt, who, webhook)
        return found, await endpoints.test(rt, who, found.id)

    found, event_id = act(place, deed)
    say(f"A test is on its way to {found.url}: event {event_id}.", {"event_id": str(event_id)}, as_json=json)


def rotate(webhook: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Give a webhook another secret; for a day the old one signs, too."""

    async def deed(rt: Runtime) -> tuple[Endpoint, str]:
        _, who = await choosing.acting(rt, account)
        return await endpoints.rotate(rt, who, (await _webhook(rt, who, webhook)).id)

    found, secret = act(place, deed)
    say(f"{found.name} has a new secret: {secret}", _facts(found) | {"secret": secret}, as_json=json)


def enable(webhook: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Switch a webhook on."""
    _switch(webhook, account, place, is_enabled=True, json=json)


def disable(webhook: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Switch a webhook off; its events are kept."""
    _switch(webhook, account, place, is_enabled=False, json=json)


def _switch(webhook: str, account: str | None, place: Place, *, is_enabled: bool, json: bool) -> None:
    async def deed(rt: Runtime) -> Endpoint:
        _, who = await choosing.acting(rt, account)
        found = await _webhook(rt, who, webhook)
        return await endpoints.change(rt, who, found.id, EndpointChange(is_enabled=is_enabled))

    found = act(place, deed)
    say(f"{found.name} is {'on' if found.is_enabled else 'off'}.", _facts(found), as_json=json)


def events(
    webhook: str,
    *,
    status: Annotated[Standing | None, Parameter(help="Only those that stand so.")] = None,
    kind: Annotated[str | None, Parameter(help="Only those of this kind.")] = None,
    subject: Annotated[UUID | None, Parameter(help="Only those about this message, text or campaign.")] = None,
    limit: int = 50,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List events of a webhook, newest first."""

    async def deed(rt: Runtime) -> list[Delivery]:
        _, who = await choosing.acting(rt, account)
        found = await _webhook(rt, who, webhook)
        wanted = Wanted(kinds=[kind] if kind else None, subject=subject, standing=status)
        return await log.page(rt, who, found.id, wanted, limit=limit)

    found = act(place, deed)
    rows = [
        (str(one.id), str(one.sequence), one.kind, one.standing.value, moment(one.at), one.last_error or "")
        for one in found
    ]
    text = table(("id", "number", "kind", "stands", "at (UTC)", "last error"), rows) if rows else "There are no events."
    say(text, [_event_facts(one) for one in found], as_json=json)


def replay(
    webhook: str,
    event_id: Annotated[UUID | None, Parameter(help="One event; else all that fit are sent again, as a job.")] = None,
    *,
    all_: Annotated[bool, Parameter(name="--all", negative=(), help="Not only what was missed.")] = False,
    kinds: _Kinds = None,
    subject: Annotated[UUID | None, Parameter(help="Only those about this message, text or campaign.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Send events again, each with the id that it had: one, or what was missed."""

    async def deed(rt: Runtime) -> UUID | None:
        _, who = await choosing.acting(rt, account)
        found = await _webhook(rt, who, webhook)
        if event_id is not None:
            await log.replay_one(rt, who, found.id, event_id)
            return None
        standing = None if all_ else Standing.MISSED
        wanted = Wanted(kinds=log.kinds_of(kinds) if kinds else None, subject=subject, standing=standing)
        return await log.replay(rt, who, found.id, wanted)

    job_id = act(place, deed)
    text = f"Job {job_id} sends them again." if job_id else f"Event {event_id} is sent again."
    say(text, {"job_id": str(job_id) if job_id else None}, as_json=json)


def delete(webhook: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Delete a webhook, and what waits for it."""

    async def deed(rt: Runtime) -> Endpoint:
        _, who = await choosing.acting(rt, account)
        found = await _webhook(rt, who, webhook)
        await endpoints.delete(rt, who, found.id)
        return found

    found = act(place, deed)
    say(f"{found.name} is deleted.", _facts(found), as_json=json)


async def _webhook(rt: Runtime, who: Principal, which: str) -> Endpoint:
    found = [one for one in await endpoints.all_of(rt, who) if which in {str(one.id), one.name}]
    if len(found) != 1:
        raise NotFound("webhook_not_found", f"The account has not one webhook that is called {which!r}: give its id.")
    return found[0]


def _told(health: Health) -> tuple[str, str, str, str]:
    taken, failed = sum(one.taken for one in health.hours), sum(one.failed for one in health.hours)
    return f"{taken:,}", f"{failed:,}", f"{health.waiting:,}", f"{health.missed:,}"


def _facts(one: Endpoint) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "url": one.url,
        "kinds": list(one.kinds),
        "is_enabled": one.is_enabled,
        "off_reason": one.off_reason,
    }


def _event_facts(one: Delivery) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "sequence": one.sequence,
        "kind": one.kind,
        "status": one.standing.value,
        "tries": one.tries,
        "last_status": one.last_status,
        "last_error": one.last_error,
    }
