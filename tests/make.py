"""Things that tests need: made by the deeds that make them in the product, named for what they are."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from cablegram.accounts.access import ACCOUNT_SCOPES, Principal, operator
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import Connector, SmppSettings
from cablegram.enrollment.open import open_account
from cablegram.kit.clock import SetClock
from cablegram.kit.money import MICRO
from cablegram.kit.seal import Seal
from cablegram.runtime.database import PATIENCE, Database
from cablegram.runtime.runtime import Runtime
from cablegram.runtime.settings import Settings

A_THURSDAY = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
_numbers = count(1)


def clock() -> SetClock:
    """Make a clock that stands at a Thursday's noon."""
    return SetClock(A_THURSDAY)


def runtime(database_url: str, its_clock: SetClock, *, hot: bool = False, patience: float = PATIENCE) -> Runtime:
    """Make a runtime with cheap passwords; open its database before use, close it after."""
    settings = Settings(database_url=database_url, password_memory=8, password_rounds=1)
    database = Database(database_url, size=8, hot=hot, name="tests", patience=patience)
    return Runtime(settings=settings, db=database, seal=Seal(bytes(32)), clock=its_clock)


async def account(
    rt: Runtime,
    *,
    name: str | None = None,
    credits: int = 100,  # noqa: A002 - the field's word
    default_country: str = "US",
    open_senders: bool = True,
) -> Principal:
    """Open an account and return one who may do everything in it."""
    opened = await open_account(
        rt,
        None,
        name or f"Account {next(_numbers)}",
        credits_micro=credits * MICRO,
        default_country=default_country,
        open_senders=open_senders,
    )
    return Principal(opened.account_id, "key sk_test...", ACCOUNT_SCOPES, is_owner=True)


async def simulated_connector(rt: Runtime, *, name: str = "Simulated carrier") -> Connector:
    """Add the connector of a simulated carrier, to which nobody has to connect."""
    settings = SmppSettings(host="127.0.0.1", system_id="cablegram")
    new = NewSmpp(name=name, password="simulate", settings=settings, is_simulated=True)
    return await add_smpp(rt, operator("tests"), new)
