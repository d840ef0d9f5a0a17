"""Numbers blacklisted by hand, by a file, or by who reads doubtful texts: and what waited for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, Scope
from cablegram.billing.prices import Prices
from cablegram.connectors.contract import Verdict
from cablegram.consent import blacklist, review
from cablegram.consent.model import Decided, Doubt, Doubtful, How, NewReview
from cablegram.consent.timing import Timing
from cablegram.dispatch import sweep
from cablegram.inbound import reviewing
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import uuid7
from cablegram.messages import barring, hold, why
from cablegram.messages.accept import accept
from cablegram.messages.barring import Barred, BarredFile
from cablegram.runtime.runtime import Runtime
from dispatching import states, until_waiting

ANA, EVA = "34600000118", "34600000119"


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, default_country="ES")


async def chunks(*pieces: str | bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece.encode() if isinstance(piece, str) else piece


async def load(rt: Runtime, who: Principal, *pieces: str | bytes, skip: bool = False) -> BarredFile:
    return await barring.import_csv(rt, who, chunks(*pieces), on_bad_rows="skip" if skip else "refuse")


async def listed(rt: Runtime, who: Principal) -> dict[str, How]:
    return {one.number: one.how for one in await blacklist.page(rt, who)}


async def doubted(rt: Runtime, who: Principal, number: str, body: str = "we have to STOP this bill") -> UUID:
    """Let a doubtful text come in: the row that receiving writes, and its place in the queue."""
    text_id = uuid7()
    async with rt.db.transaction() as conn:
        await conn.execute(
            "INSERT INTO inbound_text (id, account_id, connector_id, src, dst, body, encoding, received_at)"
            " SELECT %s, %s, id, %s, '34700000001', %s, 'gsm0338', %s FROM connector",
            [text_id, who.account_id, number, body, rt.clock.now()],
        )
        reading = Doubtful("stop", "en", Doubt.IDIOM)
        new = [NewReview(text_id, who.account_id, number, "34700000001", reading)]
        for _ in range(2):  # after a commit nobody could say took place
            await review.hold(conn, new, now=rt.clock.now())
    return text_id


@pytest.mark.req("R91")
async def test_a_number_added_by_hand_gets_nothing_of_what_waits_for_it(rt: Runtime, who: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(who, to=f"+{number}") for number in (ANA, ANA, EVA)])
    assert await barring.add(rt, who, ["600 000 118", f"+{ANA}"], note="asked by letter") == Barred(1, 0, 2)
    assert await states(rt) == {"cancelled": 2, "queued": 1}
    assert await rows(rt, "SELECT DISTINCT reason FROM message WHERE state = 'cancelled'") == [("blacklisted",)]
    await assert_sums_hold(rt)
    assert await barring.add(rt, who, [ANA]) == Barred(0, 1, 0)
    assert (await blacklist.check(rt, who, ANA)).note == "asked by letter"


@pytest.mark.req("R91", "R105")
async def test_a_batch_that_was_being_accepted_is_withdrawn_too_and_the_next_one_refused(
    rt: Runtime, who: Principal
) -> None:
    first, second = (traffic.draft(who, to=f"+{ANA}", campaign_id=traffic.campaign()) for _ in range(2))
    async with rt.db.transaction() as conn:
        await accept(conn, [first], prices=Prices(), now=rt.clock.now(), keep_refused=True)
        barred = asyncio.create_task(barring.add(rt, who, [ANA]))
        await until_waiting(rt)
    assert await barred == Barred(1, 0, 1)
    await traffic.accepted(rt, [second])
    assert (first.refusal, second.refusal and second.refusal.code) == (None, "blacklisted")
    assert await rows(rt, "SELECT state::text, reason, posting_id IS NULL FROM message ORDER BY id") == [
        ("cancelled", "blacklisted", False),
        ("skipped", "blacklisted", True),
    ]
    assert await rows(rt, "SELECT count(*) FROM queue") == [(0,)]
    await assert_sums_hold(rt)


@pytest.mark.req("R91")
async def test_bad_numbers_are_named_by_their_place_and_none_is_added(rt: Runtime, who: Principal) -> None:
    with pytest.raises(InvalidInput) as caught:
        await barring.add(rt, who, [ANA, "12", "Acme"])
    assert caught.value.code == "bad_numbers"
    assert [fault.field for fault in caught.value.faults] == ["numbers.1", "numbers.2"]
    with pytest.raises(InvalidInput) as caught:
        await barring.add(rt, who, ["12"])
    assert caught.value.code == "number_invalid"
    with pytest.raises(InvalidInput, match="note"):
        await barring.add(rt, who, [ANA], note="two\nlines")
    with pytest.raises(NotAllowed):
        await barring.add(rt, replace(who, scopes=frozenset({Scope.SEND, Scope.READ})), [ANA])
    assert await listed(rt, who) == {}


@pytest.mark.req("R91", "R87", "R88")
async def test_a_file_only_adds_and_withdraws_what_waits(
    rt: Runtime, who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(barring, "_SLICE", 2)
    await traffic.accepted(rt, [traffic.draft(who, to=f"+{number}") for number in (ANA, EVA)])
    await barring.add(rt, who, ["+447400123456"])
    text = f'\ufeffNumber,First Name,note\r\n+{ANA},Ana,"by letter, ""now"""\r\n600000120,Eva,\r\n+447400123456,,x\r\n'
    done = await load(rt, who, text, f"+{ANA},Ana,again\r\n")
    assert done == BarredFile(added=2, known=1, withdrawn=1, rows=4, duplicates=1)
    assert await listed(rt, who) == {ANA: How.IMPORT, "34600000120": How.IMPORT, "447400123456": How.BY_HAND}
    assert (await blacklist.check(rt, who, ANA)).note == "again"
    assert await states(rt) == {"cancelled": 1, "queued": 1}
    news = "SELECT data - 'by' FROM event WHERE kind = 'blacklist.added' AND data->>'how' = 'import'"
    assert await rows(rt, news) == [({"how": "import", "rows": 4, "added": 2},)]
    # What was exported can be imported, and changes nothing.
    exported = [piece async for piece in blacklist.export_csv(rt, who)]
    assert await load(rt, who, *exported) == BarredFile(known=3, rows=3)


