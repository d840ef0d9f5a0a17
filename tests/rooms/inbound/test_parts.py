"""Long texts come in parts: one text, one credit, one event, whatever happens to the parts on their way (R166)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.billing.prices import Prices
from cablegram.connectors.contract import Fragment
from cablegram.dispatch.recorder import Text
from cablegram.inbound import upkeep
from cablegram.kit.clock import SetClock
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime
from cablegram.text import concat
from hearing import ANA, BEA, Line, line

LONG = "I would like to move my appointment of Thursday. Is anything free on Friday afternoon? " * 4


def parts(number: Line, words: str, reference: int = 7, *, source: str = ANA) -> list[Text]:
    """Cut a text as a phone does."""
    made: list[Text] = []
    for wire in concat.parts(words, reference):
        header = concat.read_header(wire.user_data)
        assert header
        fragment = Fragment(*header, wire.user_data[6:], wire.data_coding)
        made.append(number.text("", source, fragment=fragment))
    return made


async def kept(rt: Runtime) -> list[tuple[object, ...]]:
    return await rows(rt, "SELECT body, parts FROM inbound_text ORDER BY id")


async def told(rt: Runtime) -> object:
    ((count,),) = await rows(rt, "SELECT count(*) FROM event WHERE kind = 'text.received'")
    return count


@pytest.mark.req("R166")
async def test_parts_that_come_apart_in_any_order_and_doubled_are_one_text(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop, reply="We call you back")
    first, second, third = parts(number, LONG)
    await number.hear_all([third, *parts(number, LONG, 8, source=BEA)[:1]])
    await number.hear_all([first, third])
    assert await kept(rt) == []
    await number.hear_all([second])
    await number.hear_all([third])
    assert await kept(rt) == [(LONG, 3)]
    assert (await told(rt), len(await number.said())) == (1, 1)
    ((inbound,),) = await rows(rt, "SELECT sum(amount)::bigint FROM posting WHERE kind = 'inbound'")
    assert inbound == -MICRO
    await assert_sums_hold(rt)


@pytest.mark.req("R166")
async def test_the_same_parts_recorded_twice_are_recorded_once(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    texts = parts(number, LONG)
    await number.hear_all(texts)
    await number.hear_all(texts)
    assert await kept(rt) == [(LONG, 3)]
    assert await ledger.balance(rt, shop) == 99 * MICRO


@pytest.mark.req("R166")
async def test_what_lacks_a_part_is_handed_on_and_a_late_part_makes_it_longer_for_free(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    number = await line(rt, shop)
    first, second, third = parts(number, LONG)
    await number.hear_all([first, third])
    assert await upkeep.hand_on(rt, Prices()) == 0
    clock.move(timedelta(minutes=5))
    assert await upkeep.hand_on(rt, Prices()) == 1
    assert await upkeep.hand_on(rt, Prices()) == 0
    ((body, there),) = await kept(rt)
    assert ("[…]" in str(body), there) == (True, 2)

    await number.hear_all([second])
    assert await kept(rt) == [(LONG, 3)]
    assert await told(rt) == 1
    assert await ledger.balance(rt, shop) == 99 * MICRO

    clock.move(timedelta(days=2))
    await upkeep.forget(rt)
    assert await rows(rt, "SELECT count(*) FROM inbound_group") == [(0,)]


@pytest.mark.req("R62", "R166")
async def test_a_stop_in_parts_is_read_when_it_is_whole(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    words = "Stop texting me please. " + "I have asked you before, and you know that I did. " * 4
    first, second = parts(number, words)
    await number.hear_all([second])
    assert await rows(rt, "SELECT count(*) FROM blacklist") == [(0,)]
    await number.hear_all([first])
    assert await number.rules() == ["stop"]
