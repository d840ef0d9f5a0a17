"""Statements of the campaigns room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from cablegram.audiences.model import Audience, of_lists
from cablegram.campaigns.draw import Draw, Stage
from cablegram.campaigns.goals import Goal
from cablegram.campaigns.guards import Figures, Guards
from cablegram.campaigns.model import Campaign, CampaignState, Member
from cablegram.campaigns.variants import Trial, Variant, Winner
from cablegram.campaigns.winning import Verdict
from cablegram.connectors.needs import ProviderValues
from cablegram.consent.timing import Timing
from cablegram.kit.ids import AccountId, CampaignId, ContactId, JobId
from cablegram.messages.model import MessageClass, State
from cablegram.pacing import schedule
from cablegram.pacing.quiet_hours import WhenClosed
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.model import as_tuple, as_wanted

queries = load(__file__)

# Fields that are what their columns are.
_AS_THEY_ARE = (
    "id", "account_id", "name", "description", "list_ids", "template_id", "text", "variables", "reason",
    "last_contact_id", "is_fanned_out", "recipients", "created_by", "created_at", "started_at", "finished_at",
    "start_at", "smart_encoding", "media_url", "per_five_minutes", "per_minute", "program_id", "job_id", "canary",
    "canary_minutes", "stage_made_at", "goes_at", "taken_out",
    "shorten",
)  # fmt: skip


@dataclass(slots=True)
class Job:
    """A campaign that a worker has to look at."""

    campaign_id: CampaignId
    account_id: AccountId
    state: CampaignState
    is_fanned_out: bool
    is_waiting: bool  # everybody of its stage is made, and another stage follows
    is_guarded: bool
    goes_at: datetime | None  # nothing is made before


async def insert_campaign(conn: Conn, new: Campaign) -> bool:
    """Write a campaign; False when another of the account has its name."""
    cursor = await conn.execute(queries.insert_campaign, {**_plain(new), **_in_full(new)})
    return await cursor.fetchone() is not None


def _plain(new: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": new.id,
        "account_id": new.account_id,
        "name": new.name,
        "description": new.description,
        "list_ids": new.list_ids,
        "senders": None if new.sender is None else list(as_tuple(new.sender)),
        "template_id": new.template_id,
        "text": new.text,
        "variables": Jsonb(new.variables),
        "class": new.message_class.value,
        "state": new.state.value,
        "recipients": new.recipients,
        "created_by": new.created_by,
        "now": new.created_at,
        "schedule": None if new.timing.written is None else Jsonb(new.timing.written),
        "validity": new.timing.validity,
        "when_closed": new.timing.when_closed.value if new.timing.when_closed else None,
        "start_at": new.start_at,
        "smart_encoding": new.smart_encoding,
        "media_url": new.media_url,
        "per_five_minutes": new.per_five_minutes,
        "provider_values": _json(new.provider_values),
    }


def _in_full(new: Campaign) -> dict[str, Any]:
    draw = new.draw or Draw(new.id)
    return {
        "per_minute": new.per_minute,
        "audience": _json(new.audience),
        "program_id": new.program_id,
        "job_id": new.job_id,
        "variants": _json(new.trial.variants or None),
        "variant_cuts": list(draw.cuts) or None,
        "holdout": new.trial.holdout,
        "winner": _json(new.trial.winner),
        "sample_below": draw.sample_below,
        "canary": new.canary,
        "canary_minutes": new.canary_minutes,
        "guards": _json(new.guards),
        "stage": new.stage.value,
        "shorten": new.shorten,
        "goal": _json(new.goal),
    }


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


async def get_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> Campaign | None:
    """Read a campaign."""
    return await _one(conn, queries.get_campaign, {"account_id": account_id, "campaign_id": campaign_id})


async def get_campaign_named(conn: Conn, account_id: AccountId, name: str) -> Campaign | None:
    """Read the campaign of a name; capitals make no difference."""
    return await _one(conn, queries.get_campaign_named, {"account_id": account_id, "name": name})


async def page_of_campaigns(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Campaign]:
    """Read an account's campaigns, newest first."""
    values = {"account_id": account_id, "after": after, "limit": limit}
    return await _many(conn, queries.page_of_campaigns, values)


