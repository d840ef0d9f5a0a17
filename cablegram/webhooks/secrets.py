"""Secrets of endpoints: how they look, how they are sealed at rest, and which of them sign at a moment."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from cablegram.kit.seal import Seal
from cablegram.webhooks.model import Target

PREFIX = "whsec_"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """What proves that it is we who send: the secret of an endpoint, the one before it for a while, keys of SNS."""

    secret: str
    old_secret: str | None = None
    old_until: datetime | None = None
    access_key: str = ""
    secret_key: str = ""

    def secrets(self, now: datetime) -> list[str]:
        """Return the secrets that sign at a moment, the newest first."""
        if self.old_secret is not None and self.old_until is not None and now < self.old_until:
            return [self.secret, self.old_secret]
        return [self.secret]


class _Kept(msgspec.Struct, omit_defaults=True):
    secret: str
    access_key: str = ""
    secret_key: str = ""


def new_secret() -> str:
    """Make a secret, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()


def close(seal: Seal, endpoint_id: UUID, secret: str, *, access_key: str = "", secret_key: str = "") -> bytes:
    """Seal what an endpoint needs."""
    kept = msgspec.json.encode(_Kept(secret, access_key, secret_key)).decode()
    return seal.close(kept, endpoint_id.bytes)


def read(seal: Seal, endpoint_id: UUID, sealed: bytes) -> Keys:
    """Open what was sealed. Raises InvalidInput (`seal_broken`)."""
    kept = msgspec.json.decode(seal.open(sealed, endpoint_id.bytes), type=_Kept)
    return Keys(kept.secret, access_key=kept.access_key, secret_key=kept.secret_key)


def of_target(seal: Seal, target: Target) -> Keys:
    """Open all secrets of an endpoint that is sent to. Raises InvalidInput (`seal_broken`)."""
    now = read(seal, target.id, target.secret)
    old = read(seal, target.id, target.old_secret).secret if target.old_secret is not None else None
    return Keys(now.secret, old, target.old_until, now.access_key, now.secret_key)
