"""Follow a campaign: a live picture on a terminal, a line now and then in a pipe, nothing for a script."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from cablegram.accounts.access import Principal
from cablegram.campaigns import progress
from cablegram.campaigns.model import CampaignState
from cablegram.campaigns.model import Progress as Standing
from cablegram.cli.showing import many, money
from cablegram.kit.ids import CampaignId
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime

_LOOK = 0.5
_LINE_EVERY = 10.0
_OVER = frozenset({CampaignState.FINISHED, CampaignState.CANCELLED})


async def follow(rt: Runtime, who: Principal, campaign_id: CampaignId, *, is_quiet: bool) -> Standing:
    """Return where the campaign stands when it no longer runs. Raises NotFound (`campaign_not_found`)."""
    shown: _Picture | _Lines | None = None
    if not is_quiet:
        shown = _Picture() if sys.stdout.isatty() else _Lines(rt)
    try:
        while True:
            now = await progress.now(rt, who, campaign_id)
            if now.campaign.state is not CampaignState.RUNNING:
                return now
            if shown:
                shown.show(now)
            await asyncio.sleep(_LOOK)
    finally:
        if shown:
            shown.close()


def is_over(now: Standing) -> bool:
    """Tell whether a campaign came to its end."""
    return now.campaign.state in _OVER


def summary(now: Standing) -> str:
    """Say where a campaign stands."""
    campaign = now.campaign
    why = f" ({campaign.reason})" if campaign.reason else ""
    lines = [f"{campaign.name} is {campaign.state}{why}: {now.handled:,} of {many(campaign.recipients, 'recipient')}."]
    lines += [f"  {state.value:<12}{count.n:>12,}" for state in State if (count := now.counts.get(state))]
    if now.segments:
        made = sum(count.n for state, count in now.counts.items() if state is not State.SKIPPED)
        lines.append(f"{many(made, 'message')} in {many(now.segments, 'segment')}.")
    cost = f"{money(now.charged)} credits charged, {money(now.refunded)} refunded"
    return "\n".join([*lines, f"{cost}{f', {money(now.in_question)} in question' if now.in_question else ''}."])


def facts(now: Standing) -> dict[str, Any]:
    """Say the same for a script."""
    campaign = now.campaign
    return {
        "campaign_id": campaign.id, "name": campaign.name, "status": campaign.state, "reason": campaign.reason,
        "recipients": campaign.recipients, "counts": {state: count.n for state, count in now.counts.items()},
        "charged": now.charged, "refunded": now.refunded, "in_question": now.in_question,
        "segments": now.segments, "finished_at": campaign.finished_at,
    }  # fmt: skip


class _Picture:
    """A bar with the states below it, drawn over itself."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns)
        self._bar = self._bars.add_task("")
        self._live = Live(self._bars, console=Console(), transient=True)
        self._live.start()

    def show(self, now: Standing) -> None:
        self._bars.update(
            self._bar,
            description=now.campaign.name,
            total=now.campaign.recipients,
            completed=now.campaign.recipients - now.left,
        )
        self._live.update(Group(self._bars, Text(_line(now))))

    def close(self) -> None:
        self._live.stop()


class _Lines:
    """A line every few seconds, for logs."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._next = 0.0

    def show(self, now: Standing) -> None:
        if self._rt.clock.monotonic() >= self._next:
            print(f"{now.campaign.name}: {_line(now)}", flush=True)
            self._next = self._rt.clock.monotonic() + _LINE_EVERY

    def close(self) -> None:
        """Nothing to put away."""


def _line(now: Standing) -> str:
    counts = ", ".join(f"{now.counts[state].n:,} {state}" for state in State if state in now.counts)
    speed = f"; {now.rate:,.0f} a second" if now.rate else ""
    left = f", {now.seconds_left:,.0f} s left" if now.seconds_left else ""
    return f"{counts}{speed}{left}"
