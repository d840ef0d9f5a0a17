"""Connectors: the ways out, what their links are doing, and the form that the operator fills."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.connectors import configure
from cablegram.connectors.configure import NewSmpp
from cablegram.connectors.model import Connector, IdForm, LinkStatus, SmppSettings
from cablegram.kit.errors import CablegramError, Fault, InvalidInput
from cablegram.messages import tally
from cablegram.messages.model import State
from cablegram.overview import look
from cablegram.overview.model import Load
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_MOST = 200
_SETTINGS = (
    "host", "port", "system_id", "system_type", "mode", "binds", "window", "throughput", "enquire_link_seconds",
    "response_seconds", "query_after_hours",
)  # fmt: skip
_SHOWN = ("name", "password", *_SETTINGS)
_IDS = {
    IdForm.UNKNOWN: "not known yet: no receipt came",
    IdForm.SAME: "as in its answers",
    IdForm.HEX_THEN_DECIMAL: "hexadecimal in answers, decimal in receipts",
    IdForm.DECIMAL_THEN_HEX: "decimal in answers, hexadecimal in receipts",
}

_ANSWERS = {
    None: "not known yet whether it answers",
    True: "it answers",
    False: "it knows no such questions",
}


@dataclass(slots=True)
class Form:
    """The form as typed: texts, whatever the setting is."""

    name: str = ""
    host: str = ""
    port: str = "2775"
    system_id: str = ""
    password: str = ""
    system_type: str = ""
    mode: str = "transceiver"
    binds: str = "1"
    window: str = "50"
    throughput: str = "0"
    enquire_link_seconds: str = "30"
    response_seconds: str = "30"
    query_after_hours: str = "24"

    @classmethod
    def typed(cls, fields: Fields) -> Form:
        """Read what was typed."""
        return cls(
            **{name: fields.one(name).strip() for name in _SHOWN if name != "password"}, password=fields.one("password")
        )

    @classmethod
    def of(cls, connector: Connector) -> Form:
        """Write what is set; the password is never shown."""
        settings = msgspec.to_builtins(connector.settings)
        return cls(name=connector.name, **{name: _written(settings[name]) for name in _SETTINGS if name in settings})

    def settings(self, known: SmppSettings | None = None) -> SmppSettings:
        """Return what it says; what has no field here stays as it is `known`.

        Raises InvalidInput (`bad_connector`) with a fault for each field that is wrong.
        """
        given = {name: value for name, value in asdict(self).items() if name in _SETTINGS}
        faults = [fault for name, value in given.items() if (fault := _check(name, value))]
        if faults:
            raise InvalidInput("bad_connector", faults[0].message, faults=faults)
        said = msgspec.convert(given, SmppSettings, strict=False)
        if known is None:
            return said
        return msgspec.structs.replace(known, **{name: getattr(said, name) for name in given})


@get("/connectors")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the ways out that the account has."""
    return await show_list(request, visit, in_operator_shell=False)


@get("/connectors/new")
async def show_new(request: Http, visit: Visitor) -> Response[str]:
    """Show the form for a carrier's login."""
    visit.who.needs(Scope.OPERATOR)
    return await _new(request, visit, Form())


