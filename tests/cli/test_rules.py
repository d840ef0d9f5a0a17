from __future__ import annotations

import json

import pytest

from cablegram.accounts.access import Principal
from commanding import Cable


@pytest.mark.req("R56", "R91")
def test_rules_are_set_and_a_message_says_why_it_went(cable: Cable, acme: Principal) -> None:
    account = str(acme.account_id)
    assert cable("account", "rules", account, "--json").facts["revision"] == 0
    changed = cable("account", "rules", account, "--change", json.dumps({"duplicate_guard": True}))
    assert "duplicate_guard: true" in changed.out.splitlines()
    assert cable("account", "rules", account, "--change", "no", "--json", status=1).error == "bad_sending_rules"

    never = json.dumps({"caps": {"marketing": {"terms": [{"most": 0, "hours": 36}]}}})
    (said,) = cable("account", "rules", account, "--change", never, status=1).err.strip().splitlines()
    assert "caps.marketing: At most 0 messages in 36 hours can't be" in said

    words = ("send", "--to", "+34600000118", "--text", "Hello there", "--from", "Acme")
    sent = cable(*words, "--json").facts
    assert cable(*words, "--json", status=1).error == "duplicate_text"
    told = cable("why", sent["id"]).out
    assert told.startswith("Nothing stood against it when it was accepted; now it is queued.")
    assert "+ blacklist 1: The number is not on the account's blacklist." in told.splitlines()
    facts = cable("why", sent["id"], "--json").facts
    assert (facts["message_id"], facts["stopped_by"], facts["rules"][0]["rule"]) == (sent["id"], None, "text")
