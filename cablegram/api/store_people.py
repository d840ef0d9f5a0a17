"""Customers of stores: sign them up, take them out, write to one; and what was posted to a store's callback."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.blacklist import NumberInPath
from cablegram.api.fields import NO_NULL, ONE_LINE, Id, MediaUrl, Moment, Next, Paging, Recipient
from cablegram.api.messages import PICTURES
from cablegram.api.operation import Can
from cablegram.api.paging import cut
from cablegram.api.stores import NO_STORE, stores
from cablegram.billing.prices import Prices
from cablegram.messages.media import Media
from cablegram.programs.model import Standing
from cablegram.runtime.runtime import Runtime
from cablegram.stores import customers, posts, sending
from cablegram.stores.customers import SignUp
from cablegram.stores.model import Customer, PostLine, Status
from cablegram.stores.sending import Letter

_Given = Annotated[str, Meta(max_length=100, pattern=ONE_LINE)]
Source = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=ONE_LINE,
        description="Where the permission comes from; it stands in the ledger of consent.",
        examples=["paper form at the counter"],
    ),
]


class NewStoreCustomer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody to sign up."""

    number: Recipient
    source: Source
    first_name: Annotated[_Given, Meta(description="Their first name.")] = ""
    last_name: Annotated[_Given, Meta(description="Their last name.")] = ""


class StoreCustomerView(msgspec.Struct, kw_only=True):
    """Somebody who stands somewhere with a store."""

    id: Annotated[UUID, Meta(description="The contact's id.")]
    number: Annotated[str, Meta(description="In E.164.", examples=["+12125550118"])]
    name: Annotated[str, Meta(description="Their name, where it is known.")]
    status: Annotated[int, Meta(description="1 new guest, 3 opted in, 4 pending, 5 opted out.", examples=[3])]
    standing: Annotated[Standing, Meta(description="The same, as programs have it here.")]
    since: Moment
    code: Annotated[str | None, Meta(description="The number that they talk with.")]


class StoreCustomerPage(msgspec.Struct):
    """Customers, in the order of their contacts."""

    items: list[StoreCustomerView]
    next: Next


class StoreCustomerFilter(Paging):
    """Which customers are wanted."""

    status: Annotated[int, Meta(ge=1, le=5, description="1, 3, 4 or 5.")] | UnsetType = UNSET


