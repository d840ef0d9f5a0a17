"""Connect a provider: its form made from its kind, a preset's few fields, or the description of any request (R130)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import NO_ACCOUNT, Scope
from cablegram.connectors import advice, configure, forms, registry
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.model import Connector, Settings
from cablegram.connectors.providers.contract import Context as SendContext
from cablegram.connectors.providers.generic.presets import choose
from cablegram.connectors.providers.generic.presets.shape import Preset
from cablegram.connectors.providers.generic.preview import Preview
from cablegram.connectors.providers.kinds import Kind
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import CampaignId, MessageId
from cablegram.panel import generic_form, kind_form, own_fee
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.generic_form import GenericForm
from cablegram.panel.kind_form import FormField
from cablegram.panel.pages import Context, go, page, part
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

GENERIC = "generic"
_EXAMPLE = MessageId(UUID("019ab3f0-7a1e-7c3d-9b55-3f2a61c0d4e7"))
_CAMPAIGN = CampaignId(UUID("019ab3ef-11c2-7a4d-8e07-5bd2f7c9a0d1"))
_CALLBACK = "https://your-address.example/callbacks/its-own-secret"


@dataclass(slots=True)
class Form:
    """What was typed: settings and secrets of a kind, of a preset, or the description of a request."""

    name: str = ""
    is_own: bool = False
    fee: str = ""
    settings: dict[str, Any] | None = None
    secrets: dict[str, str] = field(default_factory=dict[str, str])
    generic: GenericForm | None = None
    command: str = ""
    notes: Sequence[str] = ()


@get("/connectors/new/{kind:str}")
async def show_new(request: Http, visit: Visitor, kind: FromPath[str]) -> Response[str]:
    """Show the form of a kind, or of a preset of the generic one."""
    visit.who.needs(Scope.ACCOUNT)
    return await _new(request, visit, _kind(kind), _preset(request.query_params.get("preset", "")), Form())


@post("/connectors/new/{kind:str}", status_code=200)
async def make(request: Http, visit: Visitor, kind: FromPath[str]) -> Response[str] | Redirect:
    """Add a connector and lead to its page, where it is tested; or fill the form from a sample for curl."""
    fields, wanted = await read_form(request), _kind(kind)
    preset = _preset(fields.one("preset"))
    form, rt = _typed(fields, wanted, preset, visit), parts_of(request).rt
    try:
        if fields.one("deed") == "look":
            return await _new(request, visit, wanted, None, form)
        settings, secrets = given(wanted, form, preset)
        new = NewConnector(
            kind=wanted.name,
            name=form.name,
            settings=settings,
            secrets=secrets,
            is_own=form.is_own,
            fee=own_fee.read(form.fee),
        )
        made = await configure.add(rt, visit.who, new)
    except CablegramError as error:
        return await _new(request, visit, wanted, preset, form, errors=errors_by_field(error, wanted))
    return go(f"/connectors/{made.id}", flash=("done", f"{made.name} is added", "Now let it send one text to you."))


@post("/connectors/curl", status_code=200)
async def fill(request: Http, visit: Visitor) -> Response[str]:
    """Fill the form of a description from a provider's sample for curl."""
    visit.who.needs(Scope.ACCOUNT)
    form = Form(command=(await read_form(request)).one("command"))
    try:
        form.generic, form.notes = generic_form.from_curl(form.command)
    except CablegramError as error:
        return await _new(request, visit, registry.KINDS[GENERIC], None, form, errors=errors_of(error))
    return await _new(request, visit, registry.KINDS[GENERIC], None, form)


@post("/connectors/preview", status_code=200)
async def look(request: Http, visit: Visitor) -> Response[str]:
    """Answer with the requests that a description would make, while it is being written."""
    visit.who.needs(Scope.ACCOUNT)
    fields = await read_form(request)
    form = generic_form.typed(fields)
    form.kept = tuple(fields.one("kept").split())
    return part(request, visit.session, "connectors/_request.html", preview(request, form))


def preview(request: Http, form: GenericForm) -> Context:
    """Return the requests that a description makes, or what is wrong with it."""
    now = parts_of(request).rt.clock.now()
    shown: list[Preview] = []
    wrong: list[str] = []
    if form.url or form.payload:
        try:
            shown = generic_form.preview_of(form, SendContext(now=now, callback_url=_CALLBACK), _EXAMPLE, _CAMPAIGN)
        except CablegramError as error:
            wrong = [one.message for one in error.faults] or [error.message]
    return {"requests": shown, "wrong": wrong}


def given(
    kind: Kind, form: Form, preset: Preset | None = None, known: Mapping[str, str] | None = None
) -> tuple[Settings, dict[str, Any]]:
    """Return the settings and secrets that a form is; `known` are secrets of a described request that stay.

    Raises InvalidInput with a fault for each field.
    """
    if preset is not None:
        settings, secrets = choose.configure(
            preset.name, form.secrets, base_url=str((form.settings or {}).get("base_url") or "")
        )
        common = {name: value for name, value in (form.settings or {}).items() if name in kind_form.COMMON}
        told = {**msgspec.to_builtins(settings), **common}
        return forms.read_settings(kind.name, told), {"values": dict(secrets.values)}
    if form.generic is not None:
        told = {**generic_form.settings_of(form.generic), **(form.settings or {})}
        return forms.read_settings(kind.name, told), {"values": generic_form.secrets_of(form.generic, known)}
    return forms.read_settings(kind.name, form.settings or {}), dict(form.secrets)


