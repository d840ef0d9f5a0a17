"""`cablegram listen`: hear of events while you write the program that will, and hand them on to it, signed.

It needs an API key and nothing else: the installation may be anywhere, and no address has to lead to this machine. It
remembers the number of the last event that it dealt with, so nothing is lost while the connection is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import Annotated, Any

import aiohttp
from cyclopts import Parameter

from cablegram.cli.output import say
from cablegram.kit.clock import SystemClock
from cablegram.kit.errors import CablegramError, InvalidInput, Unavailable
from cablegram.webhooks import sign

_WAIT = 5  # seconds that a call waits for an event
_AGAIN = 2.0  # seconds until the next try where nobody answers, or asks for patience
_LONGEST_WAIT = 60  # seconds, whatever `Retry-After` says
_FORWARD = aiohttp.ClientTimeout(total=15)


def listen(
    *,
    url: Annotated[str, Parameter(help="Where the installation is.")] = "http://127.0.0.1:8080",
    key: Annotated[str | None, Parameter(help="An API key with the scope webhooks; else CABLEGRAM_API_KEY.")] = None,
    forward: Annotated[str | None, Parameter(help="Hand each event on to this address, signed.")] = None,
    kinds: Annotated[
        list[str] | None, Parameter(name="--kind", negative=(), help="What to hear of; repeat it. Else everything.")
    ] = None,
    count: Annotated[int, Parameter(help="End after so many events; 0: never.")] = 0,
) -> None:
    """Print events as they happen, and hand them on to a program on this machine."""
    secret_key = key or os.environ.get("CABLEGRAM_API_KEY")
    if not secret_key:
        raise InvalidInput("key_needed", "Give an API key with --key, or in CABLEGRAM_API_KEY.")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(hear(url.rstrip("/"), secret_key, forward, kinds or ["*"], count=count))


async def hear(url: str, key: str, forward: str | None, kinds: list[str], *, count: int) -> None:
    """Listen until so many events came (0: for ever), and end the stream."""
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers) as api, aiohttp.ClientSession() as program:
        stream = await _call(api, "POST", f"{url}/v1/events/streams", json={"kinds": kinds})
        say(f"Listening. The secret that signs: {stream['secret']}", stream, as_json=False)
        try:
            await _go_on(api, program, f"{url}/v1/events/stream", stream, forward, count=count)
        finally:
            with contextlib.suppress(Unavailable):  # it goes by itself within a day
                await _call(api, "DELETE", f"{url}/v1/events/streams/{stream['id']}")


async def _go_on(
    api: aiohttp.ClientSession,
    program: aiohttp.ClientSession,
    place: str,
    stream: dict[str, Any],
    forward: str | None,
    *,
    count: int,
) -> None:
    after = seen = 0
    while not count or seen < count:
        asked = {"stream_id": stream["id"], "after": str(after), "wait": str(_WAIT)}
        try:
            page = await _call(api, "GET", place, params=asked)
        except Unavailable as error:
            say(error.message, {}, as_json=False)
            await asyncio.sleep(max(_AGAIN, min(error.retry_after, _LONGEST_WAIT)))
            continue
        for one in page["items"]:
            told = await _hand_on(program, forward, stream["secret"], one) if forward else one["body"]
            say(f"{one['sequence']:>6}  {one['kind']:<24}  {told}", one, as_json=False)
            after = one["sequence"]
            seen += 1
            if seen == count:
                return


async def _hand_on(program: aiohttp.ClientSession, forward: str, secret: str, one: dict[str, Any]) -> str:
    """Hand an event on once; return what came of it."""
    body: str = one["body"]
    signed = sign.headers([secret], one["id"], SystemClock().now(), body)
    headers = {"Content-Type": "application/json", **dict(signed)}
    try:
        async with program.post(
            forward, data=body.encode(), headers=headers, allow_redirects=False, timeout=_FORWARD
        ) as answer:
            return f"-> {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"-> {error or type(error).__name__}"


async def _call(api: aiohttp.ClientSession, method: str, url: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - aiohttp's
    """Make a call of the API. Raises CablegramError as it answers, Unavailable where nobody does or for now."""
    try:
        async with api.request(method, url, **given) as answer:
            if answer.status == 204:
                return {}
            said: dict[str, Any] = await answer.json(content_type=None)
    except (aiohttp.ClientError, ValueError, TimeoutError) as error:
        raise Unavailable("not_reached", f"{url.split('/v1/', maxsplit=1)[0]} does not answer: {error}.") from error
    if answer.status == 429 or answer.status >= 500:
        wait = answer.headers.get("Retry-After", "")
        seconds = int(wait) if wait.isascii() and wait.isdigit() else 0
        raise Unavailable(str(said.get("code")), str(said.get("detail")), retry_after=seconds)
    if answer.status >= 400:
        raise CablegramError(str(said.get("code")), str(said.get("detail")))
    return said
