"""What stays up over many runs: PostgreSQL, a carrier and a provider with their journals, a nursery.

Each run gets a fresh database.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from unittest import mock
from uuid import UUID

import aiohttp
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

import crowd
from cablegram.accounts.access import ACCOUNT_SCOPES, Principal, operator
from cablegram.billing import importing
from cablegram.connectors.configure import NewConnector, NewSmpp, add, add_smpp
from cablegram.connectors.model import SmppSettings
from cablegram.connectors.providers.twilio import TwilioSettings
from cablegram.enrollment.open import open_account
from cablegram.kit.ids import AccountId
from cablegram.kit.money import MICRO
from cablegram.kit.seal import Seal
from cablegram.migrations.runner import migrate
from cablegram.runtime import Runtime, embedded
from cablegram.runtime.database import Database
from cablegram.runtime.embedded import Embedded
from cablegram.runtime.settings import Settings
from cablegram.senders import grant
from proving.orders import Order
from system import CABLEGRAM, free_port
from testbed import open_quickly

WINDOW, REQUESTS = 10, 5  # under way at most: over SMPP, over HTTP
WEB = "901"  # the sender whose messages go over HTTP
STRANDED = "902"  # the sender whose messages choose a carrier that is not there, and then another one
_ACCOUNT, _SECRET = f"AC{'0' * 32}", "f" * 32
_THROUGHPUT = 400.0
_EMPTY, _TEMPLATE = "proving_empty", "proving_template"
_POOR = 15  # credits: seven messages to Spain, at two credits each
SALE = 60  # people
POOR_PEOPLE = 12
FIRST_OF_SALE, FIRST_OF_POOR = 34_600_003_000, 34_600_004_000
SPECIAL_OF_SALE = (34_600_009_002, 34_600_009_003, 34_600_009_004, 34_600_009_013)  # see the carrier's scripts


@dataclass(frozen=True, slots=True)
class Household:
    """Who is in the database that each run begins with."""

    rich: AccountId
    rich_key: str
    poor: AccountId
    poor_key: str
    sale_list: UUID
    poor_list: UUID


@dataclass(frozen=True, slots=True)
class Site:
    """One run's own things. Numbers are 34 6 RRRR NNNN, where R is the run."""

    run: int
    url: str
    port: int
    system_id: str
    sender: str
    journal_begin: int
    web_journal_begin: int
    told: Path
    log: Path

    def number(self, place: int) -> str:
        """Return one of the run's own numbers; `place` is its last four digits."""
        return f"346{self.run % 9999 + 1:04d}{place:04d}"


