"""What the rules of sending cost: a campaign with all of them on, beside the bare one in the same run.

All on: some thousands of numbers on the blacklist, a status of each contact, chosen countries, caps, the duplicate
guard, strict sender names, quiet hours that are not now. Target: at least half the bare rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

import msgspec

from bench.load import Sink
from bench.ours import Ours
from bench.works import Row, campaign
from cablegram.cli.opening import run
from cablegram.consent import policy
from cablegram.consent.sending_rules import SendingRules
from cablegram.kit.ids import ListId
from cablegram.runtime.runtime import Runtime

BARE, RULED = "campaign, default rules", "campaign, all rules on"
_BARRED_OF = 33  # each so many-th person is on the blacklist

_BAR = f"""
INSERT INTO blacklist (account_id, number, id, how, added_by, added_at)
SELECT account_id, number, gen_random_uuid(), 'import', 'bench', now() FROM contact
WHERE number::bigint % {_BARRED_OF} = 0;
DELETE FROM recent_text;
DELETE FROM recent_message
"""  # noqa: S608 - a number of ours


def turns(ours: Ours, sink: Sink, list_id: ListId, *, people: int, rounds: int = 2) -> Iterator[Row]:
    """Run both in turn."""
    ours.act("UPDATE contact SET subscription = 'subscribed'")
    for _ in range(rounds):
        _set(ours, SendingRules())
        ours.act("DELETE FROM blacklist")
        yield campaign(ours, sink, list_id, people=people, name=BARE)
        _set(ours, _all_on())
        ours.act(_BAR)
        barred = int(str(ours.sql("SELECT count(*) FROM blacklist")[0][0]))
        yield campaign(ours, sink, list_id, people=people - barred, name=RULED)


def ratio(rows: list[Row]) -> str:
    """Say how much of the bare rate is left."""
    rates = {name: median(row.rate for row in rows if row.work == name) for name in (BARE, RULED)}
    return f"with all rules on a campaign keeps {rates[RULED] / rates[BARE]:.2f} of its rate"


def _all_on() -> SendingRules:
    far = datetime.now(UTC) + timedelta(hours=10)
    quiet = {"any_day": {"from": f"{far:%H}:00", "to": f"{far:%H}:30"}}
    return msgspec.convert(
        {
            "countries": ["ES", "FR", "PT"],
            "strict_names": True,
            "unrecorded_subscription": "none",
            "duplicate_guard": True,
            "caps": {"marketing": {"terms": [{"most": 3, "hours": 24}], "dwell_minutes": 5}},
            "hours": {"quiet_hours": quiet},
            "default_zone": "Europe/Madrid",
        },
        SendingRules,
    )


def _set(ours: Ours, rules: SendingRules) -> None:
    async def act(rt: Runtime) -> None:
        await policy.change(rt, ours.who, msgspec.to_builtins(rules))

    run(ours.system.settings, act, process="command", hot=False)
