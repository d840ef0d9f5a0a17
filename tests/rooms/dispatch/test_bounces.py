"""A carrier says that a number is dead: its contact is bounced, and the next message does not try (R143)."""

from __future__ import annotations

from dataclasses import replace

import pytest

import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.connectors.contract import Outcome, PartResult, Result, Verdict
from cablegram.connectors.model import IdForm
from cablegram.contacts import lists, members
from cablegram.dispatch import record
from cablegram.dispatch.model import Pending
from cablegram.dispatch.record import Answered
from cablegram.runtime.runtime import Runtime

NUMBERS = [f"3460000011{n}" for n in range(6)]


def failed(rt: Runtime, provider_id: str, words: str, error: str, number: str) -> Pending:
    return replace(traffic.receipt(rt, provider_id, Outcome.UNDELIVERED, error=error, number=number), words=words)


@pytest.mark.req("R137", "R143")
async def test_plain_words_about_a_number_bounce_its_contact_and_others_do_not(rt: Runtime, shop: Principal) -> None:
    people = await lists.create(rt, shop, "people")
    for number in NUMBERS:
        await members.put(rt, shop, people.id, number=f"+{number}", variables={})
    await traffic.accepted(rt, [traffic.draft(shop, to=f"+{number}") for number in NUMBERS])
    claims = sorted(await traffic.claimed(rt, len(NUMBERS)), key=lambda one: one.id)
    by_number = dict(zip(NUMBERS, claims, strict=True))
    no_such, no_route, landed, matched, absent, late = NUMBERS
    async with rt.db.transaction() as conn:
        refusals = [(no_such, "ESME_RINVDSTADR"), (no_route, "ESME_RSUBMITFAIL")]
        answers = [Result(by_number[who].id, [PartResult(Verdict.REFUSED, code=code)]) for who, code in refusals]
        taken = [Result(by_number[who].id, [PartResult(Verdict.TAKEN, f"a{who}")]) for who in NUMBERS[2:]]
        known = {one.id: one for one in claims}
        for _ in range(2):  # recorded again after a commit nobody could say took place
            await record.results(conn, [Answered(one, known[one.id]) for one in (*answers, *taken)], now=rt.clock.now())
    connector_id = claims[0].connector_id
    first = [
        failed(rt, f"a{landed}", "UNDELIV 001", "001", landed),
        failed(rt, f"a{absent}", "UNDELIV 027", "027", absent),
    ]
    await traffic.receive_all(rt, connector_id, first, form=IdForm.SAME)
    second = [failed(rt, f"a{matched}", "REJECTD 011", "011", ""), failed(rt, f"a{late}", "EXPIRED 001", "001", late)]
    await traffic.receive_all(rt, connector_id, second)
    assert await rows(rt, "SELECT number FROM contact WHERE phone_status = 'bounced' ORDER BY number") == [
        (no_such,), (landed,), (matched,)
    ]  # fmt: skip
    told = "SELECT data->>'number', data->>'error' FROM event WHERE kind = 'contact.bounced' ORDER BY 1"
    assert await rows(rt, told) == [(no_such, "ESME_RINVDSTADR"), (landed, "001"), (matched, "011")]
    await traffic.accepted(rt, [traffic.draft(shop, to=f"+{no_such}", campaign_id=traffic.campaign())])
    assert await rows(rt, "SELECT reason FROM message WHERE state = 'skipped'") == [("number_bounced",)]
