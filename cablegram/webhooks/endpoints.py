"""Endpoints: where an account wants its news. Made, changed, rotated, tried out and deleted by its people (R152)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope
from cablegram.events import listening
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound, Refused
from cablegram.kit.ids import AccountId, EndpointId, uuid7
from cablegram.kit.names import read_name
from cablegram.kit.public_address import is_allowed, leads_home
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import catalogue, line_store, schedule, secrets, store, telling
from cablegram.webhooks.line_store import Fresh, Listener
from cablegram.webhooks.model import Endpoint, EndpointChange, Form, NewEndpoint, Off, Transport

MOST = 50
"""Endpoints that an account may have."""

LONGEST_URL = 2_000
_PORTS = (80, 443)
_ORDINARY = 1024  # ports under it have services of their own: mail, files, logins
_SHOWN = re.compile(r"[\x21-\x7e]+")
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]{4,30}:[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?")


async def create(rt: Runtime, who: Principal, new: NewEndpoint) -> tuple[Endpoint, str]:
    """Make an endpoint; return it with its secret. It hears of what happens from now on.

    Raises NotAllowed, InvalidInput (`account_needed`, `bad_name`, `bad_webhook_kind`, `bad_topic`, `address_invalid`),
    Refused (`address_not_public`, `address_invalid`), Conflict (`too_many_webhooks`).
    """
    who.needs(Scope.WEBHOOKS)
    if who.account_id == NO_ACCOUNT:
        raise InvalidInput("account_needed", "A webhook belongs to an account: say which one.")
    async with rt.db.transaction() as conn:
        endpoint_id, secret = await insert(conn, rt, who, new)
        return await _read(conn, who.account_id, endpoint_id), secret


async def insert(conn: Conn, rt: Runtime, who: Principal, new: NewEndpoint) -> tuple[EndpointId, str]:
    """Make an endpoint in the caller's transaction; return its id and its secret. Raises as `create`."""
    new = replace(new, name=read_name(new.name), url=_checked(rt, new), form=_form(new))
    kinds = _kinds(catalogue.USUAL if new.kinds is None else new.kinds)
    endpoint_id, secret, now = EndpointId(uuid7()), secrets.new_secret(), rt.clock.now()
    await store.lock_account(conn, who.account_id)
    if len(await store.of_account(conn, who.account_id)) >= MOST:
        raise Conflict("too_many_webhooks", f"The account has {MOST} webhooks already. Delete one first.")
    sealed = secrets.close(rt.seal, endpoint_id, secret, access_key=new.access_key, secret_key=new.secret_key)
    await store.insert_endpoint(
        conn, who.account_id, endpoint_id, new, kinds=kinds, secret=sealed, by=who.name, now=now
    )
    await _listen(conn, who.account_id)
    await _tell(conn, rt, who, endpoint_id, url=new.url or new.topic, what="made")
    return endpoint_id, secret


