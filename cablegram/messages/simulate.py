"""What a text would take and cost, found by the steps that send it; nothing is sent, stored or charged (R45)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing.prices import Prices
from cablegram.billing.tariffs import Tariff
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, TemplateId
from cablegram.library import lookup
from cablegram.messages import compose
from cablegram.messages.model import Refusal
from cablegram.numbers import countries
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.text import segments
from cablegram.text.encoding import Encoding, Offender, offenders
from cablegram.text.segments import Segment


@dataclass(frozen=True, slots=True)
class Simulated:
    """A text as it would be sent.

    `units` are septets or UTF-16 units, `units_left` fit before one more segment starts. `tariff` is the country's
    usual one, `price` micro-credits for all segments; None without a country, or where nothing can be sent.
    `problems` say why it would be refused; the text is measured all the same, since people count while they type.
    """

    text: str
    encoding: Encoding
    segments: int
    units: int
    units_left: int
    per_segment: int
    parts: tuple[Segment, ...]
    offenders: tuple[Offender, ...]
    tariff: Tariff | None
    price: int | None
    problems: tuple[Fault, ...]


async def simulate(
    rt: Runtime,
    who: Principal,
    *,
    text: str | None = None,
    template_id: UUID | None = None,
    variables: Mapping[str, str] | None = None,
    country: str | None = None,
    prices: Prices,
) -> Simulated:
    """Measure and price a text, or a saved template with its variables, for a country (two letters, either case).

    Raises InvalidInput (`text_or_template`, `missing_variable`, `bad_character`, `unknown_country`), NotFound
    (`template_not_found`).
    """
    who.needs(Scope.READ)
    iso = countries.country(country).iso if country is not None else None
    async with rt.db.connection() as conn:
        rendered = await _rendered(conn, who.account_id, text, template_id, variables or {})
        book = await prices.book(conn)
    if iso is None:
        return _measured(rendered, None, [])
    found = book.of_country(iso)
    return _measured(rendered, found.usual if found else None, [] if found else [_no_tariff(iso)])


async def _rendered(
    conn: Conn, account_id: AccountId, text: str | None, template_id: UUID | None, variables: Mapping[str, str]
) -> str:
    if (text is None) == (template_id is None):
        message = "Give either `text`, or `template_id` with `variables`; not both and not neither."
        raise InvalidInput("text_or_template", message, faults=[Fault("text", "text_or_template", message)])
    if template_id is None:
        return text or ""
    template = (await lookup.templates(conn, account_id, [template_id])).get(TemplateId(template_id))
    if template is None:
        raise NotFound("template_not_found", f"There is no template {template_id} in this account.")
    return template.render(variables)


def _measured(text: str, tariff: Tariff | None, problems: list[Fault]) -> Simulated:
    found = segments.measure(text)
    verdict = compose.admit(text)
    if isinstance(verdict, Refusal):
        problems = [Fault("text", verdict.code, verdict.message), *problems]
    return Simulated(
        text=text,
        encoding=found.encoding,
        segments=found.segments,
        units=found.units,
        units_left=found.units_left,
        per_segment=found.per_segment,
        parts=tuple(segments.split(text)),
        offenders=tuple(offenders(text)),
        tariff=tariff,
        price=tariff.price * found.segments if tariff else None,
        problems=tuple(problems),
    )


def _no_tariff(iso: str) -> Fault:
    return Fault("country", "no_tariff", compose.no_tariff(iso))
