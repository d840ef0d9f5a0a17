"""What the ledger adds to a campaign: the charge of a slice, as the fan-out asks for it, and nothing else of it."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from bench.ours import Ours
from bench.works import Row
from cablegram.billing import ledger
from cablegram.billing.model import Charge
from cablegram.campaigns.fan_out import SLICE
from cablegram.cli.opening import run
from cablegram.kit.ids import CampaignId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime import Runtime
from cablegram.runtime.connection import Statement

_SLICES = 200
_ROLLBACK = Statement("ROLLBACK")
_PRICE = MICRO // 20


def charging(product: Ours, campaign: Row) -> Row:
    """Charge slices of a thousand messages; `campaign` is the row whose cost a message it is held against.

    Counted is CPU from locking the balance to the posting that moved it, ours and that of the server's process. The
    transaction around it is the slice's, so its begin and commit are not the ledger's.
    """

    async def act(rt: Runtime) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        campaign_id = CampaignId(uuid7())
        async with rt.db.connection() as conn:
            pid = conn.info.backend_pid
            for _ in range(_SLICES):
                wanted = [Charge(product.who.account_id, campaign_id, _PRICE) for _ in range(SLICE)]
                conn.begin()
                await conn.send()
                before = time.process_time(), cpu_of_process(pid)
                balances = await ledger.lock_balances(conn, {product.who.account_id})
                await ledger.charge(conn, wanted, now=rt.clock.now(), balances=balances)
                await conn.send()
                found.append((time.process_time() - before[0], cpu_of_process(pid) - before[1]))
                conn.later(_ROLLBACK)  # none of these messages was made, and the audit would miss them
                await conn.send()
        return found

    found = run(product.system.settings, act, process="command", hot=False)
    ours, theirs = (median(of_one) / SLICE * 1e6 for of_one in zip(*found, strict=True))
    share = (ours + theirs) / sum(campaign.cpu.values())
    note = f"{share:.1%} of the CPU of a campaign's message"
    cpu = {"work": round(ours, 2), "postgres": round(theirs, 2)}
    return Row("ledger of a campaign", "cablegram", 1e6 / (ours + theirs), cpu=cpu, note=note)


def cpu_of_process(pid: int) -> float:
    """Return the CPU seconds of a process, to the nanosecond (proc(5), schedstat)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
