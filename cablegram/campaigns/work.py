"""What the `work` process does for campaigns: make what is due, close what is done. All of it is found in rows."""

from __future__ import annotations

from datetime import timedelta

from cablegram.campaigns import from_file, moves, staging, starting, store
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Campaign, CampaignState, Done, Made
from cablegram.campaigns.progress import handed_over_lately
from cablegram.campaigns.store import Job
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import CampaignId
from cablegram.messages import tally
from cablegram.messages.model import State
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

# Made ahead of the links: so little that a pause, a STOP and a new route touch few messages, so much that no link
# ever waits for us.
LEAST_AHEAD = 10_000
SECONDS_AHEAD = 10

_IDLE = 0.2  # seconds until the next look when there was nothing to do
_GUARD_EVERY = 1.0  # seconds between two looks at a campaign's rates
_STAGE_EVERY = 0.5
_AFTER_FAULT = timedelta(seconds=5)


class Worker:
    """Looks after all campaigns; any number of workers may, in any number of processes."""

    def __init__(self, rt: Runtime, *, fan_out: FanOut | None = None, least_ahead: int = LEAST_AHEAD) -> None:
        self._rt = rt
        self._fan_out = fan_out or FanOut()
        self._least_ahead = least_ahead
        self._faults: dict[CampaignId, float] = {}
        self._looked: dict[CampaignId, float] = {}
        self._looked_at_stage: dict[CampaignId, float] = {}

    async def step(self) -> float:
        """Do a little for each campaign that needs it; return after how many seconds to look again.

        A campaign that can't be worked on is logged and left alone for a while, so that it holds up no other. Raises
        Unavailable (`database_unreachable`, `outcome_unknown`): then nobody's can.
        """
        async with self._rt.db.connection() as conn:
            jobs = await store.at_work(conn, self._rt.clock.now())
        has_more = False
        for job in jobs:
            if self._faults.get(job.campaign_id, 0.0) > self._rt.clock.monotonic():
                continue
            try:
                has_more |= await self._do(job)
            except Unavailable:
                raise
            except Exception:  # whatever it is, it belongs to this campaign alone
                self._rt.log.exception("a campaign could not be worked on", campaign=str(job.campaign_id))
                self._faults[job.campaign_id] = self._rt.clock.monotonic() + _AFTER_FAULT.total_seconds()
        return 0.0 if has_more else _IDLE

    async def _do(self, job: Job) -> bool:
        """Return whether there is more to do at once."""
        if job.state is CampaignState.SCHEDULED:
            return await starting.start_due(self._rt, job.campaign_id)
        if job.state is CampaignState.RUNNING:
            return await self._run(job)
        if job.state is CampaignState.CREATING:
            await from_file.give_up(self._rt, job.campaign_id)
            return False
        await self._close(job)
        return False

    async def _run(self, job: Job) -> bool:
        if (job.goes_at and self._rt.clock.now() < job.goes_at) or (job.is_guarded and await self._is_stopped(job)):
            return False
        if job.is_waiting:
            return await self._look(job)
        if job.is_fanned_out:
            await self._close(job)
            return False
        if not await self._has_room(job):
            return False
        return isinstance(await self._fan_out.step(self._rt, job.campaign_id), Made | Done)

    async def _is_stopped(self, job: Job) -> bool:
        """Look at a campaign's rates now and then, and pause it where one is above its limit; tell whether it was."""
        if self._looked.get(job.campaign_id, -_GUARD_EVERY) > self._rt.clock.monotonic() - _GUARD_EVERY:
            return False
        self._looked[job.campaign_id] = self._rt.clock.monotonic()
        async with self._rt.db.transaction() as conn:
            campaign = await self._running(conn, job)
            if campaign is None or campaign.guards is None:
                return False
            off = await staging.anything_off(conn, campaign, campaign.guards)
            if off is None:
                return False
            await moves.pause(conn, campaign, reason=off.reason, by=None, now=self._rt.clock.now(), told=off.sentence)
        return True

    async def _look(self, job: Job) -> bool:
        """See whether the next stage may begin; it may take a reading of all messages, so not at every step."""
        if self._looked_at_stage.get(job.campaign_id, -_STAGE_EVERY) > self._rt.clock.monotonic() - _STAGE_EVERY:
            return False
        self._looked_at_stage[job.campaign_id] = self._rt.clock.monotonic()
        async with self._rt.db.transaction() as conn:
            campaign = await self._running(conn, job)
            if campaign is None or campaign.stage_made_at is None:
                return False
            return await staging.look(conn, campaign, now=self._rt.clock.now())

    async def _running(self, conn: Conn, job: Job) -> Campaign | None:
        campaign = await store.hold_campaign_if_free(conn, job.campaign_id)
        return campaign if campaign and campaign.state is CampaignState.RUNNING else None

    async def _has_room(self, job: Job) -> bool:
        async with self._rt.db.connection() as conn:
            counts = await tally.counts(conn, job.account_id, job.campaign_id)
            queued = counts[State.QUEUED].n if State.QUEUED in counts else 0
            if queued < self._least_ahead:
                return True
            now = self._rt.clock.now()
            rate = await handed_over_lately(conn, job.account_id, job.campaign_id, now=now)
        return queued < rate * SECONDS_AHEAD

    async def _close(self, job: Job) -> None:
        async with self._rt.db.transaction() as conn:
            campaign = await store.hold_campaign_if_free(conn, job.campaign_id)
            if campaign is None:
                return
            now = self._rt.clock.now()
            if campaign.state is CampaignState.RUNNING:
                await moves.finish(conn, campaign, now=now)
            elif campaign.state is CampaignState.CANCELLED:
                await moves.wind_down(conn, campaign, now=now)
