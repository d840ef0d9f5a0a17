"""A tariff has versions with dates: each message is charged by the one that is in force when it is accepted."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import importing, weighing
from cablegram.billing.comparing import Change
from cablegram.billing.prices import Prices
from cablegram.billing.version_model import NewVersion
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import ConnectorId, time_of
from cablegram.kit.money import MICRO
from cablegram.messages.accept import accept
from cablegram.runtime.runtime import Runtime

ANN = operator("Ann")
HEADER = b"prefix,country,name,price\n"


async def bring(rt: Runtime, price: str, **more: object) -> int:
    file = HEADER + f"34,ES,Spain,{price}\n".encode()
    return (await importing.import_csv(rt, ANN, file, new=NewVersion(**more))).version_id  # type: ignore[arg-type]  by name


@pytest.mark.req("R16")
async def test_a_version_begins_at_its_date_in_every_process_and_not_a_moment_before(
    rt: Runtime, clock: SetClock, who: Principal
) -> None:
    await traffic.open_ways(rt)
    here, there = Prices(), Prices()
    await bring(rt, "2")
    begins = clock.now() + timedelta(hours=1)
    await bring(rt, "3", valid_from=begins, name="Summer")

    async def paid(prices: Prices) -> int:
        draft = traffic.draft(who)
        async with rt.db.transaction() as conn:
            await accept(conn, [draft], prices=prices, now=clock.now())
        return draft.price // MICRO

    assert [await paid(here), await paid(there)] == [2, 2]
    clock.move(timedelta(hours=1) - timedelta(microseconds=1))
    assert await paid(here) == 2
    clock.move(timedelta(microseconds=1))
    assert [await paid(here), await paid(there), await paid(Prices())] == [3, 3, 3]


@pytest.mark.req("R16")
async def test_a_version_can_be_taken_back_before_its_date_and_not_after(rt: Runtime, clock: SetClock) -> None:
    await bring(rt, "2")
    later = clock.now() + timedelta(days=1)
    version_id = await bring(rt, "9", valid_from=later)
    assert (await importing.withdraw(rt, ANN, version_id)).withdrawn_at == clock.now()
    assert (await importing.withdraw(rt, ANN, version_id)).withdrawn_at == clock.now()
    kept = await bring(rt, "3", valid_from=later)
    clock.move(timedelta(days=2))
    book = await Prices().show(rt, ANN)
    assert [one.price for one in book.tariffs] == [3 * MICRO]
    with pytest.raises(Conflict):
        await importing.withdraw(rt, ANN, kept)
    with pytest.raises(NotFound):
        await importing.withdraw(rt, ANN, 999)
    with pytest.raises(InvalidInput):
        await bring(rt, "3", valid_from=clock.now() - timedelta(seconds=1))
    assert [one.withdrawn_at is None for one in await importing.versions(rt, ANN)] == [True, False, True]


@pytest.mark.req("R16")
async def test_a_version_is_looked_at_before_it_begins(rt: Runtime, clock: SetClock, who: Principal) -> None:
    await traffic.open_ways(rt)
    now_id = await bring(rt, "2")
    ids = await traffic.accepted(rt, [traffic.draft(who), traffic.draft(who, "Hello " * 40)])
    clock.move(time_of(ids[0]) - clock.now() + timedelta(hours=1))
    next_id = await bring(rt, "2.5", valid_from=clock.now() + timedelta(days=9))

    compared = await weighing.compare(rt, ANN, next_id)
    assert compared.old
    assert compared.old.id == now_id
    (spain,) = compared.found.differences
    assert (spain.change, spain.segments, spain.effect) == (Change.DEARER, 3, 1_500_000)

    run = await weighing.dry_run(rt, ANN, next_id)
    assert (run.total.messages, run.total.paid, run.total.would) == (2, 6 * MICRO, 7_500_000)
    assert list(run.accounts) == [who.account_id]
    before = await rows(rt, "SELECT revision FROM tariff_revision")
    carrier = await bring(rt, "0.01", connector_id=ConnectorId(uuid4()), currency="eur")
    assert await rows(rt, "SELECT revision FROM tariff_revision") == before, "no process has to look anew"
    with pytest.raises(InvalidInput):
        await weighing.compare(rt, ANN, next_id, old_id=carrier)
    with pytest.raises(InvalidInput):
        await weighing.dry_run(rt, ANN, carrier)
    with pytest.raises(NotAllowed):
        await weighing.dry_run(rt, who, next_id)
