"""Stop-all, pause, a connector switched off, cancel: how long messages still leave, as a carrier elsewhere saw it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import crowd
import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import operator
from cablegram.audit.prove import audit
from cablegram.campaigns import lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.connectors import configure
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from cablegram.safety import switch
from dispatching import carrier, dispatching, states, until, until_link
from system import OutsideCarrier, outside_carrier

OPERATOR = operator("tests")
PEOPLE, WINDOW, AT_ONCE = 500, 10, 60
BOUND = timedelta(seconds=1)
WAY = {"queued", "submitting", "submitted", "unknown"}  # not at an end
Deed = Callable[[], Awaitable[object]]


def left(peer: OutsideCarrier) -> list[datetime]:
    """Return when messages came to the carrier."""
    return [datetime.fromisoformat(json.loads(line)["at"]) for line in peer.journal.read_text().splitlines()]


async def in_the_middle(peer: OutsideCarrier, more: int) -> None:
    """Wait until so many more messages are with the carrier."""
    begun = len(left(peer))

    async def look() -> int:
        return len(left(peer)) - begun

    await until(look, lambda seen: seen >= more)


async def stopped_by(rt: Runtime, peer: OutsideCarrier, deed: Deed) -> None:
    """Do it while messages go out; see that none leaves later than the bound, and few of those on their way."""
    await in_the_middle(peer, AT_ONCE)
    await deed()
    answered = datetime.now(UTC)

    async def look() -> datetime:
        return datetime.now(UTC)

    await until(look, lambda now: now > answered + BOUND * 1.2)
    late = [one for one in left(peer) if one > answered]
    assert [one for one in late if one > answered + BOUND] == []
    assert len(late) <= 2 * WINDOW, "more than the open window and what stood ready behind it"
    assert len(left(peer)) < PEOPLE
    assert "submitting" not in await states(rt)


@pytest.mark.req("R100", "R138")
async def test_nothing_leaves_later_than_a_second_and_what_goes_on_goes_once(rt: Runtime, tmp_path: Path) -> None:
    await upkeep.prepare_days(rt)
    with outside_carrier(tmp_path, "--response-ms", "20", "20", "--receipt-ms", "20", "40") as peer:
        way = await carrier(rt, peer.smpp_port, window=WINDOW)
        who = await make.account(rt, credits=100_000, default_country="ES")
        people = await crowd.crowd(rt, who, PEOPLE)
        campaign = await crowd.campaign(rt, who, people.id, sender=traffic.SENDER)
        await lifecycle.start(rt, who, campaign.id)
        await FanOut(slice_size=PEOPLE).step(rt, campaign.id)
        async with dispatching(rt):
            await until_link(rt, "bound")
            await stopped_by(rt, peer, lambda: switch.stop(rt, OPERATOR, why="a drill"))
            assert await rows(rt, "SELECT count(*) FROM link WHERE state = 'bound'") == [(1,)], "receipts come in"
            await switch.go_on(rt, OPERATOR)
            await stopped_by(rt, peer, lambda: lifecycle.pause(rt, who, campaign.id))
            await lifecycle.resume(rt, who, campaign.id)
            await stopped_by(rt, peer, lambda: configure.change_smpp(rt, OPERATOR, way.id, is_enabled=False))
            await configure.change_smpp(rt, OPERATOR, way.id, is_enabled=True)
            await stopped_by(rt, peer, lambda: lifecycle.cancel(rt, who, campaign.id))
            sent = len(left(peer))
            await until(lambda: states(rt), WAY.isdisjoint)
    assert (await states(rt))["cancelled"] == PEOPLE - sent
    assert len(peer.asked()) == sent, "nothing came twice"
    assert (await audit(rt)).is_ok
    await assert_sums_hold(rt)
