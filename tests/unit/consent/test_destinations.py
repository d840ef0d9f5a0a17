"""Where an account may send to."""

from __future__ import annotations

import pytest

from cablegram.billing.tariffs import Tariff
from cablegram.consent.destinations import Destination, listed
from cablegram.consent.sending_rules import SendingRules

SPAIN = Tariff("34", "ES", "Spain", 850_000, is_demo=False)
UKRAINE = Tariff("380", "UA", "Ukraine", 3_330_000, is_demo=False)


@pytest.mark.req("R34")
def test_a_destination_is_open_unless_the_account_s_rules_leave_it_out() -> None:
    free = listed([SPAIN, UKRAINE], SendingRules())
    assert [one.is_allowed for one in free] == [True, True]
    assert listed([SPAIN, UKRAINE], SendingRules(countries=["ES"])) == [
        Destination("34", "ES", "Spain", 850_000, is_allowed=True),
        Destination("380", "UA", "Ukraine", 3_330_000, is_allowed=False),
    ]