@pytest.mark.req("R91", "R87")
async def test_bad_rows_refuse_the_file_or_are_left_out(rt: Runtime, who: Principal) -> None:
    text = f"number,note\n+{ANA},good\n12,bad\n+{EVA}\n+{EVA},{'x' * 501}\n+{EVA},a\tb\n"
    with pytest.raises(InvalidInput, match="4 of 5 rows are bad") as caught:
        await load(rt, who, text)
    assert caught.value.code == "bad_rows"
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("lines.3.number", "number_invalid"),
        ("lines.4", "csv_wrong_column_count"),
        ("lines.5.note", "value_too_long"),
        ("lines.6.note", "bad_character"),
    ]
    assert await listed(rt, who) == {}
    done = await load(rt, who, text, skip=True)
    assert (done.added, done.skipped, done.rows) == (1, 4, 5)
    assert await listed(rt, who) == {ANA: How.IMPORT}


@pytest.mark.req("R91", "R87")
async def test_a_file_that_is_no_table_of_numbers_is_refused(rt: Runtime, who: Principal) -> None:
    broken = {
        "": "csv_no_header",
        f"+{ANA}\n+{EVA}\n": "csv_no_header",
        f"name,number\nAna,+{ANA}\n": "csv_number_not_first",
        f"number;note\n+{ANA};x\n": "csv_bad_separator",
        f"number,note,Note\n+{ANA},x,y\n": "csv_duplicate_column",
        f'number,note\n+{ANA},"never closed\n': "csv_broken_quoting",
        "number" + ",x" * 1_000 + "\n": "csv_too_many_columns",
    }
    for text, code in broken.items():
        for skip in (False, True):
            with pytest.raises(InvalidInput) as caught:
                await load(rt, who, text, skip=skip)
            assert caught.value.code == code
    with pytest.raises(InvalidInput) as caught:
        await load(rt, who, b"number\n+34\xff\n")
    assert caught.value.code == "csv_not_utf8"
    assert await load(rt, who, "number\n") == BarredFile()
    assert await listed(rt, who) == {}


@pytest.mark.req("R62", "R91")
async def test_a_text_read_as_a_stop_blacklists_its_number_with_all_that_waits(rt: Runtime, who: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(who, to=f"+{ANA}")])
    first, second = await doubted(rt, who, ANA), await doubted(rt, who, ANA, "STOP it already")
    assert [one.text for one in await reviewing.page(rt, who)] == ["STOP it already", "we have to STOP this bill"]
    decided = await reviewing.decide(rt, who, second, Decided.STOP)
    assert (decided.review.verdict, decided.review.decided_by) == (Decided.STOP, who.name)
    found = await blacklist.check(rt, who, f"+{ANA}")
    assert (found.how, found.text_id, found.sender) == (How.REVIEW, second, "34700000001")
    assert await states(rt) == {"cancelled": 1}
    assert (await reviewing.page(rt, who), await reviewing.count_open(rt, who)) == ([], 0)
    assert [one.id for one in await reviewing.page(rt, who, is_open=False)] == [second, first]
    for deed in (reviewing.take_back(rt, who, first), reviewing.decide(rt, who, first, Decided.GO_ON)):
        with pytest.raises(Conflict, match="Take the number off the blacklist"):
            await deed


