"""`cablegram secret-key`: make a key for CABLEGRAM_SECRET_KEY."""

from __future__ import annotations

from cablegram.kit.seal import Seal


def secret_key() -> None:
    """Print a fresh key: set it where several machines share one database."""
    print(Seal.new_key())
