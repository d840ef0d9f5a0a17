"""What to tell whoever sets a connector up: how it counts, what we can't see, what its provider wants. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.connectors import registry
from cablegram.connectors.contract import Trouble
from cablegram.connectors.model import Connector, Settings, SmppSettings
from cablegram.connectors.providers.kinds import Kind
from cablegram.text.profiles import FLAT120

NO_ADDRESS = "(set CABLEGRAM_PUBLIC_URL: without it no provider can call this installation)"

CONSEQUENCES = {
    Trouble.RECIPIENT: "A number refused so counts as bounced.",
    Trouble.OPTED_OUT: "A number refused so goes on the blacklist.",
    Trouble.CONTENT: "A message refused so is rejected: look at its text.",
    Trouble.TEMPORARY: "A message refused so is tried again later.",
    Trouble.THROTTLED: "A message refused so is tried again, and all go slower.",
    Trouble.ACCOUNT: "A connector refused so pauses, and its messages wait.",
    Trouble.CONFIG: "A message refused so is rejected: it can't go as it is.",
}


def notices(connector: Connector) -> list[str]:
    """Return what is to be kept in mind about a connector (R43, R129)."""
    kind = registry.KINDS[connector.kind]
    return [length(connector.traits.usable_characters), quota(kind), *_setup(connector)]


def length(usable: int | None) -> str:
    """Say how the gateway counts segments (R43)."""
    if usable is None:
        return (
            "Segments are counted as the network cuts texts: 160 and 153 characters, or 70 and 67 beyond GSM 03.38. A "
            f"gateway that names 127 characters as its limit uses about {FLAT120.usable} of them: set that figure."
        )
    steps = f"{usable} are 1 segment, {usable + 1} are 2, {2 * usable + 1} are 3"
    return f"This gateway bills by {usable} characters: {steps}."


def quota(kind: Kind) -> str:
    """Say that a provider has limits which nobody here can see (R129)."""
    return (
        f"{kind.title} may have quotas and limits of its own which can't be seen from here. What it refuses for them "
        "shows as rejected or failed, with its own code; nothing is dropped in silence."
    )


def console(kind: Kind, callback_url: str) -> list[str]:
    """Return what to set at the provider, step by step, the address that it calls filled in."""
    return filled(kind.console, callback_url)


def filled(steps: Iterable[str], callback_url: str) -> list[str]:
    """Return steps with the address that the provider calls; "" where there is none."""
    return [step.replace("{callback_url}", callback_url or NO_ADDRESS) for step in steps]


def explained(kind: Kind, code: str) -> str:
    """Return what one of the provider's codes means and what follows from it; "" where we know nothing of it."""
    trouble, words = kind.errors.get(code, ("", ""))
    consequence = CONSEQUENCES.get(Trouble(trouble)) if trouble else None
    return " ".join(f"{part[0].upper()}{part[1:].rstrip('.')}." for part in (words, consequence) if part)


def _setup(connector: Connector) -> list[str]:
    return [_untested(connector.settings)] if connector.tested_at is None and not connector.is_simulated else []


def _untested(settings: Settings) -> str:
    if isinstance(settings, SmppSettings):
        return "It has not been bound yet; campaigns over it are refused until then."
    return "Its provider has not taken a test message yet; campaigns over it are refused until then."
