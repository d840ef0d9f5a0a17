"""What a text would take and cost, found by the steps that send it; nothing is sent, stored or charged (R45).

For a country it is measured and priced. For a number it is also told whether it would go: from which sender, by which
connector, and what every rule says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account
from cablegram.billing.prices import Prices
from cablegram.billing.tariffs import Tariff, TariffBook
from cablegram.connectors import reading
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import TemplateId
from cablegram.links import codes
from cablegram.messages import compose, gateway, lint, submit, why
from cablegram.messages.lint import Warned
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.messages.submit import Asked
from cablegram.messages.why import Why
from cablegram.numbers import countries, e164
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.text import long_texts, segments
from cablegram.text.encoding import Encoding, Offender, offenders
from cablegram.text.long_texts import Habit
from cablegram.text.profiles import GSM0338, PROFILES, Profile, bill
from cablegram.text.segments import Segment


@dataclass(frozen=True, slots=True)
class Simulated:
    """A text as it would be sent.

    `units` are septets or UTF-16 units, `units_left` fit before one more segment starts. `segments` go out, the account
    pays for `billed_segments`, and the gateway counts `gateway_segments`, where the connector is known (R42-R44).
    `tariff` is the country's usual one, or that of the number; `price` micro-credits for all billed segments; None
    without a country, or where nothing can be sent. Over the account's own connector its fee is the price, without a
    tariff (R171); where several with different fees may carry it, only a number tells which: without one it is None.
    `problems` say why it would be refused; the text is measured all the same, since people count while they type.
    `replaced` is what smart encoding put in the place of what.
    Of a number: the `sender` it would come from, the name of the `connector`, and what was looked at (`why`).
    """

    text: str
    encoding: Encoding
    segments: int
    billed_segments: int
    gateway_segments: int
    units: int
    units_left: int
    per_segment: int
    parts: tuple[Segment, ...]
    offenders: tuple[Offender, ...]
    tariff: Tariff | None
    price: int | None
    problems: tuple[Fault, ...]
    warnings: tuple[Warned, ...]
    replaced: Mapping[str, str]
    sender: str | None = None
    connector: str | None = None
    why: Why | None = None


async def simulate(
    rt: Runtime,
    who: Principal,
    *,
    text: str | None = None,
    template_id: UUID | None = None,
    variables: Mapping[str, str] | None = None,
    country: str | None = None,
    to: str | None = None,
    sender: str | None = None,
    message_class: MessageClass = MessageClass.TRANSACTIONAL,
    smart_encoding: bool = False,
    shorten: bool = False,
    prices: Prices,
) -> Simulated:
    """Measure and price a text, or a saved template with its variables, for a country (two letters, either case).

    With `to`, a number, also say whether it would go. Time and credit are left out, which sending it says.
    With `shorten` its links are as long as they will be. Raises InvalidInput (`text_or_template`, `missing_variable`,
    `bad_character`, `unknown_country`, and those of `Shortener.shorten`), NotFound
    (`template_not_found`).
    """
    who.needs(Scope.READ)
    iso = countries.country(country).iso if country is not None else None
    asked = Asked(
        to=to or "",
        text=text,
        template_id=TemplateId(template_id) if template_id else None,
        variables=variables or {},
        sender=sender,
        message_class=message_class,
        smart_encoding=smart_encoding,
        shorten=shorten,
    )
    async with rt.db.connection() as conn:
        account = (await directory.many(conn, [who.account_id])).get(who.account_id)
        home = account.default_country if account else None
        shortener = codes.sampler(rt.settings)
        (draft,) = await submit.drafts(conn, who.account_id, [asked], default_country=home, shortener=shortener)
        if draft.refusal:
            raise _error(draft.refusal)
        found = _measured(draft, account, long_texts.known(rt.settings.long_texts))
        book = await prices.book(conn, now=rt.clock.now())
        if to is not None:
            return await _to_number(conn, found, draft, book, prices=prices, now=rt.clock.now())
        ways: Sequence[gateway.Gateway] = []
        if account is not None:
            ways = await gateway.reachable(conn, account.id, sender=sender, message_class=message_class)
    return _to_country(found, iso, book, fees={way.fee for way in ways if way.fee is not None})


def _error(refusal: Refusal) -> InvalidInput | NotFound:
    """Return what is wrong with what was asked, before there is anything to measure."""
    if refusal.code == "template_not_found":
        return NotFound(refusal.code, refusal.message)
    faults = [Fault(refusal.field, refusal.code, refusal.message)] if refusal.field else []
    return InvalidInput(refusal.code, refusal.message, faults=faults)


def _measured(draft: Draft, account: Account | None, habits: Sequence[Habit]) -> Simulated:
    """Measure the text of a draft, and look at it. Raises InvalidInput (`bad_character`)."""
    text, found = draft.text, segments.measure(draft.text)
    problems: list[Fault] = []
    verdict = compose.admit(text)
    if isinstance(verdict, Refusal):
        problems.append(Fault("text", verdict.code, verdict.message))
    profile = account.segment_profile if account else GSM0338.name
    billed = _billed(text, PROFILES[profile])
    if isinstance(billed, Fault):
        problems.append(billed)
    language = lint.language_of(account.default_country if account else None)
    is_marketing = draft.message_class is MessageClass.MARKETING
    return Simulated(
        text=text,
        encoding=found.encoding,
        segments=found.segments,
        billed_segments=found.segments if isinstance(billed, Fault) else billed,
        gateway_segments=found.segments,
        units=found.units,
        units_left=found.units_left,
        per_segment=found.per_segment,
        parts=tuple(segments.split(text)),
        offenders=tuple(offenders(text)),
        tariff=None,
        price=None,
        problems=tuple(problems),
        warnings=tuple(lint.look(text, is_marketing=is_marketing, language=language, profile=profile, habits=habits)),
        replaced=draft.swaps or {},
    )


def _billed(text: str, profile: Profile) -> int | Fault:
    try:
        return bill(text, profile).segments
    except InvalidInput as error:
        return Fault("text", error.code, error.message)


def _to_country(found: Simulated, iso: str | None, book: TariffBook, *, fees: set[int]) -> Simulated:
    """Price a text for a country; `fees` are those of the account's own connectors that may carry it, if any may."""
    if iso is None:
        return found
    if fees:
        return replace(found, price=fees.pop() * found.billed_segments if len(fees) == 1 else None)
    tariffs = book.of_country(iso)
    if tariffs is None:
        return replace(found, problems=(*found.problems, _no_tariff(iso)))
    return replace(found, tariff=tariffs.usual, price=tariffs.usual.price * found.billed_segments)


