"""`cablegram connector describe` and `preview`: a provider's sample read into settings, and what would be sent."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
from cyclopts import Parameter

from cablegram.cli.files import read_text
from cablegram.cli.opening import AsJson
from cablegram.cli.output import say
from cablegram.connectors import forms
from cablegram.connectors.contract import Outgoing
from cablegram.connectors.providers.contract import Context
from cablegram.connectors.providers.generic import curl_in, pasted, provider
from cablegram.connectors.providers.generic import preview as previewing
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings
from cablegram.kit.clock import SystemClock
from cablegram.kit.ids import MessageId, uuid7

_CALLBACK = "https://your-address.example/callbacks/its-own-secret"
_MARK = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


def describe(
    sample: Annotated[Path, Parameter(help="A file with the provider's sample for curl; - is standard input.")],
    /,
    *,
    json: AsJson = False,
) -> None:
    """Read a provider's sample for curl into settings: they are printed, to be kept in a file and completed.

    What was guessed stands on standard error. Nothing is run, and no secret is printed: `connector add generic
    --settings FILE --secret NAME` asks for it.
    """
    draft = curl_in.read(_read(sample))
    settings = _told(draft.settings)
    names = list(draft.secrets.values)
    facts = {"settings": settings, "secrets": names, "notes": draft.notes}
    if not json:
        secrets = "".join(f" --secret {name}" for name in names)
        for note in [*draft.notes, f"Then: cablegram connector add generic --settings FILE{secrets}"]:
            print(note, file=sys.stderr)
    say(msgspec.json.format(msgspec.json.encode(settings), indent=2).decode(), facts, as_json=json)


def preview(
    settings: Annotated[Path, Parameter(help="A file with the settings as JSON; - is standard input.")],
    /,
    *,
    to: Annotated[str, Parameter(help="The number of the sample message.")] = "+34600000118",
    from_: Annotated[str, Parameter(name="--from", help="What it comes from.")] = "Acme",
    text: Annotated[str, Parameter(help="Its text.")] = "Your table is ready",
    values: Annotated[str, Parameter(help="What it brings along, as JSON: `provider_values` of the API.")] = "null",
    json: AsJson = False,
) -> None:
    """Show the request that these settings make of a message, and the same for curl. Nothing is sent."""
    described = cast("GenericSettings", forms.read_settings("generic", pasted.read(_read(settings), "settings")))
    names = set(_MARK.findall(msgspec.json.encode(described).decode())) - {"callback_url"} - set(described.values)
    secrets = GenericSecrets(values=dict.fromkeys(names, "x"))
    brought: dict[str, Any] | None = pasted.read(values, "--values")
    message = Outgoing(MessageId(uuid7()), from_, to.removeprefix("+"), text, 1, values=brought)
    (shown,) = previewing.preview(described, secrets, [message], Context(SystemClock().now(), _CALLBACK))
    needs = provider.needs(described)
    lines = [shown.lacks or f"{shown.text}\n\n{shown.curl}", *([f"\nNeeds: {', '.join(needs)}"] if needs else [])]
    facts = {"request": shown.text, "curl": shown.curl, "lacks": shown.lacks, "needs": list(needs)}
    say("\n".join(lines), facts, as_json=json)


def _read(path: Path) -> str:
    return sys.stdin.read() if str(path) == "-" else read_text(path)


def _told(settings: GenericSettings) -> dict[str, Any]:
    """Return what settings say beyond what is usual."""
    told: dict[str, Any] = msgspec.to_builtins(settings)
    usual: dict[str, Any] = msgspec.to_builtins(GenericSettings(url=""))
    return {name: value for name, value in told.items() if value != usual[name]}
