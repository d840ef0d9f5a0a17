"""What a campaign would do, as the API tells it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.api.fields import CountryCode, Credits
from cablegram.campaigns.foreseen import Forecast, Preview
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
    )


def _preview(one: Preview) -> PreviewView:
    return PreviewView(f"+{one.number}", one.text, one.encoding, one.segments, one.price)
