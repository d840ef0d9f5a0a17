"""How a link logs in at its carrier."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from cablegram.connectors.model import SmppSettings
from cablegram.smpp.binding import Bind, BindReceiver, BindTransceiver, BindTransmitter

_BINDS = {"transceiver": BindTransceiver, "transmitter": BindTransmitter, "receiver": BindReceiver}


@dataclass(slots=True)
class Login:
    """How to bind: `half` is transceiver, transmitter or receiver.

    `allowed` None: its host may be anywhere, for the operator gave it; else of the open internet, or one of these.
    """

    settings: SmppSettings
    password: str = field(repr=False)
    half: str = "transceiver"
    allowed: Collection[str] | None = None

    def request(self) -> Bind:
        """Return the bind to ask for."""
        settings = self.settings
        return _BINDS[self.half](system_id=settings.system_id, password=self.password, system_type=settings.system_type)
