"""`cablegram connector test` and what else is done to one connector: resume, remove, another callback address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.connector import OfAccount, facts_of
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.connectors import advice, configure, registry, trial
from cablegram.connectors.exchange_model import Exchange
from cablegram.connectors.model import Connector
from cablegram.connectors.trial import Outcome
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.runtime.runtime import Runtime

Which = Annotated[str, Parameter(help="Its name or id.")]


def try_out(
    connector: Which,
    *,
    to: Annotated[str, Parameter(help="A phone of yours, with plus and country code.")],
    text: Annotated[str, Parameter(help="What it says.")] = "This is a test of Cablegram.",
    sender: Annotated[str, Parameter(name="--from", help="What it comes from.")] = "",
    template: Annotated[str, Parameter(help="The provider's template, where it wants one.")] = "",
    value: Annotated[
        list[str] | None, Parameter(negative=(), help="NAME=VALUE, where the provider wants more of each message.")
    ] = None,
    account: OfAccount = None,
    place: Place = HERE,
    json: AsJson = False,
) -> int:
    """Send one test message over a connector, and print the request, the provider's answer, and the verdict.

    Straight to the provider: nothing is charged. Exit status 1 when it was not taken. Over SMPP the bind is told.
    """
    values = _values(template, value or ())

    async def deed(rt: Runtime) -> Outcome:
        who = await choosing.whose(rt, account)
        found = await choosing.connector(rt, connector, who)
        return await trial.run(rt, who, found.id, to=to, text=text, sender=sender, values=values)

    found = act(place, deed)
    say("\n".join(_lines(found)), _facts(found), as_json=json)
    return 0 if found.is_good else 1


def resume(connector: Which, *, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Let a connector go on that was paused because its provider refused the whole account."""

    async def deed(rt: Runtime) -> Connector:
        who = await choosing.whose(rt, account)
        found = await choosing.connector(rt, connector, who)
        return await configure.resume(rt, who, found.id)

    found = act(place, deed)
    say(f"{found.name} goes on.", facts_of(found, []), as_json=json)


def remove(connector: Which, *, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Delete a connector that is off and that nothing needs any more."""

    async def deed(rt: Runtime) -> Connector:
        who = await choosing.whose(rt, account)
        found = await choosing.connector(rt, connector, who)
        await configure.remove(rt, who, found.id)
        return found

    found = act(place, deed)
    say(f"{found.name} is deleted.", {"connector_id": found.id, "name": found.name}, as_json=json)


def callback(connector: Which, *, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Give a connector another callback address; the old one is turned away from now on."""

    async def deed(rt: Runtime) -> tuple[Connector, str]:
        who = await choosing.whose(rt, account)
        found = await choosing.connector(rt, connector, who)
        renewed = await configure.renew_callback_token(rt, who, found.id)
        return renewed, registry.callback_url(renewed, rt.seal, rt.settings.public_url)

    found, url = act(place, deed)
    text = f"Set this at the provider of {found.name}: {url or advice.NO_ADDRESS}"
    say(text, {"connector_id": found.id, "name": found.name, "callback_url": url or None}, as_json=json)


def _values(template: str, said: Iterable[str]) -> dict[str, Any] | None:
    values: dict[str, str] = {}
    for word in said:
        name, equals, value = word.partition("=")
        if not equals or not name:
            message = f"--value takes NAME=VALUE, not {word[:60]!r}."
            raise InvalidInput("bad_value", message, faults=[Fault("--value", "bad_value", message)])
        values[name] = value
    if not (template or values):
        return None
    return {"template_id": template, "variables": values, "values": values}


def _lines(found: Outcome) -> list[str]:
    lines: list[str] = []
    for one in found.exchanges:
        status = f"{one.status}" if one.status is not None else "none"
        lines += [f"> {one.method} {one.url}", *_marked("> ", one.request), ""]
        lines += [f"< {status}, after {one.took_ms} ms", *_marked("< ", one.answer), ""]
    lines += [f"link {link.number}: {link.state} {link.detail}".rstrip() for link in found.links]
    said = " ".join(part for part in (found.code, found.words) if part)
    lines.append(f"Verdict: {found.verdict}{f' ({said})' if said else ''}")
    if found.provider_id:
        lines.append(f"The provider's id: {found.provider_id}")
    if found.explanation:
        lines.append(found.explanation)
    return lines


def _marked(mark: str, text: str) -> list[str]:
    return [f"{mark}{line}".rstrip() for line in text.strip("\n").split("\n")] if text.strip() else []


def _facts(found: Outcome) -> dict[str, Any]:
    return {
        "connector_id": found.connector.id,
        "name": found.connector.name,
        "is_good": found.is_good,
        "verdict": found.verdict,
        "code": found.code,
        "words": found.words,
        "explanation": found.explanation,
        "provider_id": found.provider_id,
        "tested_at": found.connector.tested_at,
        "said": [_said(one) for one in found.exchanges],
        "links": [{"number": one.number, "state": one.state, "detail": one.detail} for one in found.links],
    }


def _said(one: Exchange) -> dict[str, Any]:
    return {
        "id": one.id, "method": one.method, "url": one.url, "request": one.request, "status": one.status,
        "answer": one.answer, "took_ms": one.took_ms, "verdict": one.verdict,
    }  # fmt: skip