async def _to_number(
    conn: Conn, found: Simulated, draft: Draft, book: TariffBook, *, prices: Prices, now: datetime
) -> Simulated:
    """Say of a number what sending would do, by the very steps that send."""
    told = await why.of_draft(conn, draft, prices=prices, now=now)
    number = draft.number or _digits(draft)
    tariff = book.find(number) if number and not draft.is_own_way else None
    stopped = told.stopped
    problems = list(found.problems)
    if stopped and stopped.code not in {one.code for one in problems}:
        problems.append(Fault((draft.refusal and draft.refusal.field) or "to", stopped.code or "", stopped.sentence))
    connector = draft.connector_id and await reading.name_of(conn, draft.account_id, draft.connector_id)
    return replace(
        found,
        gateway_segments=draft.gateway_segments or found.segments,
        tariff=tariff,
        price=draft.price if draft.is_own_way else tariff.price * found.billed_segments if tariff else None,
        problems=tuple(problems),
        sender=draft.source or None,
        connector=connector,
        why=told,
    )


def _digits(draft: Draft) -> str:
    """Return the number of a draft that was refused before it was read; "" where it is none."""
    (found,) = e164.parse_many([draft.to], draft.default_country)
    return found.e164 if isinstance(found, e164.Number) else ""


def _no_tariff(iso: str) -> Fault:
    return Fault("country", "no_tariff", compose.no_tariff(iso))