def typed(fields: Fields, kind: Kind) -> Form:
    """Read the form of a connector that is there."""
    return _typed(fields, kind, None, None)


def shown_of(connector: Connector, secrets_set: Sequence[str]) -> Form:
    """Return a connector's settings as the form has them; secrets stay where they are."""
    settings = msgspec.to_builtins(connector.settings)
    if connector.kind != GENERIC:
        return Form(connector.name, settings=settings)
    kept = [name.removeprefix("values.") for name in secrets_set]
    common = {name: value for name, value in settings.items() if name in kind_form.COMMON}
    told = msgspec.convert({**settings, **_usual_common()}, registry.KINDS[GENERIC].settings)
    return Form(connector.name, settings=common, generic=generic_form.shown(told, kept))  # pyright: ignore[reportArgumentType] - of the generic kind


def fields_of(kind: Kind, form: Form, preset: Preset | None = None, secrets_set: Sequence[str] = ()) -> list[FormField]:
    """Return the fields to draw: a kind's or a preset's, and of a described request those that all connectors have."""
    found = kind_form.fields(kind, settings=form.settings, secrets=form.secrets, secrets_set=secrets_set)
    common = [one for one in found if one.is_common]
    if preset is not None:
        own = [
            FormField(
                f"secrets.{one.name}",
                one.title,
                one.help,
                "text",
                form.secrets.get(one.name, ""),
                example=one.example,
                is_required=one.is_needed,
                is_secret=one.is_secret,
            )
            for one in preset.fields
        ]
        return [*own, *common]
    return common if kind.name == GENERIC else found


def errors_by_field(error: CablegramError, kind: Kind) -> Errors:
    """Return what is wrong by the names of the form's fields."""
    found = errors_of(error, {"connector_name_taken": "name"})
    if kind.name != GENERIC:
        return found
    named: Errors = {}
    for name, sentence in found.items():
        bare = name.removeprefix("settings.").split(".")
        known = [one for one in bare if one in generic_form.NAMES]
        named[name if bare[0] in kind_form.COMMON or name.startswith("secrets.") else (known or [bare[0]])[-1]] = (
            sentence
        )
    return named


def _usual_common() -> dict[str, Any]:
    """Return the common settings as they are at first: those of a connector stand in fields of their own."""
    usual = msgspec.to_builtins(registry.KINDS[GENERIC].settings(url=""))
    return {name: usual[name] for name in kind_form.COMMON}


async def _new(
    request: Http, visit: Visit, kind: Kind, preset: Preset | None, form: Form, *, errors: Errors | None = None
) -> Response[str]:
    if kind.name == GENERIC and preset is None and form.generic is None:
        form.generic = GenericForm()
    public = parts_of(request).rt.settings.public_url
    of = preset or kind
    url = f"{public}/callbacks/(its own secret)" if public else ""
    context: Context = {
        "kind": kind,
        "preset": preset,
        "form": form,
        "fields": fields_of(kind, form, preset),
        "errors": errors or {},
        "summary": summary_of(
            errors or {}, ("name", "fee", *generic_form.NAMES, *(one.name for one in fields_of(kind, form, preset)))
        ),
        "console": [step.replace("{callback_url}", url or advice.NO_ADDRESS) for step in of.console],
        "help_url": of.help_url,
        "senders": of.senders,
        "notices": [advice.length(None), advice.quota(kind)],
        "may_share": visit.who.is_operator,
        "may_own": visit.who.account_id != NO_ACCOUNT,
        "marks": generic_form.MARKS,
        **(preview(request, form.generic) if form.generic else {"requests": [], "wrong": []}),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "connectors/new.html", title=of.title, here="connectors", status=status, context=context
    )


def _typed(fields: Fields, kind: Kind, preset: Preset | None, visit: Visit | None) -> Form:
    settings = kind_form.typed_settings(kind, fields)
    common = {name: value for name, value in settings.items() if name in kind_form.COMMON}
    form = Form(fields.one("name").strip(), fee=fields.one("fee").strip(), command=fields.one("command"))
    form.is_own = visit is not None and (not visit.who.is_operator or fields.one("whose") == "own")
    if preset is not None:
        form.settings = common
        values = {one.name: fields.one(f"secrets.{one.name}").strip() for one in preset.fields}
        form.secrets = {name: value for name, value in values.items() if value}
    elif kind.name == GENERIC:
        form.settings, form.generic = common, generic_form.typed(fields)
        form.generic.kept = tuple(fields.one("kept").split())
    else:
        form.settings, form.secrets = settings, kind_form.typed_secrets(kind, fields)
    return form


def _kind(name: str) -> Kind:
    """Return a kind over HTTP. Raises NotFound (`path_unknown`)."""
    if name not in registry.KINDS or name == registry.SMPP:
        raise NotFound("path_unknown", f"There is no kind of connector {name[:40]!r} here.")
    return registry.KINDS[name]


def _preset(name: str) -> Preset | None:
    return choose.PRESETS.get(name)


HANDLERS = (show_new, make, fill, look)