async def hold_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> Campaign | None:
    """Lock a campaign and read it."""
    return await _one(conn, queries.hold_campaign, {"account_id": account_id, "campaign_id": campaign_id})


async def hold_campaign_if_free(conn: Conn, campaign_id: CampaignId) -> Campaign | None:
    """Lock a campaign and read it, unless somebody else has it or it is gone."""
    return await _one(conn, queries.hold_campaign_if_free, {"campaign_id": campaign_id})


async def save_campaign(conn: Conn, campaign: Campaign) -> None:
    """Write what changed of a campaign that is held."""
    await conn.execute(
        queries.save_campaign,
        {
            "campaign_id": campaign.id,
            "account_id": campaign.account_id,
            "state": campaign.state.value,
            "reason": campaign.reason,
            "last_contact_id": campaign.last_contact_id,
            "is_fanned_out": campaign.is_fanned_out,
            "recipients": campaign.recipients,
            "started_at": campaign.started_at,
            "finished_at": campaign.finished_at,
            "stage": campaign.stage.value,
            "stage_made_at": campaign.stage_made_at,
            "goes_at": campaign.goes_at,
            "verdict": _json(campaign.verdict),
            "won": campaign.draw.won if campaign.draw else None,
            "canary_below": campaign.draw.canary_below if campaign.draw else None,
            "canary_last": campaign.draw.canary_last if campaign.draw else None,
            "baseline": _json(campaign.baseline) if campaign.baseline != Figures() else None,
            "guards": _json(campaign.guards),
            "taken_out": campaign.taken_out,
        },
    )


async def change_campaign(conn: Conn, campaign: Campaign) -> bool:
    """Write what people may change of a campaign that is held; False when another of the account has its name."""
    values = {
        "campaign_id": campaign.id,
        "account_id": campaign.account_id,
        "name": campaign.name,
        "description": campaign.description,
        "guards": _json(campaign.guards),
        "per_minute": campaign.per_minute,
        "per_five_minutes": campaign.per_five_minutes,
    }
    try:
        async with conn.transaction():
            await conn.execute(queries.change_campaign, values)
    except UniqueViolation:
        return False
    return True


async def set_audience(conn: Conn, campaign: Campaign) -> None:
    """Write to whom a campaign goes that is being made."""
    values = {
        "campaign_id": campaign.id,
        "account_id": campaign.account_id,
        "list_ids": campaign.list_ids,
        "audience": _json(campaign.audience),
    }
    await conn.execute(queries.set_audience, values)


async def why_not_made(conn: Conn, account_id: AccountId, job_id: JobId) -> str:
    """Read why the job that was to make a campaign came to nothing, as a code."""
    row = await (await conn.execute(queries.why_not_made, {"account_id": account_id, "job_id": job_id})).fetchone()
    code = "job_cancelled"  # a job that was cancelled has no error of its own
    return (row[0] if row else None) or code


async def delete_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> None:
    """Delete a campaign."""
    await conn.execute(queries.delete_campaign, {"account_id": account_id, "campaign_id": campaign_id})


async def at_work(conn: Conn, now: datetime) -> list[Job]:
    """Read which campaigns have something to be done, the oldest first."""
    rows = await (await conn.execute(queries.at_work, {"now": now})).fetchall()
    return [Job(row[0], row[1], CampaignState(row[2]), *row[3:]) for row in rows]


async def restored_at(conn: Conn) -> datetime | None:
    """Read when the installation was restored, if what that brought back is still held."""
    row = await (await conn.execute(queries.restored_at)).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


async def _one(conn: Conn, query: LiteralString, values: Mapping[str, Any]) -> Campaign | None:
    found = await _many(conn, query, values)
    return found[0] if found else None


async def _many(conn: Conn, query: LiteralString, values: Mapping[str, Any]) -> list[Campaign]:
    cursor = await conn.execute(query, values)
    names = [column.name for column in cursor.description or ()]
    return [_campaign(dict(zip(names, row, strict=True))) for row in await cursor.fetchall()]