class Nursery:
    """The process that forks systems; one of them lives at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def is_ready(self) -> None:
        """Wait until everything is imported."""
        await self._number()

    async def bear(self, order: Order) -> int:
        """Start a life; return its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order.written()).encode() + b"\n")
        await self._process.stdin.drain()
        return await self._number()

    async def mourn(self) -> int:
        """Wait for the end of the life that was started last; return how it ended, minus the signal's number."""
        return await self._number()

    async def _number(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


class Ground:
    """Opened once; runs take place on it one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Processes die here, machines do not: what the kernel has been given is safe, so nobody waits for the disk.
        self._embedded = Embedded(folder / "postgres", for_tests=True)
        self._cluster = folder / "postgres" / "postgres" / "data"
        self._url = ""
        self._carrier: subprocess.Popen[str] | None = None
        self._carrier_port, self._handset_port = free_port(), free_port()
        self._provider: subprocess.Popen[str] | None = None
        self._provider_port = free_port()
        self._carrier_log: IO[bytes] | None = None
        self.journal = folder / "journal"
        self.web_journal = folder / "web_journal"
        self.log = folder / "victims.log"
        self.household: Household

    @property
    def handsets(self) -> str:
        """Return where the carrier's phones are."""
        return f"http://127.0.0.1:{self._handset_port}"

    def open(self) -> None:
        """Start the servers and make the database that each run begins with."""
        self._start_server()
        self.journal.touch()
        words = [*CABLEGRAM, "carrier", "--smpp-port", str(self._carrier_port), "--http-port", str(self._handset_port)]
        words += ["--journal", str(self.journal), "--receipt-ms", "5", "80"]
        self._carrier_log = (self._folder / "carrier.log").open("ab")
        self._carrier = subprocess.Popen(words, env=_environ(), stdout=subprocess.PIPE, text=True)
        self.web_journal.touch()
        words = [sys.executable, "-m", "proving.provider", str(self._provider_port), _ACCOUNT, _SECRET]
        words.append(str(self.web_journal))
        self._provider = subprocess.Popen(words, env=_environ(), stdout=subprocess.PIPE, text=True)
        for process, name in ((self._carrier, "carrier:"), (self._provider, "twilio:")):
            assert process.stdout is not None
            assert process.stdout.readline().startswith(name)
        self._make_template()

    def close(self) -> None:
        """Stop everything."""
        for process in filter(None, (self._carrier, self._provider)):
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            assert process.stdout is not None
            process.stdout.close()
        if self._carrier_log:
            self._carrier_log.close()
        self._embedded.stop()

    @asynccontextmanager
    async def nursery(self) -> AsyncGenerator[Nursery]:
        """Run a nursery for a block; it is to be asked whether it is ready before anything else."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "proving.nursery", stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environ()
        )
        try:
            yield Nursery(process)
        finally:
            process.kill()
            await process.wait()

    def site(self, run: int, *, knows_form: bool, strands: bool = False) -> Site:
        """Make a run's database, and logins and addresses that no other run has.

        `knows_form`: the carrier's form of ids in receipts was learned before. `strands`: messages of one sender go by
        a carrier that nobody can reach, while it is not known to be away.
        """
        url = self._copy(_TEMPLATE, run)
        mark = f"{os.getpid() % 100_000}{run:05d}"
        sender = f"9{mark}"
        with psycopg.connect(url, autocommit=True) as conn:
            # Its campaign begins before its link is up: the carrier was tried out in another life.
            conn.execute(
                "UPDATE connector SET settings = settings || %s::jsonb, tested_at = created_at WHERE kind = 'smpp'",
                [json.dumps({"system_id": f"r{mark}"})],
            )
            conn.execute("UPDATE sender SET address = %s WHERE address <> ALL (%s)", [sender, [WEB, STRANDED]])
            if strands:
                conn.execute(_STRAND, [STRANDED])
            if knows_form:
                conn.execute("UPDATE connector SET receipt_id_form = 'same'")
        begins = self.journal.stat().st_size, self.web_journal.stat().st_size
        return Site(run, url, free_port(), f"r{mark}", sender, *begins, self.told(run), self.log)

    def told(self, run: int) -> Path:
        """Return where the lives of a run write down how they end."""
        return self._folder / f"told.{run}"

    def empty(self, run: int) -> str:
        """Make a run's database with nothing but the schema in it; return its address."""
        return self._copy(_EMPTY, run)

    def _copy(self, template: str, run: int) -> str:
        with self._admin() as admin:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            admin.execute(statement.format(sql.Identifier(_name(run)), sql.Identifier(template)))
        return make_conninfo(self._url, dbname=_name(run))

    def moves(self, site: Site) -> tuple[object, ...] | None:
        """Return what changes as long as a run goes on; None while the database can't be asked."""
        try:
            with psycopg.connect(site.url, autocommit=True) as conn:
                row = conn.execute(_MOVES).fetchone()
        except psycopg.OperationalError:
            return None
        return (*(row or ()), self.journal.stat().st_size, self.web_journal.stat().st_size)

    def clear(self, site: Site) -> None:
        """Drop a run's database."""
        site.told.unlink(missing_ok=True)
        self.drop(site.run)

    def drop(self, run: int) -> None:
        """Drop a run's database."""
        with self._admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name(run))))

    @property
    def cluster(self) -> Path:
        """Return where the data of PostgreSQL are."""
        return self._cluster

    def is_server_dead(self) -> bool:
        """Tell whether PostgreSQL has ended."""
        return self._embedded.exit_code() is not None

    def restart_server(self) -> None:
        """Start PostgreSQL again after it was killed."""
        self._embedded.stop()
        self._start_server()

    def _start_server(self) -> None:
        settings = {"fsync": "off", "max_connections": "60", "shared_buffers": "64MB"}
        with mock.patch.object(embedded, "_FOR_TESTS", settings):
            self._url = self._embedded.start()

    @contextmanager
    def _admin(self):  # noqa: ANN202 - a connection
        with psycopg.connect(self._url, autocommit=True) as conn:
            yield conn

    def _make_template(self) -> None:
        open_quickly(self._url)  # hashing at each of a life's dozen connections was a tenth of its time
        with self._admin() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_EMPTY)))
            migrate(make_conninfo(self._url, dbname=_EMPTY), allow_unsafe=True)
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            admin.execute(statement.format(sql.Identifier(_TEMPLATE), sql.Identifier(_EMPTY)))
        url = make_conninfo(self._url, dbname=_TEMPLATE)
        self.household = asyncio.run(_furnish(url, self._carrier_port, self._provider_port))


def _name(run: int) -> str:
    return f"proving_{os.getpid()}_{run}"


