"""What a campaign would do, as the API tells it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.api.fields import CountryCode, Credits, Id, Moment
from cablegram.campaigns.foreseen import ConnectorForecast, Forecast, Preview
from cablegram.text.encoding import Encoding


class CountryForecastView(msgspec.Struct):
    """What a campaign will send to one country."""

    country: CountryCode
    people: Annotated[int, Meta(description="How many people.")]
    segments: Annotated[int, Meta(description="How many segments.")]
    price: Credits


class PreviewView(msgspec.Struct):
    """A text as one person will get it."""

    to: Annotated[str, Meta(description="The number, in E.164.")]
    text: Annotated[str, Meta(description="The words, filled in.")]
    encoding: Annotated[Encoding, Meta(description="How the text travels.")]
    segments: Annotated[int, Meta(description="How many parts it takes.")]
    price: Credits


class CulpritView(msgspec.Struct):
    """A character that alone makes texts dearer: without it they would be GSM, and shorter."""

    character: Annotated[str, Meta(description="The character.", examples=["’"])]
    people: Annotated[int, Meta(description="In how many people's texts it is.")]
    segments: Annotated[int, Meta(description="How many segments it costs.")]
    price: Credits


class StretchView(msgspec.Struct):
    """A time in which messages go out."""

    begins: Moment
    ends: Moment
    people: Annotated[int, Meta(description="How many people get theirs in it.")]


class ConnectorForecastView(msgspec.Struct, kw_only=True):
    """What goes by one connector, and when: by its pace, what waits before it, and the hours of the people."""

    connector_id: Id
    name: Annotated[str, Meta(description="Its name.")]
    people: Annotated[int, Meta(description="How many people.")]
    parts: Annotated[int, Meta(description="In how many parts.")]
    rate: Annotated[float | None, Meta(description="What it takes a second; null: no limit is known.")]
    is_learned: Annotated[bool, Meta(description="Whether that is how fast it was of late, and nobody's setting.")]
    ahead: Annotated[int, Meta(description="Parts that wait before it.")]
    held: Annotated[int, Meta(description="People whose hours have not come.")]
    stretches: Annotated[list[StretchView], Meta(description="When it goes; empty: that can't be told.")]


class AdviceView(msgspec.Struct):
    """Something to mind before the launch."""

    code: Annotated[str, Meta(description="What it is about.", examples=["marketing_often"])]
    title: Annotated[str, Meta(description="In a line.")]
    body: Annotated[str, Meta(description="And why.")]
    stops: Annotated[bool, Meta(description="Whether it can't start so, by a setting of the installation.")]


class ForecastView(msgspec.Struct, kw_only=True):
    """What a campaign would do if it started now, or at its `start_at`: recipients = accepted + all skipped."""

    recipients: Annotated[int, Meta(description="How many people are in its lists.")]
    accepted: Annotated[int, Meta(description="How many would get a message.")]
    skipped: Annotated[dict[str, int], Meta(description="How many would not, by the code of the reason.")]
    segments: Annotated[int, Meta(description="Segments of all messages.")]
    several_segments: Annotated[int, Meta(description="Messages with more than one segment.")]
    encodings: Annotated[dict[str, int], Meta(description="Messages by encoding.")]
    price: Credits
    balance: Annotated[int, Meta(description="What the account has. Less than `price`: the campaign will pause.")]
    countries: Annotated[list[CountryForecastView], Meta(description="The same by country.")]
    samples: Annotated[list[PreviewView], Meta(description="A few texts as they will arrive.")]
    longest: Annotated[PreviewView | None, Meta(description="The one with most segments.")]
    worst: Annotated[list[PreviewView], Meta(description="The ten that cost most, of those with several segments.")]
    culprits: Annotated[list[CulpritView], Meta(description="Characters that alone make texts dearer.")]
    listed_twice: Annotated[int, Meta(description="Entries beyond the first of people on several lists.")]
    starts: Annotated[Moment | None, Meta(description="When it would start.")]
    ends: Annotated[Moment | None, Meta(description="When the last message would be handed over; null: unknown.")]
    connectors: Annotated[list[ConnectorForecastView], Meta(description="When each connector is done.")]
    advice: Annotated[list[AdviceView], Meta(description="What to mind.")]


def view(one: Forecast) -> ForecastView:
    """Write a forecast."""
    return ForecastView(
        recipients=one.recipients,
        accepted=one.accepted,
        skipped=one.skipped,
        segments=one.segments,
        several_segments=one.several_segments,
        encodings={encoding.value: n for encoding, n in one.encodings.items()},
        price=one.price,
        balance=one.balance,
        countries=[CountryForecastView(each.country, each.people, each.segments, each.price) for each in one.countries],
        samples=[_preview(each) for each in one.samples],
        longest=_preview(one.longest) if one.longest else None,
        worst=[_preview(each) for each in one.worst],
        culprits=[CulpritView(each.character, each.people, each.segments, each.price) for each in one.culprits],
        listed_twice=one.listed_twice,
        starts=one.starts,
        ends=one.ends,
        connectors=[_connector(each) for each in one.connectors],
        advice=[AdviceView(each.code, each.title, each.body, each.stops) for each in one.advice],
    )


def _connector(one: ConnectorForecast) -> ConnectorForecastView:
    return ConnectorForecastView(
        connector_id=one.connector_id,
        name=one.name,
        people=one.people,
        parts=one.parts,
        rate=one.rate,
        is_learned=one.is_learned,
        ahead=one.ahead,
        held=one.held,
        stretches=[StretchView(each.begins, each.ends, each.people) for each in one.stretches],
    )


def _preview(one: Preview) -> PreviewView:
    return PreviewView(f"+{one.number}", one.text, one.encoding, one.segments, one.price)