def _campaign(row: Mapping[str, Any]) -> Campaign:
    written, closed, brought = row["schedule"], row["when_closed"], row["provider_values"]
    timing = Timing(
        schedule=None if written is None else schedule.read(written),
        written=written,
        validity=row["validity"],
        when_closed=WhenClosed(closed) if closed else None,
    )
    return Campaign(
        sender=as_wanted(row["senders"]),
        message_class=MessageClass(row["class"]),
        state=CampaignState(row["state"]),
        timing=timing,
        provider_values=msgspec.convert(brought, ProviderValues) if brought else None,
        audience=msgspec.convert(row["audience"], Audience) if row["audience"] else of_lists(row["list_ids"]),
        trial=_trial(row),
        verdict=msgspec.convert(row["verdict"], Verdict) if row["verdict"] else None,
        guards=msgspec.convert(row["guards"], Guards) if row["guards"] else None,
        goal=msgspec.convert(row["goal"], Goal) if row["goal"] else None,
        baseline=msgspec.convert(row["baseline"], Figures) if row["baseline"] else Figures(),
        draw=_draw(row),
        stage=Stage(row["stage"]),
        **{name: row[name] for name in _AS_THEY_ARE},
    )


def _trial(row: Mapping[str, Any]) -> Trial:
    variants, winner = row["variants"], row["winner"]
    return Trial(
        msgspec.convert(variants, tuple[Variant, ...]) if variants else (),
        row["holdout"],
        msgspec.convert(winner, Winner) if winner else None,
    )


def _draw(row: Mapping[str, Any]) -> Draw | None:
    if row["variant_cuts"] is None and not row["holdout"] and row["canary"] is None:
        return None
    return Draw(
        row["id"],
        holdout=row["holdout"],
        cuts=tuple(row["variant_cuts"] or ()),
        sample_below=row["sample_below"],
        won=row["won"],
        canary_below=row["canary_below"],
        canary_last=row["canary_last"],
    )


async def take_out(conn: Conn, campaign_id: CampaignId, contact_id: ContactId, *, by: str, now: datetime) -> bool:
    """Note that somebody gets nothing of a campaign; False where that was noted before."""
    values = {"campaign_id": campaign_id, "contact_id": contact_id, "by": by, "now": now}
    return await (await conn.execute(queries.take_out, values)).fetchone() is not None


async def taken_out(conn: Conn, campaign_id: CampaignId, contact_ids: Sequence[ContactId]) -> set[ContactId]:
    """Read who of these gets nothing of a campaign because somebody said so."""
    values = {"campaign_id": campaign_id, "contact_ids": list(contact_ids)}
    return {row[0] for row in await (await conn.execute(queries.taken_out, values)).fetchall()}


async def had_it(conn: Conn, campaign: Campaign, numbers: Collection[str]) -> set[str]:
    """Read for which of these numbers a message of a campaign was made that no rule stopped."""
    values = {"account_id": campaign.account_id, "campaign_id": campaign.id, "numbers": list(numbers)}
    return {row[0] for row in await (await conn.execute(queries.had_it, values)).fetchall()}


async def people(
    conn: Conn, campaign: Campaign, *, states: Collection[State], after: UUID | None, limit: int
) -> list[Member]:
    """Read what became of the next people whose message was made."""
    values = {
        "account_id": campaign.account_id,
        "campaign_id": campaign.id,
        "after": after or UUID(int=0),
        "states": [one.value for one in states] or None,
        "limit": limit,
    }
    return [_member(row) for row in await (await conn.execute(queries.people, values)).fetchall()]


async def person(conn: Conn, campaign: Campaign, number: str) -> Member | None:
    """Read what became of one person, if their message was made."""
    values = {"account_id": campaign.account_id, "campaign_id": campaign.id, "number": number}
    row = await (await conn.execute(queries.person, values)).fetchone()
    return _member(row) if row else None


def _member(row: Sequence[Any]) -> Member:
    message_id, contact_id, number, country, state, *rest = row
    return Member(message_id, contact_id, number, country, State(state), *rest)


async def reached(conn: Conn, campaign: Campaign) -> dict[int | None, int]:
    """Count a campaign's messages that carriers took, by variant."""
    draw = campaign.draw or Draw(campaign.id)
    values = {
        "account_id": campaign.account_id,
        "campaign_id": campaign.id,
        "cuts": list(draw.cuts) or None,
        "sample_below": draw.sample_below,
        "won": draw.won,
    }
    return {row[0]: row[1] for row in await (await conn.execute(queries.reached, values)).fetchall()}
