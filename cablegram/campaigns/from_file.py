"""Campaigns that a job makes, `creating` until that is done: of a file that comes with them, or of lists (R98, R99)."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import replace
from typing import Any, Literal, cast
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences.model import of_lists
from cablegram.campaigns import lifecycle, making, moves, starting, store
from cablegram.campaigns.model import Campaign, CampaignState, NewCampaign
from cablegram.contacts import campaign_file
from cablegram.contacts.model import ImportResult
from cablegram.jobs import files
from cablegram.jobs.model import Job, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import Say
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import CampaignId, FileId, ListId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

KIND = "campaign"
_CSV = "text/csv"

OnBadRows = Literal["refuse", "skip"]


async def create(
    rt: Runtime,
    who: Principal,
    new: NewCampaign,
    chunks: AsyncIterable[bytes],
    *,
    on_bad_rows: OnBadRows = "refuse",
) -> Campaign:
    """Make a campaign for the people of a CSV file; what it says is judged before the file is taken in.

    It is `creating` until its job has read them: then `ready`, or `cancelled` with the code of what is wrong with the
    file. Raises as `lifecycle.create`, TooLarge (`file_too_large`, `too_many_files`), InvalidInput (`file_empty`),
    Conflict (`too_many_jobs`).
    """
    who.needs(Scope.SEND)
    who.needs(Scope.CONTACTS)
    await lifecycle.check_picture(rt, who, new)
    async with rt.db.connection() as conn:
        campaign = await making.ready(conn, who, new, now=rt.clock.now(), is_of_file=True)
    file = await files.receive(rt, who, chunks, name="people.csv", media_type=_CSV)
    job = NewJob(
        account_id=who.account_id,
        kind=KIND,
        about=f"the people of the campaign {campaign.name}",
        scope=Scope.CONTACTS,
        args={"campaign_id": str(campaign.id), "file_id": str(file.id), "on_bad_rows": on_bad_rows},
        by=who.name,
        user_id=who.user_id,
    )
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await files.keep(conn, who, file.id, now=now)
        job_id = await open_job(conn, job, now)
        return await lifecycle.put(conn, who, replace(campaign, state=CampaignState.CREATING, job_id=job_id))


async def create_as_job(rt: Runtime, who: Principal, new: NewCampaign) -> Campaign:
    """Make a campaign of lists, segments or subscribers whose people a job finds; what it says is judged at once.

    Raises as `lifecycle.create`, Conflict (`too_many_jobs`).
    """
    who.needs(Scope.SEND)
    await lifecycle.check_picture(rt, who, new)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        campaign = await making.ready(conn, who, new, now=now, is_counted=False)
        args = {"campaign_id": str(campaign.id)}
        about = f"the campaign {campaign.name}"
        job_id = await open_job(conn, NewJob(who.account_id, KIND, about, Scope.SEND, args, who.name, who.user_id), now)
        return await lifecycle.put(conn, who, replace(campaign, state=CampaignState.CREATING, job_id=job_id))


async def make(rt: Runtime, job: Job, say: Say, /) -> dict[str, Any]:
    """Make what a job of this kind is to make: a campaign whose people are there, or come as a file."""
    campaign_id = CampaignId(UUID(job.args["campaign_id"]))
    return await (_read if "file_id" in job.args else _count)(rt, job, say, campaign_id)


async def _count(rt: Runtime, job: Job, say: Say, campaign_id: CampaignId) -> dict[str, Any]:
    async with rt.db.transaction() as conn:
        campaign = await store.hold_campaign(conn, job.account_id, campaign_id)
        if campaign is None or campaign.state is not CampaignState.CREATING:
            raise Conflict("campaign_ended", "The campaign was cancelled or deleted while its people were counted.")
        await starting.count(conn, campaign)
        await moves.made(conn, campaign, now=rt.clock.now())
        told = {"campaign_id": str(campaign_id), "size": campaign.recipients}
        await say.finish(conn, told)
    return told


async def _read(rt: Runtime, job: Job, say: Say, campaign_id: CampaignId) -> dict[str, Any]:
    """Read the people of a campaign in: all of it happens in one transaction, at the end of which it is ready."""
    file = await files.get(rt, job.who, FileId(UUID(job.args["file_id"])))

    async def progress(rows: int) -> None:
        await say(rows, step="reading the people")

    async def conclude(conn: Conn, result: ImportResult) -> None:
        campaign = await store.hold_campaign(conn, job.account_id, campaign_id)
        if campaign is None or campaign.state is not CampaignState.CREATING or result.list_id is None:
            raise Conflict("campaign_ended", "The campaign was cancelled or deleted while its people were read.")
        campaign.list_ids = [ListId(result.list_id)]
        campaign.audience = of_lists(campaign.list_ids)
        await starting.count(conn, campaign)
        await store.set_audience(conn, campaign)
        await moves.made(conn, campaign, now=rt.clock.now())
        await say.finish(conn, told(result))

    def told(result: ImportResult) -> dict[str, Any]:
        return {
            "campaign_id": str(campaign_id),
            "rows": result.rows,
            "size": result.size,
            "duplicates": result.duplicates,
            "skipped": result.skipped,
        }

    result = await campaign_file.fill(
        rt,
        job.who,
        campaign_id,
        file=file,
        on_bad_rows=cast("OnBadRows", job.args["on_bad_rows"]),
        on_progress=progress,
        conclude=conclude,
    )
    return told(result)


async def give_up(rt: Runtime, campaign_id: CampaignId) -> None:
    """Cancel a campaign whose job came to nothing, with the reason."""
    async with rt.db.transaction() as conn:
        campaign = await store.hold_campaign_if_free(conn, campaign_id)
        if campaign is None or campaign.state is not CampaignState.CREATING or campaign.job_id is None:
            return
        reason = await store.why_not_made(conn, campaign.account_id, campaign.job_id)
        await moves.not_made(conn, campaign, reason=reason, now=rt.clock.now())
