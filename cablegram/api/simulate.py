"""Simulate: what a text would take and cost, and whether it would go; nothing is sent and nothing charged (R45)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.errors import FaultView
from cablegram.api.fields import NO_NULL, CountryCode, Recipient, Sender, Shorten, SmartEncoding, Variables
from cablegram.api.messages import ONE_WORDING, Alphabet, Class, Segments, one_wording, shown_sender
from cablegram.api.operation import Can, Resource
from cablegram.api.reading import Ruled
from cablegram.api.warnings import WarningView, shown
from cablegram.api.why import LookView, look_view
from cablegram.billing.prices import Prices
from cablegram.kit.errors import Fault
from cablegram.messages import simulate as measuring
from cablegram.messages.model import MessageClass
from cablegram.messages.simulate import Simulated
from cablegram.numbers.countries import COUNTRIES
from cablegram.runtime.runtime import Runtime
from cablegram.text import gsm0338

simulate = Resource("Simulate", "What a text would take and cost, without sending it.")

_RENAMED = {"sender": "from", "message_class": "class"}
_EITHER_CASE = "|".join(f"[{iso[0]}{iso[0].lower()}][{iso[1]}{iso[1].lower()}]" for iso in sorted(COUNTRIES))
Words = Annotated[str, Meta(max_length=40_000, pattern=NO_NULL, description="The words.", examples=["Hello, Inés!"])]
Country = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{_EITHER_CASE})\Z",
        description="The country to price it for: two letters of ISO 3166, in either case.",
        examples=["es"],
        extra={"form": "two letters of ISO 3166, such as es", "codes": {"wrong_value": "unknown_country"}},
    ),
]
SavedTemplate = Annotated[UUID, Meta(description="A saved template, in place of `text`.")]


_WHERE: dict[str, Any] = {"anyOf": [{"required": ["country"]}, {"required": ["to"]}]}
_TO = Meta(description="A number, to be told whether it would go and which rule decides; its own tariff counts then.")


class Question(Ruled, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """What to measure: `text`, or `template_id` with `variables`, for a country or a number."""

    __schema__: ClassVar[dict[str, Any]] = {**ONE_WORDING, **_WHERE}

    country: Country | UnsetType = UNSET
    to: Annotated[Recipient, _TO] | UnsetType = UNSET
    sender: Sender | UnsetType = UNSET
    message_class: Class = MessageClass.TRANSACTIONAL
    smart_encoding: SmartEncoding = False
    shorten: Shorten = False
    text: Words | None = None
    template_id: SavedTemplate | None = None
    variables: Variables = msgspec.field(default_factory=dict[str, str])

    def broken_rule(self) -> Fault | None:
        """Say what is wrong between fields."""
        return _no_place(self.country, self.to) or one_wording(self.text, self.template_id)


class AskedInQuery(Ruled, kw_only=True, rename=_RENAMED):
    """What to measure, in a query."""

    __schema__: ClassVar[dict[str, Any]] = {"oneOf": [{"required": ["text"]}, {"required": ["template_id"]}], **_WHERE}

    country: Country | UnsetType = UNSET
    to: Annotated[Recipient, _TO] | UnsetType = UNSET
    sender: Sender | UnsetType = UNSET
    message_class: Class = MessageClass.TRANSACTIONAL
    smart_encoding: SmartEncoding = False
    shorten: Shorten = False
    text: Words | UnsetType = UNSET
    template_id: SavedTemplate | UnsetType = UNSET
    variables: Variables = msgspec.field(default_factory=dict[str, str])

    def broken_rule(self) -> Fault | None:
        """Say what is wrong between parameters."""
        text = None if self.text is UNSET else self.text
        return _no_place(self.country, self.to) or one_wording(text, self.template_id or None)


def _no_place(country: str | UnsetType, to: str | UnsetType) -> Fault | None:
    if country is not UNSET or to is not UNSET:
        return None
    return Fault("country", "missing_field", "`country` is missing, and it is needed where there is no `to`.")


class PartView(msgspec.Struct):
    """One part of a text, as it is sent."""

    text: Annotated[str, Meta(description="Its words.")]
    units: Annotated[int, Meta(description="What it takes.")]
    size: Annotated[int, Meta(description="What it may hold: 160, 153, 70 or 67.")]


class OffenderView(msgspec.Struct):
    """A character outside GSM 03.38: one is enough to make the whole text UCS-2."""

    position: Annotated[int, Meta(description="Where, counted from 0.")]
    character: Annotated[str, Meta(description="Which.", examples=["✓"])]
    code_point: Annotated[str, Meta(description="Its number in Unicode.", examples=["U+2713"])]


class TariffView(msgspec.Struct):
    """The usual price of a segment to the country; single prefixes of it may have another."""

    country: CountryCode
    name: Annotated[str, Meta(description="The country's name.", examples=["Spain"])]
    price: Annotated[int, Meta(description="Micro-credits a segment.", examples=[850000])]
    is_demo: Annotated[bool, Meta(description="Whether it is an invented one, of the demo tariff.")]


class Simulation(msgspec.Struct, kw_only=True, rename={"sender": "from"}):
    """What the text would take and cost."""

    text: Annotated[str, Meta(description="The words, filled in.")]
    encoding: Alphabet
    segments: Segments
    billed_segments: Annotated[int, Meta(description="For how many the account pays, by its `segment_profile`.")]
    gateway_segments: Annotated[
        int, Meta(description="How many the carrier's gateway bills, where `to` tells which carrier it is.")
    ]
    units: Annotated[int, Meta(description="Septets of GSM 03.38, or UTF-16 units of UCS-2.", examples=[12])]
    units_left: Annotated[int, Meta(description="How many more fit before another segment starts.", examples=[148])]
    per_segment: Annotated[int, Meta(description="How many fit one segment: 160 or 70 alone, 153 or 67 of several.")]
    price: Annotated[
        int | None,
        Meta(description="Micro-credits for all billed segments; null where nothing can be sent.", examples=[850000]),
    ]
    tariff: Annotated[TariffView | None, Meta(description="Where the price comes from; null if there is none.")]
    parts: Annotated[list[PartView], Meta(description="The segments.")]
    offending: Annotated[list[OffenderView], Meta(description="What makes it UCS-2; empty for a GSM text.")]
    problems: Annotated[list[FaultView], Meta(description="Why it would be refused; empty if it would not.")]
    warnings: Annotated[list[WarningView], Meta(description="What to look at; nothing of it is an error.")]
    replaced: Annotated[
        dict[str, str], Meta(description="With `smart_encoding`: the characters that are replaced, by what.")
    ]
    sender: Annotated[str | None, Meta(description="Of a `to`: what it would come from.")]
    connector: Annotated[str | None, Meta(description="Of a `to`: the name of the connector that would carry it.")]
    would_go: Annotated[bool | None, Meta(description="Of a `to`: whether it would go, leaving time and credit out.")]
    rules: Annotated[
        list[LookView],
        Meta(description="Of a `to`: what is looked at, in its order; the first that says stop is the last."),
    ]


_ERRORS = (
    Can(400, "text_or_template", "both a text and a template are given, or neither"),
    Can(400, "unknown_country", "there is no such country"),
    Can(403, "missing_variable", "the template has a variable without value"),
    Can(404, "template_not_found", "the account has no such template"),
)


@simulate.call("POST", "/v1/simulate", "simulate", scope=Scope.READ, errors=_ERRORS)
async def post(rt: Runtime, who: Principal, body: Question, prices: Prices) -> Simulation:
    """Measure and price a text.

    It is measured also where it would be refused: `problems` says why. With `to`, a number in place of the country,
    every rule is asked whether it would go now, from which sender and by which connector; only credit and hours are
    left out.
    """
    return await _answer(rt, who, body, prices)


@simulate.call("GET", "/v1/simulate", "simulateByQuery", scope=Scope.READ, errors=_ERRORS)
async def get(rt: Runtime, who: Principal, query: AskedInQuery, prices: Prices) -> Simulation:
    """Measure and price a text, by query.

    The same with everything in the query; `variables` is JSON.
    """
    text = None if query.text is UNSET else query.text
    asked = Question(
        country=query.country,
        to=query.to,
        sender=query.sender,
        message_class=query.message_class,
        smart_encoding=query.smart_encoding,
        shorten=query.shorten,
        text=text,
        template_id=query.template_id or None,
        variables=query.variables,
    )
    return await _answer(rt, who, asked, prices)


async def _answer(rt: Runtime, who: Principal, asked: Question, prices: Prices) -> Simulation:
    found = await measuring.simulate(
        rt,
        who,
        text=asked.text,
        template_id=asked.template_id,
        variables=asked.variables,
        country=asked.country or None,
        to=asked.to or None,
        sender=asked.sender or None,
        message_class=asked.message_class,
        smart_encoding=asked.smart_encoding,
        shorten=asked.shorten,
        prices=prices,
    )
    return _view(rt, found)


def _view(rt: Runtime, found: Simulated) -> Simulation:
    tariff = found.tariff
    return Simulation(
        text=found.text,
        encoding=found.encoding,
        segments=found.segments,
        billed_segments=found.billed_segments,
        gateway_segments=found.gateway_segments,
        units=found.units,
        units_left=found.units_left,
        per_segment=found.per_segment,
        price=found.price,
        tariff=TariffView(tariff.country, tariff.name, tariff.price, tariff.is_demo) if tariff else None,
        parts=[PartView(part.text, part.units, part.size) for part in found.parts],
        offending=[OffenderView(one.position, one.character, one.code_point) for one in found.offenders],
        problems=[FaultView(one.field, one.code, one.message) for one in found.problems],
        warnings=shown(found.warnings),
        replaced=dict(found.replaced),
        sender=shown_sender(found.sender) if found.sender else None,
        connector=found.connector,
        would_go=None if found.why is None else found.why.stopped is None,
        rules=[look_view(rt, look) for look in found.why.looks] if found.why else [],
    )


class CharacterView(msgspec.Struct):
    """A character of GSM 03.38."""

    character: Annotated[str, Meta(description="The character.", examples=["€"])]
    code: Annotated[int, Meta(description="Its code in its table.", examples=[101])]
    septets: Annotated[int, Meta(description="How many places it takes: 2 for those of the extension table.")]


class CharacterList(msgspec.Struct):
    """The characters of which a GSM text is made."""

    items: Annotated[list[CharacterView], Meta(description="The basic table, and the extension behind it.")]


@simulate.call("GET", "/v1/gsm-characters", "listGsmCharacters", scope=Scope.READ)
async def characters(rt: Runtime, who: Principal) -> CharacterList:  # noqa: ARG001 - the same for everybody
    """List the characters of GSM 03.38.

    A text with any other character is Unicode: 70 to a segment in place of 160.
    """
    return CharacterList([CharacterView(one.character, one.code, one.septets) for one in gsm0338.characters()])
