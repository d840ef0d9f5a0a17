"""The people of campaigns: from segments and files, spared one by one, and what became of each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

import crowd
from books import rows
from cablegram.accounts.access import Principal
from cablegram.audiences import segments
from cablegram.audiences.segments import SegmentChange
from cablegram.audit.prove import audit
from cablegram.campaigns import find, from_file, lifecycle, people
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Campaign, CampaignState, Done, Made, NewCampaign
from cablegram.campaigns.work import Worker
from cablegram.contacts import lists
from cablegram.jobs import find as jobs
from cablegram.jobs.model import JobState
from cablegram.jobs.run import Runner
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotFound
from cablegram.kit.ids import CampaignId, SegmentId, uuid7
from cablegram.messages.model import State
from cablegram.programs import move
from cablegram.programs import people as programs
from cablegram.programs.model import ProgramKind, Step
from cablegram.runtime.runtime import Runtime

ANA, BEN, CAT, DAN, ZOE = (f"+{crowd.SPAIN + n}" for n in range(5))
FILE = b"number,name\n" + b"".join(b"+%d,P%d\n" % (crowd.SPAIN + n, n) for n in (0, 1, 1, 2))


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def made(rt: Runtime, campaign_id: CampaignId) -> None:
    while isinstance(await FanOut(slice_size=2).step(rt, campaign_id), Made):
        pass


async def brought(rt: Runtime, who: Principal, file: bytes = FILE, text: str = crowd.TEXT) -> Campaign:
    async def chunks() -> AsyncIterator[bytes]:
        yield file

    return await from_file.create(rt, who, NewCampaign("spring", text=text), chunks())


async def worked(rt: Runtime) -> None:
    assert await Runner(rt, {from_file.KIND: from_file.make}).step(1)
    await Worker(rt).step()


@pytest.mark.req("R98", "R99", "R88", "R104")
async def test_a_campaign_of_a_file_is_made_by_a_job_and_goes_to_its_people_once(rt: Runtime, who: Principal) -> None:
    campaign = await brought(rt, who)
    assert (campaign.state, campaign.recipients) == (CampaignState.CREATING, 0)
    assert campaign.job_id is not None
    for deed in (lifecycle.start, lifecycle.delete):
        with pytest.raises(Conflict):
            await deed(rt, who, campaign.id)
    await worked(rt)
    job = await jobs.get(rt, who, campaign.job_id)
    assert job.state is JobState.FINISHED
    assert job.result == {
        "campaign_id": str(campaign.id), "rows": 4, "size": 3, "duplicates": 1, "skipped": 0,
    }  # fmt: skip
    ready = await find.get(rt, who, campaign.id)
    assert (ready.state, ready.recipients) == (CampaignState.READY, 3)
    assert await lists.page(rt, who) == [], "its list is its own"
    await lifecycle.start(rt, who, campaign.id)
    await made(rt, campaign.id)
    found = await people.page(rt, who, campaign.id)
    assert sorted(one.number for one in found) == [one[1:] for one in (ANA, BEN, CAT)]
    await crowd.assert_adds_up(rt, campaign.id, recipients=3)


@pytest.mark.req("R99")
async def test_a_campaign_of_lists_is_made_by_a_job_where_that_is_asked_and_then_waits_to_be_started(
    rt: Runtime, who: Principal
) -> None:
    listed = await crowd.crowd(rt, who, 3)
    campaign = await from_file.create_as_job(rt, who, NewCampaign("spring", [listed.id], text=crowd.TEXT))
    assert (campaign.state, campaign.recipients) == (CampaignState.CREATING, 0)
    assert campaign.job_id is not None
    with pytest.raises(Conflict):
        await lifecycle.start(rt, who, campaign.id)
    await worked(rt)
    job = await jobs.get(rt, who, campaign.job_id)
    assert (job.state, job.result) == (JobState.FINISHED, {"campaign_id": str(campaign.id), "size": 3})
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.READY
    await lifecycle.start(rt, who, campaign.id)
    await made(rt, campaign.id)
    await crowd.assert_adds_up(rt, campaign.id, recipients=3)
    none = await crowd.listed(rt, who, [["number", "name"]], name="nobody")
    empty = await from_file.create_as_job(rt, who, NewCampaign("empty", [none.id], text=crowd.TEXT))
    await worked(rt)
    assert (await find.get(rt, who, empty.id)).reason == "no_recipients"
    left = await from_file.create_as_job(rt, who, NewCampaign("left", [listed.id], text=crowd.TEXT))
    await lifecycle.cancel(rt, who, left.id)
    await worked(rt)
    assert (await find.get(rt, who, left.id)).state is CampaignState.CANCELLED


@pytest.mark.req("R99")
@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        (b"number,name\n+34,P\n", crowd.TEXT, "bad_rows"),
        (FILE, "Hello {{ surname }}", "missing_variable"),
        (b"number,name\n", crowd.TEXT, "no_recipients"),
    ],
)
async def test_a_campaign_whose_file_is_no_good_is_cancelled_with_the_reason(
    rt: Runtime, who: Principal, file: bytes, text: str, code: str
) -> None:
    campaign = await brought(rt, who, file, text)
    await worked(rt)
    now = await find.get(rt, who, campaign.id)
    assert (now.state, now.reason) == (CampaignState.CANCELLED, code)
    assert await rows(rt, "SELECT count(*) FROM contact") == [(0,)]


@pytest.mark.req("R99", "R100")
async def test_cancelled_while_it_is_made_it_reads_nobody_in(rt: Runtime, who: Principal) -> None:
    campaign = await brought(rt, who)
    assert (await lifecycle.cancel(rt, who, campaign.id)).state is CampaignState.CANCELLED
    await worked(rt)
    assert await rows(rt, "SELECT count(*) FROM contact") == [(0,)]
    other = await from_file_cancelled(rt, who)
    await Worker(rt).step()
    now = await find.get(rt, who, other.id)
    assert (now.state, now.reason) == (CampaignState.CANCELLED, "job_cancelled")


async def from_file_cancelled(rt: Runtime, who: Principal) -> Campaign:
    async def chunks() -> AsyncIterator[bytes]:
        yield FILE

    campaign = await from_file.create(rt, who, NewCampaign("other", text=crowd.TEXT), chunks())
    assert campaign.job_id is not None
    await jobs.cancel(rt, who, campaign.job_id)
    return campaign


@pytest.mark.req("R98")
async def test_deleted_it_takes_the_list_of_its_file_along_and_leaves_the_people(rt: Runtime, who: Principal) -> None:
    kept = await crowd.crowd(rt, who, 1, start=50, name="kept")
    campaign = await brought(rt, who)
    await worked(rt)
    await lifecycle.delete(rt, who, campaign.id)
    assert await rows(rt, "SELECT id FROM contact_list") == [(kept.id,)]
    assert await rows(rt, "SELECT count(*) FROM contact") == [(4,)]


async def test_what_a_campaign_of_a_file_says_is_judged_before_the_file_is_read(rt: Runtime, who: Principal) -> None:
    with pytest.raises(InvalidInput) as refused:
        await brought(rt, who, text="Hi")
    assert refused.value.code == "text_too_short"
    assert await rows(rt, "SELECT count(*) FROM job_file") == [(0,)]


@pytest.mark.req("R98")
async def test_people_of_a_segment_are_judged_when_their_turn_comes(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    listed = await crowd.crowd(rt, who, 6)
    out = await crowd.crowd(rt, who, 1, start=5, name="out")
    shown = await segments.create(rt, who, "Spain", "country = ES")
    new = NewCampaign(
        "spring", text="Hello to you", segment_ids=[shown.segment.id], except_list_ids=[out.id], list_ids=[listed.id]
    )
    campaign = await lifecycle.create(rt, who, new)
    assert campaign.recipients == 5
    await lifecycle.start(rt, who, campaign.id)
    with pytest.raises(Conflict) as used:
        await lists.delete(rt, who, listed.id)
    assert used.value.code == "list_in_use"
    fan_out = FanOut(slice_size=2)
    assert await fan_out.step(rt, campaign.id) == Made(2, 0)
    clock.move(timedelta(minutes=1))
    await crowd.crowd(rt, who, 2, start=50, name="came later")
    gone = await rows(rt, "UPDATE contact SET country = 'PT' WHERE number = %s RETURNING 1", str(crowd.SPAIN + 4))
    assert gone == [(1,)]
    await rows(rt, "DELETE FROM contact_list_member USING contact WHERE contact.id = contact_id AND country = 'PT'"
        " RETURNING 1")  # fmt: skip
    await made(rt, campaign.id)
    now = await find.get(rt, who, campaign.id)
    assert (now.is_fanned_out, now.recipients) == (True, 4), (
        "who left is no recipient, who came after the start neither"
    )
    await crowd.assert_adds_up(rt, campaign.id, recipients=4)
    assert [row for check in (await audit(rt)).checks for row in check.rows] == []


@pytest.mark.req("R98")
async def test_a_segment_that_is_edited_in_the_middle_counts_for_whose_turn_comes_then(
    rt: Runtime, who: Principal
) -> None:
    people = [["number", "city"], *([f"+{crowd.SPAIN + n}", "Lyon" if n % 3 else "Madrid"] for n in range(9))]
    await crowd.listed(rt, who, people)
    shown = await segments.create(rt, who, "Town", "city is set")
    new = NewCampaign("spring", text="Hello to you", segment_ids=[shown.segment.id])
    campaign = await lifecycle.create(rt, who, new)
    await lifecycle.start(rt, who, campaign.id)
    assert await FanOut(slice_size=4).step(rt, campaign.id) == Made(4, 0)
    await segments.change(rt, who, shown.segment.id, SegmentChange(filter="city = Madrid"))
    with pytest.raises(Conflict) as used:
        await segments.delete(rt, who, shown.segment.id)
    assert used.value.code == "segment_in_use"
    await made(rt, campaign.id)
    got = await rows(rt, "SELECT dst::bigint - %s FROM message ORDER BY 1", crowd.SPAIN)
    assert [n for (n,) in got] == [0, 1, 2, 3, 6]
    await crowd.assert_adds_up(rt, campaign.id, recipients=5)


@pytest.mark.req("R98")
async def test_all_subscribers_of_a_program_get_it_and_nobody_else(rt: Runtime, who: Principal) -> None:
    await crowd.crowd(rt, who, 4)
    known = await rows(rt, "SELECT id, number FROM contact ORDER BY id")
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        program = await programs.found(conn, who.account_id, ProgramKind.SERVICE, name="Deals", now=now)
        steps = [
            Step(who.account_id, program.id, contact_id, number, "text", "tests")  # pyright: ignore[reportArgumentType] - as SQL gave them
            for contact_id, number in known[:3]
        ]
        await move.enter(conn, steps, now=now)
    new = NewCampaign("spring", text="Hello to you", program_id=program.id, all_subscribers=True)
    campaign = await lifecycle.create(rt, who, new)
    assert (campaign.recipients, campaign.audience.program_id, campaign.program_id) == (3, program.id, program.id)
    await lifecycle.start(rt, who, campaign.id)
    await made(rt, campaign.id)
    found = await rows(rt, "SELECT dst, program_id FROM message WHERE state = 'queued' ORDER BY dst")
    assert found == [(number, program.id) for _, number in known[:3]]
    await crowd.assert_adds_up(rt, campaign.id, recipients=3)


async def test_what_an_audience_names_has_to_be_there(rt: Runtime, who: Principal) -> None:
    listed = await crowd.crowd(rt, who, 1)
    for fields, code in (
        ({"segment_ids": [SegmentId(uuid7())]}, "segment_not_found"),
        ({"list_ids": [listed.id], "program_id": uuid7()}, "program_not_found"),
        ({"program_id": uuid7(), "all_subscribers": True}, "program_not_found"),
        ({"all_subscribers": True}, "program_needed"),
        ({"except_list_ids": [listed.id]}, "lists_needed"),
    ):
        with pytest.raises((NotFound, InvalidInput)) as refused:
            await lifecycle.create(rt, who, NewCampaign("spring", text="Hello to you", **fields))  # pyright: ignore[reportArgumentType]
        assert refused.value.code == code


@pytest.mark.req("R101")
async def test_one_person_is_taken_out_before_or_after_their_message_is_made(rt: Runtime, who: Principal) -> None:
    listed = await crowd.crowd(rt, who, 5)
    campaign = await crowd.campaign(rt, who, listed.id)
    early = await people.take_out(rt, who, campaign.id, ANA)
    assert (early.state, early.reason) == (None, "taken_out")
    assert await people.take_out(rt, who, campaign.id, ANA) == early, "twice is as good as once"
    await lifecycle.start(rt, who, campaign.id)
    assert await FanOut(slice_size=3).step(rt, campaign.id) == Made(2, 1)
    ((paid,),) = await rows(rt, "SELECT amount FROM balance")
    late = await people.take_out(rt, who, campaign.id, BEN)
    assert (late.state, late.reason) == (State.CANCELLED, "by_hand")
    ((after,),) = await rows(rt, "SELECT amount FROM balance")
    assert isinstance(after, int)
    assert isinstance(paid, int)
    assert after == paid + late.price
    assert (await people.take_out(rt, who, campaign.id, ANA)).state is State.SKIPPED
    await people.take_out(rt, who, campaign.id, DAN)
    await crowd.claim(rt, 1)
    with pytest.raises(Conflict) as claimed:
        await people.take_out(rt, who, campaign.id, CAT)
    assert claimed.value.code == "too_late"
    with pytest.raises(NotFound) as nobody:
        await people.take_out(rt, who, campaign.id, "+34600999999")
    assert nobody.value.code == "contact_not_in_campaign"
    assert await FanOut().step(rt, campaign.id) == Done(1, 1)
    assert (await find.get(rt, who, campaign.id)).taken_out == 2
    with pytest.raises(NotFound):
        await people.take_out(rt, who, campaign.id, "+34600999999")
    await crowd.assert_adds_up(rt, campaign.id, recipients=5)
    await lifecycle.cancel(rt, who, campaign.id)
    with pytest.raises(Conflict) as ended:
        await people.take_out(rt, who, campaign.id, "+34600999999")
    assert ended.value.code == "campaign_ended"


@pytest.mark.req("R101")
async def test_what_became_of_each_is_paged_and_exported(rt: Runtime, who: Principal) -> None:
    listed = await crowd.crowd(rt, who, 5)
    campaign = await crowd.campaign(rt, who, listed.id)
    assert [one.number for one in await people.not_made(rt, who, campaign.id)] == [
        str(crowd.SPAIN + n) for n in range(5)
    ]
    await people.take_out(rt, who, campaign.id, ANA)
    await lifecycle.start(rt, who, campaign.id)
    await FanOut(slice_size=3).step(rt, campaign.id)
    first = await people.page(rt, who, campaign.id, limit=2)
    second = await people.page(rt, who, campaign.id, after=first[-1].id, limit=2)
    assert [one.number for one in first + second] == [BEN[1:], CAT[1:], ANA[1:]], "the skipped of a slice at its end"
    (skipped,) = await people.page(rt, who, campaign.id, states=[State.SKIPPED])
    assert (skipped.number, skipped.reason) == (ANA[1:], "taken_out")
    rest = await people.not_made(rt, who, campaign.id, limit=1)
    assert [one.number for one in rest] == [DAN[1:]]
    assert [one.number for one in await people.not_made(rt, who, campaign.id, after=rest[0].id)] == [ZOE[1:]]
    file = b"".join([piece async for piece in people.export_csv(rt, who, campaign.id)]).decode()
    lines = [line.split(",") for line in file.splitlines()]
    assert lines[0][:5] == ["number", "country", "status", "reason", "reason_in_words"]
    assert [line[:4] for line in lines[1:]] == [
        [BEN, "ES", "queued", ""],
        [CAT, "ES", "queued", ""],
        [ANA, "ES", "skipped", "taken_out"],
        [DAN, "ES", "not_made", ""],
        [ZOE, "ES", "not_made", ""],
    ]
    await made(rt, campaign.id)
    assert await people.not_made(rt, who, campaign.id) == []
    with pytest.raises(NotFound):
        await people.page(rt, who, CampaignId(UUID(int=1)))
