"""What a message may have besides its text, and how many segments of it who counts."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

import make
import traffic
from books import assert_sums_hold
from cablegram.accounts import directory
from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.connectors import configure
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, NotAllowed, Refused
from cablegram.messages import story, tally
from cablegram.messages.accept import accept
from cablegram.messages.media import MOST_AT_ONCE, Media
from cablegram.messages.model import Draft
from cablegram.runtime.outbound import Found, Outbound
from cablegram.runtime.runtime import Runtime

PICTURE = "https://example.com/menu.jpg"


class Gallery(Outbound):
    """Tells of pictures without going there."""

    def __init__(self, found: Found | Refused) -> None:
        super().__init__()
        self.found = found
        self.asked: list[str] = []

    async def look(self, url: str, *, most: int) -> Found:
        """Note what is looked at."""
        self.asked.append(url)
        if isinstance(self.found, Refused):
            raise self.found
        return Found(self.found.media_type, min(self.found.size, most + 1))


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=100, default_country="ES")


async def judged(rt: Runtime, *drafts: Draft) -> list[str | None]:
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now())
    return [one.refusal.code if one.refusal else None for one in drafts]


async def agree(rt: Runtime, **settings: int) -> None:
    """Change what was agreed with the carrier."""
    (connector,) = await configure.page(rt, operator("tests"))
    assert connector.smpp
    changed = msgspec.structs.replace(connector.smpp, **settings)
    await configure.change_smpp(rt, operator("tests"), connector.id, settings=changed)


@pytest.mark.req("R42", "R43", "R44")
async def test_the_account_pays_by_its_profile_and_the_gateways_count_is_told_beside_it(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    with pytest.raises(NotAllowed):
        await directory.change(rt, shop, segment_profile="flat160")
    with pytest.raises(InvalidInput, match="gsm0338, flat160"):
        await directory.change(rt, operator("tests", shop.account_id), segment_profile="flat120")
    await directory.change(rt, operator("tests", shop.account_id), segment_profile="flat160")
    await agree(rt, segment_limit=127, segment_usable=120)
    long, short, too_long = traffic.draft(shop, "a" * 320), traffic.draft(shop), traffic.draft(shop, "a" * 1601)

    assert await judged(rt, long, short, too_long) == [None, None, "text_too_long"]
    assert long.price == 2 * short.price

    assert long.id is not None
    message, moments = await story.timeline(rt, shop, long.id)
    assert (message.segments, message.billed, message.counted_by_gateway) == (3, 2, 3)
    assert "2 x " in next(one.detail for one in moments if one.kind == "priced")
    async with rt.db.connection() as conn:
        assert await tally.segments(conn, shop.account_id) == 4
    await assert_sums_hold(rt)
    for age in (timedelta(minutes=1), timedelta(days=2), timedelta(days=40)):
        clock.move(age)
        await tally.fold(rt)
        await tally.fold_old(rt)
    async with rt.db.connection() as conn:
        assert await tally.segments(conn, shop.account_id) == 4


async def test_a_gateways_figures_have_to_fit_into_one_another(rt: Runtime, shop: Principal) -> None:  # noqa: ARG001
    with pytest.raises(InvalidInput) as error:
        await agree(rt, segment_limit=127, segment_usable=121)
    assert [fault.field for fault in error.value.faults] == ["settings.segment_usable"]


@pytest.mark.req("R55", "R121")
async def test_a_picture_goes_where_a_connector_carries_it_and_only_there(rt: Runtime, shop: Principal) -> None:
    gallery = Gallery(Found("image/png", 400_000))
    media = Media(rt, gallery)
    barred = await media.check(shop.account_id, [PICTURE])
    assert (gallery.asked, [one.code for one in barred.values() if one]) == ([], ["media_not_carried"])
    refused = traffic.draft(shop)
    refused.media_url = PICTURE
    assert await judged(rt, refused) == ["media_not_carried"]

    await agree(rt, media_tlv=0x1401)
    assert await media.check(shop.account_id, [PICTURE, PICTURE]) == {PICTURE: None}
    assert await media.check(shop.account_id, [PICTURE]) == {PICTURE: None}
    assert gallery.asked == [PICTURE]
    sent = traffic.draft(shop)
    sent.media_url = PICTURE
    assert await judged(rt, sent) == [None]
    assert sent.id is not None
    message, (pdu,) = await story.pdus(rt, shop, sent.id)
    assert message.media_url == PICTURE
    assert dict(pdu.fields)["0x1401"] == PICTURE
    (claim,) = await traffic.claimed(rt, 1)
    assert claim.outgoing is not None
    assert claim.outgoing.media_url == PICTURE


@pytest.mark.req("R121")
async def test_a_picture_that_cannot_be_sent_is_named_and_asked_for_again_soon(rt: Runtime, shop: Principal) -> None:
    await agree(rt, media_tlv=0x1401)
    gallery = Gallery(Refused("address_unreachable", "Nobody is there."))
    media = Media(rt, gallery)
    for _ in range(2):
        barred = (await media.check(shop.account_id, [PICTURE]))[PICTURE]
        assert barred is not None
        assert (barred.code, barred.field) == ("address_unreachable", "media_url")
    assert gallery.asked == [PICTURE]
    with pytest.raises(Refused, match="20 different pictures"):
        await media.check(shop.account_id, [f"{PICTURE}?{n}" for n in range(MOST_AT_ONCE + 1)])