# A second carrier, whose password nobody can open, and a rule that takes it first. Its id comes behind all others, so
# that nothing but the rule takes it: of two connectors that are not up yet, the older one is the usual way.
_STRAND = """
    WITH gone AS (
        INSERT INTO connector (id, kind, name, settings, sealed_secret, is_simulated, is_enabled, created_at, tested_at)
        SELECT 'ffffffff-ffff-7fff-bfff-ffffffffffff', kind, 'Gone', settings, sealed_secret, false, true, now(), now()
        FROM connector WHERE kind = 'smpp' RETURNING id
    ), rule AS (
        INSERT INTO route (id, position, name, is_enabled, prefixes, countries, senders, classes, accounts, strategy,
            created_at)
        VALUES (gen_random_uuid(), 1, 'Stranded', true, '{}', '{}', ARRAY[%s], '{}', '{}', 'in_order', now())
        RETURNING id
    ), first AS (
        INSERT INTO route_connector (route_id, connector_id, place, weight)
        SELECT rule.id, gone.id, 1, 1 FROM rule, gone
    ), second AS (
        INSERT INTO route_connector (route_id, connector_id, place, weight)
        SELECT rule.id, connector.id, 2, 1 FROM rule, connector WHERE kind = 'smpp'
    )
    UPDATE routing SET revision = gen_random_uuid(), patience_seconds = 1
"""

_MOVES = """
    SELECT (SELECT count(*) FROM message), (SELECT sum(version) FROM message), (SELECT count(*) FROM inbound_text),
        (SELECT count(*) FROM contact_list_member), (SELECT string_agg(state::text, ' ' ORDER BY id) FROM campaign)
"""


async def _furnish(url: str, carrier_port: int, provider_port: int) -> Household:
    settings = Settings(database_url=url, password_memory=8, password_rounds=1, allow_private_providers=("127.0.0.1",))
    rt = Runtime(settings, Database(url, size=2, name="proving"), Seal(bytes(32)))
    await rt.db.open()
    try:
        await importing.load_demo(rt)
        link = SmppSettings(
            host="127.0.0.1",
            port=carrier_port,
            system_id="later",
            window=WINDOW,
            throughput=_THROUGHPUT,
            response_seconds=1,
        )
        await add_smpp(rt, operator("proving"), NewSmpp(name="Carrier", password="p", settings=link))
        api = TwilioSettings(
            account_sid=_ACCOUNT,
            base_url=f"http://127.0.0.1:{provider_port}",
            concurrency=REQUESTS,
            response_seconds=1,
        )
        new_web = NewConnector(kind="twilio", name="Web", settings=api, secrets={"auth_token": _SECRET})
        web = await add(rt, operator("proving"), new_web)
        rich = await open_account(rt, None, "Rich", credits_micro=100_000 * MICRO, default_country="ES")
        poor = await open_account(rt, None, "Poor", credits_micro=_POOR * MICRO, default_country="ES")
        async with rt.db.transaction() as conn:
            new = grant.NewSender("900", country="ES", is_default=True)
            await grant.grant(conn, rich.account_id, new, now=rt.clock.now())
            new = grant.NewSender(WEB, country="ES", connector_ids=[web.id])
            await grant.grant(conn, rich.account_id, new, now=rt.clock.now())
            await grant.grant(conn, rich.account_id, grant.NewSender(STRANDED, country="ES"), now=rt.clock.now())
        who = Principal(rich.account_id, "proving", ACCOUNT_SCOPES)
        numbers = [*range(FIRST_OF_SALE, FIRST_OF_SALE + SALE), *SPECIAL_OF_SALE]
        sale = await crowd.listed(
            rt, who, [["number", "name"], *([str(n), f"P{n % 10_000}"] for n in numbers)], name="Sale"
        )
        who = Principal(poor.account_id, "proving", ACCOUNT_SCOPES)
        few = [[str(FIRST_OF_POOR + n)] for n in range(POOR_PEOPLE)]
        people = await crowd.listed(rt, who, [["number"], *few], name="Poor")
        return Household(rich.account_id, rich.api_key, poor.account_id, poor.api_key, sale.id, people.id)
    finally:
        await rt.db.close()


def _environ() -> dict[str, str]:
    """Return an environment without our settings; who is to be killed need not be measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CABLEGRAM_", "COV"))}
    tests = str(Path(__file__).resolve().parents[1])
    return {**kept, "PYTHONPATH": os.pathsep.join([tests, str(Path(tests).parent)])}


def session() -> aiohttp.ClientSession:
    """Open a client's connections, of which none outlives the block they are used in."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=False), timeout=aiohttp.ClientTimeout(total=10)
    )