@post("/connectors", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Add a connector; it is tried at once."""
    form = Form.typed(await read_form(request))
    try:
        new = NewSmpp(name=form.name, password=form.password, settings=form.settings())
        made = await configure.add_smpp(parts_of(request).rt, visit.who, new)
    except CablegramError as error:
        return await _new(request, visit, form, errors=_errors(error))
    return go(f"/connectors/{made.id}", flash=("done", f"{made.name} is added", "Its links connect now."))


@get("/connectors/{connector_id:uuid}")
async def show_one(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Response[str]:
    """Show a connector and its links."""
    connector, links = await configure.get(parts_of(request).rt, visit.who, connector_id)
    return await _one(request, visit, connector, links, Form.of(connector))


@post("/connectors/{connector_id:uuid}", status_code=200)
async def change(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Change what is set; an empty password stays as it is."""
    rt, form = parts_of(request).rt, Form.typed(await read_form(request))
    connector, links = await configure.get(rt, visit.who, connector_id)
    try:
        await configure.change_smpp(
            rt,
            visit.who,
            connector.id,
            name=form.name,
            settings=form.settings(connector.smpp),
            password=form.password or None,
        )
    except CablegramError as error:
        return await _one(request, visit, connector, links, form, errors=_errors(error))
    return go(f"/connectors/{connector.id}", flash=("done", "Saved", "Its links connect anew."))


@post("/connectors/{connector_id:uuid}/enable", status_code=303)
async def enable(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Switch a connector on."""
    await configure.change_smpp(parts_of(request).rt, visit.who, connector_id, is_enabled=True)
    return go(f"/connectors/{connector_id}", flash=("done", "Switched on", "Its links connect now."))


@post("/connectors/{connector_id:uuid}/disable", status_code=303)
async def disable(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Switch a connector off."""
    await configure.change_smpp(parts_of(request).rt, visit.who, connector_id, is_enabled=False)
    return go(f"/connectors/{connector_id}", flash=("done", "Switched off", "What is queued for it waits."))


async def show_list(request: Http, visit: Visit, *, in_operator_shell: bool) -> Response[str]:
    """Show connectors with their links, as a page of the account or of the operator."""
    rt = parts_of(request).rt
    found = await configure.page(rt, visit.who, limit=_MOST)
    links = await configure.links(rt, visit.who, [one.id for one in found])
    context: Context = {
        "rows": [(one, own, _note(one, own)) for one in found for own in [links_of(one, links)]],
        "may_add": visit.who.is_operator,
        "in_operator_shell": in_operator_shell,
    }
    title, here = ("Links", "links") if in_operator_shell else ("Connectors", "connectors")
    return await page(request, visit, "connectors/list.html", title=title, here=here, context=context)


def links_of(connector: Connector, links: list[LinkStatus]) -> list[LinkStatus]:
    """Return the links of a connector that is on; those of one that is off have nothing to say."""
    return [one for one in links if one.connector_id == connector.id] if connector.is_enabled else []


async def _new(request: Http, visit: Visit, form: Form, *, errors: Errors | None = None) -> Response[str]:
    context = {"form": form, "errors": errors or {}, "summary": summary_of(errors or {}, _SHOWN), "is_new": True}
    status = 422 if errors else 200
    return await page(
        request,
        visit,
        "connectors/new_smpp.html",
        title="Connect by SMPP",
        here="connectors",
        status=status,
        context=context,
    )


async def _one(
    request: Http,
    visit: Visit,
    connector: Connector,
    links: list[LinkStatus],
    form: Form,
    *,
    errors: Errors | None = None,
) -> Response[str]:
    load = await _load(request, visit, connector)
    context: Context = {
        "connector": connector,
        "links": links,
        "form": replace(form, password=""),
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "is_new": False,
        "may_change": visit.who.is_operator,
        "id_form": _IDS[connector.receipt_id_form],
        "asking": _asking(connector),
        "queued": load.queued,
        "in_flight": load.in_flight,
        "unknown": load.unknown,
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "connectors/show.html", title=connector.name, here="connectors", status=status, context=context
    )


async def _load(request: Http, visit: Visit, connector: Connector) -> Load:
    """Return what is under way: all of it for the operator, of others their own messages only."""
    rt = parts_of(request).rt
    if visit.who.is_operator:
        return (await look.loads(rt, visit.who)).get(connector.id, Load())
    counts = await tally.standing(rt, visit.who)
    return Load(
        *(counts[state].n if state in counts else 0 for state in (State.QUEUED, State.SUBMITTING, State.UNKNOWN))
    )


def _note(connector: Connector, links: list[LinkStatus]) -> str:
    """Say in a line what is to be said about a connector: what is wrong with a link, first of all."""
    trouble = next((one.detail for one in links if one.state != "bound" and one.detail), "")
    return trouble or ("Nothing leaves this machine" if connector.is_simulated else "")


def _asking(connector: Connector) -> str:
    """Say when the carrier is asked about a message whose receipt does not come, and whether it answers."""
    hours = connector.smpp.query_after_hours if connector.smpp else 0
    if not hours:
        return "never asked for"
    return f"asked for after {hours} h; {_ANSWERS[connector.answers_queries]}"


def _check(name: str, value: str) -> Fault | None:
    """Try one setting by itself, so that each is named that is wrong."""
    fit = {"host": "localhost", "system_id": "x"} | {name: value}
    try:
        msgspec.convert(fit, SmppSettings, strict=False)
    except msgspec.ValidationError as error:
        return Fault(name, "bad_connector", f"{value[:40]!r} does not fit: {str(error).partition(' - at')[0]}.")
    return None


def _errors(error: CablegramError) -> Errors:
    return errors_of(error, {"connector_name_taken": "name"})


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


HANDLERS = (show, show_new, make, show_one, change, enable, disable)
