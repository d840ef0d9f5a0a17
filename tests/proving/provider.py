"""The provider of the runs: `cablegram provider twilio`, but patient. It tells a receipt again until somebody is there.

python -m proving.provider PORT ACCOUNT SECRET JOURNAL
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvloop

from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.serve import RunningProvider, serve
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio
from proving.saying import say

_RETRIES = 9  # after 1/4, 1/2 ... 64 seconds: a machine with much else to do takes long to start the system again
_FIRST = 0.25


def main() -> None:
    """Run it until stopped; say a line when it listens."""
    port, account, secret, journal = sys.argv[1:]
    options = ProviderOptions(
        port=int(port), journal=Path(journal), receipt_delay=0.04, retries=_RETRIES, retry_delay=_FIRST
    )
    uvloop.run(serve(Twilio(Credentials(account, secret)), options, announce=_announce))


def _announce(running: RunningProvider) -> None:
    say(f"twilio: {running.url}")


if __name__ == "__main__":
    main()
