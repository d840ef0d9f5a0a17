"""When texts go, and what the rules say of them: quiet hours and caps, schedules, late messages, "Check only"."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from books import rows
from browsing import Person
from cablegram.accounts.access import ACCOUNT_SCOPES, Principal
from cablegram.consent import policy
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime

ANA = "600 000 118"


@pytest.mark.req("R109", "R147", "R148")
async def test_quiet_hours_and_caps_are_typed_shown_on_two_clocks_and_kept(operator: Person, rt: Runtime) -> None:
    page = await operator.open("/settings/rules")
    assert "At any time: no hours are set" in page.text
    typed = {"quiet": "set", "quiet_from": "21", "quiet_to": "9", "most": "3", "days": "7", "countries": "es, pt"}
    page = await operator.submit("/settings/rules", {**typed, "example": "+380671204518", "deed": "check"})
    assert "09:00" in page.text
    assert "Ukraine" in page.text
    page = await operator.submit("/settings/rules", {"dwell": "2", "countries": "XX", "deed": "save"}, expect=422)
    assert "5 minutes to 7 days" in page.text
    assert "is no country" in page.text
    page = await operator.submit("/settings/rules", {"quiet_to": "21:00", "dwell": "", "deed": "save"}, expect=422)
    assert "has no length" in page.text
    page = await operator.submit("/settings/rules", {**typed, "deed": "save"})
    assert "The rules are saved" in page.text
    assert dict(page.form("/settings/rules").fields)["quiet_from"] == "21:00"
    kept = (
        "SELECT rules -> 'hours' -> 'quiet_hours' -> 'any_day' -> 0 ->> 'to', rules -> 'countries' FROM sending_rules"
    )
    assert await rows(rt, kept) == [("09:00", ["ES", "PT"])]
    sent = dict(page.form("/settings/rules").fields)
    part = await operator.client.post("/settings/rules/openings", data=sent, headers={"HX-Request": "true"})
    assert "Their time" in part.text


@pytest.mark.req("R109", "R148")
async def test_rules_set_by_api_that_the_form_cannot_show_are_said_and_kept(operator: Person, rt: Runtime) -> None:
    terms = [{"most": 3, "hours": 36}, {"most": 5, "hours": 168}, {"most": 9, "hours": 720}]
    quiet = {"any_day": [{"from": start, "to": end} for start, end in (("21:00", "23:00"), ("01:00", "05:00"))]}
    sent = {"caps": {"marketing": {"terms": terms}}, "hours": {"quiet_hours": quiet}, "countries": []}
    ((account,),) = await rows(rt, "SELECT id FROM account")
    await policy.change(rt, Principal(cast("AccountId", account), "key", ACCOUNT_SCOPES), sent)
    page = await operator.open("/settings/rules")
    assert "Also: at most 3 in 36 hours, set by API" in page.text
    assert "Also: at most 9 in 720 hours, set by API" in page.text
    assert "To no country at all" in page.text
    page = await operator.submit("/settings/rules", {"most": "4", "deed": "save"})
    assert "The rules are saved" in page.text
    kept = "SELECT rules #> '{caps,marketing,terms}', rules #> '{hours,quiet_hours}', rules -> 'countries'"
    assert await rows(rt, kept + " FROM sending_rules") == [
        ([terms[1] | {"most": 4}, terms[0], terms[2]], quiet, []),
    ]


@pytest.mark.req("R45", "R91")
async def test_check_only_says_what_every_rule_says_and_sends_nothing(operator: Person, rt: Runtime) -> None:
    await operator.open("/compose")
    page = await operator.submit("/compose", {"to": ANA, "text": "Hola Ana", "deed": "check"})
    assert "It would go From" in page.text
    assert "rules that were looked at" in page.text
    await operator.open("/contacts/blacklist")
    await operator.submit("/contacts/blacklist", {"number": ANA})
    await operator.open("/compose")
    page = await operator.submit("/compose", {"to": ANA, "text": "Hola Ana", "deed": "check"})
    assert "It would not go" in page.text
    assert "Take the number off the blacklist" in page.text
    assert await rows(rt, "SELECT count(*) FROM message") == [(0,)]
    page = await operator.submit("/compose", {"to": ANA, "text": "Hola Ana", "deed": "send"}, expect=422)
    assert "blacklist" in page.text


@pytest.mark.req("R106", "R109")
async def test_a_message_waits_for_the_hours_and_the_moment_it_is_given(operator: Person, rt: Runtime) -> None:
    await operator.open("/compose")
    typed = {"to": ANA, "text": "Hola Ana", "deed": "send", "hours": "set", "hours_from": "9", "hours_to": "9"}
    page = await operator.submit("/compose", typed, expect=422)
    assert "has no length" in page.text
    await operator.submit("/compose", {"hours": "any", "start": "soon", "deed": "send"}, expect=422)
    await operator.submit("/compose", {"start": "", "valid": "never", "deed": "send"}, expect=422)
    page = await operator.submit("/compose", {"valid": "48", "start": _tomorrow(rt), "deed": "send"})
    assert "scheduled" in page.text
    assert await rows(rt, "SELECT state::text FROM message") == [("scheduled",)]
    sent = {"hours": "set", "hours_from": "9", "hours_to": "18", "example": "+34600000118"}
    await operator.open("/campaigns/new")
    token = {"_csrf_token": dict(operator.page.forms[0].fields)["_csrf_token"]}
    part = await operator.client.post("/openings", data=sent | token, headers={"HX-Request": "true"})
    assert "may be in any of 3 time zones" in part.text
    page = await operator.open("/messages/late")
    assert "Nothing is late" in page.text


def _tomorrow(rt: Runtime) -> str:
    return f"{rt.clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
