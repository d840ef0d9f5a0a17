"""What is the same for everybody: the version, and whether the house is up."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.operation import Resource
from cablegram.kit.errors import Unavailable
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


@reference.call("GET", "/v1/version", "getVersion", scope=Scope.READ)
async def show(rt: Runtime, who: Principal) -> VersionView:  # noqa: ARG001 - as every call
    """Get the version."""
    return VersionView(VERSION)


@reference.call("GET", "/health", "getHealth", scope=None)
async def health(rt: Runtime, who: None) -> Health:  # noqa: ARG001 - as every call
    """Tell whether the system is up.

    This process and its database: for load balancers and watchdogs; it needs no key and says nothing else.
    """
    try:
        # To lend a connection is to try it out.
        async with asyncio.timeout(_PATIENCE), rt.db.connection():
            return Health("ok")
    except TimeoutError as error:
        message = f"The database does not answer within {_PATIENCE:.0f} seconds."
        raise Unavailable("database_unreachable", message, retry_after=5) from error
