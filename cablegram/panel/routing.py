"""Routes: which rules choose among connectors, in which order, and which way a message to a number would take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import directory
from cablegram.accounts.access import NO_ACCOUNT, Scope
from cablegram.connectors import configure
from cablegram.connectors.model import Connector
from cablegram.kit.errors import CablegramError, Fault, InvalidInput
from cablegram.kit.ids import AccountId, ConnectorId, RouteId
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.overview import firewall
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.routing import explain, rules
from cablegram.routing.drafting import CLASSES, NewRule
from cablegram.routing.explain import Explained
from cablegram.routing.model import Option, Rule, Strategy

_MOST = 200
_SHOWN = ("name", "prefixes", "countries", "senders", "classes", "accounts", "connectors")
_STRATEGIES = {
    Strategy.IN_ORDER: "the first that can",
    Strategy.BY_WEIGHT: "each its share",
    Strategy.LEAST_COST: "the cheapest",
}


@dataclass(slots=True)
class Row:
    """A connector in the form of a rule, as typed; `place` empty: the rule does not name it."""

    connector_id: str
    name: str = ""
    place: str = ""
    weight: str = "1"
    cost: str = ""
    accepted: str = ""
    delivered: str = ""


@dataclass(slots=True)
class Form:
    """A rule as typed; lists have commas, and accounts a line each, for names may have commas."""

    name: str = ""
    is_own: bool = False
    prefixes: str = ""
    countries: str = ""
    senders: str = ""
    classes: list[str] = field(default_factory=list[str])
    accounts: str = ""
    strategy: str = Strategy.IN_ORDER.value
    is_enabled: bool = True
    rows: list[Row] = field(default_factory=list[Row])


def tabs(current: str, *, in_operator_shell: bool = False) -> list[tuple[str, str, bool]]:
    """Return the screens about ways out."""
    first = "/operator/links" if in_operator_shell else "/connectors"
    named = (("Connected", first), ("Routes", "/connectors/routes"), ("Firewall", "/connectors/firewall"))
    return [(label, href, href == current) for label, href in named]


@get("/connectors/routes")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the rules in their order, and for a number which way a message would take."""
    rt, asked = parts_of(request).rt, request.query_params
    to, sender = asked.get("to", "").strip(), asked.get("from", "").strip()
    explained, errors = None, Errors()
    if to:
        try:
            explained = await _explained(request, visit, to, sender, asked.get("class", ""))
        except CablegramError as error:
            errors = errors_of(error, {"sender_needed": "from", "sender_not_owned": "from", "from": "from"})
    found = await rules.everything(rt, visit.who)
    context: Context = {
        "tabs": tabs("/connectors/routes"),
        "groups": _groups(found, visit),
        "names": {one.id: one.name for one in await configure.page(rt, visit.who, limit=_MOST)},
        "strategies": _STRATEGIES,
        "policy": await rules.policy(rt, visit.who),
        "may_rule": visit.who.is_operator,
        "may_add": visit.who.is_operator or Scope.ACCOUNT in visit.who.scopes,
        "asked": {"to": to, "from": sender, "class": asked.get("class", "") or CLASSES[1]},
        "classes": CLASSES,
        "explained": explained,
        "errors": errors,
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "connectors/routes.html", title="Routes", here="connectors", status=status, context=context
    )


@get("/connectors/routes/new")
async def show_new(request: Http, visit: Visitor) -> Response[str]:
    """Show the form of a rule."""
    visit.who.needs(Scope.ACCOUNT)
    is_own = not visit.who.is_operator or request.query_params.get("whose") == "own"
    return await _form(request, visit, Form(is_own=is_own), None)


