"""Statements of the library room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation

from cablegram.kit.ids import AccountId, TemplateId
from cablegram.library.model import SavedTemplate
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def insert_template(conn: Conn, account_id: AccountId, new: SavedTemplate) -> bool:
    """Write a template; False when another has its name."""
    cursor = await conn.execute(
        queries.insert_template,
        {
            "account_id": account_id,
            "template_id": new.id,
            "name": new.name,
            "description": new.description,
            "text": new.text,
            "now": new.created_at,
        },
    )
    return await cursor.fetchone() is not None


async def page_of_templates(
    conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int
) -> list[SavedTemplate]:
    """Read an account's templates, newest first."""
    cursor = await conn.execute(queries.page_of_templates, {"account_id": account_id, "after": after, "limit": limit})
    return [SavedTemplate(*row) for row in await cursor.fetchall()]


async def read_template(conn: Conn, account_id: AccountId, template_id: UUID) -> SavedTemplate | None:
    """Read a template."""
    cursor = await conn.execute(queries.read_template, {"account_id": account_id, "template_id": template_id})
    row = await cursor.fetchone()
    return SavedTemplate(*row) if row else None


async def change_template(
    conn: Conn,
    account_id: AccountId,
    template_id: UUID,
    *,
    name: str | None,
    description: str | None,
    text: str | None,
    now: datetime,
) -> SavedTemplate | None:
    """Change what is not None of a template and read it; None when there is none.

    Raises NameTaken, and the transaction is lost, when another has the name.
    """
    try:
        cursor = await conn.execute(
            queries.change_template,
            {
                "account_id": account_id,
                "template_id": template_id,
                "name": name,
                "description": description,
                "text": text,
                "now": now,
            },
        )
    except UniqueViolation as error:
        raise NameTaken from error
    row = await cursor.fetchone()
    return SavedTemplate(*row) if row else None


async def delete_template(conn: Conn, account_id: AccountId, template_id: UUID) -> bool:
    """Forget a template; False when there is none."""
    cursor = await conn.execute(queries.delete_template, {"account_id": account_id, "template_id": template_id})
    return await cursor.fetchone() is not None


async def texts(conn: Conn, account_id: AccountId, template_ids: Collection[UUID]) -> dict[TemplateId, str]:
    """Read the words of templates; one that does not exist is left out."""
    cursor = await conn.execute(queries.texts, {"account_id": account_id, "template_ids": list(template_ids)})
    return dict(await cursor.fetchall())


class NameTaken(Exception):
    """Another template of the account has the name."""
