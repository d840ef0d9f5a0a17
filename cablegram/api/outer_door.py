"""What a door outside the API has around its deed: the count of calls in hand, and an answer whatever happens."""

from __future__ import annotations

from abc import ABC, abstractmethod

from litestar.types import HTTPScope, Receive, Send

from cablegram.api.errors import PROBLEM_JSON, SAFE, broken, headers_of, problem
from cablegram.api.reading import ClientGone
from cablegram.kit.errors import CablegramError
from cablegram.runtime.runtime import Runtime

_SAFE = [(name.encode(), value.encode()) for name, value in SAFE.items()]

Answer = tuple[int, str, bytes, list[tuple[bytes, bytes]]]
"""Status, media type, body, and further headers."""


class OuterDoor(ABC):
    """Answers what is asked of it, as bare ASGI. `in_hand`: calls that have no answer yet, this one among them."""

    name: str
    """In the metric `refused_calls`, and in the log where a call fails by what nobody expected."""

    def __init__(self, rt: Runtime) -> None:
        self.rt = rt
        self.in_hand = 0

    @abstractmethod
    async def take(self, scope: HTTPScope, receive: Receive) -> tuple[str, bytes]:
        """Do what a call asks for; return media type and body of its 200. Raises CablegramError, ClientGone."""

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer a call, as an ASGI application does."""
        self.in_hand += 1
        try:
            status, more = 200, list[tuple[bytes, bytes]]()
            media_type, body = await self.take(scope, receive)
        except ClientGone:
            return
        except CablegramError as error:
            status, media_type, body, more = self.refused(error)
        except Exception:
            self.rt.log.exception("a call failed", door=self.name)
            status, media_type, body, more = self.refused(broken())
        finally:
            self.in_hand -= 1
        length = (b"content-length", str(len(body)).encode())
        headers = [(b"content-type", media_type.encode()), *_SAFE, *more, length]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def refused(self, error: CablegramError) -> Answer:
        """Count a refusal, and write it as an answer."""
        self.rt.meters.count("refused_calls", self.name, error.code)
        status, body = problem(error, self.rt.settings.public)
        return status, PROBLEM_JSON, body, list(headers_of(error))
