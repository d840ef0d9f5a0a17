"""What reports are asked and answer in the API."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.api.fields import NO_NULL, Credits, Id, Moment, Name
from cablegram.reports import files, saved
from cablegram.reports.model import (
    MOST_DAYS,
    Delay,
    Dimension,
    Filters,
    Grain,
    Kept,
    Kind,
    Line,
    OptOuts,
    Pace,
    Question,
    Report,
    Saved,
)

_BY = "|".join(Dimension)


class Granularity(Enum):
    """How finely time is told apart."""

    HOUR = "hour"
    DATE = "date"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


_GRAINS = {
    Granularity.HOUR: Grain.HOUR,
    Granularity.DATE: Grain.DAY,
    Granularity.WEEK: Grain.WEEK,
    Granularity.MONTH: Grain.MONTH,
    Granularity.TOTAL: Grain.TOTAL,
}
_Since = Annotated[date, Meta(description="The first day.", examples=["2026-11-01"])]
_Until = Annotated[date, Meta(description="The last day; it is in the report.", examples=["2026-11-30"])]
_Granularity = Annotated[
    Granularity,
    Meta(description="`hour` for 31 days at most. Weeks begin on Monday; `total` is all of the time as one."),
]
_By = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{_BY})(?:,(?:{_BY})){{0,2}}\Z",
        description=f"By what lines are told apart, up to three, with commas: {', '.join(Dimension)}.",
        examples=["country"],
    ),
]
_Word = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NULL)]
_Country = Annotated[_Word, Meta(description="Of this country, two letters.", examples=["ES"])]
_Sender = Annotated[_Word, Meta(description="From this sender, or to this number of the account's.")]
_Class = Annotated[_Word, Meta(description="Of this class.", examples=["marketing"])]
_State = Annotated[_Word, Meta(description="In this state.", examples=["delivered"])]
_Connector = Annotated[UUID, Meta(description="By this connector.")]
_Campaign = Annotated[UUID, Meta(description="Of this campaign.")]


class ReportQuery(msgspec.Struct, kw_only=True):
    """What a report is about."""

    since: _Since
    until: _Until
    granularity: _Granularity = Granularity.DATE
    by: _By | UnsetType = UNSET
    country: _Country | UnsetType = UNSET
    connector_id: _Connector | UnsetType = UNSET
    sender: _Sender | UnsetType = UNSET
    campaign_id: _Campaign | UnsetType = UNSET
    message_class: _Class | UnsetType = msgspec.field(default=UNSET, name="class")
    state: _State | UnsetType = UNSET


class DaysQuery(msgspec.Struct, kw_only=True):
    """Which days a report is about."""

    since: _Since
    until: _Until


class SumsView(msgspec.Struct, kw_only=True):
    """What became of messages, and how many texts came in."""

    messages: Annotated[int, Meta(description="Messages that were accepted.", examples=[12408])]
    segments: Annotated[int, Meta(description="Their segments, as gateways bill them (two counts).", examples=[17310])]
    delivered: Annotated[int, Meta(description="How many arrived.")]
    ended: Annotated[int, Meta(description="How many have a last word: `delivered` is a share of these.")]
    received: Annotated[int, Meta(description="Texts that came in.")]
    received_segments: Annotated[int, Meta(description="Their segments.")]
    charged: Credits
    refunded: Credits
    credits: Annotated[int, Meta(description="What was paid for good, in micro-credits.")]
    states: Annotated[dict[str, int], Meta(description="Messages by state, those that a rule left out too.")]


class ReportLine(SumsView, kw_only=True):
    """The same of messages that have something in common."""

    at: Annotated[
        str | None,
        Meta(description="The first day of the span of time, or the begin of the hour in UTC; null: all of it."),
    ]
    values: Annotated[
        dict[str, str],
        Meta(description="What they have in common: ids of connectors and campaigns; empty: none; `*`: all the rest."),
    ]


class ReportAnswer(msgspec.Struct, kw_only=True):
    """A report."""

    time_zone: Annotated[str, Meta(description="Where its days begin at midnight.", examples=["Europe/Madrid"])]
    as_of: Annotated[
        Moment | None,
        Meta(description="What was accepted until then is in it; null: everything is, as of now."),
    ]
    total: SumsView
    lines: Annotated[list[ReportLine], Meta(description="By time, then the largest first; 2,000 at most.")]
    names: Annotated[dict[str, str], Meta(description="What connectors and campaigns are called, by their ids.")]


class DelayView(msgspec.Struct, kw_only=True):
    """How long messages took from a connector's yes to the receipt."""

    connector_id: Annotated[str, Meta(description="Empty: of no connector.")]
    messages: Annotated[int, Meta(description="How many were delivered.")]
    p50: Annotated[float | None, Meta(description="Seconds within which half of them came.")]
    p95: Annotated[float | None, Meta(description="Seconds within which 95 of 100 came.")]


class DeliveryAnswer(ReportAnswer, kw_only=True):
    """What was delivered, and how long it took."""

    delays: list[DelayView]


class OptOutLine(msgspec.Struct, kw_only=True):
    """How many people said no on a day, in one way."""

    day: Annotated[date, Meta(description="The day.")]
    how: Annotated[str, Meta(description="By which way: text, page, carrier and so on.", examples=["text"])]
    scope: Annotated[str, Meta(description="To what: marketing, everything, or the id of a service or store.")]
    people: Annotated[int, Meta(description="How many.")]


