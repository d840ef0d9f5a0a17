"""Run the simulated carrier as a process of its own."""

from __future__ import annotations

import uvloop

from cablegram.simulators.options import CarrierOptions
from cablegram.simulators.serve import Running, serve


def run(options: CarrierOptions) -> None:
    """Serve until SIGTERM or SIGINT. Raises Unavailable (`port_in_use`)."""
    uvloop.run(serve(options, announce=_announce))


def _announce(carrier: Running) -> None:
    print(f"carrier: smpp://{carrier.host}:{carrier.smpp_port} handsets: {carrier.http_url}", flush=True)
