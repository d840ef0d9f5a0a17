"""Mail at the panel: what the operator sees of letters, and what people choose to be told of."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from books import rows
from browsing import Person
from cablegram.alerts import choices
from cablegram.kit.ids import AccountId
from cablegram.mail.catalogue import CATALOGUE
from cablegram.runtime.runtime import Runtime


@pytest.mark.req("R151")
async def test_the_operator_reads_letters_on_a_page_and_sees_how_each_kind_looks(operator: Person, rt: Runtime) -> None:
    page = await operator.open("/operator/mail")
    assert "No mail server is set" in page.text
    assert "No letters yet" in page.text
    page = await operator.submit("/operator/mail/test", {"to": "nobody"}, expect=422)
    assert "is no e-mail address" in page.text
    page = await operator.submit("/operator/mail/test", {"to": "ines@example.com"})
    assert "A test letter from Cablegram" in page.text
    assert "Mail works: this letter reached you." in page.body.replace("&#39;", "'")
    assert 'sandbox="" srcdoc="&lt;!doctype html&gt;' in page.body
    (address,) = re.findall(r'action="(/operator/mail/[0-9a-f-]{36}/again)"', page.body)
    await rows(rt, "UPDATE letter SET state = 'failed', ended_at = now(), verdict = '550 no' RETURNING id")
    page = await operator.open("/operator/mail?state=failed")
    assert "550 no" in page.text
    await operator.open(address.removesuffix("/again"))
    page = await operator.submit(address)
    assert "It is tried again at once" in page.text
    assert await rows(rt, "SELECT state, verdict FROM letter") == [("waiting", "")]
    await operator.open("/operator/mail?state=sent")
    await operator.open("/operator/mail/01890000-0000-7000-8000-000000000000", expect=404)
    page = await operator.open("/operator/mail/kinds")
    assert all(f'href="/operator/mail/kinds/{name}"' in page.body for name in CATALOGUE)
    page = await operator.open("/operator/mail/kinds/credit_low")
    assert "Credit is low: 9.4 left for Café Lavapiés" in page.text
    assert "Queda poco saldo: 9,4 para Café Lavapiés" in page.text
    await operator.open("/operator/mail/kinds/nothing", expect=404)


@pytest.mark.req("R26")
@pytest.mark.req("R66")
async def test_people_choose_what_they_are_told_of(operator: Person, rt: Runtime) -> None:
    await operator.open("/settings/notices")
    assert "Nobody knows your address" in operator.page.text
    page = await operator.submit("/settings/notices", {"pace-opted_in": "hourly", "pace-credit_low": "at_once"})
    assert "Your choice is kept" in page.text
    assert await rows(rt, "SELECT pace FROM notice_choice WHERE kind = 'opted_in'") == [("hourly",)]
    page = await operator.submit("/settings/notices/account", {"below": "much", "inbox": ""}, expect=422)
    assert "is not an amount of credits" in page.text
    page = await operator.submit("/settings/notices/account", {"below": "12.5", "inbox": "desk"}, expect=422)
    assert "is no e-mail address" in page.text
    page = await operator.submit("/settings/notices/account", {"below": "12.5", "inbox": "desk@example.com"})
    assert "It has not agreed yet" in page.text
    assert dict(page.form("/settings/notices/account").fields)["below"] == "12.5"
    ((text,),) = await rows(rt, "SELECT text FROM letter WHERE kind = 'confirm_inbox'")
    address = str(text).partition("http://127.0.0.1:8080")[2].split()[0]
    await operator.open(address)
    page = await operator.submit(address)
    assert "Texts come to desk@example.com from now on" in page.text
    await operator.open(address)
    page = await operator.submit(address, expect=404)
    assert "This link was used before" in page.text
    ((account_id,),) = await rows(rt, "SELECT account_id FROM account_notice WHERE inbound_address IS NOT NULL")
    end = choices.end_url(rt, AccountId(UUID(str(account_id))), "desk@example.com").removeprefix(rt.settings.public)
    await operator.open(end)
    page = await operator.submit(end)
    assert "No more texts come to desk@example.com" in page.text
    await operator.open(end)
    assert "Nothing to end" in (await operator.submit(end, expect=404)).text
