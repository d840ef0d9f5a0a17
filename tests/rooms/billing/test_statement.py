"""A statement says what moved the balance, to the last micro-credit, and of closed days the same for ever."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import closing, ledger, statement
from cablegram.billing.model import Charge, NewPosting, PostingKind
from cablegram.billing.statement_model import Asked
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, NotAllowed, TooLarge
from cablegram.kit.ids import CampaignId, PostingId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime

CAMPAIGN = CampaignId(uuid7())


@pytest.fixture
async def busy(rt: Runtime, clock: SetClock, who: Principal) -> Principal:
    """Give an account with four days of postings: 100 given; 3 charged; 50 paid; 2.000001 rent and a text."""
    await rows(
        rt,
        "INSERT INTO campaign (id, account_id, name, description, list_ids, text, variables, class, state,"
        " is_fanned_out, recipients, created_by, created_at)"
        " VALUES (%s, %s, 'Łódź 50 %%', '', '{}', 'Hello', '{}', 'marketing', 'finished', true, 1, 'tests', now())"
        " RETURNING id",
        CAMPAIGN,
        who.account_id,
    )
    account_id = who.account_id
    await make.account(rt)  # somebody else's ledger stays theirs
    clock.move(timedelta(days=1))
    async with rt.db.transaction() as conn:
        await ledger.charge(conn, [Charge(account_id, CAMPAIGN, 3 * MICRO)], now=clock.now())
    clock.move(timedelta(days=1))
    async with rt.db.transaction() as conn:
        paid = NewPosting(PostingId(uuid7()), account_id, PostingKind.RECHARGE, 0, 50 * MICRO, reference="pi_1")
        await ledger.post(conn, [paid], now=clock.now())
    clock.move(timedelta(days=1))
    async with rt.db.transaction() as conn:
        rent = NewPosting(
            PostingId(uuid7()), account_id, PostingKind.NUMBER, 0, -2_000_001, note="=1+1 日本", reference="n 2026-01"
        )
        await ledger.post(conn, [rent], now=clock.now())
        await ledger.charge_inbound(conn, {account_id: 1}, now=clock.now())
    return who


async def read(rt: Runtime, who: Principal, asked: Asked) -> list[dict[str, str]]:
    data = b"".join([piece async for piece in await statement.as_csv(rt, who, asked)])
    return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.mark.req("R29")
@pytest.mark.parametrize(
    ("asked", "seqs"),
    [
        (Asked(), [5, 4, 3, 2, 1]),
        (Asked(kinds=(PostingKind.NUMBER, PostingKind.RECHARGE)), [4, 3]),
        (Asked(campaign_id=CAMPAIGN), [2]),
        (Asked(text="łódź 50 %"), [2]),
        (Asked(text="PI_1"), [3]),
        (Asked(text="_"), [3]),
        (Asked(text="nothing of it"), []),
    ],
)
async def test_lines_are_found_by_kind_campaign_and_text(
    rt: Runtime, busy: Principal, asked: Asked, seqs: list[int]
) -> None:
    found = await statement.page(rt, busy, asked)
    assert [one.seq for one in found] == seqs
    assert [int(one["number"]) for one in await read(rt, busy, asked)] == seqs
    totals = await statement.totals(rt, busy, asked)
    assert totals.count == len(seqs)
    assert totals.given + totals.taken == sum(one.amount for one in found)


@pytest.mark.req("R29")
async def test_days_have_the_balance_before_and_after_them_and_pages_go_on(
    rt: Runtime, clock: SetClock, busy: Principal
) -> None:
    now = clock.now()
    asked = Asked(since=now - timedelta(days=2, hours=1), until=now - timedelta(hours=1), kinds=(PostingKind.RECHARGE,))
    totals = await statement.totals(rt, busy, asked)
    assert (totals.count, totals.opening, totals.closing) == (1, 100 * MICRO, 147 * MICRO)
    whole = await statement.totals(rt, busy, Asked())
    assert (whole.opening, whole.closing) == (0, 143_999_999)

    first = await statement.page(rt, busy, Asked(), limit=2)
    second = await statement.page(rt, busy, Asked(), after=first[-1].id, limit=2)
    assert [one.seq for one in (*first, *second)] == [5, 4, 3, 2]
    assert await statement.page(rt, busy, Asked(), after=uuid7()) == []
    with pytest.raises(InvalidInput):
        await statement.page(rt, busy, Asked(since=now, until=now))


async def test_a_file_has_exact_amounts_and_no_formulas(rt: Runtime, busy: Principal) -> None:
    found = await read(rt, busy, Asked())
    assert [one["credits"] for one in found] == ["-1", "-2.000001", "50", "-3", "100"]
    assert [one["balance"] for one in found] == ["143.999999", "144.999999", "147", "97", "100"]
    assert found[1]["note"] == "'=1+1 日本"
    assert found[3]["campaign"] == "Łódź 50 %"
    assert found[0]["at"] == "2026-01-18T12:00:00.000000Z"


@pytest.mark.req("R29")
async def test_a_statement_of_closed_days_never_changes(rt: Runtime, clock: SetClock, busy: Principal) -> None:
    asked = Asked(until=clock.now() - timedelta(hours=12))
    assert not (await statement.totals(rt, busy, asked)).is_final
    await closing.close_days(rt)
    before, file = await statement.totals(rt, busy, asked), await read(rt, busy, asked)
    assert before.is_final
    async with rt.db.transaction() as conn:
        await ledger.grant(conn, busy.account_id, MICRO, note="late", now=clock.now() - timedelta(days=2))

    assert await statement.totals(rt, busy, asked) == before
    assert await read(rt, busy, asked) == file


async def test_a_printed_statement_is_a_pdf_and_not_endless(
    rt: Runtime, busy: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await statement.as_pdf(rt, busy, Asked())
    assert made.startswith(b"%PDF-")
    monkeypatch.setattr(statement, "MOST_PRINTED", 4)
    with pytest.raises(TooLarge):
        await statement.as_pdf(rt, busy, Asked())


async def test_only_who_may_read_sees_a_statement(rt: Runtime, who: Principal) -> None:
    sender = Principal(who.account_id, "key", frozenset({Scope.SEND}))
    for deed in (statement.page, statement.totals, statement.as_csv, statement.as_pdf):
        with pytest.raises(NotAllowed):
            await deed(rt, sender, Asked())
