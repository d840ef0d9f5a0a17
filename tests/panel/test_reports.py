"""Reports at the panel: read, cut another way, kept, mailed; and no entry of the navigation leads nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import traffic
from books import rows
from browsing import Person
from cablegram.accounts.access import Principal
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import AccountId
from cablegram.panel import shell
from cablegram.reports import adding, saved
from cablegram.runtime.runtime import Runtime

DAYS = "since=2026-01-10&until=2026-01-15"


async def of_operator(rt: Runtime) -> Principal:
    ((account_id,),) = await rows(rt, "SELECT id FROM account")
    return Principal(AccountId(account_id), "tests", frozenset())  # pyright: ignore[reportArgumentType]


async def send(rt: Runtime, who: Principal) -> None:
    """Let three messages go out: one is delivered, one is not, one is refused."""
    await traffic.accepted(rt, [traffic.draft(who, "Hello " * 60), traffic.draft(who), traffic.draft(who)])
    long, *short = sorted(await traffic.claimed(rt, 10), key=lambda one: -one.segments)
    await traffic.answer(rt, [long], *[Verdict.TAKEN] * long.segments)
    for part in range(1, long.segments + 1):
        await traffic.receive(rt, [long], Outcome.DELIVERED, part=part)
    await traffic.answer(rt, short[:1], Verdict.TAKEN)
    await traffic.receive(rt, short[:1], Outcome.UNDELIVERED)
    await traffic.answer(rt, short[1:], Verdict.REFUSED)


@pytest.mark.req("R111", "R44")
async def test_reports_are_read_cut_kept_and_mailed(rt: Runtime, clock: SetClock, operator: Person) -> None:
    assert "Nothing went out" in (await operator.open("/reports")).text
    await send(rt, await of_operator(rt))
    text = (await operator.open(f"/reports?{DAYS}&by=country")).text
    assert "Spain" in text
    assert "Delivered 33.3 %" in text.replace("\n", " ") or "33.3 %" in text
    delivery = (await operator.open(f"/reports/delivery?{DAYS}")).text
    assert "what gateways bill" in delivery
    assert "reason" in (await operator.open(f"/reports/errors?{DAYS}")).text
    assert "Nobody said no" in (await operator.open(f"/reports/opt-outs?{DAYS}")).text
    assert (
        "The last day is before the first" in (await operator.open("/reports?since=2026-01-15&until=2026-01-10")).text
    )
    file = await operator.client.get(f"/reports.csv?kind=summary&{DAYS}&by=country")
    head, spain, together = file.text.splitlines()
    assert head.startswith("day,country,messages,segments,delivered")
    assert spain.startswith("2026-01-15,ES,3,5,1,3,")
    assert together.startswith("all,,3,5,1,3,")
    # Kept, and mailed in the morning after.
    await operator.open("/reports/saved")
    ((user_id,),) = await rows(rt, "UPDATE app_user SET email = 'ana@example.com' RETURNING id")
    await rows(rt, "INSERT INTO membership SELECT %s, id, 'owner' FROM account RETURNING 1", user_id)
    form = {"name": "Each day", "kind": "summary", "days": "7", "grain": "day", "by": "country", "pace": "daily"}
    await operator.submit("/reports/saved", form, expect=422)
    assert "Say who gets it" in operator.page.text
    await operator.submit("/reports/saved", form | {"user": str(user_id)})
    assert "The report is kept" in operator.page.text
    assert not await saved.mail_due(rt)
    clock.move(make.A_THURSDAY.replace(day=16, hour=6) - make.A_THURSDAY)
    assert await saved.mail_due(rt)
    assert not await saved.mail_due(rt)
    ((recipient, subject, file_name, written),) = await rows(
        rt,
        "SELECT recipient, subject, name, convert_from(bytes, 'UTF8') FROM letter JOIN letter_file ON letter_id = id",
    )
    assert (recipient, subject) == ("ana@example.com", "Each day: 2026-01-15 to 2026-01-15")
    assert file_name == "report-2026-01-15-2026-01-15.csv"
    assert "2026-01-15,ES,3,5,1,3," in str(written)
    await operator.open("/reports/saved")
    (action,) = [one.action for one in operator.page.forms if one.action.endswith("/delete")]
    await operator.submit(action, {})
    assert "The report is deleted" in operator.page.text


async def test_no_entry_of_the_navigation_leads_nowhere(operator: Person) -> None:
    entries = [entry for groups in (shell.ACCOUNT, shell.OPERATOR) for group in groups for entry in group]
    for entry in entries:
        page = await operator.open(entry.href)
        assert page.status == 200, entry


async def test_the_operator_finds_an_account_looks_at_it_and_suspends_it(rt: Runtime, operator: Person) -> None:
    who = await of_operator(rt)
    await send(rt, who)
    for _ in range(3):
        await adding.step(rt, lag=timedelta(0))
    here = f"/operator/accounts/{who.account_id}"
    assert "No account has that name" in (await operator.open("/operator/accounts?q=nobody")).text
    assert here in (await operator.open("/operator/accounts?q=kiosko")).links
    page = (await operator.open(here)).text
    assert "2026-01-15" in page
    assert "33.3 %" in page
    await operator.submit(f"{here}/grant", {"credits": "5", "note": "for the trouble"})
    assert "for the trouble" in operator.page.text
    await operator.submit(f"{here}/standing", {"why": "unpaid"})
    assert "The account is suspended" in operator.page.text
    await operator.submit(f"{here}/standing", {})
    assert "The account goes on" in operator.page.text
    await operator.open("/operator/accounts/00000000-0000-7000-8000-000000000000", expect=404)
