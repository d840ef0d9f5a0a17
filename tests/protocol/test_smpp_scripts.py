"""The dispatcher against the simulated carrier: each of its scripts ends as it should, all at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.options import CarrierOptions, IdDialect, Outcomes
from cablegram.simulators.serve import running
from dispatching import carrier, dispatching, until, until_all, until_link

ENDS = {
    "rejected": ("9004", "9010", "9011", "9012", "9042"),
    "undelivered": ("9002", "9005", "9006", "9026"),
    "expired": ("9003",),
    "submitted": ("9033", "9044"),
    "unknown": ("9032",),
    "delivered": (
        *("9001", "9007", "9008", "9009", *(f"{ending}" for ending in range(9013, 9026))),
        *("9027", "9028", "9029", "9030", "9031", "9034", "9035", "9043"),
    ),
}
FAST = CarrierOptions(
    smpp_port=0, http_port=0, response_delay=(0, 0.002), receipt_delay=(0.005, 0.02), late=0.2, retry_after=0.01
)


async def test_each_script_of_the_carrier_ends_as_it_should(rt: Runtime) -> None:
    who = await make.account(rt, credits=5000)
    endings = [ending for some in ENDS.values() for ending in some]
    async with running(FAST) as peer:
        await carrier(rt, peer.smpp_port, response_seconds=1)
        async with dispatching(rt):
            await until_link(rt, "bound")
            await traffic.accepted(rt, [traffic.draft(who, f"Hello {one}", to=f"+3460000{one}") for one in endings])
            await until_all(rt, **{state: len(some) for state, some in ENDS.items()})
            found = await rows(rt, "SELECT right(dst, 4), state::text FROM message ORDER BY 1")
            assert found == sorted((ending, state) for state, some in ENDS.items() for ending in some)
            await until(lambda: rows(rt, "SELECT body FROM inbound_text"), lambda seen: seen == [("STOP",)])
    await assert_sums_hold(rt)


@pytest.mark.req("R51")
@pytest.mark.parametrize("ids", list(IdDialect))
async def test_every_dialect_of_ids_is_understood(rt: Runtime, tmp_path: Path, ids: IdDialect) -> None:
    who = await make.account(rt, credits=5000)
    options = CarrierOptions(
        smpp_port=0, http_port=0, ids=ids, receipt_delay=(0, 0.01), outcomes=Outcomes(0, 0, 0), journal=tmp_path / "j"
    )
    async with running(options) as peer:
        await carrier(rt, peer.smpp_port, binds=2, window=10)
        async with dispatching(rt):
            texts = ["Hello there", "a" * 161, "Привет, Анна!"]
            drafts = [traffic.draft(who, texts[n % 3], to=f"+34600000{n:03d}") for n in range(90)]
            await traffic.accepted(rt, drafts)
            await until_all(rt, delivered=90)
    assert len((tmp_path / "j").read_text().splitlines()) == 120
    assert await rows(rt, "SELECT count(*) FROM orphan_receipt") == [(0,)]


async def test_a_carrier_with_a_limit_gets_its_pace_and_each_message_once(rt: Runtime, tmp_path: Path) -> None:
    who = await make.account(rt, credits=5000)
    options = CarrierOptions(
        smpp_port=0, http_port=0, rate=200, receipt_delay=(0, 0.01), outcomes=Outcomes(0, 0, 0), journal=tmp_path / "j"
    )
    async with running(options) as peer:
        await carrier(rt, peer.smpp_port, window=50)
        async with dispatching(rt):
            await traffic.accepted(rt, [traffic.draft(who, to=f"+34600000{n:03d}") for n in range(600)])
            await until_all(rt, delivered=600)
    lines = (tmp_path / "j").read_text().splitlines()
    assert sum('"taken":true' in line for line in lines) == 600
    assert len(lines) < 1200, "the link went on knocking at a closed door"


@pytest.mark.parametrize("ending", ["9039", "9040", "9041"])
async def test_a_number_that_breaks_the_connection_costs_no_other_message(
    rt: Runtime, tmp_path: Path, ending: str
) -> None:
    who = await make.account(rt, credits=5000)
    options = CarrierOptions(smpp_port=0, http_port=0, receipt_delay=(0.01, 0.05), journal=tmp_path / "j")
    numbers = [f"+3460000{n:04d}" for n in range(40)]
    async with running(options) as peer:
        await carrier(rt, peer.smpp_port, window=10)
        async with dispatching(rt):
            await until_link(rt, "bound")
            drafts = [traffic.draft(who, to=number) for number in [*numbers[:20], f"+3460000{ending}", *numbers[20:]]]
            await traffic.accepted(rt, drafts)
            is_settled = "SELECT count(*) FROM message WHERE state IN ('queued', 'submitting', 'submitted')"
            await until(lambda: rows(rt, is_settled), lambda seen: seen == [(0,)])
            if ending == "9039":  # taken, so its receipt says what became of it
                await until(
                    lambda: rows(rt, "SELECT state::text FROM message WHERE right(dst, 4) = '9039'"), _delivered
                )
    lines = (tmp_path / "j").read_text().splitlines()
    taken = [line.split('"to":"')[1].split('"')[0] for line in lines if '"taken":true' in line]
    assert len(taken) == len(set(taken)), "the carrier got a message twice"
    in_question = await rows(rt, "SELECT count(*) FROM message WHERE state = 'unknown'")
    assert in_question[0][0] <= 10  # pyright: ignore[reportOperatorIssue]
    await assert_sums_hold(rt)


def _delivered(seen: list[tuple[object, ...]]) -> bool:
    return seen == [("delivered",)]
