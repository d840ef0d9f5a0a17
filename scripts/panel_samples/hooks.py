"""Sample pages of Developers > Webhooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from cablegram.kit.ids import AccountId, DeliveryId, EndpointId
from cablegram.panel.hooking import Form, groups, strip
from cablegram.webhooks import catalogue
from cablegram.webhooks.log import Health
from cablegram.webhooks.model import Attempt, Delivery, Endpoint, Pulse, Standing, Transport
from cablegram.webhooks.model import Form as Shape
from panel_samples.frame import ID, NOW, account, ago

TABS = [("API keys", "/developers", False), ("Webhooks", "/developers/webhooks", True)]
HOOK = Endpoint(
    EndpointId(ID),
    AccountId(ID),
    Transport.HTTP,
    Shape.STANDARD,
    "Shop backend",
    "https://shop.example.com/hooks/cablegram?source=messages",
    "",
    catalogue.USUAL,
    is_enabled=True,
    off_reason="",
    off_at=None,
    is_callback=False,
    old_secret_until=None,
    created_by="Inés Carrasco",
    created_at=ago(900_000),
    sequence=48_211,
    failing_since=None,
    last_ok_at=ago(3),
)
OFF = replace(HOOK, name="Warehouse", is_enabled=False, off_reason="failing", off_at=ago(7_000))


def _health(*, missed: int = 0, failing: bool = False) -> Health:
    hours = [
        Pulse(NOW - timedelta(hours=24 - n), 0 if failing else (n * 37) % 190, 40 if failing else 3 * (n in {9, 10}))
        for n in range(24)
    ]
    return Health(12, missed, hours)


def _event(sequence: int, kind: str, standing: Standing, error: str = "") -> Delivery:
    data = '{"message_id":"0197a5c2-e41b-7d0e-9a63-5b1f0c9d27ae","status":"delivered","to":"+34600000118"}'
    waits = ago(-1_800) if standing is Standing.RETRYING else None
    return Delivery(
        DeliveryId(UUID(int=sequence)),
        HOOK.id,
        sequence,
        kind,
        ago(60.0 * (48_300 - sequence)),
        ID,
        data,
        standing,
        3 if waits else 0,
        waits,
        503 if error else 200,
        error,
    )


EVENTS = [
    _event(48_211, "message.delivered", Standing.DELIVERED),
    _event(48_210, "text.received", Standing.WAITING),
    _event(48_209, "message.undelivered", Standing.RETRYING, "it answers 503"),
    _event(48_208, "message.delivered", Standing.MISSED, "no whole answer within 15 seconds"),
]
ATTEMPTS = [
    Attempt(ago(300), 2, is_ok=False, status=503, milliseconds=412, answer="upstream is away", error="it answers 503"),
    Attempt(ago(310), 1, is_ok=False, status=None, milliseconds=15_000, answer="", error="no answer in time"),
]

SHOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def _list(*rows: tuple[Endpoint, str, Health]) -> dict[str, object]:
    return account(
        "developers",
        "Webhooks",
        tabs=TABS,
        rows=[(*row, strip(row[2].hours)) for row in rows],
        form=Form(),
        groups=groups(),
        may=True,
    )


def _one(hook: Endpoint, standing: str, health: Health, **context: object) -> dict[str, object]:
    given: dict[str, object] = {
        "failures": EVENTS[2:],
        "rows": EVENTS,
        "older": "/",
        "chosen": None,
        "told": "",
        "attempts": [],
    }
    return account(
        "developers",
        hook.name,
        tabs=TABS,
        place=f"/developers/webhooks/{hook.id}",
        hook=hook,
        standing=standing,
        health=health,
        strip=strip(health.hours),
        secret=SHOWN,
        form=Form(hook.name, hook.url, list(hook.kinds)),
        groups=groups(),
        q="",
        stands="",
        days=14,
        may=True,
        **(given | context),
    )


PAGES = {
    "webhooks": (
        "developers/webhooks.html",
        _list((HOOK, "on", _health()), (OFF, "stopped", _health(missed=1_204, failing=True))),
    ),
    "webhooks-none": ("developers/webhooks.html", _list()),
    "webhook": ("developers/webhook.html", _one(HOOK, "on", _health(missed=1))),
    "webhook-off": (
        "developers/webhook.html",
        _one(OFF, "stopped", _health(missed=1_204, failing=True), rows=[], older=""),
    ),
    "webhook-event": (
        "developers/webhook.html",
        _one(HOOK, "on", _health(), chosen=EVENTS[2], told=EVENTS[2].data, attempts=ATTEMPTS, failures=[]),
    ),
}
