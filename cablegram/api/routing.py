"""Routes: rules that choose connectors, and what they would choose for a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import CountryCode, Id, Recipient, Sender
from cablegram.api.messages import Class, shown_number, shown_sender
from cablegram.api.operation import Can, Resource
from cablegram.api.route_forms import (
    NewRoute,
    PolicyChange,
    RouteChange,
    RouteConnector,
    RouteOrder,
    RoutePage,
    RouteView,
    RoutingPolicy,
)
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.messages.model import MessageClass
from cablegram.routing import drafting, explain, rules
from cablegram.routing.drafting import NewRule
from cablegram.routing.model import Option, Policy, Rule
from cablegram.routing.reasons import ConnectorLook, Place
from cablegram.runtime.runtime import Runtime

routing = Resource("Routes", "Rules that choose a connector for each message, and what they would choose.")


class Explain(msgspec.Struct, kw_only=True, rename={"sender": "from", "message_class": "class"}):
    """Of which message it is asked."""

    to: Recipient
    sender: Sender | UnsetType = UNSET
    message_class: Class = MessageClass.TRANSACTIONAL


class LookAtRoute(msgspec.Struct, kw_only=True):
    """What a rule is for the message."""

    id: Id
    name: Annotated[str, Meta(description="Its name.")]
    verdict: Annotated[Place, Meta(description="Whether it counts, another one before it does, or it is about others.")]
    why: Annotated[str, Meta(description="The reason, in words.")]


class LookAtConnector(msgspec.Struct, kw_only=True):
    """What a connector is for the message."""

    id: Id
    name: Annotated[str, Meta(description="Its name.")]
    is_own: Annotated[bool, Meta(description="Whether it is the account's own.")]
    verdict: Annotated[
        Place,
        Meta(description="`taken`, one of those that share such messages, `behind` another one, or `out`."),
    ]
    why: Annotated[str, Meta(description="The reason, in words.")]


class Explanation(msgspec.Struct, kw_only=True):
    """Which connector would be taken, and of each other one why not."""

    to: Annotated[str, Meta(description="The number.", examples=["+34600000118"])]
    country: CountryCode
    sender: Annotated[str, Meta(description="What it would come from.")] = msgspec.field(name="from")
    message_class: Class = msgspec.field(name="class")
    connector: Annotated[
        LookAtConnector | None, Meta(description="The one that would be taken, or the first of those that share.")
    ]
    route: Annotated[LookAtRoute | None, Meta(description="The rule that says so; null: none that you may see.")]
    is_by_operator: Annotated[bool, Meta(description="Whether a rule of the operator's says so, of which this is all.")]
    routes: Annotated[list[LookAtRoute], Meta(description="All rules of that payer, in their order.")]
    connectors: Annotated[list[LookAtConnector], Meta(description="All connectors that the account may use.")]


_NO_ROUTE = Can(404, "route_not_found", "there is no such rule")
_BAD = (
    Can(400, "bad_prefix", "a prefix is none"),
    Can(400, "bad_name", "the name is not one line"),
    Can(403, "connector_unknown", "a connector is not of that payer"),
    Can(403, "connector_twice", "a connector stands twice"),
    Can(403, "cost_needed", "it chooses by cost and does not know one"),
    Can(403, "account_not_found", "one of the accounts is not there"),
    Can(403, "own_rule_of_others", "a rule for own connectors names accounts"),
)


@routing.call("GET", "/v1/routes", "listRoutes", scope=Scope.READ)
async def page(rt: Runtime, who: Principal) -> RoutePage:
    """List the rules.

    The account's own in the order in which they are tried; behind them, to the operator, those of the operator's.
    """
    return RoutePage([_view(one) for one in await rules.everything(rt, who)])


@routing.call(
    "POST",
    "/v1/routes",
    "createRoute",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(*_BAD, Can(409, "too_many_routes", "there are 200 rules of that payer")),
)
async def create(rt: Runtime, who: Principal, body: NewRoute) -> RouteView:
    """Add a rule.

    It counts for messages that are accepted from now on, and for those that wait for a connector that is away.
    """
    new = NewRule(
        name=body.name,
        options=_options(body.connectors),
        is_own=not who.is_operator if body.is_own is UNSET else body.is_own,
        strategy=body.strategy,
        prefixes=body.prefixes,
        countries=body.countries,
        senders=body.senders,
        classes=[one.value for one in body.classes],
        accounts=[AccountId(one) for one in body.accounts],
        is_enabled=body.is_enabled,
    )
    return _view(await rules.add(rt, who, new, position=body.position or None))


@routing.call(
    "GET",
    "/v1/routes/explain",
    "explainRoute",
    scope=Scope.READ,
    errors=(
        Can(403, "number_invalid", "no such number can exist"),
        Can(403, "sender_needed", "the account has no sender for it"),
        Can(403, "sender_not_owned", "the account may not send from that"),
    ),
)
async def explained(rt: Runtime, who: Principal, query: Explain) -> Explanation:
    """Tell which connector would be taken.

    For a message to a number, from a sender, of a class; by which rule, and of each other one why not. Nothing is sent.
    """
    found = await explain.explain(
        rt, who, query.to, sender=query.sender or None, message_class=query.message_class.value
    )
    routes = [LookAtRoute(id=one.rule.id, name=one.rule.name, verdict=one.place, why=one.why) for one in found.rules]
    return Explanation(
        to=shown_number(found.case.number),
        country=found.case.country,
        sender=shown_sender(found.case.sender),
        message_class=query.message_class,
        connector=_look(found.connector) if found.connector else None,
        route=next((one for one in routes if one.verdict is Place.TAKEN), None),
        is_by_operator=found.is_operator_s,
        routes=routes,
        connectors=[_look(one) for one in found.connectors],
    )


@routing.call("GET", "/v1/routes/policy", "getRoutingPolicy", scope=Scope.READ)
async def policy(rt: Runtime, who: Principal) -> RoutingPolicy:
    """Get what holds for all routing.

    When a connector counts as away and as back, and what becomes of messages that no rule is about.
    """
    return _policy(await rules.policy(rt, who))


@routing.call("PATCH", "/v1/routes/policy", "changeRoutingPolicy", scope=Scope.OPERATOR)
async def change_policy(rt: Runtime, who: Principal, body: PolicyChange) -> RoutingPolicy:
    """Change what holds for all routing.

    From the next look at the connectors on, which is a second away.
    """
    changed = await rules.set_policy(
        rt,
        who,
        fails_over=None if body.fails_over is UNSET else body.fails_over,
        patience=body.patience_seconds or None,
        rest=body.rest_seconds or None,
    )
    return _policy(changed)


@routing.call(
    "PUT",
    "/v1/routes/order",
    "orderRoutes",
    scope=Scope.ACCOUNT,
    errors=(Can(403, "bad_order", "it does not name each rule of that payer once"),),
)
async def order(rt: Runtime, who: Principal, body: RouteOrder) -> RoutePage:
    """Set the order of the rules.

    Of the operator's rules, or of those for the account's own connectors.
    """
    return RoutePage([_view(one) for one in await rules.reorder(rt, who, body.ids, is_own=body.is_own)])


@routing.call("GET", "/v1/routes/{route_id}", "getRoute", scope=Scope.READ, errors=(_NO_ROUTE,))
async def get(rt: Runtime, who: Principal, route_id: Id) -> RouteView:
    """Get one rule."""
    return _view(await rules.get(rt, who, route_id))


@routing.call(
    "PATCH",
    "/v1/routes/{route_id}",
    "changeRoute",
    scope=Scope.ACCOUNT,
    errors=(_NO_ROUTE, *_BAD),
)
async def change(rt: Runtime, who: Principal, route_id: Id, body: RouteChange) -> RouteView:
    """Change a rule.

    Or switch it on or off, or move it to another place. Whose connectors it is about stays.
    """
    known = await rules.get(rt, who, route_id)
    given: dict[str, Any] = {
        name: value
        for name in ("name", "strategy", "prefixes", "countries", "senders", "accounts", "is_enabled")
        if (value := getattr(body, name)) is not UNSET
    }
    if body.classes is not UNSET:
        given["classes"] = [one.value for one in body.classes]
    if body.connectors is not UNSET:
        given["options"] = _options(body.connectors)
    changed = replace(drafting.as_new(known), **given)
    return _view(await rules.change(rt, who, route_id, changed, position=body.position or None))


@routing.call("DELETE", "/v1/routes/{route_id}", "deleteRoute", scope=Scope.ACCOUNT, status=204, errors=(_NO_ROUTE,))
async def delete(rt: Runtime, who: Principal, route_id: Id) -> None:
    """Delete a rule.

    What it chose for messages that wait stays as it is.
    """
    await rules.remove(rt, who, route_id)


def _options(given: Iterable[RouteConnector]) -> list[Option]:
    return [
        Option(ConnectorId(one.connector_id), one.weight, one.cost, one.least_accepted, one.least_delivered)
        for one in given
    ]


def _view(rule: Rule) -> RouteView:
    scope = rule.scope
    return RouteView(
        id=rule.id,
        name=rule.name,
        is_own=rule.account_id is not None,
        position=rule.position,
        is_enabled=rule.is_enabled,
        prefixes=list(scope.prefixes),
        countries=sorted(scope.countries),
        senders=sorted(scope.senders),
        classes=sorted(scope.classes),
        accounts=sorted(scope.accounts),
        strategy=rule.strategy,
        connectors=[
            RouteConnector(
                connector_id=one.connector_id,
                weight=one.weight,
                cost=one.cost,
                least_accepted=one.least_accepted,
                least_delivered=one.least_delivered,
            )
            for one in rule.options
        ],
        created_at=rule.created_at,
    )


def _policy(found: Policy) -> RoutingPolicy:
    return RoutingPolicy(fails_over=found.fails_over, patience_seconds=found.patience, rest_seconds=found.rest)


def _look(one: ConnectorLook) -> LookAtConnector:
    known = one.connector
    return LookAtConnector(
        id=known.connector_id,
        name=known.name,
        is_own=known.account_id is not None,
        verdict=one.place,
        why=one.why,
    )
