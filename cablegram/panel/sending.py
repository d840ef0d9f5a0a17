"""Send one message from a page, and show what it would take and cost."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from cablegram.accounts.access import Scope
from cablegram.kit.errors import Fault, InvalidInput, Refused
from cablegram.kit.ids import MessageId
from cablegram.messages import gateway
from cablegram.messages.desk import Parcel
from cablegram.messages.model import Answer, Draft, Key, MessageClass, Refusal
from cablegram.messages.submit import Asked
from cablegram.numbers import e164
from cablegram.panel.cut import Cut
from cablegram.panel.parts import Parts
from cablegram.panel.visit import Visit
from cablegram.senders import grant
from cablegram.text.profiles import GSM0338, Profile, bill

_ACCEPTED = 202
_REFUSED = 422


@dataclass(frozen=True, slots=True)
class Rate:
    """What a segment to a country costs, in micro-credits, and how segments are counted.

    `profile` is the account's; by `usable` characters its gateway bills; None: as the network cuts.
    """

    country: str
    unit: int
    profile: Profile
    usable: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a text to one person costs, in micro-credits; `unit` is one segment's, `segments` are those to be paid.

    `usable` characters are a piece to the gateway's own count, and it has `pieces` of them; None: as the network cuts.
    """

    sum: int
    unit: int
    segments: int
    country: str
    balance_after: int
    usable: int | None = None
    pieces: int = 0


async def send(parts: Parts, visit: Visit, asked: Asked, *, once: str) -> MessageId:
    """Hand one message in and return its id when it is durable.

    `once` names the form it came from: the same message from the same form is sent once, however often it is posted.
    Raises NotAllowed, Refused (what a rule says, with a fault for the field it is about), Unavailable.
    """
    visit.who.needs(Scope.SEND)
    said = (asked.to, asked.text, asked.sender, asked.message_class, asked.client_ref)
    said += (asked.provider_values, asked.shorten)
    digest = hashlib.sha256(repr(said).encode()).digest()
    parcel = Parcel(
        account_id=visit.account.id,
        default_country=visit.account.default_country,
        asked=[asked],
        write_answer=_write_answer,
        key=Key("panel", f"{once}-{digest.hex()[:16]}", digest) if once else None,
    )
    answer = await parts.desk.hand_in(parcel)
    verdict = msgspec.json.decode(answer.body, type=UUID | Refusal)
    if isinstance(verdict, Refusal):
        faults = [Fault(verdict.field, verdict.code, verdict.message)] if verdict.field else []
        raise Refused(verdict.code, verdict.message, faults=faults)
    return MessageId(verdict)


async def rate(
    parts: Parts, visit: Visit, to: str, sender: str, message_class: MessageClass = MessageClass.TRANSACTIONAL
) -> Rate | None:
    """Return what a segment to somebody costs: the tariff, or the fee of the own connector that will take it (R171).

    None while the number is none, or nothing can be sent there.
    """
    found = read_number(to, visit.account.default_country)
    if found is None:
        return None
    book = await parts.prices.show(parts.rt, visit.who)
    way = await gateway.toward(parts.rt, visit.who, found, sender=sender or None, message_class=message_class)
    tariff = book.find(found.e164)
    unit = way.fee if way.fee is not None else tariff and tariff.price
    if unit is None:
        return None
    return Rate(found.country, unit, book.profiles.get(visit.account.id, GSM0338), way.usable_characters)


def price(cut: Cut | None, by: Rate | None, *, balance: int) -> Price | None:
    """Return what a cut text costs at a rate; None while there is no text, or no rate. Pure."""
    if cut is None or by is None:
        return None
    text = "".join(one.text for one in cut.segments)
    segments = _billed(text, by.profile)
    total = by.unit * segments
    pieces = -(-len(text) // by.usable) if by.usable else 0
    return Price(total, by.unit, segments, by.country, balance - total, by.usable, pieces)


def _billed(text: str, profile: Profile) -> int:
    """Return how many segments an account pays for; what is too long for it, and so refused, as it would be cut."""
    try:
        return bill(text, profile).segments
    except InvalidInput:
        return bill(text).segments


def read_number(to: str, default_country: str) -> e164.Number | None:
    """Read a number as it is being typed; None while it is not one yet."""
    try:
        return e164.parse(to, default_country)
    except InvalidInput:
        return None


async def senders(parts: Parts, visit: Visit) -> list[tuple[str, str]]:
    """Return the account's senders for a choice, (address, label), the default first."""
    found = sorted(await grant.page(parts.rt, visit.who, limit=200), key=lambda one: (not one.is_default, one.address))
    choices = [(one.address, _label(one.address)) for one in found]
    return choices or [("", "No sender yet")]


def _write_answer(drafts: Sequence[Draft]) -> Answer:
    (draft,) = drafts
    if draft.refusal:
        return Answer(_REFUSED, msgspec.json.encode(draft.refusal))
    return Answer(_ACCEPTED, msgspec.json.encode(draft.id))


def _label(address: str) -> str:
    return address if address.lstrip("+").isdigit() else f"{address} (a name, can't be answered)"
