"""Cablegram as it is installed: `up` without the simulated carrier, one account, one connector to the sink."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from bench.load import Sink
from bench.machine import free_port, memory, wait_for
from cablegram.accounts.access import Principal, operator
from cablegram.audit.prove import audit as prove
from cablegram.billing import importing as tariffs
from cablegram.campaigns import lifecycle
from cablegram.campaigns.model import NewCampaign
from cablegram.cli.cpu import Meter, family
from cablegram.cli.opening import Place, read_settings, run
from cablegram.cli.up import System, running
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import SmppSettings
from cablegram.contacts import importing, lists
from cablegram.enrollment.open import open_account
from cablegram.kit.ids import CampaignId, ListId
from cablegram.kit.money import MICRO
from cablegram.runtime import Runtime
from cablegram.senders.grant import NewSender, grant

_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")
_TEXT = "{{ serial }} Dear {{ first_name }}, your table is booked for tonight at nine."
_LAST = "SELECT extract(epoch FROM clock_timestamp() - max(at)) FROM progress WHERE campaign_id IS NOT NULL OR %s"
_OPEN = "SELECT coalesce(sum(n), 0) FROM progress WHERE state IN ('queued', 'submitting', 'submitted')"


@dataclass
class Ours:
    """A running installation; `who` may do everything in its account."""

    system: System
    url: str
    key: str
    who: Principal

    def meter(self) -> Meter:
        """Begin to count CPU time, by process."""
        return Meter(self.system.pids())

    def memory(self) -> dict[str, float]:
        """Return the proportional set size of our processes and of PostgreSQL, in MB."""
        pids = self.system.pids()
        postgres = memory(family(pids["postgres"]))
        return {"ours": sum(memory([pid]) for name, pid in pids.items() if name != "postgres"), "postgres": postgres}

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each state."""
        rows = self.sql("SELECT state::text, sum(n)::int FROM progress GROUP BY state")
        return {str(state): int(str(n)) for state, n in rows}

    def wait_until_final(self, *, patience: float = 600.0, of_campaigns: bool = False) -> float:
        """Wait until no message is on its way; return when that was, as the server saw it, in monotonic seconds.

        `of_campaigns` asks when it was so of campaigns' messages, whatever else went on after them.
        """
        with psycopg.connect(self.system.settings.database_url or "", autocommit=True) as conn:

            def look() -> int:
                [row] = conn.execute(_OPEN).fetchall()
                return int(row[0])

            wait_for(look, lambda n: n == 0, "all messages are final", patience=patience)
            [row] = conn.execute(_LAST, [not of_campaigns]).fetchall()
            return time.monotonic() - float(row[0])

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        with psycopg.connect(self.system.settings.database_url or "", autocommit=True) as conn:
            return conn.execute(statement.encode()).fetchall()

    def act(self, statement: str) -> None:
        """Change the database."""
        with psycopg.connect(self.system.settings.database_url or "", autocommit=True) as conn:
            conn.execute(statement.encode())

    def durability(self) -> dict[str, str]:
        """Return what the server says of its durability; each must be on."""
        return {name: str(self.sql(f"SHOW {name}")[0][0]) for name in _DURABILITY}

    def make_list(self, people: int) -> ListId:
        """Import a list of people with first names and serials, from a file as the panel takes it."""

        async def act(rt: Runtime) -> ListId:
            new = await lists.create(rt, self.who, f"People {time.monotonic_ns()}")
            await importing.import_csv(rt, self.who, new.id, _people(people))
            return new.id

        return run(self.system.settings, act, process="command", hot=False)

    def start_campaign(self, list_id: ListId) -> CampaignId:
        """Create a campaign to a list and start it."""

        async def act(rt: Runtime) -> CampaignId:
            new = NewCampaign(name=f"Bench {time.monotonic_ns()}", list_ids=[list_id], text=_TEXT)
            campaign = await lifecycle.create(rt, self.who, new)
            await lifecycle.start(rt, self.who, campaign.id)
            return campaign.id

        return run(self.system.settings, act, process="command", hot=False)

    def audit(self) -> bool:
        """Tell whether the books hold."""
        return run(self.system.settings, prove, process="command", hot=False).is_ok


@contextmanager
def ours(
    folder: Path,
    sink: Sink,
    *,
    window: int = 100,
    throughput: float = 0,
    is_carried: bool = True,
    binds: int = 1,
    workers: int = 1,
    allowed: tuple[str, ...] = (),
) -> Generator[Ours]:
    """Run an installation for a block. Without being carried its link finds nobody: messages stay queued.

    `allowed`: hosts that webhooks may be sent to although they are on this machine.
    """
    settings = read_settings(
        Place(data_dir=folder / "data"), port=free_port(), simulator=False, log_level="warning", workers=workers
    )
    settings = replace(settings, allow_private_customers=allowed)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with running(settings) as system:
        port = sink.smpp_port if is_carried else free_port()

        async def prepare(rt: Runtime) -> Ours:
            await tariffs.load_demo(rt)
            login = SmppSettings(
                host="127.0.0.1", port=port, system_id="bench", window=window, throughput=throughput, binds=binds
            )
            new = NewSmpp(name="Sink", password="bench", settings=login)  # noqa: S106 - of a sink on loopback
            await add_smpp(rt, operator("bench"), new)
            opened = await open_account(rt, None, "Bench", credits_micro=10**9 * MICRO, default_country="ES")
            async with rt.db.transaction() as conn:
                await grant(
                    conn, opened.account_id, NewSender("1000", country="ES", is_default=True), now=rt.clock.now()
                )
            url = f"http://127.0.0.1:{system.settings.port}"
            return Ours(system, url, opened.api_key, operator("bench", opened.account_id))

        installed = run(system.settings, prepare, process="command", hot=False)
        if is_carried:
            shared = [("bound", min(binds, workers))]
            wait_for(
                lambda: installed.sql("SELECT min(state), count(DISTINCT dispatcher_id) FROM link HAVING count(*) > 0"),
                lambda rows: rows == shared,
                "the links are bound, and shared among the dispatchers",
            )
        yield installed


async def _people(count: int) -> AsyncIterator[bytes]:
    yield b"number,first_name,serial\n"
    names = ("Ana", "Boris", "Chloe", "Dmitri", "Eva", "Farid", "Greta", "Hugo")
    for start in range(0, count, 5000):
        rows = (f"+346{n:08d},{names[n % 8]},#{n:010d}\n" for n in range(start, min(start + 5000, count)))
        yield "".join(rows).encode()