@pytest.mark.req("R62")
async def test_a_text_that_means_nothing_frees_its_number_until_that_is_taken_back(rt: Runtime, who: Principal) -> None:
    text_id, other = await doubted(rt, who, ANA), await doubted(rt, who, EVA)
    for _ in range(2):
        assert (await reviewing.decide(rt, who, text_id, Decided.GO_ON)).review.verdict is Decided.GO_ON
    assert [one.id for one in await reviewing.page(rt, who)] == [other]
    again = await reviewing.take_back(rt, who, text_id)
    assert (again.review.verdict, again.text) == (None, "we have to STOP this bill")
    assert await reviewing.count_open(rt, who) == 2
    assert await listed(rt, who) == {}
    told = "SELECT data->>'verdict' FROM event WHERE kind = 'review.decided' ORDER BY id"
    assert await rows(rt, told) == [("go_on",), ("undecided",)]
    assert await rows(rt, "SELECT count(*) FROM event WHERE kind = 'review.opened'") == [(2,)]


@pytest.mark.req("R62")
async def test_taking_it_back_keeps_what_waits_for_the_number(rt: Runtime, who: Principal) -> None:
    text_id = await doubted(rt, who, ANA)
    await reviewing.decide(rt, who, text_id, Decided.GO_ON)
    await traffic.accepted(rt, [traffic.draft(who, to=f"+{ANA}"), traffic.draft(who, to=f"+{EVA}")])
    await reviewing.take_back(rt, who, text_id)
    assert await rows(rt, "SELECT dst, state::text, reason FROM message ORDER BY id") == [
        (ANA, "scheduled", "held_for_review"),
        (EVA, "queued", None),
    ]
    assert [len(await traffic.claimed(rt, 5)), await reviewing.count_open(rt, who)] == [1, 1]
    await assert_sums_hold(rt)


@pytest.mark.req("R62", "R91")
@pytest.mark.parametrize("verdict", Decided)
async def test_what_waited_for_a_doubtful_number_goes_on_or_is_refunded_as_somebody_decides(
    rt: Runtime, who: Principal, clock: SetClock, verdict: Decided
) -> None:
    text_id = await doubted(rt, who, ANA)
    await reviewing.decide(rt, who, text_id, Decided.GO_ON)
    paused, later = traffic.campaign(), Timing(not_before=rt.clock.now() + timedelta(minutes=5))
    drafts = [traffic.draft(who, to=f"+{ANA}", campaign_id=one) for one in (paused, None, None, None, None)]
    drafts[1].timing = later
    async with rt.db.transaction() as conn:
        await hold.pause(conn, who.account_id, paused)
    await traffic.accepted(rt, drafts)
    flying, slow = await traffic.claimed(rt, 2)
    await traffic.answer(rt, [slow], Verdict.TEMPORARY)  # the carrier wants time for it
    await reviewing.take_back(rt, who, text_id)
    await traffic.answer(rt, [flying], Verdict.UNWRITTEN)  # comes back from the wire
    async with rt.db.transaction() as conn:
        await hold.resume(conn, who.account_id, paused)
    clock.move(timedelta(minutes=6))  # neither its campaign nor its time lets a message go now
    await sweep.release_due(rt)
    assert await rows(rt, "SELECT DISTINCT state::text, reason FROM message") == [("scheduled", "held_for_review")]
    assert (await traffic.claimed(rt, 10), await sweep.next_due(rt)) == ([], None)
    told = await why.of_message(rt, who, flying.id)
    assert "somebody to read" in told.looks[-1].sentence
    await assert_sums_hold(rt)
    await reviewing.decide(rt, who, text_id, verdict)
    await sweep.release_due(rt)
    went = verdict is Decided.GO_ON
    assert len(await traffic.claimed(rt, 10)) == (5 if went else 0)
    assert await states(rt) == ({"submitting": 5} if went else {"cancelled": 5})
    await assert_sums_hold(rt)


async def test_the_queue_is_the_account_s_own_and_deciding_needs_a_scope(rt: Runtime, who: Principal) -> None:
    text_id = await doubted(rt, who, ANA)
    stranger = await make.account(rt)
    assert await reviewing.page(rt, stranger) == []
    for verdict in Decided:
        with pytest.raises(NotFound):
            await reviewing.decide(rt, stranger, text_id, verdict)
    with pytest.raises(NotFound):
        await reviewing.take_back(rt, stranger, text_id)
    with pytest.raises(NotAllowed):
        await reviewing.decide(rt, replace(who, scopes=frozenset({Scope.READ})), text_id, Decided.STOP)
