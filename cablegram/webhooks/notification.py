"""Events as flat notifications with `notification_type`, as programs of the source read them (R152). Pure.

The types and words are those of R152: `sms_status`, `inbound_sms`, `subscription`, `job_status`, `campaign_status`.
What has no type there keeps its kind as the type. All facts of the documented shape stand beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

Facts = dict[str, Any]

_SUBSCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "asked": "asked",
        "opted_in": "opt_in",
        "opted_out": "opt_out",
        "paused": "paused",
        "resumed": "resumed",
        "changed": "changed",
    }
)


def of(kind: str, at: datetime, sequence: int, data: str) -> str:
    """Return an event as one flat object of JSON."""
    facts: Facts = msgspec.json.decode(data)
    group, _, word = kind.partition(".")
    kind_of, told = _OF_GROUP.get(group, _as_it_is)(kind, word, facts)
    moment = at.isoformat().replace("+00:00", "Z")
    flat = {"notification_type": kind_of, **told, "event": kind, "timestamp": moment, "sequence": sequence}
    return msgspec.json.encode({**facts, **flat}).decode()


def _as_it_is(kind: str, word: str, facts: Facts) -> tuple[str, Facts]:  # noqa: ARG001 - as all of them
    return kind, {}


def _message(kind: str, word: str, facts: Facts) -> tuple[str, Facts]:  # noqa: ARG001 - as all of them
    return "sms_status", {"id": facts.get("message_id"), "status": word, "client_ref": facts.get("client_ref")}


def _text(kind: str, word: str, facts: Facts) -> tuple[str, Facts]:  # noqa: ARG001 - as all of them
    return "inbound_sms", {"id": facts.get("text_id")}


def _subscription(kind: str, word: str, facts: Facts) -> tuple[str, Facts]:  # noqa: ARG001 - as all of them
    return "subscription", {"status": _SUBSCRIPTIONS.get(word, word)}


def _job(kind: str, word: str, facts: Facts) -> tuple[str, Facts]:  # noqa: ARG001 - as all of them
    told = {"id": facts.get("job_id"), "job_type": facts.get("kind"), "status": facts.get("state")}
    return "job_status", {**told, "result": facts.get("about")}


def _campaign(kind: str, word: str, facts: Facts) -> tuple[str, Facts]:  # noqa: ARG001 - as all of them
    return "campaign_status", {"id": facts.get("campaign_id"), "status": word}


_OF_GROUP: Mapping[str, Callable[[str, str, Facts], tuple[str, Facts]]] = MappingProxyType(
    {
        "message": _message,
        "text": _text,
        "subscription": _subscription,
        "job": _job,
        "campaign": _campaign,
    }
)
