"""The form of a connector to any HTTP provider: what people type, and the settings that this is (R130-R133). Pure.

What has no field of its own stands as JSON in `more`, so that nothing of a preset or of what came by API is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, cast

import msgspec

from cablegram.connectors.contract import Outgoing
from cablegram.connectors.providers.contract import Context
from cablegram.connectors.providers.generic import curl_in, preview
from cablegram.connectors.providers.generic.preview import Preview
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import CampaignId, MessageId

MARKS = ("$$To", "$$Body", "$$SenderID", "$$MessageID", "$$CampaignID", "$$TemplateID", "$$TemplateVariables")
_OWN = ("username", "client_id")  # values that have fields of their own
_OWN_SECRETS = ("password", "client_secret")
_TYPED = ("url", "method", "auth", "headers", "parameters", "payload", "batch", "number_form", "values", "answer")
_ANSWER = ("http", "ok", "ok_values", "items", "id", "codes", "words", "troubles")
_SET = "x"  # in place of a secret that is kept: the preview shows a name for each


class Sent(Protocol):
    """What a form sent."""

    def one(self, name: str) -> str:
        """Return a text; empty where there is none."""
        ...


@dataclass(slots=True)
class GenericForm:
    """The form as typed: lines are `Name: value` of headers, `name = value` of all others; lists have commas.

    `secrets` are never filled from what is kept; `kept` names those.
    """

    url: str = ""
    method: str = "POST"
    auth: str = "none"
    username: str = ""
    password: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    headers: str = ""
    parameters: str = "json"
    payload: str = ""
    batch_key: str = ""
    batch_size: str = ""
    batch_mode: str = "array"
    number_form: str = "digits"
    values: str = ""
    secrets: str = ""
    http: str = ""
    ok: str = ""
    ok_values: str = ""
    items: str = ""
    id: str = ""
    codes: str = ""
    words: str = ""
    troubles: str = ""
    more: str = "{}"
    kept: Sequence[str] = field(default_factory=tuple[str, ...])


NAMES = tuple(one.name for one in fields(GenericForm) if one.name != "kept")


def typed(sent: Sent) -> GenericForm:
    """Read what was typed."""
    return GenericForm(**{name: sent.one(name).strip() for name in NAMES})


def shown(settings: GenericSettings, kept: Sequence[str] = ()) -> GenericForm:
    """Write settings as the form has them; `kept` are the names of secrets that are set."""
    told = cast("dict[str, Any]", msgspec.to_builtins(settings))
    usual = cast("dict[str, Any]", msgspec.to_builtins(GenericSettings(url="")))
    auth: dict[str, Any] = told["auth"]
    answer: dict[str, Any] = told["answer"]
    batch: dict[str, Any] = told["batch"] or {}
    values: dict[str, str] = told["values"]
    form = GenericForm(
        url=told["url"],
        method=told["method"],
        auth=auth["type"],
        username=values.get("username", ""),
        token_url=auth.get("token_url", ""),
        client_id=values.get("client_id", ""),
        headers="\n".join(f"{name}: {value}" for name, value in told["headers"].items()),
        parameters=told["parameters"],
        payload=_payload_text(told["payload"], told["parameters"]),
        batch_key=batch.get("key", ""),
        batch_size=str(batch["size"]) if batch else "",
        batch_mode=batch.get("mode", "array"),
        number_form=told["number_form"],
        values=_lines({name: value for name, value in values.items() if name not in _OWN}),
        http=", ".join(map(str, answer["http"])),
        ok=answer["ok"],
        ok_values=", ".join(answer["ok_values"]),
        items=answer["items"],
        id=answer["id"],
        codes=", ".join(answer["codes"]),
        words=answer["words"],
        troubles=_lines(answer["troubles"]),
        kept=kept,
    )
    more = {name: value for name, value in told.items() if name not in _TYPED and value != usual[name]}
    more |= _rest("auth", auth, ("type", "token_url"), usual=_auth_usual(auth["type"]))
    more |= _rest("answer", answer, _ANSWER, usual=usual["answer"])
    more |= _rest("batch", batch, ("key", "size", "mode"), usual={"separator": ","})
    form.more = json.dumps(more, ensure_ascii=False, indent=2) if more else "{}"
    return form


def settings_of(form: GenericForm) -> dict[str, Any]:
    """Return the settings that a form is, as JSON has them.

    Raises InvalidInput with a fault for each field that can't be read; whether they fit, the kind itself says.
    """
    more = _more(form.more)
    values = _pairs(form.values, "=", "values")
    values |= {name: value for name in _OWN if (value := getattr(form, name))}
    told: dict[str, Any] = {
        **more,
        "url": form.url,
        "method": form.method,
        "headers": _pairs(form.headers, ":", "headers"),
        "parameters": form.parameters,
        "payload": _payload(form),
        "number_form": form.number_form,
        "values": values,
        "auth": _auth(form, cast("dict[str, Any]", more.get("auth", {}))),
        "answer": {**more.get("answer", {}), **_answer(form)},
        "batch": _batch(form, cast("dict[str, Any]", more.get("batch", {}))),
    }
    return told


def secrets_of(form: GenericForm, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the secrets of a form: those typed, and of the others what is `known`. Raises InvalidInput."""
    given = _pairs(form.secrets, "=", "secrets")
    given |= {name: value for name in _OWN_SECRETS if (value := getattr(form, name))}
    return {**(known or {}), **given}


