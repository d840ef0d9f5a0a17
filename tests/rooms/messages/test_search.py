from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.kit.ids import MessageId, time_of
from cablegram.messages import search
from cablegram.messages.model import Draft, State
from cablegram.runtime.runtime import Runtime
from traffic import draft


@pytest.fixture(autouse=True)
async def _ways(rt: Runtime) -> None:
    await traffic.open_ways(rt)


async def found(rt: Runtime, who: Principal, **asked: object) -> list[str]:
    """Return the texts found."""
    return [one.text for one in (await search.look(rt, who, **asked)).messages]  # pyright: ignore[reportArgumentType] - a test's keywords


async def accept(rt: Runtime, drafts: Sequence[Draft]) -> list[MessageId]:
    return await traffic.accepted(rt, drafts)


@pytest.mark.req("R52")
async def test_the_newest_come_first_and_a_page_goes_on_behind_the_last(rt: Runtime, who: Principal) -> None:
    await accept(rt, [draft(who, f"Message {n}") for n in range(5)])
    first = await search.page(rt, who, limit=2)
    assert [one.text for one in first] == ["Message 4", "Message 3"]
    assert await found(rt, who, after=first[-1].id, limit=3) == ["Message 2", "Message 1", "Message 0"]


async def test_an_account_finds_its_own_messages_alone(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    await accept(rt, [draft(who, "Ours, not theirs"), draft(other, "Theirs, not ours")])
    assert await found(rt, who, q="ours") == ["Ours, not theirs"]


@pytest.mark.req("R52")
async def test_each_filter_leaves_what_fits(rt: Runtime, who: Principal) -> None:
    campaign = traffic.campaign()
    spain, france = draft(who, "To Spain, with love"), draft(who, "To France, 100 %", to="+33612345678")
    spain.client_ref, france.campaign_id = "booking-17", campaign
    ids = await accept(rt, [spain, france])
    await traffic.move(rt, ids[:1], State.CANCELLED)

    for asked in (
        {"state": [State.CANCELLED]}, {"to": "+34 600 000 118"}, {"to": "0034600000118"}, {"client_ref": "booking-17"},
        {"country": "es"}, {"q": "WITH LOVE"}, {"q": "Booking"}, {"q": "+34 600"},
    ):  # fmt: skip
        assert await found(rt, who, **asked) == ["To Spain, with love"], asked
    for asked in ({"campaign_id": campaign}, {"state": [State.QUEUED]}, {"q": "%"}, {"to": "33612345678"}):
        assert await found(rt, who, **asked) == ["To France, 100 %"], asked
    assert len(await found(rt, who, state=[State.QUEUED, State.CANCELLED])) == 2
    for asked in ({"q": "_"}, {"client_ref": "booking"}, {"to": "600000118"}, {"country": "ES", "q": "France"}):
        assert await found(rt, who, **asked) == [], asked


async def test_what_no_message_can_hold_is_found_nowhere(rt: Runtime, who: Principal) -> None:
    await accept(rt, [draft(who)])
    for asked in ({"q": "\0"}, {"to": "\ud800"}, {"client_ref": "\0"}, {"country": "\0"}, {"to": "Inés"}):
        assert await found(rt, who, **asked) == []


@pytest.mark.req("R52")
async def test_dates_are_of_acceptance_from_the_first_before_the_second(rt: Runtime, who: Principal) -> None:
    (message_id,) = await accept(rt, [draft(who, "In time")])
    at = time_of(message_id)
    tick = timedelta(milliseconds=1)
    assert await found(rt, who, date_from=at, date_to=at + tick) == ["In time"]
    assert await found(rt, who, date_from=at + tick) == []
    assert await found(rt, who, date_to=at) == []
    assert await found(
        rt, who, date_from=datetime.min.replace(tzinfo=UTC), date_to=datetime.max.replace(tzinfo=UTC)
    ) == ["In time"]


async def test_a_skipped_person_of_a_campaign_is_found_by_what_stood_in_the_list(rt: Runtime, who: Principal) -> None:
    campaign = traffic.campaign()
    await accept(rt, [draft(who, "For nobody", to="12 monkeys", campaign_id=campaign)])
    assert await found(rt, who, to="12 monkeys", state=[State.SKIPPED]) == ["For nobody"]


async def test_what_is_rare_is_looked_for_stretch_by_stretch(
    rt: Runtime, who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many messages an account has, a look goes through so many; the next one goes on where it ended."""
    monkeypatch.setattr(search, "_STRETCHES", (2, 3))
    ids = await accept(rt, [draft(who, f"Message {n}") for n in range(12)])
    await traffic.move(rt, [ids[0], ids[1], ids[8]], State.CANCELLED)

    first = await search.look(rt, who, state=[State.CANCELLED], limit=1)
    assert ([one.text for one in first.messages], first.goes_on) == (["Message 8"], ids[7])
    second = await search.look(rt, who, state=[State.CANCELLED], after=first.goes_on, limit=5)
    assert ([one.text for one in second.messages], second.goes_on) == ([], ids[2])
    third = await search.look(rt, who, q="message", state=[State.CANCELLED], after=second.goes_on, limit=2)
    assert ([one.text for one in third.messages], third.goes_on) == (["Message 1", "Message 0"], None)
    full = await search.look(rt, who, state=[State.CANCELLED], after=ids[2], limit=1)
    assert ([one.text for one in full.messages], full.goes_on) == (["Message 1"], ids[1])


async def test_a_whole_number_is_found_by_itself_and_a_piece_of_one_by_looking(rt: Runtime, who: Principal) -> None:
    named = draft(who, "Its order", to="+33612345678")
    named.client_ref = "34600000119"
    await accept(rt, [draft(who, "To Spain"), draft(who, "Call 34600000118", to="+33612345678"), named])
    for words in ("+34 600 000 118", "0034600000118", "34600000118"):
        assert await found(rt, who, q=words) == ["To Spain"], words
    assert await found(rt, who, q="600 000 118") == ["To Spain"]
    assert await found(rt, who, q="600000118") == ["Call 34600000118", "To Spain"]
    await accept(rt, [draft(who, "To its neighbor", to="+34600000119")])
    assert await found(rt, who, q="34600000119") == ["To its neighbor", "Its order"]
    first = await search.look(rt, who, q="34600000119", limit=1)
    assert await found(rt, who, q="34600000119", after=first.goes_on, limit=1) == ["Its order"]
    assert await found(rt, who, q="34600000118", client_ref="34600000119") == []
