"""`cablegram demo`: a CSV file of 10,000 people, real SMPP, a simulated carrier, and a report that adds up.

Everything a first campaign takes, by the same deeds as the panel's and the API's, in a data folder of its own.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import cablegram
from cablegram.accounts.access import Principal, operator
from cablegram.audit.prove import audit
from cablegram.campaigns import lifecycle, progress
from cablegram.campaigns.model import NewCampaign
from cablegram.campaigns.report import of_campaign as report_of
from cablegram.cli.cpu import Meter
from cablegram.cli.demo_report import Outcome, write
from cablegram.cli.opening import HERE, AsJson, Place, read_settings, run
from cablegram.cli.up import free_port, running
from cablegram.contacts import importing, lists
from cablegram.enrollment.open import open_without_key
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import CampaignId
from cablegram.kit.money import MICRO
from cablegram.messages.model import FINAL, State
from cablegram.runtime import Runtime
from cablegram.runtime.postgres_tools import need_empty
from cablegram.runtime.settings import Settings

_EXAMPLES = Path(cablegram.__file__).parent.parent / "examples"
_CHUNK = 1 << 16
_LOOK = 0.1
_QUIET = 3.0  # seconds without a change: receipts that carriers never send are not waited for
_STILL = 20.0  # the same, while the carrier has some that it means to send: a busy machine takes its time
_LONGEST = 120.0
_CREDITS = 50_000
_MOVING = (State.SCHEDULED, State.QUEUED, State.SUBMITTING)


def demo(
    *,
    contacts: Path = _EXAMPLES / "contacts.csv",
    template: Path = _EXAMPLES / "template.txt",
    keep: bool = False,
    place: Place = HERE,
    json: AsJson = False,
) -> int:
    """Send a personalised message to everybody in a CSV file and account for each.

    Parameters
    ----------
    contacts
        The CSV file: first column `number`, the others are variables.
    template
        The text, with {{ variables }}.
    keep
        Keep the data folder afterwards, to look at it with `cablegram up --data-dir`.
    """
    for path in (contacts, template):
        if not path.is_file():
            raise NotFound("file_not_found", f"{path} is not there. The examples come with the source repository.")
    settings = read_settings(place)
    # Nobody else needs its port: the usual one may be had by another demo that begins at the same time.
    settings = replace(settings, port=free_port(settings.host, 0), log_level="warning", simulator=True)
    if settings.database_url:
        need_empty(settings.database_url, "the demo leaves an account, prices and messages there")
    _make_empty(settings.data_dir)
    console = Console(stderr=json)
    try:
        outcome = _perform(settings, contacts, template, console)
    finally:
        if not keep:
            shutil.rmtree(settings.data_dir, ignore_errors=True)
    return 0 if write(outcome, console, as_json=json) else 1


def _make_empty(folder: Path) -> None:
    """Make the demo's folder; one with something in it is not ours to remove afterwards."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        message = f"{folder} is not empty, and the demo removes its folder afterwards. Give it one with --data-dir."
        raise Conflict("data_dir_not_empty", message)


def _perform(settings: Settings, contacts: Path, template: Path, console: Console) -> Outcome:
    began = time.monotonic()
    console.print("Starting PostgreSQL, the API, the dispatcher, the worker and a simulated carrier ...")
    with running(settings) as system:
        console.print(f"Ready after {time.monotonic() - began:.1f} s.")
        meter = Meter(system.pids())
        text = template.read_text(encoding="utf-8").strip()

        async def act(rt: Runtime) -> Outcome:
            return await _act(rt, contacts, text, meter=meter, console=console)

        return run(system.settings, act, process="command", hot=False)


async def _act(rt: Runtime, contacts: Path, text: str, *, meter: Meter, console: Console) -> Outcome:
    shop = await open_without_key(rt, "Demo shop", credits_micro=_CREDITS * MICRO, default_country="US")
    who = operator("demo", shop)
    new_list = await lists.create(rt, who, "Customers")
    began = time.monotonic()
    imported = await importing.import_csv(rt, who, new_list.id, _chunks(contacts), on_bad_rows="skip")
    import_seconds = time.monotonic() - began
    console.print(
        f"Imported {imported.size:,} people in {import_seconds:.1f} s; "
        f"left out {imported.skipped:,} bad rows and {imported.duplicates:,} duplicates."
    )
    new = NewCampaign(name="Demo", list_ids=[new_list.id], text=text)
    campaign = await lifecycle.create(rt, who, new)
    began = time.monotonic()
    await lifecycle.start(rt, who, campaign.id)
    final_seconds = await _watch(rt, who, campaign.id, began, console=console)
    used = meter.read()
    async with asyncio.timeout(_LONGEST):
        report = await report_of(rt, who, campaign.id, at_once=True)
        proof = await audit(rt)
    return Outcome(imported, import_seconds, report, final_seconds, used, proof)


async def _watch(rt: Runtime, who: Principal, campaign_id: CampaignId, began: float, *, console: Console) -> float:
    """Show the campaign until nothing changes any more; return the seconds until the last change."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=not sys.stdout.isatty()) as bars:
        bar = bars.add_task("Messages in their final state", total=None)
        last, changed = {}, began
        while time.monotonic() - began < _LONGEST:
            now = await progress.now(rt, who, campaign_id)
            handled = sum(count.n for state, count in now.counts.items() if state in FINAL)
            bars.update(bar, completed=handled, total=now.campaign.recipients)
            counts = {state: count.n for state, count in now.counts.items()}
            if counts != last:
                last, changed = counts, time.monotonic()
            # A receipt that never comes is not waited for; a message that still has to go out is.
            is_moving = any(counts.get(state) for state in _MOVING) or not now.campaign.is_fanned_out
            if handled == now.campaign.recipients or (not is_moving and await _is_over(rt, time.monotonic() - changed)):
                break
            await asyncio.sleep(_LOOK)
    return changed - began


async def _is_over(rt: Runtime, quiet: float) -> bool:
    """Tell whether nothing more will come, after so many seconds without a change."""
    if quiet <= _QUIET or quiet > _STILL:
        return quiet > _QUIET
    async with aiohttp.ClientSession() as session, session.get(f"{rt.settings.handsets}/stats") as answer:
        counts = await answer.json()
    return not (counts["on_their_way"] or counts["waiting"])


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