class NewStoreMessage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A text to one customer."""

    to: Recipient
    text: Annotated[str, Meta(max_length=1_600, pattern=NO_NULL, description="5 to 1,600 characters.")]
    media_url: MediaUrl | None = None
    opt_in: Annotated[
        bool,
        Meta(description="Sign the person up first if need be; where the store asks, the text waits 72 h for the YES."),
    ] = False
    source: Source = ""


class SentStoreMessage(msgspec.Struct, kw_only=True):
    """What became of a text."""

    id: Annotated[UUID, Meta(description="The message's id; of a text that waits for a YES, its own.")]
    goes_at: Moment
    is_kept: Annotated[bool, Meta(description="It waits for the customer's YES.")]
    customer: StoreCustomerView


class StorePostView(msgspec.Struct, kw_only=True):
    """A text of a customer on its way to the callback."""

    id: Id
    number: Annotated[str, Meta(description="Who wrote, in E.164.")]
    url: Annotated[str, Meta(description="Where it is posted to.")]
    tries: Annotated[int, Meta(description="How often that was tried.")]
    verdict: Annotated[str, Meta(description="What the last try came to: a status, or what went wrong.")]
    next_at: Moment
    done_at: Moment | None


class StorePostPage(msgspec.Struct):
    """Posts, newest first."""

    items: list[StorePostView]
    next: Next


_NUMBER = Can(403, "number_invalid", "no such number can exist")
_CLOSED = Can(409, "store_not_open", "it waits for approval, or was refused")
_CREDIT = Can(402, "insufficient_credit", "the account has too little credit")
_CODE = Can(403, "store_code_needed", "the account has no number that stores could use")
_SAID_NO = Can(403, "opted_out", "the person left by text, and only they can come back")
_ONE = "/v1/stores/{store_id}"


@stores.call("GET", f"{_ONE}/customers", "listStoreCustomers", scope=Scope.READ, errors=(NO_STORE,))
async def page(rt: Runtime, who: Principal, store_id: Id, query: StoreCustomerFilter) -> StoreCustomerPage:
    """List the customers of a store.

    All, or those of one status.
    """
    known = {status.value: status for status in Status}
    if query.status is not UNSET and query.status not in known:
        return StoreCustomerPage([], None)
    found = await customers.page(
        rt,
        who,
        store_id,
        status=None if query.status is UNSET else known[query.status],
        after=query.after or None,
        limit=query.limit + 1,
    )
    items, following = cut([_view(one) for one in found], f"/v1/stores/{store_id}/customers", query)
    return StoreCustomerPage(list(items), following)


@stores.call(
    "POST",
    f"{_ONE}/customers",
    "signUpStoreCustomer",
    scope=Scope.CONTACTS,
    errors=(
        NO_STORE,
        _NUMBER,
        _CLOSED,
        _CREDIT,
        _CODE,
        _SAID_NO,
        Can(403, "blacklisted", "the number gets nothing more"),
    ),
)
async def sign_up(
    rt: Runtime, who: Principal, store_id: Id, body: NewStoreCustomer, prices: Prices
) -> StoreCustomerView:
    """Sign somebody up.

    In at once, or asked, as the store has it. Who is in stays in and is told nothing.
    """
    wanted = SignUp(body.number, body.first_name, body.last_name, source=body.source)
    return _view(await customers.opt_in(rt, who, store_id, wanted, prices=prices))


_NO_CUSTOMER = Can(404, "customer_not_found", "the store knows nobody with that number")


@stores.call(
    "GET",
    f"{_ONE}/customers/{{number}}",
    "getStoreCustomer",
    scope=Scope.READ,
    errors=(NO_STORE, _NUMBER, _NO_CUSTOMER),
)
async def get(rt: Runtime, who: Principal, store_id: Id, number: NumberInPath) -> StoreCustomerView:
    """Get one customer."""
    return _view(await customers.get(rt, who, store_id, number))


@stores.call(
    "DELETE",
    f"{_ONE}/customers/{{number}}",
    "takeOutStoreCustomer",
    scope=Scope.CONTACTS,
    errors=(NO_STORE, _NUMBER, _NO_CUSTOMER),
)
async def take_out(
    rt: Runtime, who: Principal, store_id: Id, number: NumberInPath, prices: Prices
) -> StoreCustomerView:
    """Take a customer out.

    What waits for them is withdrawn, and one text tells them so.
    """
    return _view(await customers.opt_out(rt, who, store_id, number, prices=prices))


@stores.call(
    "POST",
    f"{_ONE}/messages",
    "sendStoreMessage",
    scope=Scope.SEND,
    status=202,
    errors=(
        NO_STORE,
        _NUMBER,
        _CLOSED,
        _CREDIT,
        _CODE,
        _SAID_NO,
        Can(403, "text_too_short", "the text has less than 5 characters"),
        Can(403, "not_a_subscriber", "the person has not opted in"),
        Can(403, "duplicate_text", "exactly this went to the person in the last 12 hours"),
        *PICTURES,
    ),
)
async def send(rt: Runtime, who: Principal, store_id: Id, body: NewStoreMessage, prices: Prices) -> SentStoreMessage:
    """Send a text to one customer.

    One a second for each store, unless the operator set another pace: others wait for their turn. It is paid for by
    started 160 characters.
    """
    letter = Letter(body.text, body.media_url)
    media = Media(rt)
    if body.opt_in:
        wanted = SignUp(body.to, source=body.source)
        sent = await sending.opt_in_and_send(rt, who, store_id, wanted, letter, media=media, prices=prices)
    else:
        sent = await sending.send(rt, who, store_id, body.to, letter, media=media, prices=prices)
    return SentStoreMessage(id=sent.id, goes_at=sent.at, is_kept=sent.is_kept, customer=_view(sent.customer))


@stores.call("GET", f"{_ONE}/posts", "listStorePosts", scope=Scope.READ, errors=(NO_STORE,))
async def list_posts(rt: Runtime, who: Principal, store_id: Id, query: Paging) -> StorePostPage:
    """List what was posted to the callback of a store.

    Newest first. A post is tried for a day, and kept for a week.
    """
    found = await posts.page(rt, who, store_id, after=query.after or None, limit=query.limit + 1)
    items, following = cut([_post(one) for one in found], f"/v1/stores/{store_id}/posts", query)
    return StorePostPage(list(items), following)


def _view(one: Customer) -> StoreCustomerView:
    return StoreCustomerView(
        id=one.contact_id,
        number=f"+{one.number}",
        name=one.name,
        status=one.status.value,
        standing=one.standing,
        since=one.since,
        code=one.code,
    )


def _post(one: PostLine) -> StorePostView:
    return StorePostView(
        id=one.id,
        number=f"+{one.number}",
        url=one.url,
        tries=one.tries,
        verdict=one.verdict,
        next_at=one.next_at,
        done_at=one.done_at,
    )
