"""Say what happened to a person's record, in words for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cablegram.events.model import Kind, Told
from cablegram.evidence.model import EVERYTHING, MARKETING, Evidence
from cablegram.evidence.model import Kind as Proof

_SUBSCRIPTIONS = {"subscribed": "subscribed", "not_subscribed": "not subscribed", "none": "none"}
_PROOFS: Mapping[str, str] = {
    Proof.ASKED: "Was asked",
    Proof.OPT_IN: "Said yes",
    Proof.CONFIRMED: "Confirmed the yes",
    Proof.OPT_OUT: "Said no",
    Proof.DOUBTED: "Wrote what may mean no",
    Proof.CLEARED: "Somebody read it: it means no such thing",
    Proof.IMPORTED: "Said yes, as a file tells",
    Proof.KNOWN: "Was subscribed before evidence was kept",
    Proof.NOT_KNOWN: "It was recorded that nothing is known",
    Proof.REMINDED: "Was reminded",
    Proof.PAUSED: "The carrier says that the line rests",
    Proof.RESUMED: "The carrier says that the line is back",
    Proof.CHANGED: "Has another number or record",
    Proof.ERASED: "Was erased",
}


def edit(one: Told) -> tuple[str, str]:
    """Return an event of a record as a sentence and its details."""
    data = one.data
    match one.kind:
        case Kind.CONTACT_CHANGED:
            return _changed(data)
        case Kind.CONTACT_BOUNCED:
            return "The phone bounced", f"The carrier said {data.get('error', '')}."
        case Kind.CONTACT_TAGGED:
            words = [f"+ {tag}" for tag in data.get("added", ())] + [f"− {tag}" for tag in data.get("removed", ())]
            return "Tags changed", ", ".join(words)
        case Kind.CONTACT_MERGED:
            return f"+{data['number']} was joined to this record", _joined(data)
        case Kind.CONTACT_FILLED_IN:
            return f"Filled in on a web page: {data.get('form', '')}", _edits(data.get("variables", {}))
        case _:
            return one.kind.replace(".", " ").replace("_", " ").capitalize(), ""


def consent(one: Evidence, programs: Mapping[str, str]) -> tuple[str, str]:
    """Return an event of the ledger as a sentence and its details; `programs` are names by id."""
    told = one.told
    about = {MARKETING: "to marketing", EVERYTHING: "to everything"}.get(told.scope)
    about = about or f"to {programs.get(told.scope, 'a program that is gone')}"
    details = [
        told.source,
        f"shown: “{told.words}”" if told.words else "",
        f"said: “{told.said}”" if told.said else "",
        told.url,
        f"from {told.address}" if told.address else "",
    ]
    return f"{_PROOFS.get(told.kind, told.kind)}, {about}", " · ".join(part for part in details if part)


def _changed(data: Mapping[str, Any]) -> tuple[str, str]:
    what: list[str] = []
    if "was" in data:
        what.append(f"Number changed from +{data['was']} to +{data['number']}")
    if "phone_status" in data:
        what.append(f"Phone is {data['phone_status']}")
    if "subscription" in data:
        what.append(f"Subscription is {_SUBSCRIPTIONS.get(data['subscription'], data['subscription'])}")
    details = [data.get("reason") or "", data.get("source") or "", _edits(data.get("variables", {}))]
    return "; ".join(what) or "Fields changed", " · ".join(part for part in details if part)


def _edits(edits: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {_shown(before)} → {_shown(after)}" for name, (before, after) in edits.items())


def _shown(value: str | None) -> str:
    return value or "nothing"


def _joined(data: Mapping[str, Any]) -> str:
    parts = [
        f"fields: {', '.join(data['variables'])}" if data.get("variables") else "",
        f"tags: {', '.join(data['tags'])}" if data.get("tags") else "",
        f"lists: {', '.join(data['lists'])}" if data.get("lists") else "",
        "its no to marketing counts" if data.get("took_its_no") else "",
    ]
    return "; ".join(part for part in parts if part)
