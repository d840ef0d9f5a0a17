"""A service that is suspended or closed sends nothing that waits; notices, machines and pages do what they should."""

from __future__ import annotations

import pytest

import make
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.contacts import suppression
from cablegram.contacts.store import lock_contacts
from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.inbound import inbox, unsubscribing
from cablegram.kit.errors import Refused
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.links.model import Placed
from cablegram.messages import hold, leaving
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, Waiting
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import deciding, noticing, requesting, subscribing
from cablegram.sms_services.model import NewNotice, NoticeKind
from cablegram.sms_services.subscribing import Shown
from keywords import ANA, BEA, BOSS, CLEO, CODE, Keyword, open_service


async def send(deals: Keyword, text: str) -> Draft:
    draft = Draft(deals.who.account_id, f"+{ANA}", text, program_id=deals.id)
    async with deals.rt.db.transaction() as conn:
        await accept(conn, [draft], prices=Prices(), now=deals.rt.clock.now())
    return draft


async def states(rt: Runtime) -> list[tuple[object, ...]]:
    return await rows(rt, "SELECT split_part(body, ' ', 2), state::text, reason FROM message ORDER BY id")


@pytest.mark.req("R77", "R68")
async def test_what_waits_of_a_service_is_withdrawn_when_it_is_suspended_and_all_of_it_when_it_is_closed(
    rt: Runtime, shop: Principal
) -> None:
    deals = await open_service(rt, shop)
    news = await open_service(rt, shop, "NEWS")
    await deals.hear("DEALS", "NEWS")
    assert (await send(deals, "DEALS: shoes today")).refusal is None
    assert (await send(news, "NEWS: rain today")).refusal is None
    flying = await send(deals, "DEALS: socks today")
    assert flying.id is not None
    assert flying.connector_id is not None
    await rows(rt, "DELETE FROM queue WHERE id = %s RETURNING id", flying.id)  # a link has it
    await deciding.suspend(rt, BOSS, deals.id, reason="Nobody answers the phone")
    async with rt.db.transaction() as conn:  # the link could not send it
        await leaving.lock(conn, [shop.account_id])
        await hold.put_back(conn, [waiting(flying, flying.id, flying.connector_id)], now=rt.clock.now())
    stopped = ("cancelled", "program_not_sending")
    assert await states(rt) == [
        ("thanks,", "queued", None), ("thanks,", "queued", None), ("shoes", *stopped), ("rain", "queued", None),
        ("socks", *stopped),
    ]  # fmt: skip
    assert (await send(deals, "DEALS: hats today")).refusal is not None
    await requesting.close(rt, shop, deals.id)
    assert (await states(rt))[:2] == [("thanks,", *stopped), ("thanks,", "queued", None)]
    assert await rows(rt, "SELECT count(*) FROM queue") == [(2,)]
    await assert_sums_hold(rt)


def waiting(one: Draft, message_id: MessageId, connector_id: ConnectorId) -> Waiting:
    return Waiting(message_id, one.account_id, None, connector_id, one.message_class, one.segments, int(one.number))


@pytest.mark.req("R79")
async def test_who_is_out_gives_no_permission_to_the_number_that_comes_next_and_strangers_see_no_change(
    rt: Runtime, shop: Principal
) -> None:
    deals = await open_service(rt, shop)
    news = await open_service(rt, await make.account(rt, credits=10, open_senders=False), "NEWS")
    await deals.hear("DEALS", "STOP DEALS")
    await deals.hear("DEALS", source=BEA)
    await news.hear("NEWS", source=CLEO)
    notices = [NewNotice(NoticeKind.CHANGED, old, rt.clock.now(), CLEO) for old in (ANA, BEA)]
    done = await noticing.take(rt, BOSS, digits=CODE, country="US", notices=notices[:1], how="api")
    assert (done.changed, await deals.standing(CLEO)) == (1, "out")
    carried = await rows(rt, "SELECT number, before FROM evidence WHERE kind = 'changed'")
    assert carried == [(CLEO, None)]
    assert [one.new_number for one in await noticing.of_service(rt, shop, deals.id)] == [CLEO]
    assert await noticing.of_service(rt, news.who, news.id) == []


