"""What a rule of routing looks like to the API: as it is asked for, changed, and shown."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.api.fields import HomeCountry, Id, Moment, Name, Sender
from cablegram.api.messages import Class
from cablegram.routing import drafting, rules
from cablegram.routing.model import Strategy

Percent = Annotated[int, Meta(ge=1, le=100)]


class RouteConnector(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A connector that a rule may choose."""

    connector_id: Id
    weight: Annotated[int, Meta(ge=1, le=drafting.MOST_WEIGHT, description="Its share, where a rule chooses so.")] = 1
    cost: (
        Annotated[int, Meta(ge=0, le=10**12, description="Micro-credits a segment that it costs who has it.")] | None
    ) = None
    least_accepted: (
        Annotated[Percent, Meta(description="Left out in countries where it surely takes less, in percent.")] | None
    ) = None
    least_delivered: (
        Annotated[Percent, Meta(description="Left out in countries where it surely delivers less, in percent.")] | None
    ) = None


Prefix = Annotated[
    str,
    Meta(
        pattern=r"^\+?[1-9][0-9]{0,14}\Z",
        description="The first digits of a number, with the country code.",
        examples=["3460"],
        extra={"form": "1 to 15 digits with the country code, such as 3460", "codes": {"wrong_value": "bad_prefix"}},
    ),
]
Prefixes = Annotated[
    list[Prefix],
    Meta(max_length=drafting.MOST_PREFIXES, description="Numbers that begin so. A prefix or a country has to fit."),
]
Countries = Annotated[list[HomeCountry], Meta(max_length=300, description="Numbers of these countries.")]
RouteSenders = Annotated[list[Sender], Meta(max_length=1000, description="Messages from these.")]
Classes = Annotated[list[Class], Meta(max_length=3, description="Messages of these classes.")]
Accounts = Annotated[
    list[Id], Meta(max_length=1000, description="Messages of these accounts; only in the operator's rules.")
]
How = Annotated[
    Strategy,
    Meta(
        description="Of its connectors that can carry the message now: the first (`in_order`), each by its share "
        "(`by_weight`), the cheapest (`least_cost`)."
    ),
]
Carriers = Annotated[
    list[RouteConnector],
    Meta(
        min_length=1,
        max_length=drafting.MOST_OPTIONS,
        description="What it chooses from.",
    ),
]
IsOn = Annotated[bool, Meta(description="Whether it counts.")]
PlaceInOrder = Annotated[
    int, Meta(ge=1, le=drafting.MOST_RULES, description="Its place: 1 is tried first. Left out, a new one is the last.")
]


class NewRoute(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A rule. What it does not name, it does not ask for: without any, it is about all messages."""

    name: Name
    connectors: Carriers
    strategy: How = Strategy.IN_ORDER
    prefixes: Prefixes = []
    countries: Countries = []
    senders: RouteSenders = []
    classes: Classes = []
    accounts: Accounts = []
    is_enabled: IsOn = True
    is_own: (
        Annotated[
            bool,
            Meta(
                description="Whether it chooses among the account's own connectors, and not the operator's. Left out: "
                "yes, unless the operator asks."
            ),
        ]
        | UnsetType
    ) = UNSET
    position: PlaceInOrder | UnsetType = UNSET


class RouteChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a rule; what is left out stays, what is given replaces that list as a whole."""

    name: Name | UnsetType = UNSET
    connectors: Carriers | UnsetType = UNSET
    strategy: How | UnsetType = UNSET
    prefixes: Prefixes | UnsetType = UNSET
    countries: Countries | UnsetType = UNSET
    senders: RouteSenders | UnsetType = UNSET
    classes: Classes | UnsetType = UNSET
    accounts: Accounts | UnsetType = UNSET
    is_enabled: IsOn | UnsetType = UNSET
    position: PlaceInOrder | UnsetType = UNSET


class RouteView(msgspec.Struct, kw_only=True):
    """A rule."""

    id: Id
    name: Annotated[str, Meta(description="Its name.")]
    is_own: Annotated[bool, Meta(description="Whether it is about the account's own connectors.")]
    position: Annotated[int, Meta(description="Its place among those: 1 is tried first.")]
    is_enabled: IsOn
    prefixes: Annotated[list[str], Meta(description="Beginnings of numbers; none: all.")]
    countries: Annotated[list[str], Meta(description="Countries; none: all.")]
    senders: Annotated[list[str], Meta(description="Senders; none: all.")]
    classes: Annotated[list[str], Meta(description="Classes of messages; none: all.")]
    accounts: Annotated[list[Id], Meta(description="Accounts; none: all.")]
    strategy: How
    connectors: list[RouteConnector]
    created_at: Moment


class RoutePage(msgspec.Struct):
    """All rules that one may see: the account's own, then the operator's, each in their order."""

    items: list[RouteView]
    next: Annotated[None, Meta(description="Always null.")] = None


class RouteOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The order in which rules are tried."""

    ids: Annotated[list[Id], Meta(max_length=drafting.MOST_RULES, description="All of them, each once.")]
    is_own: Annotated[bool, Meta(description="Whether these are the rules for the account's own connectors.")] = False


Seconds = Annotated[int, Meta(ge=1, le=rules.LONGEST)]


class RoutingPolicy(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What holds for all routing."""

    fails_over: Annotated[
        bool, Meta(description="Whether messages that no rule is about leave a connector that is away.")
    ]
    patience_seconds: Annotated[
        Seconds, Meta(description="A connector is away once it could carry nothing for so long.")
    ]
    rest_seconds: Annotated[
        Seconds, Meta(description="It is back once it could for so long; longer where it went away again.")
    ]


class PolicyChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of what holds for all routing."""

    fails_over: Annotated[bool, Meta(description="As the policy says of it.")] | UnsetType = UNSET
    patience_seconds: Annotated[Seconds, Meta(description="As the policy says of it.")] | UnsetType = UNSET
    rest_seconds: Annotated[Seconds, Meta(description="As the policy says of it.")] | UnsetType = UNSET
