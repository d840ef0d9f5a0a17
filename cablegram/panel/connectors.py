"""Connectors: the ways out with what their links do, the gallery of what can be connected, and one connector's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.connectors import advice, configure, exchanges, forms, registry, trial
from cablegram.connectors.configure import Change, NewSmpp
from cablegram.connectors.contract import LinkState
from cablegram.connectors.model import Connector, IdForm, LinkStatus, where_of
from cablegram.connectors.providers.generic.presets import choose
from cablegram.connectors.providers.generic.settings import GenericSecrets
from cablegram.connectors.trial import Outcome
from cablegram.kit.errors import CablegramError
from cablegram.messages import tally
from cablegram.messages.model import State
from cablegram.overview import look
from cablegram.overview.model import Load
from cablegram.panel import connecting, generic_form, own_fee, routing, smpp_form
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.phone import number_of
from cablegram.panel.smpp_form import SmppForm
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.routing import measure

_MOST = 200
_EXCHANGES = 10  # on the connector's own page
_TAKEN_UP = timedelta(seconds=10)  # a dispatcher that runs has begun with a new connector by then
_TEXT = "Cablegram: this is a test of a connector."
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


@get("/connectors")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the ways out that the account has."""
    return await show_list(request, visit, in_operator_shell=False)


@get("/connectors/new")
async def show_new(request: Http, visit: Visitor) -> Response[str]:
    """Show the form for a carrier's login."""
    visit.who.needs(Scope.ACCOUNT)
    return await _new(request, visit, SmppForm())


