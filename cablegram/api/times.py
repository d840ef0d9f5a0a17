"""The fields that say when a message may go out: a schedule, a moment, a validity (R109, R110, R147)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta

from cablegram.api.fields import Moment
from cablegram.consent.timing import Timing, is_zone
from cablegram.kit.errors import InvalidInput
from cablegram.messages.model import Refusal
from cablegram.pacing import schedule as schedules
from cablegram.pacing.quiet_hours import WhenClosed

_LONGEST_VALIDITY = 366 * 24 * 3600  # seconds
_TIME = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z"
_TIME_OR_END = r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z"
_CODES = {"form": "a time of day such as 09:30", "codes": {"wrong_value": "bad_time"}}


class Window(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """From a time of day to before another one; where it ends before it starts, it goes on after midnight."""

    start: Annotated[str, Meta(pattern=_TIME, description="The first minute.", examples=["09:00"], extra=_CODES)]
    end: Annotated[
        str, Meta(pattern=_TIME_OR_END, description="The first minute after it.", examples=["18:30"], extra=_CODES)
    ]


Windows = Window | Annotated[list[Window], Meta(min_length=1, max_length=24)] | None
_OF_DAY = Meta(description="The hours of this day, in place of `any_day`.")


class Week(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hours of the week on the recipient's clock in which nothing goes out."""

    any_day: Annotated[Windows, Meta(description="The hours of days that have none of their own.")] = None
    monday: Annotated[Windows, _OF_DAY] = None
    tuesday: Annotated[Windows, _OF_DAY] = None
    wednesday: Annotated[Windows, _OF_DAY] = None
    thursday: Annotated[Windows, _OF_DAY] = None
    friday: Annotated[Windows, _OF_DAY] = None
    saturday: Annotated[Windows, _OF_DAY] = None
    sunday: Annotated[Windows, _OF_DAY] = None
    days: (
        Annotated[
            list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]],
            Meta(min_length=1, max_length=7, description="On these days alone."),
        ]
        | None
    ) = None
    months: (
        Annotated[
            list[Annotated[int, Meta(ge=1, le=12)]],
            Meta(min_length=1, max_length=12, description="In these months alone, January is 1."),
        ]
        | None
    ) = None


class Schedule(Week, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"quiet": "except"}):
    """Hours of the week on the recipient's clock. A weekday beats `any_day`; a day without hours is closed."""

    quiet: (
        Annotated[
            Week,
            Meta(
                description="Alone, in place of all others: hours in which nobody is to be disturbed. All other hours "
                "are open.",
                examples=[{"any_day": {"from": "21:00", "to": "09:00"}}],
            ),
        ]
        | None
    ) = None


Hours = Annotated[
    Schedule,
    Meta(
        description="When it may go out, by the clock on the recipient's wall. Where they may be in several time zones "
        "it is open when it is open in all of them. Outside these hours it waits.",
        examples=[{"any_day": {"from": "09:00", "to": "20:00"}, "sunday": {"from": "11:00", "to": "18:00"}}],
    ),
]
ValidFor = Annotated[
    int,
    Meta(
        ge=1,
        le=_LONGEST_VALIDITY,
        description="How many seconds it is worth sending, from when it is accepted, or from `send_at`. Then it "
        "expires; what was never handed to a carrier is refunded.",
        examples=[3600],
    ),
]
Closed = Annotated[
    WhenClosed,
    Meta(
        description="What becomes of it outside the hours: `delay` lets it wait for them, `drop` drops it. The "
        "account's sending rules say it where this is left out."
    ),
]


class Timed(msgspec.Struct, kw_only=True):
    """What a message may be told about its time."""

    schedule: Hours | None = None
    send_at: Annotated[Moment, Meta(description="Not before this moment; at most a year ahead.")] | None = None
    valid_for: ValidFor | None = None
    valid_until: Annotated[Moment, Meta(description="Until when it is worth sending; see `valid_for`.")] | None = None
    when_closed: Closed | None = None
    time_zone: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=64,
                pattern=r"^[^\u0000]*\Z",
                description="The recipient's own time zone, by its IANA name, where you know it. It beats what the "
                "number's area code or country says.",
                examples=["America/Chicago"],
            ),
        ]
        | None
    ) = None

    def timing(self) -> Timing | Refusal | None:
        """Return what it is told about its time, None for nothing, or what is wrong with it."""
        if self.time_zone is not None and not is_zone(self.time_zone):
            message = f"{self.time_zone[:40]!r} is no time zone: write a name of the IANA database, as Europe/Madrid."
            return Refusal("unknown_zone", message, "time_zone")
        if (
            self.schedule is None
            and self.send_at is None
            and self.valid_for is None
            and self.valid_until is None
            and self.when_closed is None
        ):
            return None
        written = None if self.schedule is None else written_of(self.schedule)
        try:
            hours = None if written is None else schedules.read(written)
        except InvalidInput as error:
            (first, *_) = error.faults
            return Refusal(first.code, first.message, first.field)
        return Timing(
            hours,
            written,
            self.send_at,
            self.valid_until,
            None if self.valid_for is None else timedelta(seconds=self.valid_for),
            self.when_closed,
        )


def shown(timing: Timing) -> Schedule | None:
    """Return a schedule as it was written."""
    return None if timing.written is None else msgspec.convert(timing.written, Schedule)


def written_of(schedule: Schedule) -> Mapping[str, object]:
    """Return a schedule as `pacing.schedule` reads it, and the database keeps it."""
    return cast("dict[str, Any]", msgspec.to_builtins(schedule))
