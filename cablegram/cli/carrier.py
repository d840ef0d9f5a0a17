"""`cablegram carrier`: the simulated carrier, a process that speaks SMPP to anyone and has phones to look at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import Parameter

from cablegram.runtime.settings import Settings
from cablegram.simulators.options import CarrierOptions, IdDialect
from cablegram.simulators.serve import Running, serve


def carrier(
    *,
    host: str | None = None,
    smpp_port: int | None = None,
    http_port: int | None = None,
    seed: int = 1,
    journal: Annotated[
        Path | None, Parameter(help="Append a line here for each message seen, before it is answered.")
    ] = None,
    ids: Annotated[
        IdDialect, Parameter(help="How message ids are written in answers and receipts.")
    ] = IdDialect.DECIMAL,
    rate: Annotated[float | None, Parameter(help="Throttle (0x58) above so many messages a second.")] = None,
    password: Annotated[str, Parameter(help="Refuse binds with another password; none lets everybody in.")] = "",
    response_ms: Annotated[tuple[float, float], Parameter(help="Answer after so many milliseconds, from and to.")] = (
        0.0,
        2.0,
    ),
    receipt_ms: Annotated[tuple[float, float], Parameter(help="Send receipts after so many milliseconds.")] = (
        50.0,
        300.0,
    ),
) -> None:
    """Run the simulated carrier until stopped. The last digits of a number choose what goes wrong: see the docs."""
    settings = Settings.read(os.environ)
    run(
        CarrierOptions(
            host=host or settings.carrier_host,
            smpp_port=settings.carrier_port if smpp_port is None else smpp_port,
            http_port=settings.handset_port if http_port is None else http_port,
            seed=seed,
            journal=journal,
            ids=ids,
            rate=rate,
            password=password,
            response_delay=(response_ms[0] / 1000, response_ms[1] / 1000),
            receipt_delay=(receipt_ms[0] / 1000, receipt_ms[1] / 1000),
        )
    )


def run(options: CarrierOptions) -> None:
    """Serve until SIGTERM or SIGINT. Raises Unavailable (`port_in_use`)."""
    uvloop.run(serve(options, announce=_announce))


def _announce(running: Running) -> None:
    print(f"carrier: smpp://{running.host}:{running.smpp_port} handsets: {running.http_url}", flush=True)