@post("/connectors", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Add a carrier's login; it is tried at once."""
    fields = await read_form(request)
    form = SmppForm.typed(fields)
    is_own = not visit.who.is_operator or fields.one("whose") == "own"
    try:
        made = await _add_smpp(request, visit, form, is_own=is_own, fee=own_fee.read(fields.one("fee")))
    except CablegramError as error:
        return await _new(request, visit, form, is_own=is_own, fee=fields.one("fee"), errors=_errors(error))
    return go(f"/connectors/{made.id}", flash=("done", f"{made.name} is added", "Its links connect now."))


@get("/connectors/{connector_id:uuid}")
async def show_one(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Response[str]:
    """Show a connector and its links."""
    connector, links = await configure.get(parts_of(request).rt, visit.who, connector_id)
    return await _one(request, visit, connector, links)


@post("/connectors/{connector_id:uuid}", status_code=200)
async def change(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Change what is set; a secret that is left empty stays as it is."""
    rt, fields = parts_of(request).rt, await read_form(request)
    connector, links = await configure.get_managed(rt, visit.who, connector_id)
    smpp = SmppForm.typed(fields) if connector.smpp else None
    form = None if smpp else connecting.typed(fields, registry.KINDS[connector.kind])
    try:
        if smpp:
            password = {"password": smpp.password} if smpp.password else None
            wanted = Change(name=smpp.name, settings=smpp.settings(), secrets=password)
        else:
            wanted = _changed(request, connector, form or connecting.Form())
        wanted = replace(wanted, fee=own_fee.change(visit.who, connector, fields.one("fee")))
        await configure.change(rt, visit.who, connector.id, wanted)
    except CablegramError as error:
        errors = _errors(error) if smpp else connecting.errors_by_field(error, registry.KINDS[connector.kind])
        fee = fields.one("fee")
        return await _one(request, visit, connector, links, smpp=smpp, form=form, fee=fee, errors=errors)
    return go(f"/connectors/{connector.id}", flash=("done", "Saved", "Its links connect anew."))


@post("/connectors/{connector_id:uuid}/test", status_code=200)
async def test(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Response[str]:
    """Send one text to somebody's own phone, and show what the provider answered."""
    rt, fields = parts_of(request).rt, await read_form(request)
    connector, links = await configure.get_managed(rt, visit.who, connector_id)
    asked = {name: fields.one(name).strip() for name in ("to", "text", "sender", "template_id")}
    values = {need: fields.one(f"value.{need}").strip() for need in connector.traits.needs}
    told = {"template_id": asked["template_id"] or None, "values": {name: one for name, one in values.items() if one}}
    try:
        tested = await trial.run(
            rt, visit.who, connector_id, to=asked["to"], text=asked["text"], sender=asked["sender"], values=told
        )
    except CablegramError as error:
        faults = errors_of(error, {"number_invalid": "to", "number_too_long": "to", "number_landline": "to"})
        errors = {name.removeprefix("provider_values."): sentence for name, sentence in faults.items()}
        return await _one(request, visit, connector, links, asked={**asked, **values}, test_errors=errors)
    connector, links = await configure.get_managed(rt, visit.who, connector_id)
    return await _one(request, visit, connector, links, asked={**asked, **values}, tested=tested)


@post("/connectors/{connector_id:uuid}/enable", status_code=303)
async def enable(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Switch a connector on."""
    await configure.change(parts_of(request).rt, visit.who, connector_id, Change(is_enabled=True))
    return go(f"/connectors/{connector_id}", flash=("done", "Switched on", "Its links connect now."))


@post("/connectors/{connector_id:uuid}/disable", status_code=303)
async def disable(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Switch a connector off."""
    await configure.change(parts_of(request).rt, visit.who, connector_id, Change(is_enabled=False))
    return go(f"/connectors/{connector_id}", flash=("done", "Switched off", "What is queued for it waits."))


@post("/connectors/{connector_id:uuid}/resume", status_code=303)
async def resume(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Let a connector go on that was paused because its provider refused the whole account."""
    await configure.resume(parts_of(request).rt, visit.who, connector_id)
    return go(f"/connectors/{connector_id}", flash=("done", "It goes on", "What waited for it goes out."))


@post("/connectors/{connector_id:uuid}/callback", status_code=303)
async def renew(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Give a connector another callback address."""
    await configure.renew_callback_token(parts_of(request).rt, visit.who, connector_id)
    told = ("done", "It has another callback address", "Set it at the provider; the old one is turned away.")
    return go(f"/connectors/{connector_id}", flash=told)


@post("/connectors/{connector_id:uuid}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Delete a connector that is off and that nothing needs any more."""
    try:
        await configure.remove(parts_of(request).rt, visit.who, connector_id)
    except CablegramError as error:
        return go(f"/connectors/{connector_id}", flash=("error", "It stays", error.message))
    return go("/connectors", flash=("done", "Deleted", "What went through it keeps its place in the history."))


async def show_list(request: Http, visit: Visit, *, in_operator_shell: bool) -> Response[str]:
    """Show connectors with their links, as a page of the account or of the operator."""
    rt = parts_of(request).rt
    found = await configure.page(rt, visit.who, limit=_MOST)
    links = await configure.links(rt, visit.who, [one.id for one in found])
    may_add = visit.who.is_operator or Scope.ACCOUNT in visit.who.scopes
    context: Context = {
        "rows": [(one, own, _note(one, own), _where(visit, one)) for one in found for own in [links_of(one, links)]],
        "may_add": may_add,
        "kinds": [one for one in registry.KINDS.values() if one.name not in {registry.SMPP, connecting.GENERIC}],
        "direct": [registry.KINDS[registry.SMPP], registry.KINDS[connecting.GENERIC]],
        "presets": list(choose.PRESETS.values()),
        "in_operator_shell": in_operator_shell,
        "tabs": routing.tabs(
            "/operator/links" if in_operator_shell else "/connectors", in_operator_shell=in_operator_shell
        ),
    }
    title, here = ("Links", "links") if in_operator_shell else ("Connectors", "connectors")
    return await page(request, visit, "connectors/list.html", title=title, here=here, context=context)


def links_of(connector: Connector, links: list[LinkStatus]) -> list[LinkStatus]:
    """Return the links of a connector that is on; those of one that is off have nothing to say."""
    return [one for one in links if one.connector_id == connector.id] if connector.is_enabled else []


async def _add_smpp(request: Http, visit: Visit, form: SmppForm, *, is_own: bool, fee: int | None) -> Connector:
    rt = parts_of(request).rt
    if is_own or fee is not None:
        new = configure.NewConnector(
            kind=registry.SMPP,
            name=form.name,
            settings=form.settings(),
            secrets={"password": form.password},
            is_own=is_own,
            fee=fee,
        )
        return await configure.add(rt, visit.who, new)
    smpp = NewSmpp(name=form.name, password=form.password, settings=form.settings())
    return await configure.add_smpp(rt, visit.who, smpp)


async def _new(
    request: Http,
    visit: Visit,
    form: SmppForm,
    *,
    is_own: bool = False,
    fee: str = "",
    errors: Errors | None = None,
) -> Response[str]:
    context: Context = {
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("fee", *smpp_form.SHOWN)),
        "is_new": True,
        "is_own": is_own,
        "fee": fee,
        "may_share": visit.who.is_operator,
        "may_own": visit.session.account is not None,
    }
    status = 422 if errors else 200
    title = "Connect by SMPP"
    return await page(
        request, visit, "connectors/new_smpp.html", title=title, here="connectors", status=status, context=context
    )


def _changed(request: Http, connector: Connector, form: connecting.Form) -> Change:
    """Return what a form changes. Secrets that it leaves empty stay, those of a described request one by one."""
    secrets = registry.open_secrets(connector, parts_of(request).rt.seal)
    known = secrets.values if isinstance(secrets, GenericSecrets) else None
    settings, given = connecting.given(registry.KINDS[connector.kind], form, known=known)
    is_same = given == {"values": known} if known is not None else not given
    return Change(name=form.name, settings=settings, secrets=None if is_same else given)


async def _one(
    request: Http,
    visit: Visit,
    connector: Connector,
    links: list[LinkStatus],
    *,
    smpp: SmppForm | None = None,
    form: connecting.Form | None = None,
    fee: str | None = None,
    asked: dict[str, str] | None = None,
    tested: Outcome | None = None,
    errors: Errors | None = None,
    test_errors: Errors | None = None,
) -> Response[str]:
    load = await _load(request, visit, connector)
    is_ours = configure.manages(visit.who, connector)
    kind = registry.KINDS[connector.kind]
    context: Context = {
        "connector": connector,
        "kind": kind,
        "where": _where(visit, connector),
        "links": links or _begun(connector, parts_of(request).rt.clock.now()),
        "errors": errors or {},
        "is_new": False,
        "may_change": is_ours,
        "sets_fee": visit.who.is_operator and connector.account_id is not None,
        "fee": own_fee.shown(connector.fee) if fee is None else fee,
        "id_form": _IDS[connector.receipt_id_form],
        "asking": _asking(connector),
        "queued": load.queued,
        "in_flight": load.in_flight,
        "unknown": load.unknown,
        "notices": advice.notices(connector) if is_ours else [],
        "fared": await measure.of_connector(parts_of(request).rt, visit.who, connector.id) if is_ours else [],
        "asked": {"to": _own_number(visit), "text": _TEXT, "sender": "", "template_id": "", **(asked or {})},
        "tested": tested,
        "test_errors": test_errors or {},
        **(await _inside(request, visit, connector, smpp, form) if is_ours else {}),
    }
    shown = ("fee", *smpp_form.SHOWN, *generic_form.NAMES, *(one.name for one in context.get("fields", ())))
    context["summary"] = summary_of(errors or {}, shown)
    status = 422 if errors or test_errors else 200
    return await page(
        request, visit, "connectors/show.html", title=connector.name, here="connectors", status=status, context=context
    )


async def _inside(
    request: Http, visit: Visit, connector: Connector, smpp: SmppForm | None, form: connecting.Form | None
) -> Context:
    """Return what only those see who configure a connector: its form, its callback address, what was said."""
    if connector.smpp:
        return {"form": replace(smpp or SmppForm.of(connector), password="")}
    rt, kind = parts_of(request).rt, registry.KINDS[connector.kind]
    try:
        secrets = forms.secrets_set(registry.open_secrets(connector, rt.seal))
        url = registry.callback_url(connector, rt.seal, rt.settings.public_url)
        sealed = ""
    except CablegramError as error:
        secrets, url, sealed = [], "", error.message
    form = form or connecting.shown_of(connector, secrets)
    preset = choose.PRESETS.get(getattr(connector.settings, "preset", ""))
    return {
        "form": form,
        "fields": connecting.fields_of(kind, form, secrets_set=secrets),
        "sealed": sealed,
        "callback_url": url,
        "console": [step.replace("{callback_url}", url or advice.NO_ADDRESS) for step in (preset or kind).console],
        "help_url": (preset or kind).help_url,
        "exchanges": await exchanges.page(rt, visit.who, connector.id, limit=_EXCHANGES),
        "consequences": advice.CONSEQUENCES,
        "marks": generic_form.MARKS,
        **(connecting.preview(request, form.generic) if form.generic else {}),
    }


def _begun(connector: Connector, now: datetime) -> list[LinkStatus]:
    """Return the link of a connector that was added a moment ago: a dispatcher takes it up within seconds."""
    is_fresh = connector.is_enabled and now - connector.created_at < _TAKEN_UP
    return [LinkStatus(connector.id, 0, LinkState.CONNECTING, "", connector.created_at)] if is_fresh else []


async def _load(request: Http, visit: Visit, connector: Connector) -> Load:
    """Return what is under way: all of it for the operator, of others their own messages only."""
    rt = parts_of(request).rt
    if visit.who.is_operator:
        return (await look.loads(rt, visit.who)).get(connector.id, Load())
    counts = await tally.standing(rt, visit.who)
    return Load(
        *(counts[state].n if state in counts else 0 for state in (State.QUEUED, State.SUBMITTING, State.UNKNOWN))
    )


def _own_number(visit: Visit) -> str:
    """Return a number to begin with: that of the simulated phone, where somebody acts for an account."""
    return f"+{number_of(visit.session.account.id)}" if visit.session.account else ""


def _where(visit: Visit, connector: Connector) -> str:
    """Say what a connector is and where it leads, as far as this person may know."""
    if connector.is_simulated:
        return "simulated, on this machine"
    kind = registry.KINDS[connector.kind]
    preset = choose.PRESETS.get(getattr(connector.settings, "preset", ""))
    title = preset.title if preset else kind.title
    place = where_of(connector) if configure.manages(visit.who, connector) else ""
    return " · ".join(part for part in (title, place) if part)


def _note(connector: Connector, links: Sequence[LinkStatus]) -> str:
    """Say in a line what is to be said about a connector: what is wrong with a link, first of all."""
    if connector.paused_at:
        return f"Paused: {connector.paused_reason or 'its provider refuses the account'}"
    trouble = next((one.detail for one in links if one.state != "bound" and one.detail), "")
    if trouble or connector.is_simulated:
        return trouble or "Nothing leaves this machine"
    return "" if connector.tested_at else "Needs one good test before campaigns may use it"


def _asking(connector: Connector) -> str:
    """Say when the carrier is asked about a message whose receipt does not come, and whether it answers."""
    hours = connector.smpp.query_after_hours if connector.smpp else 0
    if not hours:
        return "never asked for"
    return f"asked for after {hours} h; {_ANSWERS[connector.answers_queries]}"


def _errors(error: CablegramError) -> Errors:
    found = errors_of(error, {"connector_name_taken": "name"})
    return {name.removeprefix("settings.").removeprefix("secrets."): sentence for name, sentence in found.items()}


HANDLERS: tuple[Any, ...] = (
    show, show_new, make, show_one, change, test, enable, disable, resume, renew, delete,
)  # fmt: skip
