"""How Twilio signs its calls, and whether a call is signed so. Pure.

The signature is over the address as Twilio called it and the pairs of the form, in the order of their names. A call in
JSON has no pairs: the address then carries the hash of the body (https://www.twilio.com/docs/usage/security).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

from cablegram.connectors.providers.contract import CallbackRequest
from cablegram.connectors.providers.fields import forged, form_of, unreadable

_DIGESTS: Final = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_PORTS: Final = {"https": 443, "http": 80}


def check(request: CallbackRequest, *, auth_token: str, webhook_secret: str) -> None:
    """Raise CallbackRefused unless Twilio signed this call.

    By the account's token and SHA-1; or by the webhook secret and SHA-256, where a header says so.
    """
    given = request.headers.get("x-twilio-signature", "")
    if not given:
        raise forged("It has no X-Twilio-Signature.")
    algorithm = _algorithm(request.headers.get("x-twilio-webhooks-signature-settings", ""))
    secret = auth_token if algorithm == "HMAC_SHA1" else webhook_secret
    if algorithm not in _DIGESTS:
        raise forged(f"Its signature is of an unknown kind, {algorithm[:40]!r}.")
    if not secret:
        raise forged("It is signed with a webhook secret, and this gateway has none: fill it in.")
    pairs = _pairs(request)
    signatures = (signature(secret, url, pairs, algorithm) for url in _with_and_without_port(request.url))
    if not any(hmac.compare_digest(one.encode(), given.encode(errors="replace")) for one in signatures):
        raise forged(
            "Its X-Twilio-Signature does not fit: the token is another one, "
            "or Twilio calls another address than this installation's public one."
        )


def signature(secret: str, url: str, pairs: Iterable[tuple[str, str]], algorithm: str = "HMAC_SHA1") -> str:
    """Return the signature of a call. Of pairs that are the same, one counts."""
    message = url + "".join(f"{name}{value}" for name, value in sorted(set(pairs)))
    made = hmac.new(secret.encode(), message.encode(), _DIGESTS[algorithm])
    return base64.b64encode(made.digest()).decode()


def _algorithm(settings: str) -> str:
    """Return what `key=...,algorithm=HMAC_SHA256` names; without it, what there was before that header."""
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _pairs(request: CallbackRequest) -> list[tuple[str, str]]:
    """Return the pairs that a signature covers. Raises CallbackRefused where it covers the body by neither way."""
    if request.method == "GET" or not request.body:
        return []
    if request.headers.get("content-type", "").startswith("application/json"):
        named = parse_qs(urlsplit(request.url).query).get("bodySHA256", [""])[0]
        if not hmac.compare_digest(named.encode(errors="replace"), hashlib.sha256(request.body).hexdigest().encode()):
            raise forged("Its address does not carry the hash of its body.")
        return []
    try:
        return form_of(request.body)
    except ValueError:
        raise unreadable("Its body is no form in UTF-8.") from None


def _with_and_without_port(url: str) -> Iterator[str]:
    """Yield an address as it is, without its port and with it: Twilio is of two minds whether to name the usual one."""
    yield url
    parts = urlsplit(url)
    bare = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.netloc.partition(":")[0]
    port = parts.port or _PORTS.get(parts.scheme, 443)
    yield parts._replace(netloc=bare).geturl()
    yield parts._replace(netloc=f"{bare}:{port}").geturl()
