"""Where sockets of others' making may lead: the open internet, and what the operator allowed by name or address."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.kit.public_address import is_allowed, is_public


class Closed(OSError):
    """The address that a socket was to connect to is not one of the open internet, and nobody allowed it."""

    def __init__(self) -> None:
        super().__init__(
            "it is no address of the open internet (CABLEGRAM_ALLOW_PRIVATE_PROVIDERS says which others the operator's "
            "connectors may call, CABLEGRAM_ALLOW_PRIVATE_CUSTOMERS which others customers may have called)"
        )


def check(address: str, allowed: Iterable[str], *, name: str) -> None:
    """Raise Closed unless a socket may connect to an address; `name` is the host that was asked for.

    Where the operator allowed that name, it may be at any address; the same address stays closed under other names.
    """
    allowed = tuple(allowed)
    if not (is_public(address) or is_allowed(address, allowed) or is_allowed(name, allowed)):
        raise Closed
