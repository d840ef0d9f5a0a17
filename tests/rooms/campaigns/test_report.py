"""Reports: what is counted behind the page's back, when it is counted again, who answered, and who may look."""

from __future__ import annotations

from datetime import timedelta

import pytest

import crowd
import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.campaigns import counting, find, lifecycle, reactions, report, report_file, sharing
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done
from cablegram.campaigns.work import Worker
from cablegram.evidence import write as evidence
from cablegram.evidence.model import How, Kind, NewEvidence
from cablegram.inbound.order import Rule
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import CampaignId, ShareId, uuid7
from cablegram.messages.breakdown import REFUSALS
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime

FROM = "34911222333"


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def gone(rt: Runtime, who: Principal, size: int = 4) -> CampaignId:
    """Give a campaign whose messages are handed over, half of them delivered."""
    people = await crowd.crowd(rt, who, size)
    made = await crowd.campaign(rt, who, people.id, sender=FROM)
    await lifecycle.start(rt, who, made.id)
    maker = FanOut()
    while not isinstance(await maker.step(rt, made.id), Done):
        pass
    ids = await crowd.send(rt, 10 * size)
    await crowd.settle(rt, ids[: size // 2], State.DELIVERED)
    return made.id


async def write(rt: Runtime, statement: str, *values: object) -> None:
    async with rt.db.transaction() as conn:
        await conn.execute(statement, values)  # pyright: ignore[reportArgumentType]


@pytest.mark.req("R44", "R101", "R106")
async def test_a_large_campaign_is_read_from_what_was_counted_and_says_when(
    rt: Runtime, who: Principal, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "SMALL", 1)
    campaign_id = await gone(rt, who)
    told = await report.of_campaign(rt, who, campaign_id)
    assert (told.counted_at, told.is_exact, told.countries) == (None, False, [])
    assert {state: count.n for state, count in told.counts.items()} == {State.SUBMITTED: 2, State.DELIVERED: 2}
    assert await counting.step(rt) > 0
    told = await report.of_campaign(rt, who, campaign_id)
    assert (told.counted_at, told.is_exact, told.countries[0].delivered) == (clock.now(), True, 2)

    await crowd.settle(rt, await ids_of(rt, "submitted"), State.UNDELIVERED)
    told = await report.of_campaign(rt, who, campaign_id)
    assert (told.is_exact, told.countries[0].counts.get(State.UNDELIVERED)) == (False, None)
    clock.move(timedelta(minutes=1))
    await counting.step(rt)
    told = await report.of_campaign(rt, who, campaign_id)
    assert (told.is_exact, told.countries[0].counts[State.UNDELIVERED]) == (True, 2)


async def test_counting_goes_on_ever_more_seldom_and_ends(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign_id = await gone(rt, who)
    await Worker(rt).step()
    await report_asked(rt, who, campaign_id)
    looks = 0
    look_at: object = None
    for _ in range(400):
        await counting.step(rt)
        ((look_at,),) = await rows(rt, "SELECT look_at FROM campaign_report")
        if look_at is None:
            break
        looks += 1
        clock.move(max(look_at - clock.now(), timedelta(seconds=1)))  # pyright: ignore[reportOperatorIssue]
    assert look_at is None
    assert 20 < looks < 400
    await counting.step(rt)
    assert await rows(rt, "SELECT look_at FROM campaign_report") == [(None,)]


async def test_one_that_cannot_be_counted_holds_up_no_other(
    rt: Runtime, who: Principal, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = await gone(rt, who)
    await report_asked(rt, who, campaign_id)

    async def broken(*_: object, **__: object) -> None:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(counting, "count", broken)
        assert await counting.step(rt) > 0
    assert await rows(rt, "SELECT counted_at FROM campaign_report WHERE look_at > %s", clock.now()) == [(None,)]
    clock.move(timedelta(minutes=5))
    await counting.step(rt)
    assert await rows(rt, "SELECT counted_at FROM campaign_report") == [(clock.now(),)]


async def report_asked(rt: Runtime, who: Principal, campaign_id: CampaignId) -> None:
    statement = "INSERT INTO campaign_report (campaign_id, account_id, look_at) VALUES (%s, %s, %s)"
    await write(rt, statement, campaign_id, who.account_id, rt.clock.now())


async def ids_of(rt: Runtime, state: str) -> list:  # pyright: ignore[reportMissingTypeArgument, reportUnknownParameterType]
    return [row[0] for row in await rows(rt, "SELECT id FROM message WHERE state = %s::message_state", state)]


async def test_replies_and_opt_outs_are_those_of_three_days_to_the_number_it_came_from(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign_id = await gone(rt, who)
    text = """INSERT INTO inbound_text (id, account_id, connector_id, src, dst, body, encoding, received_at, rule)
        VALUES (%s, %s, %s, %s, %s, 'Yes', 'gsm0338', %s, %s)"""
    for number, to, after, rule in (
        (crowd.SPAIN, FROM, timedelta(hours=1), "inbox"),
        (crowd.SPAIN, FROM, timedelta(hours=2), None),  # the same person
        (crowd.SPAIN + 3, FROM, timedelta(days=4), "inbox"),
        (crowd.SPAIN + 1, "34999888777", timedelta(hours=1), "inbox"),
        (crowd.SPAIN + 2, FROM, timedelta(hours=1), "store_stop"),
        (crowd.SPAIN + 99, FROM, timedelta(hours=1), "inbox"),
    ):
        at = clock.now() + after
        await write(rt, text, uuid7(), who.account_id, uuid7(), str(number), to, at, rule)
    stop = """INSERT INTO blacklist (account_id, number, id, how, sender, added_by, added_at)
        VALUES (%s, %s, %s, %s, %s, 'x', %s)"""
    for number, how in ((crowd.SPAIN + 2, "stop"), (crowd.SPAIN + 3, "by_hand")):
        at = clock.now() + timedelta(minutes=5)
        await write(rt, stop, who.account_id, str(number), uuid7(), how, FROM, at)
    told = await report.of_campaign(rt, who, campaign_id)
    assert (told.replies, told.opt_outs) == (1, 1)
    assert (told.countries[0].replies, told.countries[0].opt_outs) == (1, 1)


async def test_a_report_says_of_opt_outs_what_guards_see_a_left_program_among_them(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign_id = await gone(rt, who)
    clock.move(timedelta(minutes=1))
    left = NewEvidence(
        who.account_id, str(crowd.SPAIN), str(uuid7()), Kind.OPT_OUT, How.TEXT, by="", at=clock.now()
    )  # fmt: skip
    async with rt.db.transaction() as conn:
        await evidence.record(conn, [left], now=clock.now())
    assert (await report.of_campaign(rt, who, campaign_id)).opt_outs == 1
    async with rt.db.connection() as conn:
        assert await reactions.opt_outs(conn, await find.one(conn, who.account_id, campaign_id)) == 1


def test_texts_that_say_no_are_no_replies() -> None:
    assert {str(rule) for rule in Rule if "stop" in rule or rule is Rule.REVIEW} == set(REFUSALS)


@pytest.mark.req("R101")
async def test_people_are_found_by_state_and_reason_a_page_at_a_time(rt: Runtime, who: Principal) -> None:
    campaign_id = await gone(rt, who, 6)
    first, last = await report.people(rt, who, campaign_id, state=State.DELIVERED, reason="", limit=2)
    rest, end = await report.people(rt, who, campaign_id, state=State.DELIVERED, reason="", after=last, limit=2)
    assert (len(first), len(rest), end) == (2, 1, None)
    assert await report.people(rt, who, campaign_id, state=State.SKIPPED, reason="no_tariff") == ([], None)
    stranger = await make.account(rt)
    with pytest.raises(NotFound):
        await report.people(rt, stranger, campaign_id, state=State.DELIVERED, reason="")


async def test_states_over_time_end_where_the_counts_are(rt: Runtime, who: Principal) -> None:
    campaign_id = await gone(rt, who)
    points = await report.over_time(rt, who, campaign_id)
    assert {state: n for state, n in points[-1].counts.items() if n} == {State.SUBMITTED: 2, State.DELIVERED: 2}


async def test_the_file_has_a_row_for_all_and_one_for_each_line(rt: Runtime, who: Principal) -> None:
    campaign_id = await gone(rt, who)
    told = await report.of_campaign(rt, who, campaign_id)
    names = await report.names(rt, who, told)
    assert list(names.values()) == ["Simulated carrier"]
    header, whole, *lines = report_file.rows(told, names)
    assert (whole[0], whole[3], whole[header.index("delivered")]) == ("all", "4", "2")
    assert {line[0] for line in lines} == {"country", "connector", "sender", "segments"}
    assert all(len(line) == len(header) for line in lines)


async def test_a_link_opens_until_it_expires_or_is_closed_and_is_kept_as_a_digest(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign_id = await gone(rt, who)
    made, token = await sharing.share(rt, who, campaign_id, days=2)
    assert await sharing.behind(rt, token) == (who.account_id, campaign_id, made.expires_at)
    assert token not in str(await rows(rt, "SELECT * FROM campaign_share"))
    _, other = await sharing.share(rt, who, campaign_id, days=9)
    await sharing.revoke(rt, who, campaign_id, made.id)
    await sharing.revoke(rt, who, campaign_id, made.id)
    assert [one.is_open(clock.now()) for one in await sharing.shares(rt, who, campaign_id)] == [True, False]
    for closed in (token, "nonsense", ""):
        with pytest.raises(NotFound):
            await sharing.behind(rt, closed)
    clock.move(timedelta(days=9))
    with pytest.raises(NotFound):
        await sharing.behind(rt, other)


async def test_who_may_not_share_does_not(rt: Runtime, who: Principal) -> None:
    campaign_id = await gone(rt, who)
    stranger = await make.account(rt)
    for days in (0, 366):
        with pytest.raises(InvalidInput):
            await sharing.share(rt, who, campaign_id, days=days)
    with pytest.raises(NotFound):
        await sharing.share(rt, stranger, campaign_id)
    with pytest.raises(NotFound):
        await sharing.revoke(rt, who, campaign_id, ShareId(uuid7()))
    reader = Principal(who.account_id, "key", who.scopes - {next(one for one in who.scopes if one == "send")})
    with pytest.raises(NotAllowed):
        await sharing.share(rt, reader, campaign_id)
    people = await crowd.crowd(rt, who, 1, start=50, name="others")
    idle = await crowd.campaign(rt, who, people.id, name="idle", sender=FROM)
    with pytest.raises(Conflict, match="has not started"):
        await sharing.share(rt, who, (await find.get(rt, who, idle.id)).id)
