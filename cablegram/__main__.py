"""Run the command line as `python -m cablegram`."""

from __future__ import annotations

from cablegram.cli.main import main

main()