@post("/connectors/routes/new", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Add a rule behind all others."""
    form = _typed(await read_form(request))
    form.is_own = form.is_own or not visit.who.is_operator
    try:
        new = _new(form, await _accounts(request, visit, form))
        made = await rules.add(parts_of(request).rt, visit.who, new)
    except CablegramError as error:
        return await _form(request, visit, form, None, errors=_errors(error))
    return go("/connectors/routes", flash=("done", f"{made.name} holds from now on", "It is tried behind the others."))


@get("/connectors/routes/{rule_id:uuid}")
async def show_one(request: Http, visit: Visitor, rule_id: FromPath[UUID]) -> Response[str]:
    """Show a rule, to change it."""
    rt = parts_of(request).rt
    rule = await rules.get(rt, visit.who, rule_id)
    known = await directory.page(rt, visit.who, limit=_MOST) if rule.scope.accounts else []
    return await _form(request, visit, _shown(rule, {one.id: one.name for one in known}), rule.id)


@post("/connectors/routes/{rule_id:uuid}", status_code=200)
async def change(request: Http, visit: Visitor, rule_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Write a rule anew."""
    form = _typed(await read_form(request))
    try:
        new = _new(form, await _accounts(request, visit, form))
        rule = await rules.change(parts_of(request).rt, visit.who, rule_id, new)
    except CablegramError as error:
        return await _form(request, visit, form, RouteId(rule_id), errors=_errors(error))
    return go("/connectors/routes", flash=("done", f"{rule.name} is changed", "It holds from now on."))


@post("/connectors/routes/{rule_id:uuid}/move", status_code=303)
async def move(request: Http, visit: Visitor, rule_id: FromPath[UUID]) -> Redirect:
    """Move a rule a place up or down."""
    rt, up = parts_of(request).rt, (await read_form(request)).one("way") == "up"
    rule = await rules.get(rt, visit.who, rule_id)
    same = [one.id for one in await rules.everything(rt, visit.who) if one.account_id == rule.account_id]
    at = same.index(rule.id)
    to = min(max(at + (-1 if up else 1), 0), len(same) - 1)
    same.insert(to, same.pop(at))
    await rules.reorder(rt, visit.who, same, is_own=rule.account_id is not None)
    return go("/connectors/routes")


@post("/connectors/routes/{rule_id:uuid}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, rule_id: FromPath[UUID]) -> Redirect:
    """Delete a rule."""
    await rules.remove(parts_of(request).rt, visit.who, rule_id)
    return go("/connectors/routes", flash=("done", "Deleted", "What waits stays where it waits."))


@post("/connectors/routes/policy", status_code=303)
async def set_policy(request: Http, visit: Visitor) -> Redirect:
    """Say what holds for all routing."""
    fields = await read_form(request)
    try:
        await rules.set_policy(
            parts_of(request).rt,
            visit.who,
            fails_over=fields.one("fails_over") == "on",
            patience=_whole(fields.one("patience")),
            rest=_whole(fields.one("rest")),
        )
    except InvalidInput as error:
        return go("/connectors/routes", flash=("error", "It stays as it was", error.message))
    return go("/connectors/routes", flash=("done", "Saved", "It holds from now on."))


@get("/connectors/firewall")
async def show_firewall(request: Http, visit: Visitor) -> Response[str]:
    """Show the addresses and ports in use, from settings and what is connected (R140)."""
    context: Context = {
        "tabs": tabs("/connectors/firewall"),
        "rows": await firewall.openings(parts_of(request).rt, visit.who),
    }
    return await page(request, visit, "connectors/firewall.html", title="Firewall", here="connectors", context=context)


async def _explained(request: Http, visit: Visit, to: str, sender: str, message_class: str) -> Explained:
    wanted = message_class if message_class in CLASSES else CLASSES[1]
    return await explain.explain(parts_of(request).rt, visit.who, to, sender=sender or None, message_class=wanted)


def _groups(found: Sequence[Rule], visit: Visit) -> list[tuple[str, list[Rule]]]:
    own = [one for one in found if one.account_id is not None]
    shared = [one for one in found if one.account_id is None]
    groups = [("Of this account's own connectors", own), ("Of the operator's connectors", shared)]
    return [(title, some) for title, some in groups if some or (title[3] == "t" and visit.who.is_operator)]


async def _form(
    request: Http, visit: Visit, form: Form, rule_id: RouteId | None, *, errors: Errors | None = None
) -> Response[str]:
    found = await configure.page(parts_of(request).rt, visit.who, limit=_MOST)
    form.rows = _rows(form, [one for one in found if (one.account_id is not None) is form.is_own])
    context: Context = {
        "tabs": [],
        "form": form,
        "rule_id": rule_id,
        "classes": CLASSES,
        "strategies": _STRATEGIES,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "may_choose": visit.who.is_operator and visit.who.account_id != NO_ACCOUNT and rule_id is None,
        "may_rule": visit.who.is_operator,
    }
    status = 422 if errors else 200
    title = form.name or "New rule"
    return await page(
        request, visit, "connectors/route.html", title=title, here="connectors", status=status, context=context
    )


def _rows(form: Form, connectors: Iterable[Connector]) -> list[Row]:
    """Return a row for each connector: those of the rule first, in its order."""
    typed = {one.connector_id: one for one in form.rows}
    rows: list[Row] = []
    for one in connectors:
        row = typed.get(str(one.id)) or Row(str(one.id))
        row.name = one.name
        rows.append(row)
    return sorted(rows, key=lambda row: (not row.place, _whole(row.place) or 0, row.name.lower()))


async def _accounts(request: Http, visit: Visit, form: Form) -> list[AccountId]:
    """Return the accounts that the operator names, a line each.

    Raises InvalidInput (`account_not_found`) for `accounts`.
    """
    found: list[AccountId] = []
    lines = form.accounts.splitlines() if visit.who.is_operator else []
    for line in filter(None, map(str.strip, lines)):
        ids = read_ids([line])
        try:
            found.append(AccountId(ids[0]) if ids else (await directory.named(parts_of(request).rt, line)).id)
        except CablegramError as error:
            fault = Fault("accounts", error.code, error.message)
            raise InvalidInput(error.code, error.message, faults=[fault]) from error
    return found


def _shown(rule: Rule, names: Mapping[AccountId, str]) -> Form:
    scope = rule.scope
    return Form(
        name=rule.name,
        is_own=rule.account_id is not None,
        prefixes=", ".join(f"+{one}" for one in scope.prefixes),
        countries=", ".join(sorted(scope.countries)),
        senders=", ".join(sorted(scope.senders)),
        classes=sorted(scope.classes),
        accounts="\n".join(sorted(names.get(one, str(one)) for one in scope.accounts)),
        strategy=rule.strategy.value,
        is_enabled=rule.is_enabled,
        rows=[_row(place, option) for place, option in enumerate(rule.options, 1)],
    )


def _row(place: int, option: Option) -> Row:
    return Row(
        str(option.connector_id),
        place=str(place),
        weight=str(option.weight),
        cost="" if option.cost is None else micro_to_credits(option.cost),
        accepted=str(option.least_accepted or ""),
        delivered=str(option.least_delivered or ""),
    )


def _typed(fields: Fields) -> Form:
    names = ("place", "weight", "cost", "accepted", "delivered")
    strategy = fields.one("strategy")
    return Form(
        name=fields.one("name").strip(),
        is_own=fields.one("whose") == "own",
        prefixes=fields.one("prefixes").strip(),
        countries=fields.one("countries").strip(),
        senders=fields.one("senders").strip(),
        classes=[one for one in fields.every("classes") if one in CLASSES],
        accounts=fields.one("accounts").strip(),
        strategy=strategy if strategy in {one.value for one in Strategy} else Strategy.IN_ORDER.value,
        is_enabled=fields.one("is_enabled") == "on",
        rows=[
            Row(str(one), **{name: fields.one(f"{name}.{one}").strip() for name in names})
            for one in read_ids(fields.every("connector"))
        ],
    )


def _new(form: Form, accounts: Sequence[AccountId]) -> NewRule:
    """Return the rule that a form is. Raises InvalidInput with a fault for `connectors` where a figure is none."""
    chosen = sorted((row for row in form.rows if row.place), key=lambda row: _whole(row.place) or 0)
    return NewRule(
        name=form.name,
        options=[_option(row) for row in chosen],
        is_own=form.is_own,
        strategy=Strategy(form.strategy),
        prefixes=_listed(form.prefixes),
        countries=[one.upper() for one in _listed(form.countries)],
        senders=_listed(form.senders),
        classes=form.classes,
        accounts=accounts,
        is_enabled=form.is_enabled,
    )


def _option(row: Row) -> Option:
    for text in (row.place, row.weight, row.accepted, row.delivered):
        if text and _whole(text) is None:
            message = f"{text[:20]!r} is no whole number."
            raise InvalidInput("wrong_value", message, faults=[Fault("connectors", "wrong_value", message)])
    return Option(
        ConnectorId(UUID(row.connector_id)),
        weight=_whole(row.weight) or (1 if not row.weight else 0),
        cost=credits_to_micro(row.cost) if row.cost else None,
        least_accepted=_whole(row.accepted),
        least_delivered=_whole(row.delivered),
    )


def _errors(error: CablegramError) -> Errors:
    found: Errors = {}
    for name, sentence in errors_of(error, {"bad_name": "name", "bad_amount": "connectors"}).items():
        field_name = name.partition(".")[0]
        found.setdefault(field_name if field_name in Form.__slots__ else "connectors", sentence)
    return found


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.replace("\n", ",").split(",") if one.strip()]


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


HANDLERS = (show, show_new, make, show_one, change, move, delete, set_policy, show_firewall)
