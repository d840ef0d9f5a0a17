"""`cablegram route`: rules that choose connectors, what they would choose for a number, and how connectors fare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from cyclopts import Parameter

from cablegram.accounts.access import Principal, operator
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.connectors import configure
from cablegram.connectors.model import Connector
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.messages.model import MessageClass
from cablegram.routing import explain as explaining
from cablegram.routing import measure, rules
from cablegram.routing.drafting import NewRule
from cablegram.routing.explain import Explained
from cablegram.routing.health import Fared, Share
from cablegram.routing.model import Option, Rule, Strategy
from cablegram.routing.standing import Away
from cablegram.runtime.runtime import Runtime

_Many = Parameter(negative=())
_Own = Annotated[
    str | None,
    Parameter(name="--account", help="For this account's own connectors, by its name or id; else for the operator's."),
]


def add(
    name: str,
    *,
    via: Annotated[
        list[str],
        Parameter(
            negative=(),
            help="A connector, by name or id. Behind it, with commas: weight=3, cost=0.02 (credits a segment), "
            "accepted=90, delivered=70 (percent that it has to reach in a country). Once for each.",
        ),
    ],
    prefix: Annotated[list[str] | None, _Many] = None,
    country: Annotated[list[str] | None, _Many] = None,
    sender: Annotated[list[str] | None, Parameter(name="--from", negative=())] = None,
    message_class: Annotated[list[MessageClass] | None, Parameter(name="--class", negative=())] = None,
    of: Annotated[
        list[str] | None, Parameter(negative=(), help="Messages of these accounts alone, by name or id.")
    ] = None,
    by: Annotated[Strategy, Parameter(help="How one of the connectors is chosen.")] = Strategy.IN_ORDER,
    at: Annotated[int | None, Parameter(help="Its place: 1 is tried first. Else it is the last.")] = None,
    account: _Own = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Add a rule; it is about all messages that fit all that is given."""

    async def deed(rt: Runtime) -> tuple[Rule, dict[ConnectorId, str]]:
        who = await _who(rt, account)
        known = await _connectors(rt, who)
        new = NewRule(
            name=name,
            options=[_option(one, known) for one in via],
            is_own=account is not None,
            strategy=by,
            prefixes=prefix or [],
            countries=[one.upper() for one in country or []],
            senders=sender or [],
            classes=[one.value for one in message_class or []],
            accounts=[AccountId((await choosing.account(rt, one)).id) for one in of or []],
        )
        return await rules.add(rt, who, new, position=at), {one.id: one.name for one in known}

    rule, names = act(place, deed)
    say(f"Rule {rule.position}, {rule.name}: {_about(rule)}, {_chooses(rule, names)}.", _facts(rule), as_json=json)


def list_routes(*, account: _Own = None, place: Place = HERE, json: AsJson = False) -> None:
    """List the rules in the order in which they are tried, and what holds for all routing."""

    async def deed(rt: Runtime) -> tuple[list[Rule], dict[ConnectorId, str], bool]:
        who = await _who(rt, account)
        names = {one.id: one.name for one in await _connectors(rt, who)}
        found = [rule for rule in await rules.everything(rt, who) if (rule.account_id is not None) is bool(account)]
        return found, names, (await rules.policy(rt, who)).fails_over

    found, names, fails_over = act(place, deed)
    rows = [
        (str(one.position), one.name, "on" if one.is_enabled else "off", _about(one), _chooses(one, names), str(one.id))
        for one in found
    ]
    shown = table(("", "name", "is", "about", "chooses", "id"), rows, numbers=("",)) if rows else "There is no rule."
    behind = "move" if fails_over else "wait"
    text = f"{shown}\nMessages that no rule is about {behind} while their connector is away."
    say(text, [_facts(one) for one in found], as_json=json)


