"""An SMS service lived through 90 days: people come, are reminded, rest, change numbers, and leave in every way."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import noticing
from cablegram.sms_services.model import NewNotice, NoticeKind, OptInMode
from keywords import ANA, BEA, BOSS, CLEO, CODE, Keyword, open_service

STOPS = ("STOP", "CANCEL", "QUIT", "UNSUBSCRIBE", "END", "BAJA")
DAY = timedelta(days=1)


@pytest.mark.req("R70", "R71", "R72", "R76", "R79")
async def test_a_service_runs_by_itself_for_ninety_days(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    deals = await open_service(rt, shop)
    news = await open_service(rt, shop, "NEWS", opt_in=OptInMode.DOUBLE)

    await first_thirty_days(deals, news, clock)
    await lines_rest_and_change(deals, news, clock)

    # Nobody looks for a while: on day 65 Cleo gets what was due on day 60, once. Bea hers on day 80, Cleo on day 90.
    clock.move(7 * DAY)
    assert await deals.remind() == 2
    clock.move(15 * DAY)
    assert await deals.remind() == 1
    clock.move(10 * DAY)
    assert await deals.remind() == 2
    assert [len(await deals.said(one)) for one in (BEA, CLEO)] == [2, 2]

    # Day 90: Bea's line is cancelled; Cleo says STOP and is out of what wrote last, then out of all.
    await noticing.take(
        rt, BOSS, digits=CODE, country="US", notices=[said(clock, NoticeKind.CANCELLED, BEA)], how="api"
    )
    await deals.hear("Stop all", source=CLEO)
    assert {await deals.standing(BEA), await deals.standing(CLEO), await news.standing(CLEO)} == {"out"}
    assert await rows(rt, "SELECT kind, count(*) FROM evidence GROUP BY kind ORDER BY kind") == [
        ("asked", 1), ("changed", 2), ("opt_in", 15), ("opt_out", 15), ("paused", 1), ("reminded", 7), ("resumed", 1),
    ]  # fmt: skip
    await assert_sums_hold(rt)


def said(clock: SetClock, kind: NoticeKind, number: str) -> NewNotice:
    return NewNotice(kind, number, clock.now())


async def first_thirty_days(deals: Keyword, news: Keyword, clock: SetClock) -> None:
    # Day 0: Ana takes both; NEWS asks for her YES first.
    await deals.hear("Deals!")
    await deals.hear("news")
    assert (await deals.standing(), await news.standing()) == ("in", "asked")
    assert (await news.said())[0].startswith("NEWS: reply YES NEWS")
    await deals.hear("News, yes", source=ANA)
    assert await news.standing() == "in"
    assert (await news.said())[1].startswith("NEWS: thanks")

    # Day 10: twelve people leave with each of six words, in either order, as thumbs write them.
    clock.move(10 * DAY)
    leavers = {f"1202555{place:04}": word for place, word in enumerate(product(STOPS, (True, False)), start=1000)}
    for number, (word, comes_first) in leavers.items():
        mixed = "".join(letter.upper() if place % 2 else letter.lower() for place, letter in enumerate(word))
        await deals.hear("DEALS", f"{mixed} dEaLs" if comes_first else f"Deals {mixed}.", source=number)
    assert [await deals.standing(number) for number in leavers] == ["out"] * 12
    assert {" ".join(text.split()[1] for text in await deals.said(number)) for number in leavers} == {"thanks, you"}
    assert await news.remind() == 0

    # Day 20: Bea joins DEALS. Day 30: Ana is reminded of both, once each.
    clock.move(10 * DAY)
    await deals.hear("deals", source=BEA)
    clock.move(10 * DAY)
    assert await deals.remind() == 2
    assert await deals.remind() == 0
    assert (await deals.said())[-1].startswith("DEALS: you are subscribed, this is a reminder.")


async def lines_rest_and_change(deals: Keyword, news: Keyword, clock: SetClock) -> None:
    rt = deals.rt
    # Day 40: Bea's line rests, and is back on day 55: her reminder of day 50 is left out.
    clock.move(10 * DAY)
    await noticing.take(rt, BOSS, digits=CODE, country="US", notices=[said(clock, NoticeKind.PAUSED, BEA)], how="api")
    assert await deals.standing(BEA) == "paused"
    clock.move(10 * DAY)
    assert await deals.remind() == 1
    assert len(await deals.said(BEA)) == 1
    clock.move(5 * DAY)
    await noticing.take(rt, BOSS, digits=CODE, country="US", notices=[said(clock, NoticeKind.RESUMED, BEA)], how="api")

    # Day 58: Ana has a new number; both subscriptions go along. The same notice again does nothing.
    clock.move(3 * DAY)
    moved = NewNotice(NoticeKind.CHANGED, ANA, clock.now(), CLEO)
    first = await noticing.take(rt, BOSS, digits=CODE, country="US", notices=[moved], how="file")
    again = await noticing.take(rt, BOSS, digits=CODE, country="US", notices=[moved], how="file")
    assert (first.new, first.changed, again.new, again.known) == (1, 2, 0, 1)
    assert (await deals.standing(ANA), await deals.standing(CLEO), await news.standing(CLEO)) == (None, "in", "in")


@pytest.mark.req("R79")
async def test_a_late_notice_is_not_about_who_has_the_number_since(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    deals = await open_service(rt, shop)
    before = clock.now()
    clock.move(2 * DAY)
    await deals.hear("DEALS", source=ANA)
    await deals.hear("DEALS", source=BEA)
    await deals.hear("STOP DEALS", source=BEA)
    late = [NewNotice(NoticeKind.CHANGED, one, before, CLEO) for one in (ANA, BEA)]
    late.append(NewNotice(NoticeKind.CANCELLED, ANA, before))
    done = await noticing.take(rt, BOSS, digits=CODE, country="US", notices=late, how="file")
    assert (done.new, done.changed) == (3, 0)
    assert [await deals.standing(one) for one in (ANA, BEA, CLEO)] == ["in", "out", None]
    todays = NewNotice(NoticeKind.CANCELLED, ANA, clock.now() - DAY)
    assert (await noticing.take(rt, BOSS, digits=CODE, country="US", notices=[todays], how="file")).changed == 1


@pytest.mark.req("R76")
async def test_a_reminder_without_credit_waits_and_goes_once(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    deals = await open_service(rt, shop)
    await deals.hear("DEALS")
    ((balance,),) = await rows(rt, "SELECT amount FROM balance WHERE account_id = %s", shop.account_id)
    taken = (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " VALUES (gen_random_uuid(), %s, 0, now(), 'adjustment', 0, %s, 0) RETURNING id"
    )
    await rows(rt, taken, shop.account_id, -int(str(balance)))
    clock.move(30 * DAY)
    assert await deals.remind() == 1
    assert len(await deals.said()) == 1
    assert await deals.remind() == 0  # it looks again in a quarter of an hour
    clock.move(2 * DAY)
    await ledger.grant_credits(rt, BOSS, shop.account_id, amount=5_000_000, note="tests")
    assert (await deals.remind(), await deals.remind()) == (1, 0)
    assert len(await deals.said()) == 2
    clock.move(28 * DAY)
    assert await deals.remind() == 1  # on a day of its own again
    assert len(await deals.said()) == 3
