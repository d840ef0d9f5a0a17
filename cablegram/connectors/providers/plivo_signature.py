"""How Plivo signs its calls, and whether a call is signed so. Pure.

V2 is over the address without its query, and a nonce: it does not protect what the call says. V3 covers all. Messages
come with V2 as a rule; a call with both must pass V3 (https://www.plivo.com/docs/messaging/concepts/signature-validation).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from cablegram.connectors.providers.contract import CallbackRequest
from cablegram.connectors.providers.fields import forged, form_of, unreadable


def check(request: CallbackRequest, auth_token: str) -> str:
    """Return the nonce of a call that Plivo signed. Raises CallbackRefused for any other.

    A subaccount's calls are signed with its own token, and besides with the main account's (`Ma`): either is good.
    """
    for version, made in (("v3", _signature_v3), ("v2", _signature_v2)):
        given = _given(request, version)
        if not given:
            continue
        nonce = request.headers.get(f"x-plivo-signature-{version}-nonce", "")
        if not nonce:
            raise forged(f"It has no X-Plivo-Signature-{version.upper()}-Nonce.")
        right = made(request, auth_token, nonce).encode()
        if not any(hmac.compare_digest(right, one.encode(errors="replace")) for one in given):
            raise forged(
                f"Its X-Plivo-Signature-{version.upper()} does not fit: the token is another one, "
                "or Plivo calls another address than this installation's public one."
            )
        return nonce
    raise forged("It has no X-Plivo-Signature.")


def signature_v2(auth_token: str, url: str, nonce: str) -> str:
    """Return the signature, version 2, of a call."""
    return _sealed(auth_token, urlsplit(url)._replace(query="", fragment="").geturl() + nonce)


def signature_v3(auth_token: str, url: str, nonce: str, pairs: Iterable[tuple[str, str]] | None) -> str:
    """Return the signature, version 3, of a call: `pairs` of its form, None where all stands in the address."""
    parts = urlsplit(url)
    bare = parts._replace(query="", fragment="").geturl()
    query = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True)))
    form = "".join(f"{name}{value}" for name, value in sorted(pairs or ()))
    whole = bare
    if query or form:
        whole += f"?{query}"
    if query and form:
        whole += "."
    return _sealed(auth_token, f"{whole}{form}.{nonce}")


def _given(request: CallbackRequest, version: str) -> list[str]:
    names = (f"x-plivo-signature-{version}", f"x-plivo-signature-ma-{version}")
    listed = ",".join(request.headers.get(name, "") for name in names)
    return [one.strip() for one in listed.split(",") if one.strip()]


def _signature_v2(request: CallbackRequest, auth_token: str, nonce: str) -> str:
    return signature_v2(auth_token, request.url, nonce)


def _signature_v3(request: CallbackRequest, auth_token: str, nonce: str) -> str:
    if request.method == "GET":
        return signature_v3(auth_token, request.url, nonce, None)
    try:
        pairs = form_of(request.body)
    except ValueError:
        raise unreadable("Its body is no form in UTF-8.") from None
    return signature_v3(auth_token, request.url, nonce, pairs)


def _sealed(auth_token: str, message: str) -> str:
    made = hmac.new(auth_token.encode(), message.encode(), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()
