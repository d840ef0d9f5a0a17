"""What the doctor looks at in the database: the server, its schema, and what sending takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cablegram.accounts import directory
from cablegram.accounts.access import operator
from cablegram.billing.prices import Prices
from cablegram.cli import choosing
from cablegram.cli.finding import Finding, fail, ok, warn
from cablegram.cli.opening import run
from cablegram.cli.showing import many
from cablegram.connectors import configure, reading
from cablegram.connectors.model import Connector, LinkStatus, where_of
from cablegram.kit.clock import SystemClock
from cablegram.kit.errors import CablegramError
from cablegram.kit.seal import Seal
from cablegram.migrations.checkup import Checkup, look
from cablegram.runtime.embedded import borrow
from cablegram.runtime.runtime import Runtime
from cablegram.runtime.settings import Settings

_WRONG_CLOCK = 2.0  # seconds


def examine_house(settings: Settings) -> Iterator[Finding]:
    """Look at the database; an embedded one that is stopped runs meanwhile. Its schema stays as it is."""
    if settings.database_url:
        yield from _examine(settings)
        return
    if not (settings.data_dir / "postgres").is_dir():
        yield warn("database", f"There is none in {settings.data_dir} yet.", "Nothing: `cablegram up` makes it.")
        return
    try:
        with borrow(settings.data_dir) as url:
            yield from _examine(replace(settings, database_url=url))
    except CablegramError as error:
        yield fail("database", error.message, "See postgres.log in the data folder.")


def _examine(settings: Settings) -> Iterator[Finding]:
    try:
        found = look(settings.database_url or "")
    except CablegramError as error:
        yield fail("database", error.message, "Start PostgreSQL, or correct CABLEGRAM_DATABASE_URL.")
        return
    yield from _server(found)
    schema = _schema(found)
    yield schema
    if not found.missing and not found.changed:
        has_key = settings.secret_key is not None or (settings.data_dir / "secret.key").is_file()
        # Opening the house makes a key where there is none; the doctor makes nothing, and brings one for the visit.
        visited = settings if has_key else replace(settings, secret_key=Seal.new_key())
        yield from run(visited, _Rooms(found.dispatchers, has_key=has_key).examine, process="command", hot=False)


def _server(found: Checkup) -> Iterator[Finding]:
    if found.is_new_enough:
        yield ok("postgresql", f"PostgreSQL {found.version}.")
    else:
        yield fail("postgresql", f"This is PostgreSQL {found.version}.", "Use PostgreSQL 15 or newer.")
    if found.unsafe:
        what = f"{', '.join(found.unsafe)} is off: a power cut loses messages that were accepted."
        yield fail("durability", what, "Switch it on in postgresql.conf and reload.")
    else:
        yield ok("durability", "fsync, synchronous_commit and full_page_writes are on.")
    apart = abs((SystemClock().now() - found.now).total_seconds())
    if apart > _WRONG_CLOCK:
        what = f"This machine's clock and the database's are {apart:,.0f} s apart."
        yield warn("clock", what, "Let both keep time by NTP.")
    else:
        yield ok("clock", "This machine and the database agree on the time.")


def _schema(found: Checkup) -> Finding:
    if found.changed:
        todo = "Restore the files of this version: pip install --force-reinstall cablegram"
        return fail("schema", f"Not as this database was made: {', '.join(found.changed)}.", todo)
    if found.strange:
        what = f"The database was brought further by a newer program: {', '.join(found.strange)}."
        return fail("schema", what, "Use that version, or a newer one.")
    if found.missing:
        return warn("schema", f"{many(len(found.missing), 'step')} behind this program.", "cablegram migrate")
    return ok("schema", "The schema is up to date.")


class _Rooms:
    """Looks at what the rooms know, through their deeds."""

    def __init__(self, dispatchers: int, *, has_key: bool) -> None:
        self._dispatchers = dispatchers
        self._has_key = has_key

    async def examine(self, rt: Runtime) -> list[Finding]:
        """Look at accounts, tariff, connectors and their links."""
        who = operator(choosing.ME)
        found = [await self._accounts(rt), await self._tariff(rt), self._sending()]
        connectors = [one async for one in choosing.everything(rt, who, configure.page)]
        links = await configure.links(rt, who, [one.id for one in connectors])
        if not any(one.is_enabled for one in connectors):
            todo = "Connect a carrier: cablegram connector add smpp --help"
            found.append(warn("connectors", "No connector is switched on, so nothing can be sent.", todo))
        for one in connectors:
            found += self._connector(rt, one, [link for link in links if link.connector_id == one.id])
        return found

    async def _accounts(self, rt: Runtime) -> Finding:
        if await directory.page(rt, operator(choosing.ME), limit=1):
            return ok("accounts", "There is an account.")
        return warn("accounts", "There is no account yet.", "cablegram account create NAME")

    async def _tariff(self, rt: Runtime) -> Finding:
        book = await Prices().show(rt, operator(choosing.ME))
        if not len(book):
            return warn("tariff", "There is no tariff, so nothing can be sent.", "cablegram tariffs import FILE")
        if book.is_demo:
            return warn("tariff", "The prices are invented ones.", "Before you sell: cablegram tariffs import FILE")
        return ok("tariff", f"There are prices for {many(len(book.countries()), 'place')}.")

    def _sending(self) -> Finding:
        if self._dispatchers:
            return ok("sending", f"{many(self._dispatchers, 'dispatcher')} at work.")
        return warn("sending", "Nothing runs that sends; what is accepted waits.", "cablegram up")

    def _connector(self, rt: Runtime, one: Connector, links: list[LinkStatus]) -> Iterator[Finding]:
        name = f"connector {one.name}"
        if not self._has_key:
            yield warn(name, "Without the key nobody can tell whether its password opens.", "See: secret key.")
            return
        try:
            reading.password(one, rt.seal)
        except CablegramError as error:
            yield fail(name, error.message, "Bring the old key back, or set the password anew in the panel.")
            return
        if not one.is_enabled:
            yield ok(name, "It is switched off.")
        elif self._dispatchers:
            yield _links(name, one, links)
        else:
            yield ok(name, "Its password opens; nobody keeps its links now.")


def _links(name: str, one: Connector, links: list[LinkStatus]) -> Finding:
    wanted = one.traits.links
    bound = sum(link.state in {"bound", "throttled"} for link in links)
    if bound == wanted:
        return ok(name, f"{bound} of {wanted} links are bound.")
    worst = next((link for link in links if link.state == "refused"), None) or next(
        (link for link in links if link.state not in {"bound", "throttled"}), None
    )
    what = f"{bound} of {many(wanted, 'link')} bound"
    if worst:
        what = f"{what}; link {worst.number} is {worst.state}: {worst.detail}" if worst.detail else what
    if worst and worst.state == "refused":
        return fail(name, f"{what}.", "Check login and password with the carrier.")
    return warn(name, f"{what}.", f"See whether {where_of(one)} can be reached.")
