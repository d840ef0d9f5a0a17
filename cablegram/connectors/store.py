"""Statements of the connectors room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from cablegram.connectors import registry
from cablegram.connectors.model import Connector, IdForm, LinkStatus, Traits
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_USES = (
    "messages wait for it",
    "messages are on their way",
    "receipts are still to come",
    "senders are registered on it",
    "parts of a longer text have come in",
    "numbers were bought through it",
)


async def insert_connector(conn: Conn, connector: Connector, token_hash: bytes | None = None) -> bool:
    """Write a new connector, with the hash of its callback token if it has one; False when its name is taken."""
    values = {
        **_kept(connector),
        "account_id": connector.account_id,
        "kind": connector.kind,
        "is_simulated": connector.is_simulated,
        "now": connector.created_at,
        "token_hash": token_hash,
        "sealed_callback_token": connector.sealed_callback_token,
    }
    cursor = await conn.execute(queries.insert_connector, values)
    return cursor.rowcount == 1


async def enabled_connectors(conn: Conn) -> list[Connector]:
    """Read all connectors that are switched on."""
    cursor = await conn.execute(queries.enabled_connectors)
    return [_connector(row) for row in await cursor.fetchall()]


async def called_connectors(conn: Conn) -> list[tuple[ConnectorId, int, bytes]]:
    """Read which connectors a provider may call, with their revision and the hash of their token."""
    cursor = await conn.execute(queries.called_connectors)
    return [(ConnectorId(row[0]), row[1], bytes(row[2])) for row in await cursor.fetchall()]


async def connectors_by_ids(conn: Conn, ids: Sequence[ConnectorId]) -> list[Connector]:
    """Read connectors, whosesoever they are."""
    cursor = await conn.execute(queries.connectors_by_ids, {"ids": list(ids)})
    return [_connector(row) for row in await cursor.fetchall()]


async def visible_connectors(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Connector]:
    """Read the connectors an account may use, newest first."""
    cursor = await conn.execute(queries.visible_connectors, {"account_id": account_id, "after": after, "limit": limit})
    return [_connector(row) for row in await cursor.fetchall()]


async def get_connector(conn: Conn, account_id: AccountId, connector_id: UUID) -> Connector | None:
    """Read one connector that the account may use."""
    cursor = await conn.execute(queries.get_connector, {"id": connector_id, "account_id": account_id})
    row = await cursor.fetchone()
    return _connector(row) if row else None


async def hold_connector(conn: Conn, connector_id: UUID) -> None:
    """Let nobody else change a connector until the transaction ends."""
    await conn.execute(queries.hold_connector, {"id": connector_id})


async def simulated_connector(conn: Conn) -> Connector | None:
    """Read the connector of the simulated carrier, if there is one."""
    row = await (await conn.execute(queries.simulated_connector)).fetchone()
    return _connector(row) if row else None


async def update_connector(conn: Conn, connector: Connector) -> bool:
    """Write a changed connector, a secret that is None staying what it was; False when its name is taken.

    Then the transaction can only be rolled back.
    """
    try:
        await conn.execute(queries.update_connector, {**_kept(connector), "tested_at": connector.tested_at})
    except UniqueViolation:
        return False
    return True


async def owners(conn: Conn, ids: Sequence[ConnectorId]) -> dict[ConnectorId, AccountId]:
    """Read whose connectors are, of those that are some account's own."""
    rows = await (await conn.execute(queries.owners, {"ids": list(ids)})).fetchall()
    return dict(rows)


async def pause(
    conn: Conn, connector_id: ConnectorId, reason: str, *, now: datetime, revision: int | None
) -> tuple[AccountId | None, str] | None:
    """Let a connector carry nothing more; return whose it is and its name, None when it was paused already.

    With a revision, also None when it is another by now.
    """
    values = {"id": connector_id, "reason": reason, "now": now, "revision": revision}
    row = await (await conn.execute(queries.pause, values)).fetchone()
    return (row[0], row[1]) if row else None


async def resume(conn: Conn, connector_id: ConnectorId) -> bool:
    """Let a connector go on; False when it was not paused."""
    return (await conn.execute(queries.resume, {"id": connector_id})).rowcount == 1


