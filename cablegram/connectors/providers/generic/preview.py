"""What would be sent: the exact request for sample messages, and the same for curl, with names in place of secrets.

The request is made by the very provider that sends, with `YOUR_NAME` for each secret: nothing secret goes in, so
nothing has to be taken out again.
"""

from __future__ import annotations

import json
import shlex
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from cablegram.connectors.contract import Outgoing
from cablegram.connectors.providers.contract import Context, HttpRequest
from cablegram.connectors.providers.generic import provider
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings

_TOKEN = "YOUR_TOKEN"  # noqa: S105 - what stands for one


@dataclass(frozen=True, slots=True)
class Preview:
    """One request: as it is written, and as a command; how many of the messages it carries.

    `lacks` is why no request can be written for these messages.
    """

    text: str
    curl: str
    messages: int
    lacks: str = ""


def preview(
    settings: GenericSettings, secrets: GenericSecrets, samples: Sequence[Outgoing], context: Context
) -> list[Preview]:
    """Return the requests for these messages. Raises InvalidInput for settings that do not fit."""
    masked = GenericSecrets(
        values={name: f"YOUR_{name.upper()}" if value else "" for name, value in secrets.values.items()}
    )
    made = provider.build(settings, masked)
    shown: list[Preview] = []
    for shipment in made.ship(samples, replace(context, token=_TOKEN)):
        if shipment.verdict:
            shown.append(Preview("", "", len(shipment.messages), shipment.verdict.results[0][0].words))
        else:
            shown.append(Preview(as_text(shipment.request), as_curl(shipment.request), len(shipment.messages)))
    return shown


def as_text(request: HttpRequest) -> str:
    """Write a request as HTTP does; JSON set out in lines."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = [f"{request.method} {target} HTTP/1.1", f"Host: {parts.netloc}"]
    head += [f"{name}: {value}" for name, value in request.headers]
    return "\n".join(head) + (f"\n\n{_body(request.body)}" if request.body else "")


def as_curl(request: HttpRequest) -> str:
    """Write a request as a command for a POSIX shell; no content can end its quotes, or become an option or a file."""
    words = ["curl", "--request", request.method]
    for name, value in request.headers:
        login = _login(value)
        words += ["--user", login] if login else ["--header", f"{name}: {value}" if value else f"{name};"]
    if request.body:
        words += ["--data-raw", request.body.decode(errors="replace")]
    words += ["--url", request.url]
    return " ".join(shlex.quote(word) for word in words)


def _login(value: str) -> str:
    """Return user and password of a header for Basic authentication, "" for any other."""
    try:
        return b64decode(value.removeprefix("Basic "), validate=True).decode() if value.startswith("Basic ") else ""
    except ValueError:
        return ""


def _body(body: bytes) -> str:
    text = body.decode(errors="replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
