"""What `cablegram campaign create` is told besides the words: to whom, in which texts, how carefully."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.audiences import segments
from cablegram.campaigns.goals import USUAL_DAYS, Goal, GoalBy
from cablegram.campaigns.guards import LEAST, Guards
from cablegram.campaigns.model import NewCampaign
from cablegram.campaigns.variants import By, Trial, Variant, Winner
from cablegram.cli import choosing
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import ListId, ProgramId, SegmentId
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime

_VARIANT = re.compile(r"(?P<name>[^=]+)=(?P<share>[0-9]{1,2}):(?P<text>.+)", re.DOTALL)


@Parameter(name="*")
@dataclass(frozen=True)
class Audience:
    """To whom a campaign goes."""

    list_: Annotated[
        list[str] | None, Parameter(name="--list", negative=(), help="To a list, by name or id. Once for each.")
    ] = None
    segment: Annotated[list[str] | None, Parameter(negative=(), help="To a segment, by name or id. Once for each.")] = (
        None
    )
    program: Annotated[UUID | None, Parameter(help="The id of the SMS service or store in whose name it goes.")] = None
    all_subscribers: Annotated[bool, Parameter(negative=(), help="To all subscribers of that.")] = False
    except_list: Annotated[list[str] | None, Parameter(negative=(), help="To nobody on this list.")] = None
    except_segment: Annotated[list[str] | None, Parameter(negative=(), help="To nobody in this segment.")] = None

    async def put(self, rt: Runtime, who: Principal, new: NewCampaign) -> NewCampaign:
        """Say it of a campaign. Raises NotFound (`list_not_found`, `segment_not_found`)."""
        return replace(
            new,
            list_ids=[await _list(rt, who, one) for one in self.list_ or ()],
            segment_ids=[await _segment(rt, who, one) for one in self.segment or ()],
            program_id=ProgramId(self.program) if self.program else None,
            all_subscribers=self.all_subscribers,
            except_list_ids=[await _list(rt, who, one) for one in self.except_list or ()],
            except_segment_ids=[await _segment(rt, who, one) for one in self.except_segment or ()],
        )


@Parameter(name="*")
@dataclass(frozen=True)
class Trying:
    """Which texts a campaign tries."""

    variant: Annotated[
        list[str] | None,
        Parameter(negative=(), help='One of 2 to 5 texts, with its share in percent: "A=50:Hello". Once for each.'),
    ] = None
    holdout: Annotated[int, Parameter(help="Percent of the people who get nothing, to be compared.")] = 0
    winner_by: Annotated[By | None, Parameter(help="By what the best text is found, for the rest to get it.")] = None
    winner_after: Annotated[int, Parameter(help="So many minutes after the sample.")] = 240
    sample: Annotated[int, Parameter(help="Percent of the people with whom the texts are tried.")] = 20
    goal: Annotated[
        str | None,
        Parameter(help='What it is for: "clicked", "replied", or the name of an event that your programs tell of.'),
    ] = None
    goal_days: Annotated[int, Parameter(help="So many days people have for it.")] = USUAL_DAYS

    def put(self, new: NewCampaign) -> NewCampaign:
        """Say it of a campaign. Raises InvalidInput (`bad_variants`)."""
        return replace(new, trial=self._trial(), goal=self._goal())

    def _trial(self) -> Trial:
        winner = Winner(self.winner_by, self.winner_after, self.sample) if self.winner_by else None
        return Trial(_variants(self.variant or ()), self.holdout, winner)

    def _goal(self) -> Goal | None:
        if self.goal is None:
            return None
        here = {GoalBy.CLICKED.value, GoalBy.REPLIED.value}
        if self.goal in here:
            return Goal(GoalBy(self.goal), self.goal_days)
        return Goal(GoalBy.EVENT, self.goal_days, self.goal)


@Parameter(name="*")
@dataclass(frozen=True)
class Care:
    """How carefully a campaign goes out."""

    per_minute: Annotated[int | None, Parameter(help="At most so many messages in any minute.")] = None
    per_five_minutes: Annotated[int | None, Parameter(help="At most so many messages in any five minutes.")] = None
    canary: Annotated[int | None, Parameter(help="So many people first; then it waits for a look.")] = None
    canary_minutes: Annotated[int | None, Parameter(help="Go on by itself so long after them.")] = None
    max_opt_outs: Annotated[float | None, Parameter(help="Pause above so many percent of opt-outs.")] = None
    max_errors: Annotated[float | None, Parameter(help="Pause above so many percent of errors.")] = None
    least: Annotated[int, Parameter(help="So many messages have to be known before these count.")] = LEAST
    max_spend: Annotated[float | None, Parameter(help="Pause before it costs more than so many credits.")] = None

    def put(self, new: NewCampaign) -> NewCampaign:
        """Say it of a campaign."""
        return replace(
            new,
            per_minute=self.per_minute,
            per_five_minutes=self.per_five_minutes,
            canary=self.canary,
            canary_minutes=self.canary_minutes,
            guards=self._guards(),
        )

    def _guards(self) -> Guards | None:
        if self.max_opt_outs is None and self.max_errors is None and self.max_spend is None:
            return None
        spend = None if self.max_spend is None else round(self.max_spend * MICRO)
        return Guards(opt_outs=self.max_opt_outs, errors=self.max_errors, least=self.least, spend=spend)


TO_NOBODY, ONE_TEXT, AT_ONCE = Audience(), Trying(), Care()


def _variants(given: Sequence[str]) -> tuple[Variant, ...]:
    found: list[Variant] = []
    for one in given:
        match = _VARIANT.fullmatch(one)
        if match is None:
            message = f'{one[:40]!r} is no variant: write name, share in percent and text, as "A=50:Hello there".'
            raise InvalidInput("bad_variants", message, faults=[Fault("variant", "bad_variants", message)])
        found.append(Variant(match["name"].strip(), int(match["share"]), match["text"]))
    return tuple(found)


async def _list(rt: Runtime, who: Principal, which: str) -> ListId:
    found = await choosing.contact_list(rt, who, which)
    if found is None:
        raise NotFound("list_not_found", f"The account has no contact list {which}.")
    return found.id


async def _segment(rt: Runtime, who: Principal, which: str) -> SegmentId:
    try:
        return SegmentId(UUID(which))
    except ValueError:
        found = await segments.named(rt, who, which)
    if found is None:
        raise NotFound("segment_not_found", f"The account has no segment {which}.")
    return found.segment.id
