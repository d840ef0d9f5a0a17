"""Sign what is sent, by Standard Webhooks 1.0: HMAC-SHA256 over id, time and body, by each secret that counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

Headers = tuple[tuple[str, str], ...]


def headers(secrets: Sequence[str], event_id: str, now: datetime, body: str) -> Headers:
    """Return the three headers that prove a body, with one signature for each secret (`whsec_` and base64)."""
    signatures = [Webhook(one).sign(event_id, now, body) for one in secrets]
    return (
        ("webhook-id", event_id),
        ("webhook-timestamp", str(int(now.timestamp()))),
        ("webhook-signature", " ".join(signatures)),
    )
