"""When something may go out, as options say it: windows of each day, hours of quiet; how long it is worth sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from cablegram.consent.timing import AS_IT_COMES, Timing
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.pacing import schedule
from cablegram.pacing.quiet_hours import WhenClosed

Hours = Annotated[
    list[str] | None,
    Parameter(name="--hours", negative=(), help="Only then, where the person is: 09:00-20:00. Once for each window."),
]
Quiet = Annotated[
    list[str] | None,
    Parameter(name="--quiet", negative=(), help="In place of --hours: do not disturb then: 21:00-09:00."),
]
ValidFor = Annotated[int | None, Parameter(help="How many seconds it is worth sending.")]
Closed = Annotated[WhenClosed | None, Parameter(name="--when-closed", help="Outside the hours: wait, or be dropped.")]


def timing(
    hours: Sequence[str] | None,
    quiet: Sequence[str] | None,
    *,
    valid_for: int | None,
    when_closed: WhenClosed | None,
    not_before: datetime | None = None,
) -> Timing:
    """Return what options tell of the time. Raises InvalidInput (`bad_schedule`, `bad_choice`)."""
    if hours and quiet:
        message = "Give either --hours or --quiet: one is the other way round."
        raise InvalidInput("bad_choice", message, faults=[Fault("quiet", "bad_choice", message)])
    written: dict[str, object] | None = None
    if hours or quiet:
        windows = {"any_day": [_window(one) for one in hours or quiet or ()]}
        written = {"except": windows} if quiet else dict(windows)
    found = Timing(
        schedule=None if written is None else schedule.read(written),
        written=written,
        not_before=not_before,
        validity=None if valid_for is None else timedelta(seconds=valid_for),
        when_closed=when_closed,
    )
    return AS_IT_COMES if found == AS_IT_COMES else found


def _window(text: str) -> dict[str, str]:
    start, _, end = text.partition("-")
    return {"from": start.strip(), "to": end.strip()}
