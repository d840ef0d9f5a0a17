"""A described provider for tests: one that takes a number and a text in JSON, unless told otherwise."""

from __future__ import annotations

import msgspec

from cablegram.connectors.providers.generic.provider import GenericProvider, build
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings


def made(secrets: dict[str, str] | None = None, **settings: object) -> GenericProvider:
    """Return a provider of these settings and secrets."""
    settings = {"url": "https://sms.example.com/send", "payload": {"to": "$$To", "text": "$$Body"}} | settings
    return build(msgspec.convert(settings, GenericSettings), GenericSecrets(values=secrets or {}))
