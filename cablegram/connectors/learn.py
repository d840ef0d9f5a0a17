"""What traffic teaches about a connector."""

from __future__ import annotations

from cablegram.connectors import store
from cablegram.connectors.model import IdForm
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn


async def learn_id_form(conn: Conn, connector_id: ConnectorId, form: IdForm) -> None:
    """Remember how this carrier writes ids in receipts, once; dispatchers take it up when they read connectors."""
    await store.learn_id_form(conn, connector_id, form)


async def learn_answers(conn: Conn, connector_id: ConnectorId, *, answers: bool) -> None:
    """Remember whether this carrier answers questions about messages, until the connector is changed."""
    await store.learn_answers(conn, connector_id, answers=answers)
