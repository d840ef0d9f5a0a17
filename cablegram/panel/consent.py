"""Contacts > People > consent of one: what is recorded, its proof to keep, and whether the ledger is whole (U10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.consent import proof as proofs
from cablegram.consent import proof_facts, proof_pdf
from cablegram.consent.proof import Proof
from cablegram.consent.proof_words import heading, lines, verdict
from cablegram.evidence import verify as verifying
from cablegram.evidence.model import Evidence, Kind
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.panel.pages import go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.runtime import paper_fonts

_HERE = "/contacts/people/{number:str}/consent"
_FEW = 5  # events beside a record; its own page has all of the proof
_SIGNS: Mapping[str, str] = {
    Kind.OPT_IN: "check",
    Kind.CONFIRMED: "check-check",
    Kind.IMPORTED: "upload",
    Kind.OPT_OUT: "ban",
    Kind.DOUBTED: "triangle-alert",
    Kind.PAUSED: "pause",
    Kind.RESUMED: "play",
    Kind.REMINDED: "clock",
}
_LEFT_OUT = frozenset(
    {"Recorded", "Hash", "Event", "Message", "Text", "Follows", "Event for many"}
)  # for the proof, not for the eye


@dataclass(frozen=True, slots=True)
class Shown:
    """What `contacts/_consent.html` shows: rows are (moment, icon, what happened, what is known of it)."""

    proof: Proof
    verdict: str
    rows: list[tuple[datetime, str, str, str]]
    older: bool
    may_verify: bool


async def shown(request: Http, visit: Visit, number: str, *, few: bool = True) -> Shown:
    """Return what is recorded of a number, for a record (the newest few) or for a page of its own.

    Raises NotFound (`contact_not_found`) where that is no number.
    """
    found = await _proof(request, visit, number)
    events = found.events[:_FEW] if few else found.events
    older = len(events) < len(found.events) or (few and found.more)
    return Shown(found, verdict(found), rows_of(events, found.names), older, visit.who.is_operator)


def rows_of(events: Sequence[Evidence], names: Mapping[str, str]) -> list[tuple[datetime, str, str, str]]:
    """Return events as the page shows them: moment, icon, what happened, what is known of it.

    `names`: what the services and stores are called that events are about, by their ids.
    """
    return [(one.told.at, _SIGNS.get(one.told.kind, "file-text"), _title(one, names), _body(one)) for one in events]


def _title(one: Evidence, names: Mapping[str, str]) -> str:
    title = heading(one, names)
    return title[:1].upper() + title[1:]


@get(_HERE)
async def show(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str]:
    """Show all that is recorded of a number."""
    consent = await shown(request, visit, number, few=False)
    return await page(
        request, visit, "contacts/consent.html", title="Consent", here="contacts", context={"consent": consent}
    )


@get(f"{_HERE}/proof.pdf")
async def pdf(request: Http, visit: Visitor, number: FromPath[str]) -> Response[bytes]:
    """Give the proof as a page to print."""
    found = await _proof(request, visit, number)
    return _file(f"consent-{found.number}.pdf", "application/pdf", proof_pdf.write(found, paper_fonts.found()))


@get(f"{_HERE}/proof.json")
async def json(request: Http, visit: Visitor, number: FromPath[str]) -> Response[bytes]:
    """Give the proof as JSON."""
    found = await _proof(request, visit, number)
    return _file(f"consent-{found.number}.json", "application/json", proof_facts.written(found))


@post(f"{_HERE}/verify", status_code=303)
async def verify(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Make all hashes of the account's ledger again, for the operator."""
    found = await verifying.verify(parts_of(request).rt, visit.who)
    here = f"/contacts/people/{number}/consent"
    if found.is_ok:
        end = f"Its end is {found.head.seq}:{found.head.hash.hex()}." if found.head else ""
        return go(here, flash=("done", f"All {found.rows:,} events of the account are as they were written", end))
    first = found.faults[0]
    body = f"Event {first.seq}: {first.what}. The command `cablegram consent verify` names all."
    return go(here, flash=("error", f"The ledger is not as it was written: {found.count:,} faults", body))


async def _proof(request: Http, visit: Visit, number: str) -> Proof:
    try:
        return await proofs.of(parts_of(request).rt, visit.who, number if number.startswith("+") else f"+{number}")
    except InvalidInput:
        raise NotFound("contact_not_found", "There is no such contact in this account.") from None


def _body(one: Evidence) -> str:
    told = [f"{label}: {value}" for label, value in lines(one) if label not in _LEFT_OUT]
    return " · ".join([*([f"Recorded by {one.told.by}"] if one.told.by else []), *told])


def _file(name: str, media_type: str, data: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)


HANDLERS = (show, pdf, json, verify)
