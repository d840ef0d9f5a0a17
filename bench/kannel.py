"""Kannel, as Debian ships it: a configuration of ours, its two boxes, and what they cost."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.load import Sink
from bench.machine import free_port, listens, process, wait_for
from bench.peer import Peer

_CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = bar
status-password = bar
admin-allow-ip = "127.0.0.1"
smsbox-port = {boxes}
box-allow-ip = "127.0.0.1"
log-level = 3
store-type = spool
store-location = {folder}
store-dump-freq = 10
dlr-storage = internal
sms-resend-freq = 5
sms-resend-retry = -1

group = smsc
smsc = smpp
smsc-id = sink
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = kannel
smsc-password = kannel
system-type = ""
interface-version = 34
address-range = ""
enquire-link-interval = 30
reconnect-delay = 1
max-pending-submits = {window}
wait-ack = 20
log-level = 3

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {door}
global-sender = 1000
log-level = 3
http-request-retry = 2
http-queue-delay = 2

group = sendsms-user
username = u
password = p
max-messages = 10
concatenation = true

group = sms-service
keyword = default
get-url = "http://127.0.0.1:{callbacks}/mo?from=%p&to=%P&text=%a"
max-messages = 0
catch-all = true
"""


@contextmanager
def kannel(folder: Path, sink: Sink, *, window: int = 100) -> Generator[Peer]:
    """Run Kannel for a block, with a spool of its own."""
    spool = folder / "spool"
    spool.mkdir(parents=True)
    boxes, door = free_port(), free_port()
    configuration = folder / "kannel.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            admin=free_port(),
            boxes=boxes,
            folder=spool,
            smpp=sink.smpp_port,
            window=window,
            door=door,
            callbacks=sink.callback_port,
        )
    )
    log = folder / "kannel.log"
    with process(["bearerbox", "-v", "3", configuration], log=log) as bearerbox:
        wait_for(lambda: listens(boxes), bool, "bearerbox listens")
        with process(["smsbox", "-v", "3", configuration], log=log) as smsbox:
            wait_for(lambda: listens(door), bool, "smsbox listens")
            callback = quote(f"http://127.0.0.1:{sink.callback_port}/receipt?state=%d", safe="")
            yield Peer(
                name="kannel",
                url=f"http://127.0.0.1:{door}",
                path="/cgi-bin/sendsms",
                text_field="text",
                receipts=f"&dlr-mask=3&dlr-url={callback}",
                pids={"bearerbox": bearerbox.pid, "smsbox": smsbox.pid},
            )
