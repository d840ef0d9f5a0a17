"""Where connectors lead, and which of these places are nobody's business (SSRF). Pure.

What is plainly private is refused when it is saved. What a name turns out to be is judged again, by the address, when
somebody connects (`runtime.outbound`); this here only says so early.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from cablegram.connectors import registry
from cablegram.connectors.model import Settings, SmppSettings
from cablegram.kit.errors import Fault, Refused
from cablegram.kit.public_address import is_allowed, leads_home

_PORTS = {"http": 80, "https": 443}
_ORDINARY = 1024  # ports under it have services of their own: mail, files, logins


def hosts_of(kind: str, settings: Settings) -> dict[str, tuple[str, int]]:
    """Return where a connector leads, host and port, by the field that says so."""
    if isinstance(settings, SmppSettings):
        return {"settings.host": (settings.host, settings.port)}
    found: dict[str, tuple[str, int]] = {}
    for field, url in registry.KINDS[kind].addresses(settings).items():
        parts = urlsplit(url or registry.KINDS[kind].home)
        if parts.hostname:
            found[field] = (parts.hostname, parts.port or _PORTS.get(parts.scheme, 443))
    return found


def check(
    kind: str, settings: Settings, allowed: Collection[str], *, is_own: bool, of_operator: Collection[str] = ()
) -> None:
    """Raise Refused (`address_not_public`) for a connector that plainly leads into somebody's house.

    Of an account's own also for one that leads to a port where the web is not spoken (`address_invalid`).
    An SMPP login of the operator's may: carriers are reached through tunnels, and who runs the house may go anywhere.
    `of_operator` are hosts that are allowed for the operator's connectors: of an own one the refusal says so.
    """
    if isinstance(settings, SmppSettings) and not is_own:
        return
    faults = [
        Fault(field, "address_not_public", _message(host, is_own=is_own, of_operator=of_operator))
        for field, (host, _) in hosts_of(kind, settings).items()
        if leads_home(host) and not is_allowed(host, allowed)
    ]
    if is_own:
        faults += [
            Fault(field, "address_invalid", f"It names port {port}; of those under 1024 only 80 and 443 are called.")
            for field, (_, port) in hosts_of(kind, settings).items()
            if port < _ORDINARY and port not in _PORTS.values() and not isinstance(settings, SmppSettings)
        ]
    if faults:
        raise Refused(faults[0].code, faults[0].message, faults=faults)


def _message(host: str, *, is_own: bool, of_operator: Collection[str]) -> str:
    setting = "CABLEGRAM_ALLOW_PRIVATE_CUSTOMERS" if is_own else "CABLEGRAM_ALLOW_PRIVATE_PROVIDERS"
    said = (
        f"{host} is no address of the open internet. Where a provider is really there, the operator allows it with "
        f"{setting}."
    )
    if is_own and is_allowed(host, of_operator):
        said += " CABLEGRAM_ALLOW_PRIVATE_PROVIDERS opens it for the operator's connectors alone."
    return said
