"""What an account wants looked at before anything goes out (R56, R91, R109, R144, R147, R148)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import HomeCountry
from cablegram.api.operation import Can, Resource
from cablegram.api.times import Schedule
from cablegram.consent import policy
from cablegram.consent.policy import Standing
from cablegram.numbers.ranges import Line
from cablegram.runtime.runtime import Runtime

rules = Resource("Sending rules", "What an account wants looked at before anything goes out.")


class TermOfCap(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """At most so many messages to one person in so many hours that end now."""

    most: Annotated[int, Meta(ge=1, le=1000, description="How many messages.", examples=[3])]
    hours: Annotated[int, Meta(ge=1, le=8784, description="In how many hours.", examples=[24])]


class CapsOfClass(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How often one person may be written to with messages of one class."""

    terms: Annotated[list[TermOfCap], Meta(max_length=5, description="All of them hold.")] = []
    dwell_minutes: (
        Annotated[int, Meta(ge=5, le=10_080, description="How long after a message the next one may go.")] | None
    ) = None


class CapsOfAccount(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often one person is written to, by class; a class that is left out has no cap."""

    otp: CapsOfClass | None = None
    transactional: CapsOfClass | None = None
    marketing: CapsOfClass | None = None


class NameOfSender(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A sender name that the carriers or the regulator of a country have approved."""

    country: HomeCountry
    name: Annotated[str, Meta(min_length=1, max_length=11, description="As in `from`.", examples=["Acme"])]


class HoursOfAccount(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """When marketing goes out, by the clock on the recipient's wall."""

    quiet_hours: (
        Annotated[
            Schedule,
            Meta(description="When none goes out.", examples=[{"any_day": {"from": "21:00", "to": "08:00"}}]),
        ]
        | None
    ) = None
    calling_windows: Annotated[
        bool, Meta(description="Whether the hours of laws are kept, as far as we know them. A help, no legal advice.")
    ] = False
    when_closed: Annotated[
        Literal["delay", "drop"], Meta(description="What becomes of a message outside of the hours.")
    ] = "delay"
    spread_minutes: Annotated[
        int, Meta(ge=0, le=240, description="Over how much of their first minutes what waited goes out.")
    ] = 5
    late_after_minutes: Annotated[
        int, Meta(ge=1, le=10_080, description="What is due and could not go for longer waits for somebody's word.")
    ] = 60


Countries = Annotated[
    list[HomeCountry],
    Meta(max_length=300, description="Countries that the account sends to; null: all that have a tariff."),
]
LinesOff = Annotated[
    list[Line], Meta(max_length=13, description="Kinds of numbers that get nothing; premium and satellite at first.")
]
ChecksSenders = Annotated[
    bool, Meta(description="Whether what carriers of a country are known to take as a sender is looked at.")
]
StrictNames = Annotated[
    bool, Meta(description="Whether a name that has to be registered somewhere, and is not noted here, is refused.")
]
Registered = Annotated[list[NameOfSender], Meta(max_length=1000, description="Names that are registered.")]
Unrecorded = Annotated[
    Literal["allowed", "none"],
    Meta(description="Whether people of whom no subscription was ever recorded get marketing, or count as `none`."),
]
Guard = Annotated[
    bool,
    Meta(
        description="Whether the same text to the same person within 12 hours is refused. Only the operator changes it."
    ),
]
CapsByClass = Annotated[CapsOfAccount, Meta(description="How often one person is written to, by class.")]
Zone = Annotated[
    str, Meta(max_length=64, description="The time zone of people of whom none is known.", examples=["Europe/Madrid"])
]


class SendingRulesView(msgspec.Struct, kw_only=True):
    """The account's sending rules."""

    countries: Countries | None
    lines_off: LinesOff
    checks_senders: ChecksSenders
    strict_names: StrictNames
    registered_names: Registered
    unrecorded_subscription: Unrecorded
    duplicate_guard: Guard
    caps: CapsByClass
    hours: HoursOfAccount
    default_zone: Zone | None
    revision: Annotated[int, Meta(description="Grows with each change; 0 are the defaults.")]
    changed_by: Annotated[str, Meta(description="Who changed them last.")]
    changed_at: Annotated[datetime | None, Meta(description="When that was.")]


class SendingRulesChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of the rules; what is left out stays, what is given replaces that rule as a whole."""

    countries: Countries | UnsetType | None = UNSET
    lines_off: LinesOff | UnsetType = UNSET
    checks_senders: ChecksSenders | UnsetType = UNSET
    strict_names: StrictNames | UnsetType = UNSET
    registered_names: Registered | UnsetType = UNSET
    unrecorded_subscription: Unrecorded | UnsetType = UNSET
    duplicate_guard: Guard | UnsetType = UNSET
    caps: CapsByClass | UnsetType = UNSET
    hours: HoursOfAccount | UnsetType = UNSET
    default_zone: Zone | UnsetType | None = UNSET


@rules.call("GET", "/v1/account/sending_rules", "getSendingRules", scope=Scope.READ)
async def show(rt: Runtime, who: Principal) -> SendingRulesView:
    """Get the sending rules.

    What the account wants looked at before anything goes out, beyond what holds for everybody: its blacklist, its
    review queue, and the statuses of its contacts. Why a certain message went or not, `getWhy` says.
    """
    return _view(await policy.show(rt, who))


@rules.call(
    "PATCH",
    "/v1/account/sending_rules",
    "changeSendingRules",
    scope=Scope.ACCOUNT,
    errors=(Can(403, "bad_sending_rules", "one of the changes can't be; `errors` says which"),),
)
async def change(rt: Runtime, who: Principal, body: SendingRulesChange) -> SendingRulesView:
    """Change the sending rules.

    They hold for what is accepted from now on. Caps count from when they are set: what went before is not known.
    """
    return _view(await policy.change(rt, who, cast("dict[str, object]", msgspec.to_builtins(body))))


def _view(standing: Standing) -> SendingRulesView:
    own = {"revision": standing.revision, "changed_by": standing.changed_by, "changed_at": standing.changed_at}
    return msgspec.convert({**msgspec.to_builtins(standing.rules), **own}, SendingRulesView)
