"""What is the same for everybody: the version, and whether the house is up."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.operation import Can, Resource
from cablegram.kit.errors import Unavailable
from cablegram.overview import readiness
from cablegram.runtime.runtime import Runtime

reference = Resource("System", "The version, and whether the system is up.")

VERSION = version("cablegram")
_PATIENCE = 3.0


class VersionView(msgspec.Struct):
    """Which version answers."""

    version: Annotated[str, Meta(description="As in the changelog.", examples=["0.1.0"])]


class Health(msgspec.Struct):
    """The system is up: this process answers, and so does its database."""

    status: Annotated[Literal["ok"], Meta(description="Always this; where it is not, the answer is 503.")]


class Alive(msgspec.Struct):
    """The process that was asked lives."""

    status: Annotated[Literal["ok"], Meta(description="Always this.")]


class Ready(msgspec.Struct):
    """The process that was asked can do its work."""

    status: Annotated[Literal["ready"], Meta(description="Always this; where it is not, the answer is 503.")]
    sending: Annotated[
        Literal["on", "stopped"],
        Meta(description="`stopped` while the operator has stopped all sending: what is accepted waits."),
    ]


@reference.call("GET", "/v1/version", "getVersion", scope=Scope.READ)
async def show(rt: Runtime, who: Principal) -> VersionView:  # noqa: ARG001 - as every call
    """Get the version."""
    return VersionView(VERSION)


@reference.call("GET", "/health", "getHealth", scope=None)
async def health(rt: Runtime, who: None) -> Health:  # noqa: ARG001 - as every call
    """Tell whether the system is up.

    This process and its database: for load balancers and watchdogs; it needs no key and says nothing else.
    """
    await rt.db.feel(within=_PATIENCE)
    return Health("ok")


@reference.call("GET", "/healthz", "getLiveness", scope=None)
async def alive(rt: Runtime, who: None) -> Alive:  # noqa: ARG001 - as every call
    """Tell whether this process lives.

    It answers as long as it can answer at all, whatever its database does: for whoever ends processes that hang.
    """
    return Alive("ok")


@reference.call(
    "GET",
    "/readyz",
    "getReadiness",
    scope=None,
    errors=(Can(503, "not_ready", "the database can't be reached, or has another schema than this program needs"),),
)
async def ready(rt: Runtime, who: None) -> Ready:  # noqa: ARG001 - as every call
    """Tell whether this process is ready for requests.

    Its database answers and has the schema it needs; where not, `errors` says what stands in the way. For load
    balancers; it needs no key.
    """
    if faults := await readiness.check(rt):
        message = " ".join(fault.message for fault in faults)
        raise Unavailable("not_ready", message, retry_after=5, faults=faults)
    return Ready("ready", "stopped" if await readiness.is_sending_stopped(rt) else "on")
