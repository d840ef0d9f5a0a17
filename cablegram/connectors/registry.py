"""Which kinds of connectors there are, and what each makes of a connector's settings and secrets. Pure.

Secrets are sealed as the JSON of their struct; SMPP's, which has but one, as the password itself.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, cast

import msgspec

from cablegram.connectors import smpp_kind
from cablegram.connectors.model import Connector, Settings, SmppSettings, Traits
from cablegram.connectors.providers import aws_sms, instasent, plivo, twilio, vonage_messages, vonage_sms
from cablegram.connectors.providers.contract import Provider
from cablegram.connectors.providers.generic import kind as generic
from cablegram.connectors.providers.kinds import HttpSettings, Kind
from cablegram.connectors.providers.name_book import NameBook
from cablegram.connectors.providers.number_shop import NumberShop
from cablegram.connectors.smpp_kind import SmppSecrets
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ConnectorId
from cablegram.kit.seal import Seal

SMPP: Final = smpp_kind.KIND.name

_ALL = (
    twilio.KIND,
    plivo.KIND,
    vonage_sms.KIND,
    vonage_messages.KIND,
    instasent.KIND,
    aws_sms.KIND,
    smpp_kind.KIND,
    generic.KIND,
)

KINDS: Final = MappingProxyType({kind.name: kind for kind in _ALL})
"""All kinds by their names, in the order of the gallery."""

_HARMLESS = frozenset(
    {
        "binds", "caller_names", "concurrency", "enquire_link_seconds", "query_after_hours", "response_seconds",
        "segment_limit", "segment_overhead", "segment_usable", "throughput", "usable_characters", "window",
    }
)  # fmt: skip


def kind_of(name: str) -> Kind:
    """Return a kind. Raises InvalidInput (`unknown_kind`)."""
    if name not in KINDS:
        raise InvalidInput("unknown_kind", f"There is no kind of connector {name!r}. There are: {', '.join(KINDS)}.")
    return KINDS[name]


def read_settings(kind: str, kept: object) -> Settings:
    """Return settings as they are kept: what JSON gave. Raises msgspec.ValidationError."""
    return cast("Settings", msgspec.convert(kept, KINDS[kind].settings))


def traits_of(kind: str, settings: Settings) -> Traits:
    """Return what every statement may know of a connector without its kind. Raises InvalidInput (`bad_profile`)."""
    if isinstance(settings, SmppSettings):
        return smpp_kind.traits_of(settings)
    return Traits(
        carries_media=KINDS[kind].has_media(settings),
        usable_characters=settings.usable_characters,
        needs=KINDS[kind].needs(settings),
    )


def leads_elsewhere(before: Settings, after: Settings) -> bool:
    """Tell whether settings differ in more than how fast, how patiently and by what count a connector sends."""
    fields = {name for name in after.__struct_fields__ if name not in _HARMLESS}
    return any(getattr(before, name) != getattr(after, name) for name in fields)


def seal_secrets(secrets: msgspec.Struct, seal: Seal, connector_id: ConnectorId) -> bytes:
    """Seal a connector's secrets."""
    plain = secrets.password if isinstance(secrets, SmppSecrets) else msgspec.json.encode(secrets).decode()
    return seal.close(plain, connector_id.bytes)


def open_secrets(connector: Connector, seal: Seal) -> msgspec.Struct:
    """Open a connector's secrets. Raises InvalidInput (`seal_broken`)."""
    plain = seal.open(connector.sealed_secret, connector.id.bytes) if connector.sealed_secret else ""
    if connector.kind == SMPP:
        return SmppSecrets(password=plain)
    return msgspec.json.decode(plain or "{}", type=KINDS[connector.kind].secrets)


def build(kind: str, settings: HttpSettings, secrets: msgspec.Struct) -> Provider:
    """Return the provider of settings and secrets.

    Raises InvalidInput with a fault for each field that does not fit.
    """
    make = KINDS[kind].build
    if make is None:
        raise InvalidInput("unknown_kind", f"A connector of the kind {kind!r} has links of its own and no provider.")
    return make(settings, secrets)


def provider(connector: Connector, seal: Seal) -> Provider:
    """Return the provider of a connector over HTTP, its secrets unsealed.

    Raises InvalidInput: `seal_broken`, or what its kind says of settings that it does not take any more.
    """
    return build(connector.kind, cast("HttpSettings", connector.settings), open_secrets(connector, seal))


def number_shop(connector: Connector, seal: Seal) -> NumberShop | None:
    """Return where a connector's provider sells numbers, its secrets unsealed; None where it sells none.

    Raises InvalidInput (`seal_broken`).
    """
    return KINDS[connector.kind].numbers(connector.settings, open_secrets(connector, seal))


def name_book(connector: Connector, seal: Seal) -> NameBook | None:
    """Return where a connector's provider is asked for names, its secrets unsealed; None where it is not.

    Raises InvalidInput (`seal_broken`).
    """
    return KINDS[connector.kind].names(connector.settings, open_secrets(connector, seal))


def callback_token(connector: Connector, seal: Seal) -> str:
    """Return the secret of the address that its provider calls, "" where it has none.

    Raises InvalidInput (`seal_broken`).
    """
    return seal.open(connector.sealed_callback_token, connector.id.bytes) if connector.sealed_callback_token else ""


def callback_url(connector: Connector, seal: Seal, public_url: str | None) -> str:
    """Return the address that its provider calls, "" where it calls none or no public address is set."""
    token = callback_token(connector, seal) if public_url else ""
    return f"{public_url}/callbacks/{token}" if token else ""