def preview_of(form: GenericForm, context: Context, message_id: MessageId, campaign_id: CampaignId) -> list[Preview]:
    """Return the requests for two messages that somebody might send. Raises InvalidInput for what does not fit."""
    try:
        settings = msgspec.convert(settings_of(form), GenericSettings)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$.")
        name = place.rstrip("`").partition(".")[0].partition("[")[0]
        raise InvalidInput(
            "wrong_value", f"{what}.", faults=[Fault(f"settings.{name}", "wrong_value", f"{what}.")]
        ) from None
    known = dict.fromkeys(form.kept, _SET)
    secrets = GenericSecrets(values=secrets_of(form, known))
    names = set(re.findall(r"\$\$([A-Za-z_][A-Za-z0-9_]*)", json.dumps(msgspec.to_builtins(settings))))
    values = {
        "template_id": "1107161234567890123",
        "variables": {"name": "Ana"},
        "values": {name: f"your {name}" for name in names if f"$${name}" not in MARKS},
    }
    samples = [
        Outgoing(message_id, "Luna", number, text, 1, campaign_id=campaign_id, values=values)
        for number, text in (
            ("34600000118", "Hola Ana, tu pedido está listo"),
            ("380671204518", "Олено, замовлення тут"),
        )
    ]
    return preview.preview(settings, secrets, samples, context)


def from_curl(command: str) -> tuple[GenericForm, list[str]]:
    """Return the form that a provider's sample for curl is, with what was guessed. Raises InvalidInput (`bad_curl`)."""
    draft = curl_in.read(command)
    form = shown(draft.settings)
    found = dict(draft.secrets.values)
    form.username = form.username or found.pop("username", "")
    form.password = found.pop("password", "") if form.auth == "basic" else ""
    form.secrets = _lines(found)
    return form, draft.notes


def _payload(form: GenericForm) -> object:
    if form.parameters == "none" or not form.payload:
        return None
    return (
        _pairs(form.payload, "=", "payload")
        if form.parameters == "form" and "{" not in form.payload[:1]
        else form.payload
    )


def _payload_text(payload: object, parameters: str) -> str:
    if payload is None or isinstance(payload, str):
        return payload or ""
    if parameters == "form" and isinstance(payload, dict):
        members = cast("dict[str, object]", payload)
        if all(isinstance(value, str) for value in members.values()):
            return _lines(cast("dict[str, str]", members))
    return json.dumps(payload, ensure_ascii=False, indent=2)


def _auth(form: GenericForm, more: dict[str, Any]) -> dict[str, Any]:
    told = {**more, "type": form.auth}
    if form.auth == "oauth2":
        told["token_url"] = form.token_url
    return told


def _auth_usual(kind: str) -> dict[str, Any]:
    usual: dict[str, dict[str, Any]] = {
        "basic": {"username": "{{username}}", "password": "{{password}}"},
        "oauth2": {"client_id": "{{client_id}}", "client_secret": "{{client_secret}}", "extra": {}},
    }
    return usual.get(kind, {})


def _answer(form: GenericForm) -> dict[str, Any]:
    http = [int(one) if one.isdecimal() else one for one in _list(form.http)]
    return {
        "http": http, "ok": form.ok, "ok_values": _list(form.ok_values), "items": form.items, "id": form.id,
        "codes": _list(form.codes), "words": form.words, "troubles": _pairs(form.troubles, "=", "troubles"),
    }  # fmt: skip


def _batch(form: GenericForm, more: dict[str, Any]) -> dict[str, Any] | None:
    if not form.batch_size:
        return None
    size = int(form.batch_size) if form.batch_size.isdecimal() else form.batch_size
    return {**more, "key": form.batch_key, "size": size, "mode": form.batch_mode}


def _more(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise _wrong("more", f"This is no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise _wrong("more", "Write one JSON object, in braces.")
    return cast("dict[str, Any]", found)


def _pairs(text: str, mark: str, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        left, there, right = line.partition(mark)
        if not there or not left.strip():
            raise _wrong(name, f"Line {place} has no `{mark}`: write a name, {mark!r} and a value.")
        found[left.strip()] = right.strip()
    return found


def _lines(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in pairs.items())


def _list(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _rest(
    name: str, told: Mapping[str, Any], typed_names: Sequence[str], *, usual: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    rest = {key: value for key, value in told.items() if key not in typed_names and value != usual.get(key)}
    return {name: rest} if rest else {}


def _wrong(name: str, message: str) -> InvalidInput:
    return InvalidInput("wrong_value", message, faults=[Fault(f"settings.{name}", "wrong_value", message)])
