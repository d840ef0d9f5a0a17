"""Cards that pay for credits: tokens of the payment processor's, never a number (R23)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import ONE_LINE, Id, Moment
from cablegram.api.operation import Can, Resource
from cablegram.kit.ids import CardId
from cablegram.payments import cards as room
from cablegram.payments.model import Address, Card
from cablegram.runtime.runtime import Runtime

cards = Resource(
    "Cards",
    "Cards that pay for credits. A card's number is typed at the payment processor alone: here are tokens, and what "
    "may be known of a card.",
)

NO_CARD = Can(404, "card_not_found", "the account has no such card")
NO_CARDS = Can(403, "cards_not_taken", "this installation takes no cards; the operator enters payments")
SILENT = Can(503, "processor_silent", "the payment processor gives no answer")
REFUSED = Can(403, "card_refused", "the payment processor refused the card")


class NewCard(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A card by its token, and whose it is."""

    token: Annotated[
        str,
        Meta(
            min_length=4,
            max_length=255,
            pattern=r"^pm_[A-Za-z0-9_]+\Z",
            description="What the processor gave for the card's number: of Stripe, a PaymentMethod (`pm_...`).",
            examples=["pm_1Q2w3E4r5T6y7U8i"],
            extra={"form": "a token of the payment processor, such as pm_1Q2w3E4r5T6y7U8i"},
        ),
    ]
    name: Annotated[str, Meta(max_length=100, pattern=ONE_LINE, description="The name on it.")] = ""
    address: Annotated[str, Meta(max_length=200, pattern=ONE_LINE, description="Street and house.")] = ""
    city: Annotated[str, Meta(max_length=100, pattern=ONE_LINE, description="City.")] = ""
    state: Annotated[str, Meta(max_length=100, pattern=ONE_LINE, description="State or region.")] = ""
    zip: Annotated[str, Meta(max_length=20, pattern=ONE_LINE, description="Postal code.")] = ""
    country: Annotated[
        str, Meta(max_length=2, pattern=r"^(?:[A-Z]{2})?\Z", description="Two letters of ISO 3166.", examples=["ES"])
    ] = ""
    is_default: Annotated[bool, Meta(description="Whether it is the one that pays first.")] = False


class CardView(msgspec.Struct, kw_only=True):
    """A card of the account."""

    id: Id
    brand: Annotated[str, Meta(description="Whose card it is.", examples=["visa"])]
    last4: Annotated[str, Meta(description="The last four digits of its number.", examples=["4242"])]
    expires: Annotated[str, Meta(description="The last month in which it pays: YYYY-MM.", examples=["2030-12"])]
    name: Annotated[str, Meta(description="The name on it.")]
    address: Annotated[str, Meta(description="Street and house.")]
    city: Annotated[str, Meta(description="City.")]
    state: Annotated[str, Meta(description="State or region.")]
    zip: Annotated[str, Meta(description="Postal code.")]
    country: Annotated[str, Meta(description="Two letters of ISO 3166; empty: unknown.")]
    is_default: Annotated[bool, Meta(description="Whether it pays first; there is one at most.")]
    created_at: Moment


class Cards(msgspec.Struct):
    """All cards, the default one first."""

    items: list[CardView]


class CardPage(msgspec.Struct):
    """Where a card is typed."""

    url: Annotated[str, Meta(description="The processor's own page; send a person there. It works for a day.")]


@cards.call("GET", "/v1/cards", "listCards", scope=Scope.BILLING)
async def listed(rt: Runtime, who: Principal) -> Cards:
    """List cards.

    The default one first, then the newest.
    """
    return Cards([_view(one) for one in await room.listed(rt, who)])


@cards.call(
    "POST",
    "/v1/cards",
    "addCard",
    scope=Scope.BILLING,
    status=201,
    errors=(
        NO_CARDS,
        REFUSED,
        Can(409, "too_many_cards", f"the account has {room.MOST_CARDS} cards"),
        Can(409, "card_was_removed", "the token is of a card that was taken away here"),
        SILENT,
    ),
)
async def add(rt: Runtime, who: Principal, body: NewCard) -> CardView:
    """Add a card by its token.

    The first one is the default. The same token again is the same card.
    """
    holder = Address(body.name, body.address, body.city, body.state, body.zip, body.country)
    return _view(await room.add(rt, who, body.token, holder, is_default=body.is_default))


@cards.call(
    "POST",
    "/v1/card_pages",
    "makeCardPage",
    scope=Scope.BILLING,
    status=201,
    errors=(NO_CARDS, REFUSED, SILENT),
)
async def make_page(rt: Runtime, who: Principal) -> CardPage:
    """Make a page on which a person types a card.

    It is the processor's own, and asks the card's bank at once; afterwards the card is among the account's.
    """
    return CardPage(await room.page_to_add(rt, who))


@cards.call("GET", "/v1/cards/{card_id}", "getCard", scope=Scope.BILLING, errors=(NO_CARD,))
async def show(rt: Runtime, who: Principal, card_id: Id) -> CardView:
    """Get a card."""
    return _view(await room.show(rt, who, card_id))


@cards.call("POST", "/v1/cards/{card_id}/default", "makeCardDefault", scope=Scope.BILLING, errors=(NO_CARD,))
async def make_default(rt: Runtime, who: Principal, card_id: Id) -> CardView:
    """Make a card the one that pays first."""
    return _view(await room.make_default(rt, who, CardId(card_id)))


@cards.call(
    "DELETE",
    "/v1/cards/{card_id}",
    "removeCard",
    scope=Scope.BILLING,
    status=204,
    errors=(NO_CARD, NO_CARDS, REFUSED, SILENT),
)
async def remove(rt: Runtime, who: Principal, card_id: Id) -> None:
    """Take a card away.

    Here and at the processor. Where it was the default, the newest of the others is.
    """
    await room.remove(rt, who, card_id)


def _view(one: Card) -> CardView:
    holder = one.holder
    return CardView(
        id=one.id,
        brand=one.brand,
        last4=one.last4,
        expires=one.expires_month,
        name=holder.name,
        address=holder.address,
        city=holder.city,
        state=holder.state,
        zip=holder.zip,
        country=holder.country,
        is_default=one.is_default,
        created_at=one.created_at,
    )