async def all_of(rt: Runtime, who: Principal) -> list[Endpoint]:
    """Return the endpoints of an account, oldest first; streams are not among them."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.of_account(conn, who.account_id)
    return [one for one in found if one.transport is not Transport.STREAM]


async def get(rt: Runtime, who: Principal, endpoint_id: UUID) -> Endpoint:
    """Return one endpoint. Raises NotFound (`webhook_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await _read(conn, who.account_id, endpoint_id)


async def secret(rt: Runtime, who: Principal, endpoint_id: UUID) -> str:
    """Return an endpoint's secret. Raises NotFound (`webhook_not_found`)."""
    who.needs(Scope.WEBHOOKS)
    async with rt.db.connection() as conn:
        found = await _read(conn, who.account_id, endpoint_id)
        sealed = await store.secret_of(conn, who.account_id, found.id)
    return secrets.read(rt.seal, found.id, sealed).secret


async def change(rt: Runtime, who: Principal, endpoint_id: UUID, wanted: EndpointChange) -> Endpoint:
    """Change what is given and leave the rest. While it is off its events are kept; switched on, it hears what is new.

    Raises as `create`, and NotFound (`webhook_not_found`).
    """
    who.needs(Scope.WEBHOOKS)
    async with rt.db.transaction() as conn:
        await store.lock_account(conn, who.account_id)
        found = await _read(conn, who.account_id, endpoint_id)
        if wanted.name is not None:
            wanted = replace(wanted, name=read_name(wanted.name))
        if wanted.kinds is not None:
            wanted = replace(wanted, kinds=_kinds(wanted.kinds))
        if wanted.url is not None:
            asked = NewEndpoint(found.name, wanted.url, transport=found.transport, topic=found.topic)
            wanted = replace(wanted, url=_checked(rt, asked))
        await line_store.lock_line(conn, found.id)
        await store.change_endpoint(conn, who.account_id, found.id, wanted)
        if wanted.is_enabled is False:
            await line_store.switch_off(conn, found.id, Off.BY_HAND, rt.clock.now())
        elif wanted.is_enabled and not found.is_enabled:
            await line_store.switch_on(conn, found.id)
        await _listen(conn, who.account_id)
        await _tell(conn, rt, who, found.id, url=wanted.url or found.url, what="changed")
        return await _read(conn, who.account_id, found.id)


async def rotate(rt: Runtime, who: Principal, endpoint_id: UUID) -> tuple[Endpoint, str]:
    """Give an endpoint another secret and return it; the one before signs as well for a day.

    Raises NotFound (`webhook_not_found`).
    """
    who.needs(Scope.WEBHOOKS)
    async with rt.db.transaction() as conn:
        await store.lock_account(conn, who.account_id)
        found = await _read(conn, who.account_id, endpoint_id)
        known = secrets.read(rt.seal, found.id, await store.secret_of(conn, who.account_id, found.id))
        fresh = secrets.new_secret()
        sealed = secrets.close(rt.seal, found.id, fresh, access_key=known.access_key, secret_key=known.secret_key)
        until = rt.clock.now() + schedule.OLD_SECRET_SIGNS
        await store.rotate(conn, who.account_id, found.id, sealed, until=until)
        await _tell(conn, rt, who, found.id, url=found.url, what="rotated")
        return await _read(conn, who.account_id, found.id), fresh


async def test(rt: Runtime, who: Principal, endpoint_id: UUID) -> UUID:
    """Send an endpoint a `webhook.test`; return the event's id, by which its attempts are found.

    Raises NotFound (`webhook_not_found`), Conflict (`webhook_is_off`).
    """
    who.needs(Scope.WEBHOOKS)
    async with rt.db.transaction() as conn:
        found = await _read(conn, who.account_id, endpoint_id)
        if not found.is_enabled:
            raise Conflict("webhook_is_off", "The webhook is off, so nothing is sent to it. Switch it on first.")
        now = rt.clock.now()
        numbers = await line_store.number(conn, {found.id: 1})
        how = await line_store.on_and_how(conn, [found.id])
        if found.id not in numbers or found.id not in how:
            raise _no_such(endpoint_id)
        item = telling.test(found.id, found.url or found.topic, now)
        listener = Listener(found.id, who.account_id, found.kinds)
        (event_id,) = await line_store.insert_fresh(
            conn, [Fresh(listener, numbers[found.id], [item], *how[found.id])], now
        )
    return event_id


async def delete(rt: Runtime, who: Principal, endpoint_id: UUID) -> None:
    """Delete an endpoint and what waits for it. Raises NotFound (`webhook_not_found`)."""
    who.needs(Scope.WEBHOOKS)
    async with rt.db.transaction() as conn:
        await store.lock_account(conn, who.account_id)
        found = await _read(conn, who.account_id, endpoint_id)
        await remove(conn, who.account_id, found.id)
        await _tell(conn, rt, who, found.id, url=found.url, what="deleted")


async def remove(conn: Conn, account_id: AccountId, endpoint_id: EndpointId) -> None:
    """Delete an endpoint in the caller's transaction, without telling anybody."""
    await line_store.lock_line(conn, endpoint_id)
    await store.delete_endpoint(conn, account_id, endpoint_id)
    await _listen(conn, account_id)


async def _listen(conn: Conn, account_id: AccountId) -> None:
    """Let the house know which states of messages somebody of the account wants to hear of."""
    endpoints = await store.of_account(conn, account_id)
    heard = {state for one in endpoints for state in catalogue.states_heard(one.kinds)}
    await listening.listen(conn, account_id, heard if endpoints else None)


async def _read(conn: Conn, account_id: AccountId, endpoint_id: UUID) -> Endpoint:
    found = await store.get_endpoint(conn, account_id, endpoint_id)
    if found is None:
        raise _no_such(endpoint_id)
    return found


def _no_such(endpoint_id: UUID) -> NotFound:
    return NotFound("webhook_not_found", f"The account has no webhook {endpoint_id}.")


async def _tell(conn: Conn, rt: Runtime, who: Principal, endpoint_id: EndpointId, *, url: str, what: str) -> None:
    facts = {"url": url, "what": what, "by": who.name}
    await record(conn, [Event(Kind.WEBHOOK_CHANGED, who.account_id, endpoint_id, facts)], now=rt.clock.now())


def _kinds(wanted: Collection[str]) -> Sequence[str]:
    unknown = [one for one in wanted if not catalogue.is_known(one)]
    if unknown or not wanted:
        message = "Say at least one kind of event."
        if unknown:
            message = f"{unknown[0][:60]!r} is no kind of event. `message.*` stands for all that begin so."
        raise InvalidInput("bad_webhook_kind", message, faults=[Fault("kinds", "bad_webhook_kind", message)])
    return list(dict.fromkeys(wanted))


def _form(new: NewEndpoint) -> Form:
    return Form.STANDARD if new.transport is Transport.STREAM else new.form


def _checked(rt: Runtime, new: NewEndpoint) -> str:
    """Return the address of an endpoint that may be called. Raises InvalidInput, Refused."""
    if new.transport is Transport.STREAM:
        return ""
    if new.transport is Transport.HTTP:
        return _checked_url(rt, new.url)
    if not _TOPIC.fullmatch(new.topic):
        message = "The topic must be the ARN of one, such as arn:aws:sns:eu-west-1:123456789012:news."
        raise InvalidInput("bad_topic", message, faults=[Fault("topic", "bad_topic", message)])
    url = new.url or f"https://sns.{new.topic.split(':')[3]}.amazonaws.com/"
    return _checked_url(rt, url)


def _checked_url(rt: Runtime, url: str) -> str:
    allowed = rt.settings.allow_private_customers
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad_url("It must be an address such as https://example.com/hooks.") from None
    if parts.scheme not in {"http", "https"} or not host or not _SHOWN.fullmatch(url) or "\\" in url:
        raise _bad_url("It must be an address such as https://example.com/hooks.")
    if len(url) > LONGEST_URL:
        raise _bad_url(f"It has {len(url):,} characters; {LONGEST_URL:,} are the most.")
    if parts.username is not None or parts.password is not None:
        raise _bad_url("It names a login. What proves that it is we who call is the signature.")
    is_own = is_allowed(host, allowed)
    if parts.scheme == "http" and not is_own:
        raise _bad_url("It must begin with https://, for what is sent names people.")
    if leads_home(host) and not is_own:
        message = f"{host} is no address of the open internet, and webhooks are sent to those alone."
        if is_allowed(host, rt.settings.allow_private_providers):
            message += (
                " CABLEGRAM_ALLOW_PRIVATE_PROVIDERS opens it for the operator's connectors alone; what customers give "
                "is opened by CABLEGRAM_ALLOW_PRIVATE_CUSTOMERS."
            )
        raise Refused("address_not_public", message, faults=[Fault("url", "address_not_public", message)])
    if port is not None and port < _ORDINARY and port not in _PORTS:
        raise _bad_url(f"It names port {port}; of those under {_ORDINARY} only 80 and 443 are called.")
    return url


def _bad_url(message: str) -> InvalidInput:
    return InvalidInput("address_invalid", message, faults=[Fault("url", "address_invalid", message)])
