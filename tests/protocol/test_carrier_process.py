"""The carrier as a process of its own, and clients that are not ours."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from smpplib import client as smpplib_client
from smpplib import consts

from cablegram.simulators.options import CarrierOptions, Outcomes
from cablegram.simulators.serve import running
from cablegram.smpp import pdu, receipt
from cablegram.smpp.receipt import State
from peers.esme import bound, is_unbound

ANNOUNCED = re.compile(r"smpp://127\.0\.0\.1:(?P<smpp>\d+) handsets: http://127\.0\.0\.1:(?P<http>\d+)")


@dataclass
class Started:
    process: asyncio.subprocess.Process
    smpp_port: int


@asynccontextmanager
async def _started(*options: str) -> AsyncGenerator[Started]:
    command = [sys.executable, "-m", "cablegram", "carrier", "--smpp-port", "0", "--http-port", "0", *options]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        found = ANNOUNCED.search(line)
        assert found, line
        yield Started(process, int(found["smpp"]))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_in_good_order_when_told_to(sign: signal.Signals) -> None:
    async with _started() as started, bound(started.smpp_port) as esme:
        started.process.send_signal(sign)
        await esme.until(lambda: is_unbound(esme) and esme.is_closed)
        assert await asyncio.wait_for(started.process.wait(), 10) == 0


async def test_all_that_was_answered_is_in_the_journal_after_a_kill(tmp_path: Path) -> None:
    journal = tmp_path / "seen.jsonl"
    async with _started("--journal", str(journal)) as started, bound(started.smpp_port) as esme:
        for number in range(100):
            esme.send(f"4917012340{number:03d}")
        await esme.until(lambda: len(esme.answers) >= 30)
        started.process.kill()
        await esme.until(lambda: esme.is_closed)
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    seen = {(line["to"], line["id"]) for line in lines if line["taken"]}
    assert {(number, message_id) for number, status, message_id in esme.answers if not status} <= seen
    async with _started("--journal", str(journal)) as started, bound(started.smpp_port) as esme:
        esme.send("491701234001")
        await esme.until(lambda: esme.answers)
    more = [json.loads(line) for line in journal.read_text().splitlines()]
    assert more[: len(lines)] == lines
    ids = [line["id"] for line in more if line["taken"]]
    assert len(set(ids)) == len(ids)  # a new start uses no id again


def _talk(port: int) -> tuple[list[Any], list[Any]]:
    """Send three messages with smpplib, and read until their receipts have come."""
    sent: list[Any] = []
    received: list[Any] = []
    client = smpplib_client.Client("127.0.0.1", port, allow_unknown_opt_params=True)
    client.set_message_sent_handler(lambda pdu, **_: sent.append(pdu))
    client.set_message_received_handler(lambda pdu, **_: received.append(pdu))
    client.connect()
    try:
        client.bind_transceiver(system_id="smpplib", password="secret")
        for number in ("4917012340000", "4917012349002", "4917012349015"):
            client.send_message(
                source_addr_ton=consts.SMPP_TON_ALNUM,
                source_addr="ACME",
                dest_addr_ton=consts.SMPP_TON_INTL,
                dest_addr_npi=consts.SMPP_NPI_ISDN,
                destination_addr=number,
                short_message=b"Hello",
                data_coding=0,
                registered_delivery=True,
            )
        while len(received) < 3:
            client.read_once()
        client.unbind()
    finally:
        client.disconnect()
    return sent, received


async def test_smpplib_sends_and_gets_receipts() -> None:
    options = CarrierOptions(smpp_port=0, http_port=0, password="secret", outcomes=Outcomes(0, 0, 0))
    async with running(options) as carrier:
        sent, received = await asyncio.to_thread(_talk, carrier.smpp_port)
        await asyncio.wait_for(carrier.carrier.deserted(), 5)
        assert carrier.carrier.stats.receipts_acknowledged == 3
        assert carrier.carrier.phones.conversation("4917012340000")[0].text == "Hello"
    ids = {each.message_id.decode() for each in sent}
    states = {
        each.source_addr.decode(): receipt.read(
            pdu.DeliverSm("", "", each.short_message or b"", each.esm_class, tlvs=_parameters(each))
        )
        for each in received
    }
    assert {found.message_id for found in states.values() if found} == ids
    assert {number: found.state for number, found in states.items() if found} == {
        "4917012340000": State.DELIVERED,
        "4917012349002": State.UNDELIVERABLE,
        "4917012349015": State.DELIVERED,
    }


def _parameters(message: Any) -> tuple[tuple[int, bytes], ...]:  # noqa: ANN401 - smpplib has no types
    """Return what smpplib read of the parameters of a receipt."""
    return ((0x1E, message.receipted_message_id), (0x0427, bytes((message.message_state,))))