class OptOutAnswer(msgspec.Struct, kw_only=True):
    """Who said no."""

    time_zone: Annotated[str, Meta(description="Where its days begin at midnight.")]
    lines: list[OptOutLine]


class TimeZoneView(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where the account's days begin."""

    time_zone: Annotated[
        str, Meta(min_length=1, max_length=64, pattern=NO_NULL, description="A name of the IANA database.",
                  examples=["Europe/Madrid"])
    ]  # fmt: skip


class NewSavedReport(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A report to keep: about the last days up to yesterday, or, mailed, about the span that has just ended."""

    name: Name
    kind: Annotated[Kind, Meta(description="Which report.")] = Kind.SUMMARY
    days: Annotated[int, Meta(ge=1, le=MOST_DAYS, description="How many days.")] = 30
    granularity: _Granularity = Granularity.DATE
    by: _By | None = None
    country: _Country | None = None
    connector_id: _Connector | None = None
    sender: _Sender | None = None
    campaign_id: _Campaign | None = None
    pace: Annotated[Pace | None, Meta(description="How often it is mailed; null: never.")] = None
    user_ids: Annotated[
        list[UUID], Meta(max_length=saved.MOST_READERS, description="Users of the account who get it.")
    ] = []


class SavedReportView(msgspec.Struct, kw_only=True):
    """A report that is kept."""

    id: Id
    name: Annotated[str, Meta(description="Its name.")]
    kind: Annotated[Kind, Meta(description="Which report.")]
    days: Annotated[int, Meta(description="About how many days.")]
    granularity: _Granularity
    by: Annotated[list[Dimension], Meta(description="By what lines are told apart.")]
    pace: Annotated[Pace | None, Meta(description="How often it is mailed; null: never.")]
    user_ids: Annotated[list[UUID], Meta(description="Who gets it.")]
    next_at: Annotated[Moment | None, Meta(description="When it is mailed next.")]
    last_at: Annotated[Moment | None, Meta(description="When it was mailed last.")]
    created_by: Annotated[str, Meta(description="Who made it.")]


class SavedReportList(msgspec.Struct):
    """Reports that are kept, by name."""

    items: list[SavedReportView]


def question(query: ReportQuery) -> Question:
    """Read what a report is asked."""
    filters = Filters(
        countries=(query.country,) if query.country else (),
        connectors=(query.connector_id,) if query.connector_id else (),
        senders=(query.sender,) if query.sender else (),
        campaigns=(query.campaign_id,) if query.campaign_id else (),
        classes=(query.message_class,) if query.message_class else (),
        states=(query.state,) if query.state else (),
    )
    return Question(query.since, query.until, _GRAINS[query.granularity], _dimensions(query.by or None), filters)


def _dimensions(by: str | None) -> tuple[Dimension, ...]:
    return tuple(dict.fromkeys(Dimension(one) for one in by.split(","))) if by else ()


def report_view(found: Report) -> ReportAnswer:
    """Show a report."""
    by = found.question.by
    return ReportAnswer(
        time_zone=found.zone,
        as_of=found.as_of,
        total=SumsView(**_sums(found.total)),
        lines=[
            ReportLine(
                at=files.written(one.at) or None,
                values={dimension.value: value for dimension, value in zip(by, one.values, strict=True)},
                **_sums(one),
            )
            for one in found.lines
        ],
        names=found.names,
    )


def _sums(line: Line) -> dict[str, Any]:
    return {
        "messages": line.messages,
        "segments": line.segments,
        "delivered": line.delivered,
        "ended": line.ended,
        "received": line.received,
        "received_segments": line.received_segments,
        "charged": line.charged,
        "refunded": line.refunded,
        "credits": line.spent,
        "states": {state: n for state, n in line.states.items() if n},
    }


def delay_view(one: Delay) -> DelayView:
    """Show how long a connector took."""
    return DelayView(connector_id=one.connector_id, messages=one.messages, p50=one.p50, p95=one.p95)


def opt_out_view(one: OptOuts) -> OptOutLine:
    """Show who said no."""
    return OptOutLine(day=one.day, how=one.how, scope=one.scope, people=one.n)


def saved_view(one: Saved) -> SavedReportView:
    """Show a report that is kept."""
    grains = {grain: granularity for granularity, grain in _GRAINS.items()}
    return SavedReportView(
        id=one.id,
        name=one.name,
        kind=one.kept.kind,
        days=one.kept.days,
        granularity=grains[one.kept.grain],
        by=list(one.kept.by),
        pace=one.pace,
        user_ids=list(one.user_ids),
        next_at=one.next_at,
        last_at=one.last_at,
        created_by=one.created_by,
    )


def kept_of(body: NewSavedReport) -> Kept:
    """Read a report that is to be kept."""
    filters = Filters(
        countries=(body.country,) if body.country else (),
        connectors=(body.connector_id,) if body.connector_id else (),
        senders=(body.sender,) if body.sender else (),
        campaigns=(body.campaign_id,) if body.campaign_id else (),
    )
    return Kept(body.kind, body.days, _GRAINS[body.granularity], _dimensions(body.by), filters)
