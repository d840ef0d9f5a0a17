"""The form of a new campaign, in three steps and a review: what was typed, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final
from uuid import UUID

from litestar.datastructures import MultiDict

from cablegram.audiences.model import Audience
from cablegram.campaigns.goals import MOST_DAYS, USUAL_DAYS, Goal, GoalBy
from cablegram.campaigns.guards import Guards
from cablegram.campaigns.model import Campaign, NewCampaign
from cablegram.campaigns.variants import By, Trial, Variant, Winner
from cablegram.consent.timing import Timing
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import ListId, ProgramId, SegmentId
from cablegram.kit.money import MICRO, credits_to_micro
from cablegram.messages.model import MessageClass
from cablegram.pacing import pace
from cablegram.panel import bringing, timed
from cablegram.panel.bringing import Brought
from cablegram.panel.forms import Errors, Fields, read_ids
from cablegram.panel.timed import TimeForm
from cablegram.senders.model import as_tuple

STEPS: Final = ("audience", "content", "schedule")
_OTHERS = ("B", "C")  # texts beside the first
_FIELD_STEPS: Mapping[str, str] = {
    **dict.fromkeys(("name", "list_id", "segment_id", "program_id", "except_list_id", "except_segment_id"), "audience"),
    **dict.fromkeys(("start", "valid", "hours", "pace", "canary", "canary_minutes"), "schedule"),
    **dict.fromkeys(("guard_opt_outs", "guard_errors", "guard_spend"), "schedule"),
}
# The fields of the form, by those that errors name.
FIELDS: Mapping[str, str] = {
    "contact_list_ids": "list_id",
    "segment_ids": "segment_id",
    "all_subscribers": "program_id",
    "from": "sender",
    "variables": "text",
    "template_not_found": "text",
    "start_at": "start",
    "media_url": "picture",
    "per_minute": "pace",
    "per_five_minutes": "pace",
    "variants": "text_B",
    "variants.0.text": "text",
    "variants.1.text": "text_B",
    "variants.2.text": "text_C",
    "variants.0.share": "share_B",
    "variants.1.share": "share_B",
    "variants.2.share": "share_C",
    "winner": "winner",
    "winner.after": "winner_after",
    "winner.sample": "winner_sample",
    "guards.opt_outs": "guard_opt_outs",
    "guards.errors": "guard_errors",
    "guards.spend": "guard_spend",
    "goal.by": "goal",
    "goal.event": "goal_event",
    "goal.days": "goal_days",
}
SHOWN = ("name", "list_id", "segment_id", "program_id", "sender", "text", "text_B", "text_C", "share_B", "share_C",
         "holdout", "winner", "winner_after", "winner_sample", "picture", "start", "valid", "hours", "pace", "canary",
         "canary_minutes", "guard_opt_outs", "guard_errors", "guard_spend", "goal", "goal_event",
         "goal_days")  # fmt: skip

_AS_THEY_ARE = ("sender", "description", "variables", "start_at", "smart_encoding", "media_url", "provider_values",
                "shorten", "per_minute", "per_five_minutes", "canary", "canary_minutes", "guards", "goal")  # fmt: skip


@dataclass(slots=True)
class Form:
    """The form as typed. `step` is what is shown; `replaces` is the draft that it was made from and stands for."""

    step: str = "audience"
    replaces: str = ""
    name: str = ""
    list_ids: list[str] = field(default_factory=list[str])
    segment_ids: list[str] = field(default_factory=list[str])
    program_id: str = ""
    except_list_ids: list[str] = field(default_factory=list[str])
    except_segment_ids: list[str] = field(default_factory=list[str])
    sender: str = ""
    template_id: str = ""
    text: str = ""
    message_class: str = MessageClass.MARKETING.value
    picture: str = ""  # its address
    shorten: bool = False
    others: dict[str, str] = field(default_factory=dict[str, str])  # texts to be tried beside the first, by their names
    shares: dict[str, str] = field(default_factory=dict[str, str])  # in percent, of these
    holdout: str = ""
    winner: str = ""
    winner_after: str = ""  # minutes
    winner_sample: str = ""
    pace: str = ""
    pace_unit: str = "5"  # minutes
    canary: str = ""
    canary_minutes: str = ""
    guard_opt_outs: str = ""
    guard_errors: str = ""
    guard_spend: str = ""  # credits
    goal: str = ""
    goal_event: str = ""
    goal_days: str = ""
    time: TimeForm = field(default_factory=TimeForm)
    brought: Brought = field(default_factory=Brought)

    @property
    def tries(self) -> bool:
        """Tell whether anything is tried."""
        return any(self.others.values()) or bool(self.holdout)

    @property
    def is_careful(self) -> bool:
        """Tell whether anything is said about how carefully it goes."""
        return any((self.pace, self.canary, self.guard_opt_outs, self.guard_errors, self.guard_spend))

    @property
    def audience(self) -> Audience:
        """Return to whom it goes, as far as ids are ids."""
        programs = read_ids([self.program_id])
        return Audience(
            list_ids=tuple(ListId(one) for one in read_ids(self.list_ids)),
            segment_ids=tuple(SegmentId(one) for one in read_ids(self.segment_ids)),
            program_id=ProgramId(programs[0]) if programs else None,
            except_list_ids=tuple(ListId(one) for one in read_ids(self.except_list_ids)),
            except_segment_ids=tuple(SegmentId(one) for one in read_ids(self.except_segment_ids)),
        )


def read(fields: Fields) -> Form:
    """Read what was typed."""
    one = fields.one
    step = one("step")
    return Form(
        step=step if step in STEPS else "audience",
        replaces=one("replaces"),
        name=one("name"),
        list_ids=fields.every("list_id"),
        segment_ids=fields.every("segment_id"),
        program_id=one("program_id"),
        except_list_ids=fields.every("except_list_id"),
        except_segment_ids=fields.every("except_segment_id"),
        sender=one("sender"),
        template_id=one("template_id"),
        text=one("text"),
        message_class=one("message_class") or MessageClass.MARKETING.value,
        picture=one("picture").strip(),
        shorten=one("shorten") == "on",
        others={name: one(f"text_{name}") for name in _OTHERS},
        shares={name: one(f"share_{name}").strip() for name in _OTHERS},
        holdout=one("holdout").strip(),
        winner=one("winner"),
        winner_after=one("winner_after").strip(),
        winner_sample=one("winner_sample").strip(),
        pace=one("pace").strip(),
        pace_unit="1" if one("pace_unit") == "1" else "5",
        canary=one("canary").strip(),
        canary_minutes=one("canary_minutes").strip(),
        guard_opt_outs=one("guard_opt_outs").strip(),
        guard_errors=one("guard_errors").strip(),
        guard_spend=one("guard_spend").strip(),
        goal=one("goal"),
        goal_event=one("goal_event").strip(),
        goal_days=one("goal_days").strip(),
        time=timed.read(fields),
    )


def of_query(query: MultiDict[Any]) -> Form:
    """Read what an address says of a new campaign: to whom, and what to begin with."""
    given = {name: str(query.get(name, "")) for name in ("name", "sender", "template_id", "text", "program_id")}
    chosen = [*query.getall("list", []), *query.getall("list_id", [])]
    step = str(query.get("step", ""))
    return Form(
        step=step if step in STEPS else "audience",
        list_ids=chosen,
        segment_ids=[*query.getall("segment", []), *query.getall("segment_id", [])],
        message_class=str(query.get("message_class", MessageClass.MARKETING.value)),
        name=given["name"],
        sender=given["sender"],
        template_id=given["template_id"],
        text=given["text"],
        program_id=given["program_id"],
    )


def of_draft(campaign: Campaign, zone: tzinfo) -> Form:
    """Return the form of a campaign that is ready, to be changed; it may not have all of it (`holds`)."""
    audience, trial = campaign.audience, campaign.trial
    texts = list(trial.variants)
    per = campaign.per_minute or campaign.per_five_minutes
    guards, winner = campaign.guards or Guards(), trial.winner
    return Form(
        replaces=str(campaign.id),
        name=campaign.name,
        list_ids=[str(one) for one in audience.list_ids],
        segment_ids=[str(one) for one in audience.segment_ids],
        program_id=str(audience.program_id or ""),
        except_list_ids=[str(one) for one in audience.except_list_ids],
        except_segment_ids=[str(one) for one in audience.except_segment_ids],
        sender=", ".join(as_tuple(campaign.sender)) if campaign.sender else "",
        text=campaign.text,
        message_class=campaign.message_class.value,
        time=timed.shown(campaign.timing, campaign.start_at, zone),
        brought=bringing.shown_again(campaign.provider_values),
        picture=campaign.media_url or "",
        shorten=campaign.shorten,
        others={name: one.text or "" for name, one in zip(_OTHERS, texts[1:], strict=False)},
        shares={name: str(one.share) for name, one in zip(_OTHERS, texts[1:], strict=False)},
        holdout=str(trial.holdout or ""),
        winner=winner.by.value if winner else "",
        winner_after=str(winner.after) if winner else "",
        winner_sample=str(winner.sample) if winner else "",
        pace=str(per or ""),
        pace_unit="1" if campaign.per_minute else "5",
        canary=str(campaign.canary or ""),
        canary_minutes=str(campaign.canary_minutes or ""),
        guard_opt_outs=f"{guards.opt_outs:g}" if guards.opt_outs else "",
        guard_errors=f"{guards.errors:g}" if guards.errors else "",
        guard_spend=f"{guards.spend / MICRO:g}" if guards.spend else "",
        goal=campaign.goal.by.value if campaign.goal else "",
        goal_event=campaign.goal.event if campaign.goal else "",
        goal_days=str(campaign.goal.days) if campaign.goal else "",
    )


def holds(campaign: Campaign, zone: tzinfo) -> bool:
    """Tell whether the form of a campaign has all of it, so that nothing is lost where somebody changes a word.

    What was made by a call can have more: a program in whose name it goes, five texts, values for everybody.
    """
    try:
        new = new_campaign(of_draft(campaign, zone), zone)
    except InvalidInput:
        return False
    return (
        campaign.job_id is None  # else its people came as a file
        and new.audience == campaign.audience
        and new.program_id == campaign.program_id
        and _words(new.trial) == _words(campaign.trial)
        and _hours(new.timing) == _hours(campaign.timing)
        and all(getattr(new, name) == getattr(campaign, name) for name in _AS_THEY_ARE)
    )


def _words(trial: Trial) -> tuple[object, ...]:
    return [(one.name, one.share, one.text) for one in trial.variants], trial.holdout, trial.winner


def _hours(timing: Timing) -> tuple[object, ...]:
    return timing.schedule, timing.validity, timing.when_closed


def new_campaign(form: Form, zone: tzinfo, *, template_id: UUID | None = None) -> NewCampaign:
    """Return the campaign that is asked for. Raises InvalidInput with a fault for each field that holds no number."""
    audience, texts = form.audience, {name: text for name, text in form.others.items() if text.strip()}
    trial = _trial(form, texts, template_id)
    most = _whole("pace", form.pace, most=pace.MOST)
    return NewCampaign(
        name=form.name,
        list_ids=audience.list_ids,
        segment_ids=audience.segment_ids,
        except_list_ids=audience.except_list_ids,
        except_segment_ids=audience.except_segment_ids,
        program_id=audience.program_id,
        all_subscribers=audience.program_id is not None,
        text=None if template_id or texts else form.text,
        template_id=None if texts else template_id,
        trial=trial,
        sender=form.sender or None,
        message_class=class_of(form.message_class),
        timing=timed.timing_of(form.time),
        start_at=timed.start_of(form.time, zone),
        media_url=form.picture or None,
        shorten=form.shorten,
        per_minute=most if form.pace_unit == "1" else None,
        per_five_minutes=most if form.pace_unit == "5" else None,
        provider_values=form.brought.given(),
        canary=_whole("canary", form.canary, most=1_000_000),
        canary_minutes=_whole("canary_minutes", form.canary_minutes, most=10_080),
        guards=_guards(form),
        goal=_goal(form),
    )


def step_of(errors: Errors) -> str:
    """Return the first step that has something to put right."""
    steps = {_FIELD_STEPS.get(name, "content") for name in errors}
    return next(step for step in STEPS if step in steps)


def class_of(word: str) -> MessageClass:
    """Read a class; what is none is marketing."""
    return MessageClass(word) if word in set(MessageClass) else MessageClass.MARKETING


def _trial(form: Form, texts: Mapping[str, str], template_id: UUID | None) -> Trial:
    holdout = _whole("holdout", form.holdout, most=100) or 0
    if not texts:
        return Trial(holdout=holdout)
    shares = {name: _share(name, form.shares.get(name, ""), len(texts) + 1) for name in texts}
    first = Variant("A", 100 - sum(shares.values()), None if template_id else form.text, template_id)
    variants = (first, *(Variant(name, shares[name], text) for name, text in texts.items()))
    if form.winner not in set(By):
        return Trial(variants, holdout)
    after = _whole("winner_after", form.winner_after, most=1_000_000) or 60
    sample = _whole("winner_sample", form.winner_sample, most=100) or 20
    return Trial(variants, holdout, Winner(By(form.winner), after, sample))


def _share(name: str, typed: str, texts: int) -> int:
    return _whole(f"share_{name}", typed, most=100) or 100 // texts


def _guards(form: Form) -> Guards | None:
    found = Guards(
        opt_outs=_percent("guard_opt_outs", form.guard_opt_outs),
        errors=_percent("guard_errors", form.guard_errors),
        spend=_credits("guard_spend", form.guard_spend),
    )
    return None if found == Guards() else found


def _whole(name: str, typed: str, *, most: int) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 12 and 1 <= int(typed) <= most):
        raise _wrong(name, f"Write a whole number, 1 to {most:,}; empty for none.")
    return int(typed)


def _goal(form: Form) -> Goal | None:
    if form.goal not in set(GoalBy):
        return None
    days = _whole("goal_days", form.goal_days, most=MOST_DAYS) or USUAL_DAYS
    return Goal(GoalBy(form.goal), days, form.goal_event if form.goal == GoalBy.EVENT else "")


def _percent(name: str, typed: str) -> float | None:
    if not typed:
        return None
    try:
        found = float(typed.replace(",", "."))
    except ValueError:
        found = 0.0
    if not 0 < found <= 100:
        raise _wrong(name, "Write percent: more than 0, up to 100; empty for no limit.")
    return found


def _credits(name: str, typed: str) -> int | None:
    if not typed:
        return None
    try:
        return credits_to_micro(typed)
    except InvalidInput as error:
        raise _wrong(name, error.message) from None


def _wrong(name: str, message: str) -> InvalidInput:
    return InvalidInput("bad_number", message, faults=[Fault(name, "bad_number", message)])
