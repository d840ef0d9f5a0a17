"""Replace all contacts of an account by those of a file: their variables, and who is a contact at all (R88)."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Literal

from cablegram.accounts.access import Principal
from cablegram.contacts import import_store, importing, store, suppression, tables
from cablegram.contacts.importing import Order
from cablegram.contacts.model import ImportResult
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import ListId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


@dataclass(slots=True)
class Replaced:
    """What came of it; `removed` were contacts and are in no row of the file."""

    result: ImportResult
    removed: int = 0


async def replace_all(
    rt: Runtime,
    who: Principal,
    chunks: AsyncIterable[bytes],
    *,
    on_bad_rows: Literal["refuse", "skip"] = "refuse",
    agreed: str = "",
) -> Replaced:
    """Let the account have the contacts of a file, with its values and no others; all of it is done or nothing.

    Who is in no row is a contact no more, and on no list. What was sent to them and what they agreed to stays written
    down, a no of theirs stays in force, and who stands in a program stays there, without variables. Raises as
    `importing.import_csv`; Conflict (`list_in_use`) while a campaign goes through any list.
    """
    done = Replaced(ImportResult())

    async def conclude(conn: Conn, result: ImportResult) -> None:
        if await import_store.any_list_used(conn, who.account_id):
            message = "A campaign that is not finished uses a list, so its people can't change now. Wait for its end."
            raise Conflict("list_in_use", message)
        now = rt.clock.now()
        await suppression.prepare(conn, who.account_id)
        done.removed = await import_store.replace_all(conn, who.account_id, now=now)
        if result.list_id is not None:
            await store.delete_list(conn, who.account_id, ListId(result.list_id))
        facts = {"rows": result.rows, "size": result.size, "added": result.added, "removed": done.removed}
        facts |= {"skipped": result.skipped}
        await record(conn, [Event(Kind.CONTACTS_REPLACED, who.account_id, None, {**facts, "by": who.name})], now=now)

    # The file's people wait on a list of their own until the others are gone; it lives as long as the transaction.
    order = Order(None, list_name=f"all contacts {uuid7()}", on_bad_rows=on_bad_rows, agreed=agreed)
    done.result = await importing.take(rt, who, order, table=tables.of_csv(chunks), conclude=conclude)
    return done
