"""What messages over an account's own gateway may come from: numbers that it rents, has hosted, or registered there."""

from __future__ import annotations

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.rentals import buying, hosting
from cablegram.rentals.buying import Order
from cablegram.rentals.hosting_model import Wanted
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from cablegram.support.model import NewFile
from routes import carrier

RENTED, HOSTED, REGISTERED, STRANGE = "13055550100", "13055550177", "13055550188", "13055550199"


@pytest.mark.req("R171")
@pytest.mark.usefixtures("shelf")
async def test_numbers_that_are_bought_hosted_or_registered_there_send_over_an_own_gateway_for_its_fee(
    rt: Runtime, boss: Principal
) -> None:
    await traffic.open_ways(rt)
    who = await make.account(rt, credits=50, open_senders=False, default_country="US")
    own = await carrier(rt, "Own", owner=who, fee=10_000)
    await buying.buy(rt, who, Order(RENTED))
    paper, bill = NewFile("signed.pdf", b"%PDF-1.7 signed"), NewFile("bill.pdf", b"%PDF-1.7 bill")
    asked = await hosting.request(rt, who, Wanted(f"+{HOSTED}", "Acme", "Ann Doe"), authorization=paper, bill=bill)
    await hosting.approve(rt, boss, asked.id)
    await grant.add(rt, who, NewSender(f"+{REGISTERED}", connector_ids=(own.id,)))
    drafts = [
        Draft(who.account_id, "+13125550118", "Hello there", sender=f"+{one}")
        for one in (RENTED, HOSTED, REGISTERED, STRANGE)
    ]
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now())
    assert [one.refusal and one.refusal.code for one in drafts] == [None, None, None, "sender_not_owned"]
    found = await rows(rt, "SELECT src, connector_id, price FROM message ORDER BY src")
    assert found == [(one, own.id, 10_000) for one in (RENTED, HOSTED, REGISTERED)]
