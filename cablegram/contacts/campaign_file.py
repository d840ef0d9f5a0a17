"""The people of one campaign, given as a file with it (R98): a list of their own, which no other page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cablegram.accounts.access import Principal
from cablegram.contacts import import_jobs, importing, store
from cablegram.contacts.importing import Conclude, Order, Progress
from cablegram.contacts.model import ImportResult
from cablegram.jobs.model import JobFile
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def forget(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> None:
    """Delete the list of a campaign that is deleted itself; its people keep their record."""
    await store.delete_lists_of_campaign(conn, account_id, campaign_id)


async def fill(
    rt: Runtime,
    who: Principal,
    campaign_id: CampaignId,
    *,
    file: JobFile,
    words: Sequence[str] | None = None,
    on_bad_rows: Literal["refuse", "skip"] = "refuse",
    on_progress: Progress | None = None,
    conclude: Conclude | None = None,
) -> ImportResult:
    """Make the list of a campaign from a file that was brought (`jobs.files.receive`); the result names it (`list_id`).

    The file has the form of every contact file (R87): the first line names the columns, `number` first, unless `words`
    say what each column is for. Nobody is subscribed by it. Who is no contact yet becomes one. `conclude` is the last
    thing in the same transaction: the campaign takes the list there. Raises as `importing.take`.
    """
    order = Order(
        None, campaign_id=campaign_id, words=words, on_bad_rows=on_bad_rows, file_name=file.name
    )  # fmt: skip
    table = import_jobs.table_of(rt, file)
    return await importing.take(rt, who, order, table=table, on_progress=on_progress, conclude=conclude)
