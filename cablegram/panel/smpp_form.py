"""The form of a carrier's SMPP login: texts as typed, and the settings that they are. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Protocol

import msgspec

from cablegram.connectors.model import Connector, SmppSettings
from cablegram.kit.errors import Fault, InvalidInput

_OPTIONAL = ("media_tlv", "segment_limit", "segment_usable")  # empty: none
_SETTINGS = (
    "host", "port", "system_id", "system_type", "mode", "binds", "window", "throughput", "enquire_link_seconds",
    "response_seconds", "query_after_hours", "notices_from", "segment_overhead", *_OPTIONAL,
)  # fmt: skip
SHOWN = ("name", "password", *_SETTINGS)


class Sent(Protocol):
    """What a form sent."""

    def one(self, name: str) -> str:
        """Return a text; empty where there is none."""
        ...


@dataclass(slots=True)
class SmppForm:
    """The form as typed: texts, whatever the setting is."""

    name: str = ""
    host: str = ""
    port: str = "2775"
    system_id: str = ""
    password: str = ""
    system_type: str = ""
    mode: str = "transceiver"
    binds: str = "1"
    window: str = "50"
    throughput: str = "0"
    enquire_link_seconds: str = "30"
    response_seconds: str = "30"
    query_after_hours: str = "24"
    notices_from: str = ""
    media_tlv: str = ""
    segment_limit: str = ""
    segment_overhead: str = "7"
    segment_usable: str = ""

    @classmethod
    def typed(cls, sent: Sent) -> SmppForm:
        """Read what was typed."""
        texts = {name: sent.one(name).strip() for name in SHOWN if name != "password"}
        texts["segment_overhead"] = texts["segment_overhead"] or cls().segment_overhead
        return cls(**texts, password=sent.one("password"))

    @classmethod
    def of(cls, connector: Connector) -> SmppForm:
        """Write what is set; the password is never shown."""
        settings = msgspec.to_builtins(connector.settings)
        return cls(name=connector.name, **{name: _written(settings[name]) for name in _SETTINGS if name in settings})

    def settings(self) -> SmppSettings:
        """Return what it says. Raises InvalidInput (`bad_connector`) with a fault for each field that is wrong."""
        given = {name: value for name, value in asdict(self).items() if name in _SETTINGS}
        given = {name: None if name in _OPTIONAL and not value else value for name, value in given.items()}
        faults = [fault for name, value in given.items() if (fault := _check(name, value))]
        if faults:
            raise InvalidInput("bad_connector", faults[0].message, faults=faults)
        return msgspec.convert(given, SmppSettings, strict=False)


def _check(name: str, value: str | None) -> Fault | None:
    """Try one setting by itself, so that each is named that is wrong."""
    fit = {"host": "localhost", "system_id": "x"} | {name: value}
    try:
        msgspec.convert(fit, SmppSettings, strict=False)
    except msgspec.ValidationError as error:
        return Fault(name, "bad_connector", f"{(value or '')[:40]!r} does not fit: {str(error).partition(' - at')[0]}.")
    return None


def _written(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
