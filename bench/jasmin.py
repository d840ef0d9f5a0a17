"""Jasmin from PyPI, with RabbitMQ and Redis from Debian, each process on ports of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.load import Sink
from bench.machine import free_port, listens, process, wait_for
from bench.peer import Peer
from bench.sink import Behavior

VERSION = "0.11.1"
_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_SETTINGS = """
[amqp-broker]
port = {amqp}
[redis-client]
port = {redis}
[http-api]
bind = 127.0.0.1
port = {door}
[jcli]
bind = 127.0.0.1
port = {jcli}
authentication = False
[router]
bind = 127.0.0.1
port = {router}
[client-management]
bind = 127.0.0.1
port = {clients}
[smpp-server]
bind = 127.0.0.1
port = {smpp}
[smpp-server-pb]
bind = 127.0.0.1
port = {pb}
[smpp-server-pb-client]
port = {pb}
"""
_PORTS = ("amqp", "redis", "door", "jcli", "router", "clients", "smpp", "pb", "erlang", "epmd")
# What an operator types into its console.
_CONSOLE = """
group -a
gid bench
ok
user -a
uid bench
gid bench
username u
password p
ok
smppccm -a
cid sink
host 127.0.0.1
port {sink}
username s
password p
submit_throughput 0
ok
mtrouter -a
type DefaultRoute
connector smppc(sink)
rate 0.00
ok
smppccm -1 sink
"""


def missing() -> list[str]:
    """Return what has to be installed first."""
    return [
        name
        for name, there in (("rabbitmq-server", _RABBITMQ.exists()), ("redis-server", shutil.which("redis-server")))
        if not there
    ]


def install(folder: Path) -> Path:
    """Make a virtual environment with Jasmin and return its Python.

    Version 0.11.1 forwards no receipts (jookies/jasmin#1236): what listens for answers reads them from the request. Its
    copy is mended here, in two statements, or there would be nothing to compare.
    """
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"jasmin=={VERSION}", "setuptools<81"], check=True)
    [listeners] = folder.glob("lib/python*/site-packages/jasmin/managers/listeners.py")
    listeners.write_text(listeners.read_text().replace("_pdu.response", "r.response"))
    return python


@contextmanager
def jasmin(folder: Path, sink: Sink, environment: Path) -> Generator[Peer]:
    """Run Jasmin and what it stands on for a block."""
    python = install(environment)
    ports = {name: free_port() for name in _PORTS}
    settings = _prepare(folder, environment, ports)
    env = os.environ | _rabbit(folder, ports) | {
        "ROOT_PATH": str(folder), "CONFIG_PATH": f"{folder}/etc/jasmin/", "LOG_PATH": f"{folder}/var/log/jasmin",
    }  # fmt: skip
    log = folder / "log"
    with ExitStack() as stack:

        def run(name: str, *command: str | Path, port: str = "") -> None:
            pids[name] = stack.enter_context(process(command, log=log, env=env, cwd=folder)).pid
            if port:
                wait_for(lambda: listens(ports[port]), bool, f"{name} listens")

        pids: dict[str, int] = {}
        run("redis", "redis-server", "--port", str(ports["redis"]), "--bind", "127.0.0.1", "--save", "", port="redis")
        run("rabbitmq", _RABBITMQ, port="amqp")
        scripts = python.parent
        run("jasmind", python, scripts / "jasmind.py", "-c", settings, port="jcli")
        run("dlrlookupd", python, scripts / "dlrlookupd.py", "-c", settings)
        run("dlrd", python, scripts / "dlrd.py", "-c", settings)
        _type(ports["jcli"], _CONSOLE.format(sink=sink.smpp_port).split("\n"))
        callback = quote(f"http://127.0.0.1:{sink.callback_port}/receipt", safe="")
        yield Peer(
            name="jasmin",
            url=f"http://127.0.0.1:{ports['door']}",
            path="/send",
            text_field="content",
            receipts=f"&dlr=yes&dlr-level=2&dlr-method=GET&dlr-url={callback}",
            pids=pids,
            # A receipt that comes before it has written down the carrier's answer is tried again after ten seconds.
            carrier=Behavior(receipt_after=0.5),
            longest_pause=12.0,
        )


def _prepare(folder: Path, environment: Path, ports: dict[str, int]) -> Path:
    for name in ("etc/jasmin/resource", "etc/jasmin/store", "var/log/jasmin", "var/run", "rabbit"):
        (folder / name).mkdir(parents=True)
    [specification] = environment.glob("lib/python*/site-packages/txamqp/specs/standard/amqp0-9-1.stripped.xml")
    shutil.copy(specification, folder / "etc/jasmin/resource/amqp0-9-1.xml")
    settings = folder / "etc/jasmin/jasmin.cfg"
    settings.write_text(_SETTINGS.format(**ports))
    return settings


def _rabbit(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"bench{ports['amqp']}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(ports["amqp"]),
        "RABBITMQ_DIST_PORT": str(ports["erlang"]),
        "RABBITMQ_MNESIA_BASE": f"{folder}/rabbit",
        "RABBITMQ_LOG_BASE": f"{folder}/rabbit",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/rabbit/plugins",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbit/none",
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }


def _type(port: int, lines: Sequence[str]) -> None:
    """Type lines into Jasmin's console, each when it has fallen silent after the one before."""
    with socket.create_connection(("127.0.0.1", port)) as console:
        console.settimeout(0.3)
        for line in ("", *filter(None, lines)):
            console.sendall(line.encode() + b"\r\n")
            with contextlib.suppress(TimeoutError):
                while console.recv(4096):
                    pass
