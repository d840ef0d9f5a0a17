"""Add, change and see connectors. Only the operator configures them; an account sees those it may use."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from cablegram.accounts.access import Principal, Scope
from cablegram.connectors import store
from cablegram.connectors.model import Connector, IdForm, LinkStatus, SmppSettings
from cablegram.connectors.smpp_kind import check_password, traits_of
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, InvalidInput, NotFound
from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.kit.names import read_name
from cablegram.kit.seal import Seal
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn


class NewSmpp(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator gives for a new SMPP connector."""

    name: str
    password: str
    settings: SmppSettings
    is_simulated: bool = False


async def add_smpp(rt: Runtime, who: Principal, new: NewSmpp) -> Connector:
    """Add an SMPP connector; a running dispatcher takes it up within a second.

    Raises NotAllowed, InvalidInput (`bad_name`, `password_too_long`, `bad_profile`), Conflict (`connector_name_taken`).
    """
    who.needs(Scope.OPERATOR)
    check_password(new.password)
    async with rt.db.transaction() as conn:
        connector = await insert_smpp(conn, new, rt.seal, now=rt.clock.now())
        event = Event(Kind.CONNECTOR_ADDED, None, connector.id, {"name": connector.name, "by": who.name})
        await record(conn, [event], now=rt.clock.now())
    return connector


async def insert_smpp(conn: Conn, new: NewSmpp, seal: Seal, *, now: datetime) -> Connector:
    """Write a new SMPP connector in the caller's transaction."""
    connector_id = ConnectorId(uuid7())
    connector = Connector(
        id=connector_id,
        account_id=None,
        kind="smpp",
        name=read_name(new.name),
        settings=new.settings,
        is_simulated=new.is_simulated,
        is_enabled=True,
        receipt_id_form=IdForm.UNKNOWN,
        created_at=now,
        revision=1,
        sealed_secret=seal.close(new.password, connector_id.bytes),
        traits=traits_of(new.settings),
    )
    if not await store.insert_connector(conn, connector):
        raise _name_taken(connector.name)
    await store.announce_change(conn)
    return connector


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
    """Change what is given and leave the rest; links reconnect with the new settings. Return it with its links.

    Raises NotAllowed, NotFound (`connector_not_found`), InvalidInput, Conflict (`connector_name_taken`).
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        now = await _get(conn, who, connector_id)
        check_password(password or "")
        kept = settings or now.smpp
        if kept is None:
            raise InvalidInput("bad_connector", f"{now.name} does not speak SMPP.")
        changed = replace(
            now,
            name=now.name if name is None else read_name(name),
            settings=kept,
            traits=traits_of(kept),
            is_enabled=now.is_enabled if is_enabled is None else is_enabled,
            sealed_secret=rt.seal.close(password, now.id.bytes) if password is not None else None,
        )
        if not await store.update_connector(conn, changed):
            raise _name_taken(changed.name)
        await store.drop_links(conn, changed.id, changed.traits.links)
        await store.announce_change(conn)
        event = Event(Kind.CONNECTOR_CHANGED, None, changed.id, {"name": changed.name, "by": who.name})
        await record(conn, [event], now=rt.clock.now())
        return replace(changed, revision=now.revision + 1, answers_queries=None), await store.links(conn, [changed.id])


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Connector]:
    """List the connectors this account may use, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.visible_connectors(conn, who.account_id, after, limit=limit)


async def get(rt: Runtime, who: Principal, connector_id: UUID) -> tuple[Connector, list[LinkStatus]]:
    """Return one connector with its links. Raises NotFound (`connector_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        connector = await _get(conn, who, connector_id)
        return connector, _as_seen(who, await store.links(conn, [connector.id]))


async def links(rt: Runtime, who: Principal, ids: list[ConnectorId]) -> list[LinkStatus]:
    """Return what the links of these connectors are doing; why so, only to the operator."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return _as_seen(who, await store.links(conn, ids))


def _as_seen(who: Principal, found: list[LinkStatus]) -> list[LinkStatus]:
    # Reasons name the carrier's host and login, as the settings do, which an account may not see either.
    return found if who.is_operator else [replace(link, detail="") for link in found]


async def simulated(conn: Conn) -> Connector | None:
    """Return the connector of the simulated carrier, if this installation has one."""
    return await store.simulated_connector(conn)


async def _get(conn: Conn, who: Principal, connector_id: UUID) -> Connector:
    connector = await store.get_connector(conn, who.account_id, connector_id)
    if connector is None:
        raise NotFound("connector_not_found", f"There is no connector {connector_id}.")
    return connector


def _name_taken(name: str) -> Conflict:
    return Conflict("connector_name_taken", f"A connector named {name!r} exists. Choose another name.")
