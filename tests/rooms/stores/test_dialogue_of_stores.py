"""People join a store and leave it by text; what they write is posted to its callback (R117-R120, R122)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

import keywords
import make
import shops
import traffic
from books import assert_sums_hold, rows
from cablegram.billing.prices import Prices
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, Refused
from cablegram.messages import upkeep
from cablegram.messages.media import Media
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import codes, requesting
from cablegram.stores import changing, customers, opening, sending
from cablegram.stores.changing import Change
from cablegram.stores.customers import SignUp
from cablegram.stores.model import Keyword, KeywordKind, OptIn, Text
from cablegram.stores.sending import Letter
from hearing import Line
from shops import Shop

ANN, BEA = "12125550118", "12125550119"


@pytest.fixture
async def shop(rt: Runtime) -> Shop:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who = await make.account(rt)
    await shops.code(rt, who)
    return await shops.shop(rt, who)


def line(shop: Shop, address: str = shops.CODE) -> Line:
    return Line(shop.rt, shop.who, address)


async def posted(shop: Shop) -> list[dict[str, str]]:
    """Return what stands to be posted, oldest first."""
    bodies = await rows(shop.rt, "SELECT body FROM store_post ORDER BY id")
    return [{name: values[0] for name, values in parse_qs(str(body)).items()} for (body,) in bodies]


@pytest.mark.req("R117", "R118", "R119")
async def test_a_keyword_lets_in_and_stop_lets_out(shop: Shop) -> None:
    own, texts = line(shop), shop.store.texts
    await changing.change(shop.rt, shop.who, shop.id, Change(callback="https://example.com/in"))
    await own.hear("pizza123 please!", ANN)
    assert await shop.standing(ANN) == "in"
    await own.hear("Is there garlic on it?", ANN)
    await own.hear("HELP", ANN)
    await own.hear("Pizza123", ANN)
    await own.hear("quit", ANN)
    assert await shop.standing(ANN) == "out"
    await own.hear("STOP", ANN)
    await own.hear("I love pizza123", BEA)
    assert await shop.standing(BEA) is None
    joined = texts[Text.OPT_IN_CONFIRMATION]
    assert await shop.written(ANN) == [joined, texts[Text.HELP], joined, texts[Text.STOP]]
    assert await own.rules() == [
        "store_join", "store_text", "store_help", "store_join", "store_stop", "store_stop_again", "inbox",
    ]  # fmt: skip
    fields = await posted(shop)
    assert [one["optInStatus"] for one in fields] == ["Opt-in"] * 4 + ["Opt-out"] * 2
    assert fields[0]["mobileNum"] == ANN[1:]
    assert fields[0]["timeStamp"] == "2026-01-15 04:00:00"
    assert {one["keyword"] for one in fields} == {"PIZZA123"}
    assert await rows(shop.rt, "SELECT count(*) FROM store_code") == [(0,)]
    await assert_sums_hold(shop.rt)


@pytest.mark.req("R117", "R115")
async def test_who_is_asked_gets_the_kept_text_after_their_yes(shop: Shop, clock: SetClock) -> None:
    double = await shops.shop(shop.rt, shop.who, "DOUBLE", opt_in=OptIn.DOUBLE)
    media, prices = Media(shop.rt), Prices()
    for number, words in ((ANN, "Your coupon is 1234"), (BEA, "Your coupon is 5678")):
        sent = await sending.opt_in_and_send(
            shop.rt, shop.who, double.id, SignUp(f"+{number}"), Letter(words), media=media, prices=prices
        )
        assert sent.is_kept
    texts = double.store.texts
    assert await double.written(ANN) == [texts[Text.OPT_IN_REQUEST]]
    await line(shop).hear("Yes!", ANN)
    assert await double.written(ANN) == [
        texts[Text.OPT_IN_REQUEST], texts[Text.OPT_IN_CONFIRMATION], "Your coupon is 1234",
    ]  # fmt: skip
    clock.move(timedelta(hours=72))
    await line(shop).hear("yes", BEA)
    assert await double.written(BEA) == [texts[Text.OPT_IN_REQUEST], texts[Text.OPT_IN_CONFIRMATION]]


@pytest.mark.req("R119", "R120")
async def test_codes_tell_stores_apart_and_responders_change_nothing(shop: Shop) -> None:
    rt, who = shop.rt, shop.who
    for address in ("55501", "55502"):
        await shops.code(rt, who, address, use="communication")
    ribs = await shops.shop(rt, who, "RIBS")
    await changing.add_keyword(
        rt, who, shop.id, "COUPON", kind=KeywordKind.RESPONDER, in_text="For you: 20 %", other_text="Text PIZZA123"
    )
    own = line(shop)
    await own.hear("COUPON", ANN)
    assert await shop.standing(ANN) is None
    for word in ("PIZZA123", "RIBS", "coupon"):
        await own.hear(word, ANN)
    sent = await rows(rt, "SELECT src, body FROM message WHERE dst = %s ORDER BY id", ANN)
    assert [body for _, body in sent] == [
        "Text PIZZA123",
        shop.store.texts[Text.OPT_IN_CONFIRMATION],
        ribs.store.texts[Text.OPT_IN_CONFIRMATION],
        "For you: 20 %",
    ]
    one, other = sent[1][0], sent[2][0]
    assert {sent[0][0], sent[3][0]} == {shops.CODE}
    assert {one, other} == {"55501", "55502"}
    await line(shop, str(one)).hear("stop", ANN)
    assert (await shop.standing(ANN), await ribs.standing(ANN)) == ("out", "in")


@pytest.mark.req("R118")
async def test_a_stop_withdraws_what_waits_and_an_opt_out_by_hand_is_told(shop: Shop) -> None:
    media, prices = Media(shop.rt), Prices()
    await line(shop).hear("PIZZA123", ANN)
    for words in ("Today: ham", "Today: tuna"):
        await sending.send(shop.rt, shop.who, shop.id, ANN, Letter(words), media=media, prices=prices)
    await line(shop).hear("STOP PIZZA123", ANN)
    counts = await rows(shop.rt, "SELECT state::text, count(*) FROM message GROUP BY state ORDER BY state::text")
    assert counts == [("cancelled", 3), ("queued", 1)]
    await customers.opt_in(shop.rt, shop.who, shop.id, SignUp(BEA, source="paper form"), prices=prices)
    gone = await customers.opt_out(shop.rt, shop.who, shop.id, BEA, prices=prices)
    assert gone.status.value == 5
    assert (await shop.written(BEA))[-1] == shop.store.texts[Text.OPT_OUT_CONFIRMATION]
    kinds = await rows(shop.rt, "SELECT kind, how FROM evidence ORDER BY seq")
    assert kinds == [("opt_in", "text"), ("opt_out", "text"), ("opt_in", "command"), ("opt_out", "command")]


@pytest.mark.req("R115", "R118")
async def test_who_left_by_text_comes_back_by_text_alone(shop: Shop) -> None:
    media, prices = Media(shop.rt), Prices()
    double = await shops.shop(shop.rt, shop.who, "DOUBLE", opt_in=OptIn.DOUBLE)
    for word in ("PIZZA123", "DOUBLE", "STOP PIZZA123", "STOP DOUBLE"):
        await line(shop).hear(word, ANN)
    before = await shop.written(ANN), await double.written(ANN)
    for one in (shop, double):
        with pytest.raises(Refused, match="by text"):
            await customers.opt_in(shop.rt, shop.who, one.id, SignUp(f"+{ANN}", source="a list"), prices=prices)
        with pytest.raises(Refused, match="by text"):
            await sending.opt_in_and_send(
                shop.rt, shop.who, one.id, SignUp(f"+{ANN}"), Letter("Are you sure?"), media=media, prices=prices
            )
    assert before == (await shop.written(ANN), await double.written(ANN))
    await line(shop).hear("PIZZA123", ANN)
    assert (await shop.standing(ANN), await double.standing(ANN)) == ("in", "out")


@pytest.mark.req("R118", "R120")
async def test_a_store_with_codes_of_one_kind_hears_and_is_left(rt: Runtime) -> None:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who = await make.account(rt)
    await shops.code(rt, who, use="marketing")
    alone = await shops.shop(rt, who)
    await line(alone).hear("PIZZA123", ANN)
    await rows(rt, "UPDATE sender SET store_use = 'communication' RETURNING id")
    await line(alone).hear("PIZZA123", BEA)
    assert (await alone.standing(ANN), await alone.standing(BEA)) == ("in", "in")
    await rows(rt, "DELETE FROM store_code RETURNING program_id")
    await rows(rt, "UPDATE sender SET store_use = NULL RETURNING id")
    gone = await customers.opt_out(rt, who, alone.id, f"+{ANN}", prices=Prices())
    assert gone.status.value == 5


@pytest.mark.req("R119")
async def test_of_a_store_and_a_service_that_want_one_keyword_at_once_one_gets_it(shop: Shop) -> None:
    await codes.add(shop.rt, keywords.BOSS, country="US", digits=shops.CODE)
    waits = (
        "SELECT FROM pg_locks JOIN pg_database AS here ON here.oid = database"
        " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    async with shop.rt.db.transaction() as conn:
        new = Keyword("DEALS", shop.id, shop.who.account_id, KeywordKind.OPT_IN)
        await opening.claim(conn, new, now=shop.rt.clock.now())
        asked = asyncio.create_task(
            requesting.request(shop.rt, shop.who, country="US", keyword="DEALS", form=keywords.form())
        )
        while not asked.done() and not await rows(shop.rt, waits):
            pass
    with pytest.raises(Conflict, match="DEALS"):
        await asked
