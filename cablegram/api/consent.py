"""The ledger of consent: what is recorded of a number, its proof, and recording that somebody agreed (L22, R115)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, ONE_LINE, WORDS, Id, Moment, Next, Paging, Recipient
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.paging import cut
from cablegram.consent import opting_in, proof, proof_facts, proof_pdf
from cablegram.consent.opting_in import OptIn
from cablegram.contacts.model import Subscription
from cablegram.evidence.model import Evidence, How, Kind
from cablegram.kit.ids import EvidenceId
from cablegram.runtime import paper_fonts
from cablegram.runtime.runtime import Runtime

consent = Resource(
    "Consent",
    "Who agreed or said no, when, how and to which words: events that are added, each under the hash of the one "
    "before, and never changed.",
)

PDF = "application/pdf"
_EXAMPLE = "+34600000118"
NumberInPath = Annotated[
    str, Meta(description="A telephone number, best with plus and country code.", examples=[_EXAMPLE])
]
_BAD_NUMBER = Can(403, "number_invalid", "no such number can exist")
_Hash = Annotated[str, Meta(description="SHA-256, hexadecimal.")]


class EventView(msgspec.Struct, kw_only=True):
    """An event of the ledger. Where its person was taken out on request, what told of them is null."""

    id: Id
    seq: Annotated[int, Meta(description="Its number in the account's chain, from 1 and without gap.")]
    at: Annotated[Moment, Meta(description="When it happened.")]
    recorded_at: Annotated[Moment, Meta(description="When it was recorded.")]
    sentence: Annotated[str, Meta(description="What happened, in words.", examples=["agreed: marketing, by text"])]
    number: Annotated[str | None, Meta(description="Whose; null for what is said of many at once.")]
    scope: Annotated[
        str,
        Meta(
            description="What it is about: `marketing`, `everything` the account sends, or the id of a program.",
            examples=["marketing"],
        ),
    ]
    kind: Annotated[Kind, Meta(description="What happened.", examples=["opt_in"])]
    how: Annotated[How, Meta(description="By which way it is known.", examples=["page"])]
    by: Annotated[str | None, Meta(description="Who recorded it.", examples=["key sk_3fQ2"])]
    source: Annotated[str | None, Meta(description="Where the permission comes from, as the account tells it.")]
    words: Annotated[str | None, Meta(description="What the person was shown.")]
    words_version: Annotated[str | None, Meta(description="Which version of these words.")]
    said: Annotated[str | None, Meta(description="What the person wrote.")]
    url: Annotated[str | None, Meta(description="The page.")]
    address: Annotated[str | None, Meta(description="From which address the page was used.")]
    message_id: Annotated[Id | None, Meta(description="The message that asked, reminded or confirmed.")]
    text_id: Annotated[Id | None, Meta(description="The text in which the person said so.")]
    before: Annotated[str | None, Meta(description="What stood before, where that may have to stand again.")]
    follows: Annotated[Id | None, Meta(description="The event that this one answers or ends.")]
    count: Annotated[int | None, Meta(description="Of how many people it is said, where it names no number.")]
    digest: Annotated[str | None, Meta(description="SHA-256 of their numbers.")]
    after: Annotated[_Hash, Meta(description="The hash of the event before it in the account's chain.")]
    hash: Annotated[_Hash, Meta(description="Its own hash.")]
    sealed: Annotated[_Hash, Meta(description="The hash of what tells of the person, with the salt.")]
    salt: Annotated[str | None, Meta(description="The salt; null once the person was taken out.")]


class EventPage(msgspec.Struct):
    """Events, newest first."""

    items: list[EventView]
    next: Next


class ProofView(msgspec.Struct, kw_only=True):
    """The proof of consent of one number."""

    number: Annotated[str, Meta(description="The number, in E.164.", examples=[_EXAMPLE])]
    account: Annotated[str, Meta(description="The account's name.")]
    at: Annotated[Moment, Meta(description="When it was made.")]
    sentence: Annotated[str, Meta(description="What may be sent, and why.")]
    marketing_allowed_by: Annotated[Id | None, Meta(description="The event that allows marketing; null: none does.")]
    subscription: Annotated[Subscription | None, Meta(description="What stands in the contact's record.")]
    blacklisted_at: Annotated[Moment | None, Meta(description="Since when the number is on the blacklist.")]
    events: Annotated[
        list[EventView],
        Meta(description="The number's events, and those of many that its subscription rests on; newest first."),
    ]
    has_more: Annotated[bool, Meta(description="Whether there are older events besides.")]
    how_to_verify: Annotated[str, Meta(description="What the hashes are made of.")]


class NewConsent(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """That a person agreed to marketing, on a page of yours, and to which words."""

    number: Recipient
    words: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=10_000,
            pattern=WORDS,
            description="The words that the person was shown, whole.",
            examples=["I want offers of Acme by text, up to 4 a month. Reply STOP to end."],
            extra={"codes": dict.fromkeys(("too_short", "wrong_value"), "words_needed")},
        ),
    ]
    source: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=500,
            pattern=ONE_LINE,
            description="Where the person agreed.",
            examples=["web shop, checkout"],
        ),
    ]
    words_version: Annotated[
        str, Meta(max_length=100, pattern=ONE_LINE, description="Which version of the words.", examples=["2026-03"])
    ] = ""
    url: Annotated[
        str,
        Meta(max_length=2_000, pattern=NO_NULL, description="The page.", examples=["https://acme.example/checkout"]),
    ] = ""
    address: Annotated[
        str, Meta(max_length=100, pattern=ONE_LINE, description="The person's address.", examples=["203.0.113.9"])
    ] = ""
    at: Annotated[Moment, Meta(description="When the person agreed; left away: now.")] | UnsetType = UNSET


class ConsentView(msgspec.Struct, kw_only=True):
    """What was recorded."""

    id: Annotated[Id, Meta(description="The event's.")]
    number: Annotated[str, Meta(description="The number, in E.164.", examples=[_EXAMPLE])]
    at: Moment
    blacklisted: Annotated[
        bool, Meta(description="Whether the number gets nothing all the same, since it is on the blacklist.")
    ]


@consent.call(
    "POST",
    "/v1/consent",
    "recordConsent",
    scope=Scope.CONTACTS,
    errors=(
        Can(400, "bad_name", "the source is not one line"),
        Can(403, "number_invalid", "no such number can exist"),
        Can(400, "words_needed", "the words hold nothing to be seen"),
        Can(403, "source_needed", "it does not say where the person agreed"),
        Can(403, "at_ahead", "the moment is still to come"),
    ),
)
async def record(rt: Runtime, who: Principal, body: NewConsent) -> ConsentView:
    """Record that a person agreed to marketing.

    With the words that they were shown, the page, its visitor's address and the moment. The person becomes a contact,
    if they are none, and is subscribed; also somebody who asked to be forgotten before. The blacklist is not touched.
    """
    at: datetime | None = body.at or None
    told = OptIn(body.number, body.words, body.source, body.words_version, body.url, body.address, at)
    done = await opting_in.opt_in(rt, who, told)
    return ConsentView(id=done.id, number=f"+{done.number}", at=done.at, blacklisted=done.is_blacklisted)


@consent.call("GET", "/v1/consent/{number}", "listConsent", scope=Scope.READ, errors=(_BAD_NUMBER,))
async def page(rt: Runtime, who: Principal, number: NumberInPath, query: Paging) -> EventPage:
    """List what is recorded of a number.

    Newest first. What a file said of many at once names no number: the proof has it.
    """
    after = EvidenceId(query.after) if query.after else None
    found = await proof.events(rt, who, number, after=after, limit=query.limit + 1)
    items, following = cut([_view(one) for one in found], f"/v1/consent/{number}", query)
    return EventPage(list(items), following)


@consent.call("GET", "/v1/consent/{number}/evidence", "getEvidence", scope=Scope.READ, errors=(_BAD_NUMBER,))
async def evidence(rt: Runtime, who: Principal, number: NumberInPath) -> ProofView:
    """Get the proof of consent of a number.

    What may be sent to it, the event that allows it, and all events with their hashes, the newest 200.
    """
    return _proof(await proof.of(rt, who, number))


@consent.call(
    "GET",
    "/v1/consent/{number}/evidence.pdf",
    "printEvidence",
    scope=Scope.READ,
    errors=(_BAD_NUMBER,),
    gives={PDF: "The proof."},
)
async def evidence_pdf(rt: Runtime, who: Principal, number: NumberInPath) -> Download:
    """Get the proof of consent of a number as a page to print."""
    found = await proof.of(rt, who, number)
    return Download(f"consent-{found.number}.pdf", PDF, _once(proof_pdf.write(found, paper_fonts.found())))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _view(one: Evidence) -> EventView:
    return msgspec.convert(proof_facts.event(one), EventView)


def _proof(found: proof.Proof) -> ProofView:
    return msgspec.convert(proof_facts.facts(found), ProofView)
