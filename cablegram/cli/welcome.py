"""What `up` does before anything runs: what a fresh installation needs for its first message, and the greeting."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.accounts import directory, profile
from cablegram.accounts.access import operator
from cablegram.billing import importing
from cablegram.connectors import configure
from cablegram.connectors.configure import NewSmpp
from cablegram.connectors.model import SmppSettings, where_of
from cablegram.enrollment import open as enrollment
from cablegram.messages import upkeep
from cablegram.runtime import Runtime

_LOGIN = "cablegram"
_PASSWORD = "simulate"  # noqa: S105 - of the simulated carrier, which takes any
_FIRST_ACCOUNT = "First account"
_FIRST_CREDITS = 100_000_000


@dataclass(slots=True)
class Welcome:
    """What to tell the person who started the system."""

    address: str
    one_time: str | None = None
    simulator: str | None = None

    def url(self) -> str:
        """Return the one address to open."""
        return f"{self.address}/login/{self.one_time}" if self.one_time else self.address

    def text(self) -> str:
        """Write the greeting."""
        lines = [f"Cablegram is ready: {self.url()}"]
        if self.one_time:
            lines.append("  The address logs the operator in, once.")
        lines.append(f"  API reference: {self.address}/docs")
        if self.simulator:
            lines.append(f"  Simulated carrier: SMPP on {self.simulator}")
        lines.append("  Ctrl-C stops everything.")
        return "\n".join(lines)


async def prepare(rt: Runtime) -> Welcome:
    """Make what is missing: partitions, the demo tariff, the simulated connector, an account, the operator."""
    await upkeep.prepare_days(rt)
    await importing.load_demo(rt)
    settings = rt.settings
    if settings.simulator:
        await _simulated_connector(rt)
        await enrollment.give_senders(rt)
    one_time = await profile.first_operator(rt)
    if one_time and not await directory.page(rt, operator("up"), limit=1):
        await enrollment.open_without_key(rt, _FIRST_ACCOUNT, credits_micro=_FIRST_CREDITS, default_country="US")
    simulator = f"{settings.carrier_host}:{settings.carrier_port}" if settings.simulator else None
    return Welcome(settings.public, one_time, simulator)


async def _simulated_connector(rt: Runtime) -> None:
    """Make the connector of the simulated carrier, or point it to where the carrier listens today."""
    who = operator("up")
    settings = SmppSettings(
        host=rt.settings.carrier_host, port=rt.settings.carrier_port, system_id=_LOGIN, window=200, binds=1
    )
    async with rt.db.connection() as conn:
        found = await configure.simulated(conn)
    if found is None:
        new = NewSmpp(name="Simulated carrier", password=_PASSWORD, settings=settings, is_simulated=True)
        await configure.add_smpp(rt, who, new)
    elif found.smpp is None or not found.is_enabled or where_of(found) != f"{settings.host}:{settings.port}":
        await configure.change_smpp(rt, who, found.id, settings=settings, is_enabled=True)
