"""The real command on a database that nothing else uses."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

import make
from cablegram.accounts.access import Principal, operator
from cablegram.billing import importing
from cablegram.connectors import reading
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import LinkStatus, SmppSettings
from commanding import ROOT, Cable, Said, said

_KEY = base64.b64encode(bytes(32)).decode()  # as make.runtime seals


@pytest.fixture
def cable(database_url: str, tmp_path: Path) -> Cable:
    """Give the command: what it said is returned, and its exit status must be as expected."""

    def run(*words: str | Path, **expected: Any) -> Said:  # noqa: ANN401 - as `said`
        expected["variables"] = {"CABLEGRAM_SECRET_KEY": _KEY, **expected.get("variables", {})}
        expected.setdefault("is_apart", False)
        return said(tmp_path / "data", *words, database_url=database_url, **expected)

    return run


@pytest.fixture
def acme(database_url: str) -> Principal:
    """Give an account with 1,000 credits, prices, and a connector to nobody: all that accepting a message takes."""
    return asyncio.run(_acme(database_url))


async def _acme(database_url: str) -> Principal:
    rt = make.runtime(database_url, make.clock())
    await rt.db.open()
    settings = SmppSettings(host="127.0.0.1", port=1, system_id="s")
    carrier = await add_smpp(rt, operator("tests"), NewSmpp(name="Carrier", password="p", settings=settings))
    async with rt.db.transaction() as conn:  # which has been bound before now, and so tried out
        await reading.note_link(conn, LinkStatus(carrier.id, 0, "bound", "", rt.clock.now()), 1)
        await reading.note_link(conn, LinkStatus(carrier.id, 0, "down", "", rt.clock.now()), 1)
    await importing.import_csv(rt, operator("tests"), (ROOT / "examples" / "tariffs.csv").read_bytes())
    who = await make.account(rt, name="acme", credits=1000)
    await rt.db.close()
    return who