async def note_test(conn: Conn, connector_id: ConnectorId, revision: int, now: datetime) -> bool:
    """Note that the provider took a test of the connector as it was in a revision; False when it is another now."""
    values = {"id": connector_id, "revision": revision, "now": now}
    return (await conn.execute(queries.note_test, values)).rowcount == 1


async def write_callback_token(conn: Conn, connector: Connector, token_hash: bytes) -> None:
    """Write a connector's new callback token."""
    values = {"id": connector.id, "token_hash": token_hash, "sealed": connector.sealed_callback_token}
    await conn.execute(queries.write_callback_token, values)


async def uses(conn: Conn, connector_id: ConnectorId) -> list[str]:
    """Say what still needs a connector, for people; nothing when it may go."""
    row = await (await conn.execute(queries.uses, {"id": connector_id})).fetchone()
    return [words for words, is_there in zip(_USES, row or (), strict=True) if is_there]


async def delete_connector(conn: Conn, connector_id: ConnectorId) -> None:
    """Delete a connector, with its links and its exchanges."""
    await conn.execute(queries.delete_connector, {"id": connector_id})


async def learn_id_form(conn: Conn, connector_id: ConnectorId, form: IdForm) -> None:
    """Remember how this carrier writes ids in receipts."""
    await conn.execute(queries.learn_id_form, {"id": connector_id, "form": form.value})


async def learn_answers(conn: Conn, connector_id: ConnectorId, *, answers: bool) -> None:
    """Remember whether this carrier answers questions about messages."""
    await conn.execute(queries.learn_answers, {"id": connector_id, "answers": answers})


async def announce_change(conn: Conn) -> None:
    """Tell dispatchers, at commit, that connectors changed."""
    await conn.execute(queries.announce_change)


async def upsert_link(conn: Conn, status: LinkStatus, dispatcher_id: int) -> None:
    """Write what a link is doing."""
    await conn.execute(
        queries.upsert_link,
        {
            "connector_id": status.connector_id,
            "number": status.number,
            "dispatcher_id": dispatcher_id,
            "state": status.state,
            "detail": status.detail,
            "now": status.since,
        },
    )
    if status.state == "bound":
        await conn.execute(queries.note_bind, {"id": status.connector_id, "now": status.since})


async def links(conn: Conn, ids: Sequence[ConnectorId], *, reasons_for: AccountId | None = None) -> list[LinkStatus]:
    """Read what the links of these connectors are doing; `reasons_for` an account only of its own, None: of all."""
    cursor = await conn.execute(queries.links, {"ids": list(ids), "reasons_for": reasons_for})
    return [LinkStatus(*row) for row in await cursor.fetchall()]


async def drop_links(conn: Conn, connector_id: ConnectorId, count: int) -> None:
    """Forget links beyond a count."""
    await conn.execute(queries.drop_links, {"connector_id": connector_id, "count": count})


def _kept(connector: Connector) -> dict[str, Any]:
    """Return what is written whenever a connector is saved."""
    traits = connector.traits
    return {
        "id": connector.id,
        "name": connector.name,
        "settings": Jsonb(msgspec.to_builtins(connector.settings)),
        "sealed_secret": connector.sealed_secret,
        "is_enabled": connector.is_enabled,
        "links": traits.links,
        "carries_media": traits.carries_media,
        "usable_characters": traits.usable_characters,
        "needs": list(traits.needs),
        "fee": connector.fee,
    }


def _connector(row: tuple[Any, ...]) -> Connector:
    return Connector(
        id=row[0],
        account_id=row[1],
        kind=row[2],
        name=row[3],
        settings=registry.read_settings(row[2], row[4]),
        is_simulated=row[5],
        is_enabled=row[6],
        receipt_id_form=IdForm(row[7]),
        created_at=row[8],
        revision=row[9],
        sealed_secret=row[10],
        answers_queries=row[11],
        traits=Traits(row[12], row[13], row[14], tuple(row[15])),
        fee=row[16],
        tested_at=row[17],
        paused_at=row[18],
        paused_reason=row[19],
        sealed_callback_token=row[20],
    )
