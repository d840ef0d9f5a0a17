"""Binds, windows, and what is delivered at least once, over TCP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from cablegram.kit.errors import Unavailable
from cablegram.simulators.link import CarrierLink
from cablegram.simulators.options import CarrierOptions, Outcomes
from cablegram.simulators.serve import Running, running
from cablegram.smpp import binding, codec, pdu, status
from cablegram.smpp.rules import Mode
from peers.esme import bound, connected, is_refused, is_unbound

ALL_REACHED = Outcomes(0, 0, 0)
FAST = CarrierOptions(
    smpp_port=0,
    http_port=0,
    outcomes=ALL_REACHED,
    response_delay=(0, 0.002),
    receipt_delay=(0.005, 0.02),
    retry_after=0.01,
)


@pytest.fixture
async def carrier() -> AsyncGenerator[Running]:
    async with running(FAST) as carrier:
        yield carrier


@pytest.mark.parametrize("mode", [Mode.TRANSCEIVER, Mode.TRANSMITTER, Mode.RECEIVER])
async def test_anybody_may_bind_in_each_mode(carrier: Running, mode: Mode) -> None:
    async with bound(carrier.smpp_port, mode, system_id="stranger", password="any") as esme:
        esme.unbind()
        await esme.until(lambda: is_unbound(esme) and esme.is_closed)


async def test_a_wrong_password_is_refused_and_the_right_one_not() -> None:
    async with running(replace(FAST, password="secret")) as carrier:
        async with connected(carrier.smpp_port) as esme:
            esme.bind(Mode.TRANSCEIVER, "acme", "wrong")
            await esme.until(lambda: esme.events)
            assert is_refused(esme) == status.ESME_RINVPASWD
        async with bound(carrier.smpp_port, password="secret"):
            pass


async def test_binds_may_be_refused_altogether() -> None:
    async with (
        running(replace(FAST, refuse_bind=status.ESME_RBINDFAIL)) as carrier,
        connected(carrier.smpp_port) as esme,
    ):
        esme.bind(Mode.TRANSCEIVER, "acme", "")
        await esme.until(lambda: esme.events)
        assert is_refused(esme) == status.ESME_RBINDFAIL


async def test_a_port_in_use_is_named(carrier: Running) -> None:
    for options in (replace(FAST, smpp_port=carrier.smpp_port), replace(FAST, http_port=carrier.http_port)):
        with pytest.raises(Unavailable) as caught:
            async with running(options):
                pass
        assert caught.value.code == "port_in_use"
        assert re.search(r"port \d+", caught.value.message)


async def test_a_receipt_goes_to_the_receiver_of_the_same_login(carrier: Running) -> None:
    async with (
        bound(carrier.smpp_port, Mode.TRANSMITTER) as transmitter,
        bound(carrier.smpp_port, Mode.RECEIVER, system_id="other") as stranger,
        bound(carrier.smpp_port, Mode.RECEIVER) as receiver,
    ):
        transmitter.send("4917012340000")
        await receiver.until(receiver.receipts)
        assert (transmitter.delivered, stranger.delivered) == ([], [])


async def test_several_receivers_share_the_receipts(carrier: Running) -> None:
    async with bound(carrier.smpp_port) as one, bound(carrier.smpp_port) as two:
        for number in range(60):
            one.send(f"49170123{number:04d}")
        await one.until(lambda: carrier.carrier.stats.receipts_acknowledged == 60)
        assert len(one.delivered) + len(two.delivered) == 60
        assert one.delivered
        assert two.delivered


async def test_receipts_wait_for_a_receiver(carrier: Running) -> None:
    async with bound(carrier.smpp_port, Mode.TRANSMITTER) as transmitter:
        transmitter.send("4917012340000")
        await transmitter.until(lambda: transmitter.answers)
    async with bound(carrier.smpp_port, Mode.RECEIVER) as receiver:
        await receiver.until(receiver.receipts)
        assert receiver.receipts()[0].message_id == transmitter.id_of("4917012340000")


async def test_what_was_not_acknowledged_comes_again_over_the_next_connection(carrier: Running) -> None:
    async with bound(carrier.smpp_port, acknowledges=False) as first:
        for number in range(5):
            first.send(f"49170123{number:04d}")
        await first.until(lambda: len(first.delivered) == 5)
        first.acknowledge(first.delivered[:2])
        await first.until(lambda: carrier.carrier.stats.receipts_acknowledged == 2)
        first.drop()
    kept = {each.source_addr for each in first.delivered[:2]}
    async with bound(carrier.smpp_port) as second:
        await second.until(lambda: len(second.delivered) == 3)
        assert kept | {each.source_addr for each in second.delivered} == {
            f"49170123{number:04d}" for number in range(5)
        }
        await second.until(lambda: carrier.carrier.stats.receipts_acknowledged == 5)
        assert carrier.carrier.counts()["waiting"] == 0


async def test_what_is_refused_comes_again_until_it_is_given_up(carrier: Running) -> None:
    async with bound(carrier.smpp_port, status=status.ESME_RX_T_APPN) as esme:
        esme.send("4917012340000")
        await esme.until(lambda: len(esme.delivered) == 2)
        await esme.until(lambda: len(esme.delivered) == 21)
        await esme.until(lambda: carrier.carrier.stats.given_up)
        assert carrier.carrier.counts()["waiting"] == 0


async def test_what_is_never_answered_comes_again() -> None:
    async with (
        running(replace(FAST, deliver_timeout=0.05)) as hasty,
        bound(hasty.smpp_port, acknowledges=False) as esme,
    ):
        esme.send("4917012340000")
        await esme.until(lambda: len(esme.delivered) == 2)
        first, second = esme.delivered
        assert first.sequence != second.sequence
        esme.acknowledge([first])  # late, but it says the same
        await esme.until(lambda: hasty.carrier.stats.receipts_acknowledged == 1)


async def test_deliveries_keep_to_the_window() -> None:
    options = replace(FAST, deliver_window=3)
    async with running(options) as carrier, bound(carrier.smpp_port, acknowledges=False) as esme:
        for number in range(7):
            esme.send(f"49170123{number:04d}")
        await esme.until(lambda: len(esme.delivered) == 3 and carrier.carrier.stats.receipts == 7)
        assert carrier.carrier.counts()["waiting"] == 4
        esme.acknowledge(esme.delivered[:1])
        await esme.until(lambda: len(esme.delivered) == 4)


@pytest.mark.parametrize(
    ("asked", "ending", "receipts"), [(0, "0000", 0), (1, "0000", 1), (2, "0000", 0), (2, "9002", 1)]
)
async def test_receipts_come_as_asked(carrier: Running, asked: int, ending: str, receipts: int) -> None:
    async with bound(carrier.smpp_port) as esme:
        esme.send(f"49170123{ending}", wants_receipt=asked)
        await esme.until(lambda: esme.answers)
        await esme.until(lambda: not carrier.carrier.counts()["on_their_way"])
        assert carrier.carrier.stats.receipts == receipts


async def test_more_than_the_window_is_throttled() -> None:
    options = replace(FAST, window=2, response_delay=(0.05, 0.05))
    async with running(options) as carrier, bound(carrier.smpp_port) as esme:
        for number in range(3):
            esme.send(f"49170123{number:04d}")
        await esme.until(lambda: len(esme.answers) == 3)
        assert [status for _, status, _ in esme.answers] == [0, 0, 0x58]
        esme.send("491701230009")
        await esme.until(lambda: len(esme.answers) == 4)
        assert esme.status_of("491701230009") == [0]


async def test_more_than_the_rate_is_throttled() -> None:
    async with running(replace(FAST, rate=10)) as carrier, bound(carrier.smpp_port) as esme:
        for number in range(30):
            esme.send(f"49170123{number:04d}")
        await esme.until(lambda: len(esme.answers) == 30)
        counts = Counter(status for _, status, _ in esme.answers)
        assert set(counts) == {0, 0x58}
        assert 10 <= counts[0] <= 15


async def test_the_same_seed_gives_the_same_fates() -> None:
    first, again, other = await _fates(seed=7), await _fates(seed=7), await _fates(seed=8)
    assert first == again
    assert first != other
    shares = Counter(first.values())
    assert all(10 <= shares[fate] <= 60 for fate in ("undeliverable", "expired", "11"))


async def _fates(*, seed: int) -> dict[str, str]:
    """Send to 300 numbers, and return what each receipt said, or the status of the refusal."""
    options = replace(FAST, seed=seed, outcomes=Outcomes(100, 100, 100))
    async with running(options) as carrier, bound(carrier.smpp_port) as esme:
        for start in range(0, 300, 100):
            for number in range(start, start + 100):
                esme.send(f"49170{number:05d}00")
            await esme.until(lambda start=start: len(esme.answers) == start + 100)
        refused = {number: str(code) for number, code, _ in esme.answers if code}
        await esme.until(lambda: len(esme.receipts()) == 300 - len(refused))
        reported = zip(esme.delivered, esme.receipts(), strict=True)
        return refused | {message.source_addr: found.state.value for message, found in reported}


async def test_the_journal_has_it_before_the_answer(tmp_path: Path) -> None:
    journal = tmp_path / "seen.jsonl"
    async with running(replace(FAST, journal=journal)) as carrier, bound(carrier.smpp_port) as esme:
        esme.send("4917012340000", b"\x05\x00\x03\x07\x02\x01Hello", esm_class=0x40)
        esme.send("4917012349004")
        esme.send("4917012349032")
        await esme.until(lambda: len(esme.answers) == 2)
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
    taken = esme.id_of("4917012340000")
    assert [(each["to"], each["id"], each["status"], each["taken"]) for each in lines] == [
        ("4917012340000", taken, 0, True),
        ("4917012349004", "", 0x0B, False),
        ("4917012349032", "", 0, False),
    ]
    assert lines[0] | {"at": ""} == {
        "at": "",
        "system_id": "acme",
        "from": "ACME",
        "to": "4917012340000",
        "id": taken,
        "status": 0,
        "taken": True,
        "esm_class": 0x40,
        "part": [7, 2, 1],
        "text": "Hello",
    }


async def test_a_message_can_be_asked_about_and_cancelled() -> None:
    async with running(replace(FAST, receipt_delay=(0.3, 0.3))) as carrier, bound(carrier.smpp_port) as esme:
        esme.send("4917012340000")
        esme.send("4917012340001")
        await esme.until(lambda: len(esme.answers) == 2)
        cancelled, delivered = esme.id_of("4917012340000"), esme.id_of("4917012340001")
        esme.submit(("c", pdu.CancelSm(cancelled)), ("q", pdu.QuerySm(cancelled)), ("e", pdu.QuerySm(delivered)))
        esme.submit(("n", pdu.QuerySm("none")), ("m", pdu.CancelSm("none")), ("r", pdu.ReplaceSm(delivered)))
        esme.submit(("s", pdu.Other(0x21, b"")))
        await esme.until(lambda: len(esme.replies) == 7)
        replies = dict(esme.replies)
        state = {name: reply.message_state for name, reply in replies.items() if isinstance(reply, pdu.QuerySmResp)}
        assert state == {"q": 4, "e": 1, "n": 0}
        refused = {name: getattr(reply, "status", None) for name, reply in replies.items()}
        assert refused == {"c": 0, "q": 0, "e": 0, "n": 0x67, "m": 0x11, "r": 0x03, "s": 0x03}
        await esme.until(esme.receipts)
        assert [each.source_addr for each in esme.delivered] == ["4917012340001"]
        esme.submit(("d", pdu.QuerySm(delivered)), ("l", pdu.CancelSm(delivered)))
        await esme.until(lambda: len(esme.replies) == 9)
        done, late = esme.replies[-2][1], esme.replies[-1][1]
        assert isinstance(done, pdu.QuerySmResp)
        assert (done.message_state, len(done.final_date)) == (2, 16)
        assert late == pdu.CancelSmResp(status.ESME_RCANCELFAIL, late.sequence)


async def test_data_sm_is_taken_too(carrier: Running) -> None:
    async with bound(carrier.smpp_port) as esme:
        message = pdu.DataSm("ACME", "4917012340000", registered_delivery=1, tlvs=((0x0424, b"Hello"),))
        esme.submit(("d", message))
        await esme.until(esme.receipts)
        assert esme.receipts()[0].message_id == esme.id_of("d")
        assert carrier.carrier.phones.conversation("4917012340000")[0].text == "Hello"


async def test_octets_may_come_one_by_one(carrier: Running) -> None:
    async with connected(carrier.smpp_port) as esme:
        for octet in codec.encode(binding.BindTransmitter("acme"), 1) + codec.encode(pdu.SubmitSm("A", "4917"), 2):
            esme.write(bytes((octet,)))
            await asyncio.sleep(0)
        await esme.until(lambda: len(esme.events) == 2)


async def test_garbage_is_nacked_and_hung_up_on(carrier: Running) -> None:
    async with connected(carrier.smpp_port) as esme:
        esme.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await esme.until(lambda: esme.is_closed)
        assert "Unmatched" in esme.order  # the nack: to us, an answer to nothing we asked
    assert not carrier.carrier.links


async def test_who_does_not_read_is_not_read_from_until_they_do(carrier: Running) -> None:
    reader, writer, link = await _deaf(carrier)
    enquiries = codec.encode(binding.EnquireLink(), 1) * 1024
    written = 0
    async with asyncio.timeout(20):
        while _is_read_from(link):
            writer.write(enquiries)
            written += len(enquiries)
            await asyncio.sleep(0)
    async with bound(carrier.smpp_port) as esme:  # and nobody else notices
        esme.send("4917012340000")
        await esme.until(esme.receipts)
    assert not _is_read_from(link)
    async with asyncio.timeout(20):
        assert len(await reader.readexactly(written)) == written
    assert _is_read_from(link)
    writer.close()
    await writer.wait_closed()


async def test_who_does_not_read_does_not_hold_the_end_up() -> None:
    async with running(FAST) as carrier:
        _, writer, link = await _deaf(carrier)
        while _is_read_from(link):
            writer.write(codec.encode(binding.EnquireLink(), 1) * 1024)
            await asyncio.sleep(0)
    assert not carrier.carrier.links
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def _deaf(carrier: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, CarrierLink]:
    """Connect a client that reads only when it is told to, over small buffers; return its end and the carrier's."""
    here = socket.socket()
    here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    here.setblocking(False)
    await asyncio.get_running_loop().sock_connect(here, ("127.0.0.1", carrier.smpp_port))
    reader, writer = await asyncio.open_connection(sock=here, limit=4096)
    writer.write(codec.encode(binding.EnquireLink(), 1))
    assert len(await reader.readexactly(16)) == 16
    (link,) = carrier.carrier.links
    assert link._transport is not None
    there = link._transport.get_extra_info("socket")
    there.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return reader, writer, link


def _is_read_from(link: CarrierLink) -> bool:
    assert link._transport is not None
    return link._transport.is_reading()


async def test_the_carrier_says_good_bye(carrier: Running) -> None:
    async with connected(carrier.smpp_port) as stranger, bound(carrier.smpp_port) as esme:
        await stranger.until(lambda: len(carrier.carrier.links) == 2)
        carrier.carrier.stop()
        await esme.until(lambda: is_unbound(esme))
        await stranger.until(lambda: stranger.is_closed)
        await asyncio.wait_for(carrier.carrier.deserted(), 5)
