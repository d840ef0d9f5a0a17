"""Logins of programs that call for stores, and which numbers stores use."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, ONE_LINE, Id
from cablegram.api.operation import Can
from cablegram.api.store_people import stores
from cablegram.api.stores import NO_STORE
from cablegram.kit.ids import ProgramId
from cablegram.runtime.runtime import Runtime
from cablegram.stores import codes, credentials
from cablegram.stores.credentials import NewCredential
from cablegram.stores.model import Credential


class NewStoreLogin(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A login for programs that call `/smapi/rest`."""

    login: Annotated[str, Meta(max_length=100, pattern=ONE_LINE, description="3 to 100 characters without colon.")]
    store_id: Annotated[UUID, Meta(description="For one store alone.")] | None = None
    password: Annotated[str, Meta(max_length=200, pattern=NO_NULL, description="10 to 200 characters.")] | None = None


class StoreLoginView(msgspec.Struct, kw_only=True):
    """A login for programs."""

    id: Id
    login: Annotated[str, Meta(description="What it calls itself.")]
    store_id: Annotated[UUID | None, Meta(description="Null: for all stores of the account, and to open new ones.")]


class MadeStoreLogin(StoreLoginView, kw_only=True):
    """A login as it was just made."""

    password: Annotated[str, Meta(description="It is shown this once.")]


class StoreLoginList(msgspec.Struct):
    """Logins, the oldest first."""

    items: list[StoreLoginView]


class StoreCodeUse(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What one of the account's numbers is to its stores."""

    address: Annotated[str, Meta(max_length=20, pattern=ONE_LINE, examples=["444999"], description="The sender.")]
    use: Annotated[codes.Use, Meta(description="`none`: stores use it only where it is the default and has no others.")]


class StoreCodeView(msgspec.Struct, kw_only=True):
    """A number, and what it is to stores."""

    address: Annotated[str, Meta(description="The sender.")]
    use: codes.Use


@stores.call("GET", "/v1/store_logins", "listStoreLogins", scope=Scope.READ)
async def logins(rt: Runtime, who: Principal) -> StoreLoginList:
    """List the logins of programs that call `/smapi/rest`."""
    return StoreLoginList([_login(one) for one in await credentials.page(rt, who)])


@stores.call(
    "POST",
    "/v1/store_logins",
    "addStoreLogin",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(
        NO_STORE,
        Can(403, "bad_login", "the login is too short or has other characters"),
        Can(403, "bad_password", "the password is shorter than 10 characters"),
        Can(409, "login_taken", "somebody has the login"),
    ),
)
async def add_login(rt: Runtime, who: Principal, body: NewStoreLogin) -> MadeStoreLogin:
    """Make a login for programs that were written for stores.

    They log in with user, password and the keyword of a store. One without a store is for all of them, and opens new
    ones.
    """
    new = NewCredential(body.login, body.password, ProgramId(body.store_id) if body.store_id else None)
    made, password = await credentials.add(rt, who, new)
    return MadeStoreLogin(id=made.id, login=made.login, store_id=made.store_id, password=password)


@stores.call(
    "DELETE",
    "/v1/store_logins/{login_id}",
    "removeStoreLogin",
    scope=Scope.ACCOUNT,
    status=204,
    errors=(Can(404, "store_login_not_found", "the account has no such login"),),
)
async def remove_login(rt: Runtime, who: Principal, login_id: Id) -> None:
    """Take a login away."""
    await credentials.remove(rt, who, login_id)


@stores.call(
    "PUT",
    "/v1/store_codes",
    "setStoreCode",
    scope=Scope.OPERATOR,
    errors=(Can(404, "sender_not_found", "the account has no such number that hears"),),
)
async def put_code(rt: Runtime, who: Principal, body: StoreCodeUse) -> StoreCodeView:
    """Say what one of the account's numbers is to its stores.

    Keywords are texted to the marketing code; each customer talks with one of the communication codes. Without any the
    default number is all of them.
    """
    return StoreCodeView(address=await codes.use(rt, who, body.address, body.use), use=body.use)


def _login(one: Credential) -> StoreLoginView:
    return StoreLoginView(id=one.id, login=one.login, store_id=one.store_id)