def remove(
    route: Annotated[str, Parameter(help="By name or id.")],
    *,
    account: _Own = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Delete a rule; what waits stays where it waits."""

    async def deed(rt: Runtime) -> Rule:
        who = await _who(rt, account)
        rule = await _named(rt, who, route, is_own=account is not None)
        await rules.remove(rt, who, rule.id)
        return rule

    gone = act(place, deed)
    say(f"The rule {gone.name} is deleted.", _facts(gone), as_json=json)


def failover(
    fails_over: Annotated[
        bool | None, Parameter(name="--default", help="Also where no rule is about a message.")
    ] = None,
    *,
    patience: Annotated[int | None, Parameter(help="Seconds after which a connector counts as away.")] = None,
    rest: Annotated[int | None, Parameter(help="Seconds after which it counts as back.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show or set when connectors count as away, and whether messages that no rule is about leave them."""

    async def deed(rt: Runtime) -> Mapping[str, Any]:
        who = operator(choosing.ME)
        found = await rules.set_policy(rt, who, fails_over=fails_over, patience=patience, rest=rest)
        return {
            "fails_over": found.fails_over,
            "patience_seconds": found.patience,
            "rest_seconds": found.rest,
        }

    found = act(place, deed)
    say("\n".join(f"{name}: {value}" for name, value in found.items()), found, as_json=json)


def explain(
    number: Annotated[str, Parameter(help="A telephone number, best with plus and country code.")],
    *,
    sender: Annotated[str | None, Parameter(name="--from", help="Else the account's default.")] = None,
    message_class: Annotated[MessageClass, Parameter(name="--class")] = MessageClass.TRANSACTIONAL,
    account: Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Tell which connector a message would take, by which rule, and of each other one why not. Nothing is sent."""

    async def deed(rt: Runtime) -> Explained:
        _, who = await choosing.acting(rt, account)
        return await explaining.explain(rt, who, number, sender=sender, message_class=message_class.value)

    found = act(place, deed)
    signs = {"taken": "+", "shares": "+", "behind": "-", "out": "-"}
    way = found.connector.connector.name if found.connector else "nothing: no connector can carry it"
    rule = f", by the rule {found.rule.name}" if found.rule else ""
    lines = [f"To +{found.case.number} ({found.case.country}) from {found.case.sender} it would go by {way}{rule}.", ""]
    lines += [f"{signs[one.place]} rule {one.rule.name}: {one.why}" for one in found.rules]
    lines += [f"{signs[one.place]} {one.connector.name}: {one.why}" for one in found.connectors]
    say("\n".join(lines), _explained(found), as_json=json)


def health(
    connector: Annotated[str, Parameter(help="By name or id.")],
    *,
    minutes: Annotated[int, Parameter(help="How far to look back, up to a week.")] = 60,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show what a connector takes and delivers in each country, and how fast."""

    async def deed(rt: Runtime) -> tuple[list[Fared], Away]:
        found = await choosing.connector(rt, connector)
        who = operator(choosing.ME, found.account_id)
        fared = await measure.of_connector(rt, who, found.id, past=timedelta(minutes=minutes))
        return fared, await measure.away(rt, who, found.id)

    found, away = act(place, deed)
    rows = [
        (one.country, _share(one.acceptance), _share(one.receipts), "" if one.p95 is None else f"{one.p95:.1f} s")
        for one in found
    ]
    text = table(("country", "taken", "delivered", "95 of 100 within"), rows)
    told = [f"It is away since {moment(away.since)}: {away.why}."] if away.since else []
    told.append(text if rows else "Nothing was sent over it in that time.")
    facts = {"away_since": away.since, "away_why": away.why, "countries": [_fared(one) for one in found]}
    say("\n".join(told), facts, as_json=json)


async def _who(rt: Runtime, account: str | None) -> Principal:
    return operator(choosing.ME) if account is None else (await choosing.acting(rt, account))[1]


async def _connectors(rt: Runtime, who: Principal) -> list[Connector]:
    return [one async for one in choosing.everything(rt, who, configure.page)]


async def _named(rt: Runtime, who: Principal, which: str, *, is_own: bool) -> Rule:
    for rule in await rules.everything(rt, who):
        if (rule.account_id is not None) is is_own and which.strip().lower() in (str(rule.id), rule.name.lower()):
            return rule
    raise NotFound("route_not_found", f"There is no rule {which}. See them with: cablegram route list")


def _option(written: str, known: Sequence[Connector]) -> Option:
    """Read a connector with what is said of it: `First carrier,weight=3`. Raises InvalidInput, NotFound."""
    which, *words = (part.strip() for part in written.split(","))
    found = next((one for one in known if which.lower() in (str(one.id), one.name.lower())), None)
    if found is None:
        message = f"There is no connector {which}. See all of them with: cablegram connector list"
        raise NotFound("connector_not_found", message)
    said: dict[str, int] = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            said[_FIGURES[name]] = credits_to_micro(value) if name == "cost" else int(value)
        except (KeyError, ValueError, InvalidInput):
            message = f"{word!r} says nothing of a connector: write {', '.join(f'{one}=...' for one in _FIGURES)}."
            raise InvalidInput("bad_value", message, faults=[Fault("via", "bad_value", message)]) from None
    return Option(ConnectorId(UUID(str(found.id))), **said)


_FIGURES = {"weight": "weight", "cost": "cost", "accepted": "least_accepted", "delivered": "least_delivered"}


def _about(rule: Rule) -> str:
    scope = rule.scope
    said = [
        "+" + "/".join(scope.prefixes[:5]) + ("..." if len(scope.prefixes) > 5 else "") if scope.prefixes else "",
        "/".join(sorted(scope.countries)),
        "from " + "/".join(sorted(scope.senders)) if scope.senders else "",
        "/".join(sorted(scope.classes)),
        f"of {many(len(scope.accounts), 'account')}" if scope.accounts else "",
    ]
    return ", ".join(one for one in said if one) or "everything"


def _chooses(rule: Rule, names: Mapping[ConnectorId, str]) -> str:
    return f"{rule.strategy.replace('_', ' ')}: " + ", ".join(_told(one, rule, names) for one in rule.options)


def _told(one: Option, rule: Rule, names: Mapping[ConnectorId, str]) -> str:
    name = names.get(one.connector_id, str(one.connector_id))
    if rule.strategy is Strategy.BY_WEIGHT:
        return f"{name} ({one.weight})"
    return f"{name} ({micro_to_credits(one.cost)})" if one.cost is not None else name


def _facts(rule: Rule) -> dict[str, Any]:
    scope = rule.scope
    return {
        "route_id": rule.id,
        "name": rule.name,
        "position": rule.position,
        "is_own": rule.account_id is not None,
        "is_enabled": rule.is_enabled,
        "prefixes": list(scope.prefixes),
        "countries": sorted(scope.countries),
        "senders": sorted(scope.senders),
        "classes": sorted(scope.classes),
        "accounts": sorted(scope.accounts),
        "strategy": rule.strategy,
        "connectors": [msgspec.to_builtins(one) for one in rule.options],
    }


def _explained(found: Explained) -> dict[str, Any]:
    return {
        "to": f"+{found.case.number}",
        "country": found.case.country,
        "from": found.case.sender,
        "connector": found.connector.connector.name if found.connector else None,
        "route": found.rule.name if found.rule else None,
        "routes": [{"name": one.rule.name, "verdict": one.place, "why": one.why} for one in found.rules],
        "connectors": [{"name": one.connector.name, "verdict": one.place, "why": one.why} for one in found.connectors],
    }


def _share(share: Share) -> str:
    """Write a share with its bounds: "96.0 % of 1,200 (94.7 to 97.0)"."""
    if not share.total:
        return "nothing yet"
    low, high = share.bounds
    return f"{100 * share.good / share.total:.1f} % of {share.total:,} ({100 * low:.1f} to {100 * high:.1f})"


def _fared(one: Fared) -> dict[str, Any]:
    return {
        "country": one.country,
        "answered": one.answered,
        "accepted": one.accepted,
        "due": one.due,
        "delivered": one.delivered,
        "p95_seconds": one.p95,
    }
