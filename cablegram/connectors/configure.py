"""Add, change and see connectors, of any kind by one mechanism.

The operator's are open to every account; an account's own carry its messages alone (R171), and its people configure
them. Who may not configure a connector sees that it is there, and neither where it leads nor why a link is down.
"""

from __future__ import annotations

import secrets as chance
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope
from cablegram.connectors import addresses, forms, registry, store
from cablegram.connectors.model import Connector, IdForm, LinkStatus, Settings, SmppSettings
from cablegram.connectors.smpp_kind import SmppSecrets, check_password
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, ConnectorId, uuid7
from cablegram.kit.names import read_name
from cablegram.kit.seal import Seal
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn

_TOKEN = 32  # bytes of the secret in a callback address


class NewSmpp(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator gives for a new SMPP connector."""

    name: str
    password: str
    settings: SmppSettings
    is_simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnector:
    """What is given for a new connector of a kind. `is_own`: the account's, and not the operator's for everybody.

    `fee`: micro-credits a segment that the account pays over a connector of its own; only the operator sets it.
    """

    kind: str
    name: str
    settings: Settings
    secrets: Mapping[str, Any]
    is_own: bool = False
    fee: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change of a connector; None stays as it is. Secrets are changed singly. A fee of -1 takes it away."""

    name: str | None = None
    settings: Settings | None = None
    secrets: Mapping[str, Any] | None = None
    is_enabled: bool | None = None
    fee: int | None = None


async def add(rt: Runtime, who: Principal, new: NewConnector) -> Connector:
    """Add a connector; a running dispatcher takes it up within a second.

    Raises NotAllowed, InvalidInput (`bad_name`, and a fault for each field that its kind does not take), Refused
    (`address_not_public`), Conflict (`connector_name_taken`).
    """
    who.needs(Scope.ACCOUNT if new.is_own else Scope.OPERATOR)
    if new.is_own and who.account_id == NO_ACCOUNT:
        raise InvalidInput("account_needed", "A connector of an account's own needs an account: say which one.")
    fee = _fee(who, new.fee, is_own=new.is_own)
    secrets = forms.read_secrets(new.kind, new.secrets)
    forms.check(new.kind, new.settings, secrets)
    _check_addresses(rt, new.kind, new.settings, is_own=new.is_own)
    account_id = who.account_id if new.is_own else None
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        connector = _made(account_id, new.kind, new.name, new.settings, now=now)
        connector.fee = fee
        await _insert(conn, connector, secrets, rt.seal)
        await record(conn, [_event(Kind.CONNECTOR_ADDED, connector, who)], now=now)
    return connector


async def add_smpp(rt: Runtime, who: Principal, new: NewSmpp) -> Connector:
    """Add an SMPP connector of the operator's.

    Raises NotAllowed, InvalidInput (`bad_name`, `password_too_long`, `bad_profile`), Conflict (`connector_name_taken`).
    """
    who.needs(Scope.OPERATOR)
    check_password(new.password)
    async with rt.db.transaction() as conn:
        connector = await insert_smpp(conn, new, rt.seal, now=rt.clock.now())
        await record(conn, [_event(Kind.CONNECTOR_ADDED, connector, who)], now=rt.clock.now())
    return connector


async def insert_smpp(conn: Conn, new: NewSmpp, seal: Seal, *, now: datetime) -> Connector:
    """Write a new SMPP connector in the caller's transaction."""
    connector = _made(None, registry.SMPP, new.name, new.settings, now=now)
    connector.is_simulated = new.is_simulated
    await _insert(conn, connector, SmppSecrets(password=new.password), seal)
    return connector


async def change(rt: Runtime, who: Principal, connector_id: UUID, wanted: Change) -> tuple[Connector, list[LinkStatus]]:
    """Change what is given and leave the rest; links begin anew with it. Return it with its links.

    A connector that leads elsewhere now has to be tested again (R128).
    Raises NotAllowed, NotFound (`connector_not_found`), InvalidInput, Refused (`address_not_public`), Conflict
    (`connector_name_taken`).
    """
    async with rt.db.transaction() as conn:
        now = await _held(conn, who, connector_id)
        settings = wanted.settings or now.settings
        changed = replace(
            now,
            name=now.name if wanted.name is None else read_name(wanted.name),
            settings=settings,
            traits=registry.traits_of(now.kind, settings),
            is_enabled=now.is_enabled if wanted.is_enabled is None else wanted.is_enabled,
            sealed_secret=None,
        )
        if wanted.fee is not None:
            changed.fee = _fee(who, wanted.fee, is_own=now.account_id is not None)
        if wanted.settings is not None or wanted.secrets is not None:
            secrets = _secrets(now, rt.seal, wanted.secrets)
            forms.check(now.kind, settings, secrets)
            _check_addresses(rt, now.kind, settings, is_own=now.account_id is not None)
            if wanted.secrets is not None:
                changed.sealed_secret = registry.seal_secrets(secrets, rt.seal, now.id)
        if wanted.secrets is not None or registry.leads_elsewhere(now.settings, settings):
            changed.tested_at = None
        if not await store.update_connector(conn, changed):
            raise _name_taken(changed.name)
        await store.drop_links(conn, changed.id, changed.traits.links)
        await store.announce_change(conn)
        await record(conn, [_event(Kind.CONNECTOR_CHANGED, changed, who)], now=rt.clock.now())
        changed.sealed_secret = changed.sealed_secret or now.sealed_secret
        return replace(changed, revision=now.revision + 1, answers_queries=None), await store.links(conn, [changed.id])


async def change_smpp(
    rt: Runtime,
    who: Principal,
    connector_id: UUID,
    *,
    name: str | None = None,
    settings: SmppSettings | None = None,
    password: str | None = None,
    is_enabled: bool | None = None,
) -> tuple[Connector, list[LinkStatus]]:
    """Change a connector that speaks SMPP, as `change`."""
    check_password(password or "")
    given = None if password is None else {"password": password}
    wanted = Change(name=name, settings=settings, secrets=given, is_enabled=is_enabled)
    return await change(rt, who, connector_id, wanted)


async def remove(rt: Runtime, who: Principal, connector_id: UUID) -> None:
    """Delete a connector that is off and that nothing waits for: no message, no receipt, no sender of somebody's.

    What went through it keeps its place in the history.
    Raises NotAllowed, NotFound (`connector_not_found`), Conflict (`connector_is_on`, `connector_in_use`).
    """
    async with rt.db.transaction() as conn:
        found = await _held(conn, who, connector_id)
        if found.is_enabled:
            message = f"{found.name} is on. Switch it off first, and let what is under way come to its end."
            raise Conflict("connector_is_on", message)
        uses = await store.uses(conn, found.id)
        if uses:
            message = f"{found.name} is still needed: {', '.join(uses)}. It stays switched off until that is over."
            raise Conflict("connector_in_use", message)
        await store.delete_connector(conn, found.id)
        await store.announce_change(conn)
        await record(conn, [_event(Kind.CONNECTOR_REMOVED, found, who)], now=rt.clock.now())


async def resume(rt: Runtime, who: Principal, connector_id: UUID) -> Connector:
    """Let a connector that is paused carry messages again. One that is not paused is left as it is.

    Raises NotAllowed, NotFound (`connector_not_found`).
    """
    async with rt.db.transaction() as conn:
        found = await _held(conn, who, connector_id)
        if await store.resume(conn, found.id):
            await store.announce_change(conn)
            await record(conn, [_event(Kind.CONNECTOR_RESUMED, found, who)], now=rt.clock.now())
    return replace(found, paused_at=None, paused_reason=None)


async def renew_callback_token(rt: Runtime, who: Principal, connector_id: UUID) -> Connector:
    """Give a connector another callback address; what calls the old one from now on is turned away.

    Raises NotAllowed, NotFound (`connector_not_found`), InvalidInput (`no_callbacks`) for one that speaks SMPP.
    """
    async with rt.db.transaction() as conn:
        found = await _held(conn, who, connector_id)
        if found.http is None:
            message = f"{found.name} speaks SMPP: receipts and texts come over its links, and nobody calls."
            raise InvalidInput("no_callbacks", message)
        token_hash, found.sealed_callback_token = _new_token(found, rt.seal)
        await store.write_callback_token(conn, found, token_hash)
        await store.announce_change(conn)
        await record(conn, [_event(Kind.CONNECTOR_CHANGED, found, who)], now=rt.clock.now())
    return found


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Connector]:
    """List the connectors this account may use, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.visible_connectors(conn, who.account_id, after, limit=limit)
    return [one if manages(who, one) else _for_others(one) for one in found]


async def get(rt: Runtime, who: Principal, connector_id: UUID) -> tuple[Connector, list[LinkStatus]]:
    """Return one connector with its links. Raises NotFound (`connector_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        connector = await _get(conn, who, connector_id)
        found = await store.links(conn, [connector.id])
    if manages(who, connector):
        return connector, found
    return _for_others(connector), [replace(link, detail="") for link in found]


async def get_managed(rt: Runtime, who: Principal, connector_id: UUID) -> tuple[Connector, list[LinkStatus]]:
    """Return one connector that somebody may configure. Raises NotAllowed, NotFound (`connector_not_found`)."""
    connector, found = await get(rt, who, connector_id)
    who.needs(Scope.OPERATOR if connector.account_id is None else Scope.ACCOUNT)
    return connector, found


async def links(rt: Runtime, who: Principal, ids: list[ConnectorId]) -> list[LinkStatus]:
    """Return what the links of these connectors are doing; why so, only to who configures them."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        # Reasons name the carrier's host and login, as the settings do, which others may not see either.
        mine = None if who.is_operator else who.account_id if Scope.ACCOUNT in who.scopes else NO_ACCOUNT
        return await store.links(conn, ids, reasons_for=mine)


def manages(who: Principal, connector: Connector) -> bool:
    """Tell whether somebody may configure a connector, and so see all of it."""
    if who.is_operator:
        return True
    return connector.account_id == who.account_id and Scope.ACCOUNT in who.scopes


def _for_others(connector: Connector) -> Connector:
    """Return a connector for who may not configure it: what its provider says of the account is not for them."""
    return replace(connector, paused_reason=None)


async def simulated(conn: Conn) -> Connector | None:
    """Return the connector of the simulated carrier, if this installation has one."""
    return await store.simulated_connector(conn)


async def _get(conn: Conn, who: Principal, connector_id: UUID) -> Connector:
    connector = await store.get_connector(conn, who.account_id, connector_id)
    if connector is None:
        raise NotFound("connector_not_found", f"There is no connector {connector_id}.")
    return connector


async def _held(conn: Conn, who: Principal, connector_id: UUID) -> Connector:
    """Return a connector that somebody may configure, and that nobody else changes meanwhile."""
    who.needs(Scope.ACCOUNT)
    await store.hold_connector(conn, connector_id)
    connector = await _get(conn, who, connector_id)
    who.needs(Scope.OPERATOR if connector.account_id is None else Scope.ACCOUNT)
    return connector


def _made(account_id: AccountId | None, kind: str, name: str, settings: Settings, *, now: datetime) -> Connector:
    return Connector(
        id=ConnectorId(uuid7()),
        account_id=account_id,
        kind=kind,
        name=read_name(name),
        settings=settings,
        is_simulated=False,
        is_enabled=True,
        receipt_id_form=IdForm.UNKNOWN,
        created_at=now,
        revision=1,
        traits=registry.traits_of(kind, settings),
    )


async def _insert(conn: Conn, connector: Connector, secrets: msgspec.Struct, seal: Seal) -> None:
    connector.sealed_secret = registry.seal_secrets(secrets, seal, connector.id)
    token_hash = None
    if connector.http:
        token_hash, connector.sealed_callback_token = _new_token(connector, seal)
    if not await store.insert_connector(conn, connector, token_hash):
        raise _name_taken(connector.name)
    await store.announce_change(conn)


def _new_token(connector: Connector, seal: Seal) -> tuple[bytes, bytes]:
    """Return the hash and the sealed form of a new callback token."""
    token = chance.token_urlsafe(_TOKEN)
    return sha256(token.encode()).digest(), seal.close(token, connector.id.bytes)


def _secrets(connector: Connector, seal: Seal, given: Mapping[str, Any] | None) -> msgspec.Struct:
    """Return a connector's secrets with those that are given; those that can't be opened have to be given all."""
    try:
        known = registry.open_secrets(connector, seal)
    except InvalidInput:
        if given is None:
            raise
        known = None
    return forms.read_secrets(connector.kind, given or {}, known)


def _check_addresses(rt: Runtime, kind: str, settings: Settings, *, is_own: bool) -> None:
    """Raise Refused (`address_not_public`, `address_invalid`) for a connector that may not lead where it does."""
    allowed = rt.settings.private_hosts(of_customers=is_own)
    addresses.check(kind, settings, allowed, is_own=is_own, of_operator=rt.settings.allow_private_providers)


def _fee(who: Principal, fee: int | None, *, is_own: bool) -> int | None:
    if fee is None:
        return None
    who.needs(Scope.OPERATOR)
    if fee < 0:
        return None
    if not is_own:
        message = "A fee is for connectors of an account's own; over the operator's an account pays by the tariff."
        raise InvalidInput("fee_not_own", message, faults=[Fault("fee", "fee_not_own", message)])
    return fee


def _event(kind: Kind, connector: Connector, who: Principal) -> Event:
    return Event(kind, connector.account_id, connector.id, {"name": connector.name, "by": who.name})


def _name_taken(name: str) -> Conflict:
    return Conflict("connector_name_taken", f"A connector named {name!r} exists. Choose another name.")