async def test_two_machines_do_not_confirm_to_each_other_for_ever(rt: Runtime, shop: Principal) -> None:
    deals = await open_service(rt, shop)
    await deals.hear(*["DEALS"] * 9)
    assert len(await deals.said()) == 6  # the first one changed something, five more said so again
    await deals.hear(*["STOP DEALS"] * 9, source=BEA)
    assert len(await deals.said(BEA)) == 5


@pytest.mark.req("R72")
async def test_who_leaves_leaves_while_an_import_lets_no_contact_be_made(rt: Runtime, shop: Principal) -> None:
    deals = await open_service(rt, shop)
    await deals.hear("DEALS")
    # Their record has another number by now, so a new one would have to be made.
    await rows(rt, "UPDATE contact SET number = %s WHERE number = %s RETURNING id", BEA, ANA)
    async with rt.db.transaction() as importing:
        await lock_contacts(importing, shop.account_id, patience="1s")
        await deals.hear("STOP DEALS")
    assert await deals.standing() == "out"


@pytest.mark.req("R167")
async def test_many_addresses_together_do_not_flood_one_phone_from_the_page(rt: Runtime, shop: Principal) -> None:
    deals = await open_service(rt, shop)
    for place in range(3):
        shown = Shown("I agree", address=f"192.0.2.{place}")
        await subscribing.subscribe_by_page(rt, deals.id, number=f"+{ANA}", shown=shown)
    with pytest.raises(Refused, match="too often"):
        await subscribing.subscribe_by_page(rt, deals.id, number=f"+{ANA}", shown=Shown("I agree", address="192.0.2.9"))
    assert len(await deals.said()) == 3


@pytest.mark.req("R167")
async def test_nobody_subscribes_a_number_that_said_stop_before_it_was_forgotten(rt: Runtime, shop: Principal) -> None:
    deals = await open_service(rt, shop)
    async with rt.db.transaction() as conn:
        said = Kept(shop.account_id, ANA, Standing.STOPPED)
        await suppression.keep(conn, [said], now=rt.clock.now())
    with pytest.raises(Refused, match="blacklist"):
        await subscribing.subscribe(rt, shop, deals.id, number=f"+{ANA}", shown=Shown("I agree"))
    assert await deals.standing() is None


@pytest.mark.req("R66", "R78")
async def test_an_answer_goes_in_the_name_of_the_service_that_was_written_to(rt: Runtime, shop: Principal) -> None:
    await open_service(rt, shop)
    news = await open_service(rt, shop, "NEWS")
    await news.hear("DEALS", "NEWS")
    assert await inbox.program_to_answer(rt, shop, f"+{ANA}", CODE) == news.id
    assert await inbox.program_to_answer(rt, shop, f"+{BEA}", CODE) is None
    assert await inbox.program_to_answer(rt, shop, f"+{ANA}", "34911222333") is None


@pytest.mark.req("R79")
async def test_a_link_to_unsubscribe_leaves_the_service_whose_text_it_stood_in_and_no_other(
    rt: Runtime, shop: Principal
) -> None:
    deals = await open_service(rt, shop)
    news = await open_service(rt, shop, "NEWS")
    await deals.hear("DEALS", "NEWS")
    text = Draft(shop.account_id, f"+{ANA}", "DEALS: shoes, or https://x.example/u/abcdefghi", program_id=deals.id)
    text.links = [Placed("abcdefghi", None)]
    async with rt.db.transaction() as conn:
        await accept(conn, [text], prices=Prices(), now=rt.clock.now())
    page = await unsubscribing.look(rt, "abcdefghi")
    assert (page.account, page.program, page.number, page.is_out) == ("Acme", "Best deals", "+•••••••0118", False)
    for _ in range(2):
        assert (
            await unsubscribing.leave(rt, "abcdefghi", url="https://x.example/u/abcdefghi", address="192.0.2.1")
        ).is_out
    assert [await one.standing() for one in (deals, news)] == ["out", "in"]
    said = "SELECT how, url, address FROM evidence WHERE kind = 'opt_out' AND scope = %s"
    assert await rows(rt, said, str(deals.id)) == [("page", "https://x.example/u/abcdefghi", "192.0.2.1")]
    assert await rows(rt, "SELECT state::text, reason FROM message WHERE id = %s", text.id) == [
        ("cancelled", "opted_out")
    ]
    assert await rows(rt, "SELECT count(*) FROM blacklist") == [(0,)]
