"""The words of saved templates, for messages and campaigns that are made from them."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from cablegram.kit.ids import AccountId, TemplateId
from cablegram.library import store
from cablegram.runtime.database import Conn
from cablegram.templates.render import Template


async def texts(conn: Conn, account_id: AccountId, template_ids: Collection[UUID]) -> dict[TemplateId, str]:
    """Return the words of an account's templates by id; one that does not exist is left out."""
    return await store.texts(conn, account_id, template_ids)


async def templates(conn: Conn, account_id: AccountId, template_ids: Collection[UUID]) -> dict[TemplateId, Template]:
    """Return an account's templates by id, ready to render; one that does not exist is left out."""
    found = await store.texts(conn, account_id, template_ids)
    return {template_id: _compiled(text) for template_id, text in found.items()}


@lru_cache(maxsize=1_000)
def _compiled(text: str) -> Template:
    # The same few words come again and again, and a Template never changes.
    return Template(text)
