"""Secrets at rest: sealed with the installation's key, so that a copy of the database gives no password away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cablegram.kit.errors import InvalidInput

_NONCE = 12
_KEY = 32


class Seal:
    """Seals and opens small secrets with AES-256-GCM; `about` binds a secret to the row it belongs to."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY:
            message = "The secret key must be 32 bytes in base64. Make one with: cablegram secret-key"
            raise InvalidInput("bad_secret_key", message)
        self._key = key
        self._cipher = AESGCM(key)

    @staticmethod
    def new_key() -> str:
        """Make a fresh key, in base64."""
        return base64.b64encode(os.urandom(_KEY)).decode()

    @classmethod
    def from_text(cls, key: str) -> Seal:
        """Read a key as `new_key` wrote it."""
        try:
            return cls(base64.b64decode(key, validate=True))
        except ValueError:
            return cls(b"")  # says what a key looks like

    def derive(self, purpose: str) -> str:
        """Return a secret for one purpose (hexadecimal); it tells nothing of the key or of other purposes."""
        return hmac.new(self._key, purpose.encode(), hashlib.sha256).hexdigest()

    def close(self, secret: str, about: bytes) -> bytes:
        """Seal a secret."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), about)

    def open(self, sealed: bytes, about: bytes) -> str:
        """Open a sealed secret; InvalidInput (`seal_broken`) when the key is another or the bytes were changed."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about).decode()
        except InvalidTag:
            message = "A stored secret can't be opened: it was sealed with another CABLEGRAM_SECRET_KEY."
            raise InvalidInput("seal_broken", message) from None
