"""`cablegram connector exchanges` and `cablegram replay-callback`: what was said between us and providers."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.connector import OfAccount
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.connectors import exchanges
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.inbound import replaying
from cablegram.inbound.replaying import Replayed
from cablegram.runtime.runtime import Runtime


def list_exchanges(
    connector: Annotated[str, Parameter(help="Its name or id.")],
    *,
    message: Annotated[UUID | None, Parameter(help="Only what was said about this message.")] = None,
    kind: Annotated[Kind | None, Parameter(help="Only of this kind.")] = None,
    limit: Annotated[int, Parameter(help="How many at most, newest first.")] = 20,
    whole: Annotated[bool, Parameter(negative=(), help="Print requests and answers as they were.")] = False,
    account: OfAccount = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show what was said between us and a connector's provider, secrets taken out."""

    async def deed(rt: Runtime) -> list[Exchange]:
        who = await choosing.whose(rt, account)
        found = await choosing.connector(rt, connector, who)
        return await exchanges.page(rt, who, found.id, message_id=message, kind=kind, limit=limit)

    found = act(place, deed)
    shown = "\n\n".join(map(_whole, found)) if whole else _table(found)
    say(shown if found else "Nothing was said, or it is kept no longer.", [_facts(one) for one in found], as_json=json)


def replay(
    exchange: Annotated[UUID, Parameter(help="The id of the exchange: `cablegram connector exchanges` shows it.")],
    *,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Play a provider's call again that was kept, by the settings and secrets of today.

    What was taken in once is not taken in again: it is safe to try.
    """

    async def deed(rt: Runtime) -> Replayed:
        return await replaying.replay(rt, await choosing.whose(rt, None), exchange)

    found = act(place, deed)
    about = f"\nAbout: {', '.join(map(str, found.message_ids))}." if found.message_ids else ""
    facts = {
        "id": str(found.exchange_id),
        "before": found.before,
        "verdict": found.verdict,
        "message_ids": [str(one) for one in found.message_ids],
    }
    say(f"When it came: {found.before}. Now: {found.verdict}.{about}", facts, as_json=json)


def _table(found: list[Exchange]) -> str:
    rows = [
        [
            str(one.id),
            moment(one.at),
            one.kind.value,
            "" if one.status is None else str(one.status),
            f"{one.took_ms:,}",
            one.verdict,
        ]
        for one in found
    ]
    return table(["exchange", "at (UTC)", "for", "status", "ms", "verdict"], rows, numbers=("status", "ms"))


def _whole(one: Exchange) -> str:
    status = "no answer" if one.status is None else str(one.status)
    return (
        f"{one.id}  {moment(one.at)}  {one.kind.value}: {one.verdict}\n"
        f"> {one.method} {one.url}\n{_quoted('> ', one.request)}\n< {status}\n{_quoted('< ', one.answer)}"
    )


def _quoted(mark: str, text: str) -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.splitlines())


def _facts(one: Exchange) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "kind": one.kind.value,
        "at": one.at.isoformat(),
        "took_ms": one.took_ms,
        "message_ids": [str(each) for each in one.message_ids],
        "method": one.method,
        "url": one.url,
        "request": one.request,
        "status": one.status,
        "answer": one.answer,
        "verdict": one.verdict,
    }
