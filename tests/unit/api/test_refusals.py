from __future__ import annotations

from cablegram.api.send import BY_RULES, REFUSALS
from cablegram.consent.reasons import CATALOG

# Subscribers of services and campaigns that come again: nothing of a single call.
ELSEWHERE = {"opted_out", "campaign_cap"}


def test_every_reason_of_the_rules_is_named_where_a_message_is_sent() -> None:
    named = {one.code for one in (*REFUSALS, *BY_RULES)}
    assert CATALOG.keys() - named == ELSEWHERE
    assert {one.code for one in BY_RULES} <= CATALOG.keys()
