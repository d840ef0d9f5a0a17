"""Which account, campaign, list, template or connector a command means: each may be given by name or by id."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, operator
from cablegram.accounts.model import Account
from cablegram.campaigns import find
from cablegram.campaigns.model import Campaign
from cablegram.connectors import configure
from cablegram.connectors.model import Connector
from cablegram.contacts import lists
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.runtime.runtime import Runtime

ME = "command line"
"""How the command line signs what it does: whoever can run it owns the installation."""

_AT_ONCE = 100


class _Known(Protocol):
    @property
    def id(self) -> UUID: ...


T = TypeVar("T", bound=_Known)
Named = TypeVar("Named", Account, Campaign, ContactList, SavedTemplate, Connector)


async def account(rt: Runtime, which: str | None) -> Account:
    """Return the account of a name or id; None means the only one.

    Raises NotFound (`account_not_found`), InvalidInput (`account_needed`) when there is not exactly one to mean.
    """
    if which is None:
        return await _only_account(rt)
    if account_id := _id(which):
        try:
            return await directory.show(rt, operator(ME, AccountId(account_id)))
        except NotFound:
            pass  # a name may look like an id
    return await directory.named(rt, which)


async def acting(rt: Runtime, which: str | None) -> tuple[Account, Principal]:
    """Return an account as `account` does, and the operator who acts for it."""
    found = await account(rt, which)
    return found, operator(ME, found.id)


async def campaign(rt: Runtime, who: Principal, which: str) -> Campaign:
    """Return a campaign. Raises NotFound (`campaign_not_found`)."""
    if campaign_id := _id(which):
        try:
            return await find.get(rt, who, CampaignId(campaign_id))
        except NotFound:
            pass  # as above
    return await find.named(rt, who, which)


async def contact_list(rt: Runtime, who: Principal, which: str) -> ContactList | None:
    """Return a contact list, or None."""
    return await _named(rt, who, which, lists.page)


async def template(rt: Runtime, who: Principal, which: str) -> SavedTemplate:
    """Return a saved template. Raises NotFound (`template_not_found`)."""
    found = await _named(rt, who, which, shelf.page)
    if found is None:
        raise NotFound("template_not_found", f"The account has no template {which}.")
    return found


async def whose(rt: Runtime, account: str | None) -> Principal:
    """Return the operator, acting for an account where one is named."""
    return operator(ME) if account is None else (await acting(rt, account))[1]


async def connector(rt: Runtime, which: str, who: Principal | None = None) -> Connector:
    """Return a connector of the operator's, or one that an account may use. Raises NotFound (`connector_not_found`)."""
    found = await _named(rt, who or operator(ME), which, configure.page)
    if found is None:
        message = f"There is no connector {which}. See all of them with: cablegram connector list"
        raise NotFound("connector_not_found", message)
    return found


async def everything(rt: Runtime, who: Principal, page: Callable[..., Awaitable[list[T]]]) -> AsyncIterator[T]:
    """Go through all pages of a list, newest first."""
    last: UUID | None = None
    while True:
        some = await page(rt, who, after=last, limit=_AT_ONCE)
        for one in some:
            yield one
        if len(some) < _AT_ONCE:
            return
        last = some[-1].id


async def _named(rt: Runtime, who: Principal, which: str, page: Callable[..., Awaitable[list[Named]]]) -> Named | None:
    wanted, name = _id(which), which.strip().lower()
    async for one in everything(rt, who, page):
        if one.id == wanted or one.name.lower() == name:
            return one
    return None


async def _only_account(rt: Runtime) -> Account:
    found = await directory.page(rt, operator(ME), limit=2)
    if len(found) == 1:
        return found[0]
    if found:
        message = "There are several accounts: say which one with --account. See them with: cablegram account list"
    else:
        message = "There is no account yet. Open one with: cablegram account create NAME"
    raise InvalidInput("account_needed", message)


def _id(which: str) -> UUID | None:
    try:
        return UUID(which)
    except ValueError:
        return None
