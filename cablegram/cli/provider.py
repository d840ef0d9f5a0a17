"""`cablegram provider`: a simulated provider, a process with the API of a real one, for who has no account yet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import Parameter

from cablegram.simulators.provider.kinds import KINDS, made
from cablegram.simulators.provider.options import ProviderOptions, Receipts
from cablegram.simulators.provider.serve import RunningProvider, serve
from cablegram.simulators.provider.shape import Credentials


def provider(
    kind: Annotated[str, Parameter(help=f"One of {', '.join(KINDS)}.")],
    /,
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(help="0 takes any that is free, and says which.")] = 2790,
    account: Annotated[str, Parameter(help="The account that clients must name; else a made-up one.")] = "",
    secret: Annotated[str, Parameter(help="The token that clients must show; else a made-up one.")] = "",
    signing_secret: Annotated[str, Parameter(help="What callbacks are signed with, if not with the token.")] = "",
    callback_url: Annotated[str, Parameter(help="Tell receipts there, unless a request names an address.")] = "",
    inbound_url: Annotated[str, Parameter(help="Tell texts from phones there.")] = "",
    journal: Annotated[
        Path | None, Parameter(help="Append a line here for each message seen, before it is answered.")
    ] = None,
    rate: Annotated[float | None, Parameter(help="Refuse (429) above so many requests a second.")] = None,
    answer_ms: Annotated[float, Parameter(help="Answer after so many milliseconds.")] = 0.0,
    receipt_ms: Annotated[float, Parameter(help="Send receipts after so many milliseconds.")] = 200.0,
    receipts: Annotated[Receipts, Parameter(help="Tell all receipts, only final ones, or none.")] = Receipts.ALL,
) -> None:
    """Run a simulated provider until stopped. The last digits of a number choose what goes wrong: see the docs."""
    options = ProviderOptions(
        host=host,
        port=port,
        journal=journal,
        callback_url=callback_url,
        inbound_url=inbound_url,
        answer_delay=answer_ms / 1000,
        receipt_delay=receipt_ms / 1000,
        receipts=receipts,
        rate=rate,
    )
    api = made(kind, Credentials(account, secret, signing_secret))
    uvloop.run(serve(api, options, announce=_announce))


def _announce(running: RunningProvider) -> None:
    print(f"{running.desk.api.name}: {running.url}", flush=True)
    for name, value in running.desk.api.welcome().items():
        print(f"  {name}: {value}", flush=True)
