"""How requests show who we are, how calls to us are proved, and what of all that is never shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cablegram.connectors.providers import plivo_signature, sns
from cablegram.connectors.providers.contract import Callback, CallbackRequest, Context, HttpRequest
from cablegram.connectors.providers.fields import forged
from cablegram.connectors.providers.generic import addresses, login
from cablegram.connectors.providers.generic.calls import Check, Proof, unproved
from cablegram.connectors.providers.generic.settings import (
    AwsSignature,
    BasicAuth,
    CallSignature,
    GenericSecrets,
    GenericSettings,
    OAuth,
)
from cablegram.connectors.providers.generic.shipping import Sign, basic
from cablegram.connectors.providers.generic.tree import Loom
from cablegram.connectors.providers.sigv4 import Signer


def signing(settings: GenericSettings, loom: Loom) -> tuple[Sign, HttpRequest | None]:
    """Return what adds to requests who we are, and the question for a token where one is needed."""
    where, auth = "settings.auth", settings.auth
    if isinstance(auth, BasicAuth):
        name, password = loom.fixed(auth.username, f"{where}.username"), loom.fixed(auth.password, f"{where}.password")
        return _with_header(basic(name, password)), None
    if isinstance(auth, OAuth):
        addresses.check(auth.token_url, f"{where}.token_url", loom)
        client_id = loom.fixed(auth.client_id, f"{where}.client_id")
        secret = loom.fixed(auth.client_secret, f"{where}.client_secret")
        extra = {name: loom.fixed(value, f"{where}.extra.{name}") for name, value in auth.extra.items()}
        return _with_token, login.ask(auth.token_url.strip(), client_id, secret, extra)
    if isinstance(auth, AwsSignature):
        return _signed(auth, loom), None
    return _as_it_is, None


def _as_it_is(request: HttpRequest, _context: Context) -> HttpRequest:
    return request


def _with_header(value: str) -> Sign:
    def sign(request: HttpRequest, _context: Context) -> HttpRequest:
        return replace(request, headers=(*request.headers, ("Authorization", value)))

    return sign


def _with_token(request: HttpRequest, context: Context) -> HttpRequest:
    return replace(request, headers=(*request.headers, ("Authorization", f"Bearer {context.token}")))


def _signed(auth: AwsSignature, loom: Loom) -> Sign:
    service, region, access_key, secret_key = (
        loom.fixed(getattr(auth, name), f"settings.auth.{name}")
        for name in ("service", "region", "access_key", "secret_key")
    )
    signer = Signer(service, region, access_key=access_key, secret_key=secret_key)
    return lambda request, context: signer.sign(request, context.now)


def proving(settings: GenericSettings, loom: Loom) -> Check:
    """Return what proves where calls to us are from."""
    rules, where = settings.calls, "settings.calls.key"
    key = loom.fixed(rules.key, where)
    if rules.signature is CallSignature.NONE:
        return unproved
    if not key:
        loom.fault(where, "value_missing", "Signed calls need a key to check them with, or the topic they come from.")
    return _by_plivo(key) if rules.signature is CallSignature.PLIVO else _by_sns(key, settings.base_url)


def _by_plivo(token: str) -> Check:
    return lambda request, _now: Proof(request.body, (plivo_signature.check(request, token),))


def _by_sns(topic: str, base_url: str) -> Check:
    def check(request: CallbackRequest, now: datetime) -> Proof:
        envelope = sns.read(request.body)
        if envelope.topic != topic:
            raise forged(f"It comes from another topic than this connector's. If it is yours, set it: {envelope.topic}")
        sns.check_certificate_address(envelope.certificate_url, base_url)
        certificate = request.fetched.get(envelope.certificate_url)
        if certificate is None:
            return Proof(b"", first=Callback(wants=envelope.certificate_url))
        sns.check(envelope, certificate, now)
        if envelope.kind == sns.SUBSCRIPTION:
            sns.check_address(envelope.subscribe_url, base_url)
            return Proof(b"", first=Callback(visit=envelope.subscribe_url))
        if envelope.kind == sns.UNSUBSCRIPTION:
            return Proof(b"", first=Callback())
        return Proof(envelope.message.encode(), (f"sns {envelope.id}",))

    return check


def hidden(settings: GenericSettings, secrets: GenericSecrets, loom: Loom) -> tuple[str, ...]:
    """Return what must never be shown: the secrets, and user and password together as a header has them."""
    found = list(secrets.values.values())
    if isinstance(settings.auth, BasicAuth):
        name, password = (
            loom.fixed(text, "settings.auth") for text in (settings.auth.username, settings.auth.password)
        )
        found.append(basic(name, password).removeprefix("Basic "))
    return tuple(dict.fromkeys(value for value in found if value))
