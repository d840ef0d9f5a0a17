"""Stripe as the processor, by its own library: cards as tokens, PaymentIntents, refunds, disputes, signed calls.

Nothing is sent a second time by itself. What Stripe makes once is asked under a key of ours (`Idempotency-Key`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import aiohttp
import stripe

from cablegram.kit.currency import minor_to_micro
from cablegram.kit.ids import AccountId, RechargeId, ReturnId
from cablegram.payments.model import Address, last_day
from cablegram.payments.port import (
    Called,
    CardFacts,
    Cost,
    Disputed,
    Outcome,
    ProcessorRefused,
    ProcessorSilent,
    Refunded,
    Verdict,
)
from cablegram.runtime.settings import Settings

_SECONDS = 30.0
_TOLERANCE = 300  # seconds that a call may have been on its way, as Stripe proposes
_CONFIRM = "authentication_required"
# Of a dispute: the money is still here. What has not become a dispute yet begins with "warning_".
_NOT_TAKEN = frozenset({"won", "prevented"})
# Stripe counts these in hundredths that they no longer have: 5 ISK are 500 to it (its "special cases").
_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
# What Stripe keeps stands on the movement of its own books behind a payment; it may write that a moment later.
_WITH_COSTS = ("latest_charge.balance_transaction",)
_VERDICTS = {
    "succeeded": Verdict.PAID,
    "processing": Verdict.WAITING,
    "requires_capture": Verdict.WAITING,
    "requires_action": Verdict.NEEDS_ACTION,
    "requires_confirmation": Verdict.UNASKED,
    "requires_payment_method": Verdict.FAILED,
    "canceled": Verdict.FAILED,
}

Thing = dict[str, Any]  # what Stripe says, as it says it


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[StripeProcessor]:
    """Lend Stripe for some calls."""
    http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=_SECONDS))
    address: Any = {"api": settings.stripe_address} if settings.stripe_address else None
    client = stripe.StripeClient(
        settings.stripe_key or "", base_addresses=address, http_client=http, max_network_retries=0
    )
    try:
        yield StripeProcessor(client, settings.stripe_webhook_secret)
    finally:
        await http.close_async()


class StripeProcessor:
    """A `Processor`."""

    def __init__(self, client: stripe.StripeClient, webhook_secret: str | None) -> None:
        self._client = client
        self._v1 = client.v1
        self._secret = webhook_secret

    async def customer(self, account_id: AccountId, name: str) -> str:
        """Return who an account is at Stripe."""
        with _speaking():
            made = await self._v1.customers.create_async(
                {"name": name, "metadata": {"account": str(account_id)}},
                {"idempotency_key": f"customer-{account_id}"},
            )
        return made.id

    async def attach(self, customer: str, token: str, holder: Address) -> CardFacts:
        """Keep a card for a customer; one that is another customer's is refused (`card_of_another`)."""
        with _speaking():
            found = _thing(await self._v1.payment_methods.retrieve_async(token))
            owner = _id(found.get("customer"))
            if owner not in {"", customer}:
                raise ProcessorRefused("card_of_another", "This card was given to somebody else before.")
            if not owner:
                found = _thing(await self._v1.payment_methods.attach_async(found["id"], {"customer": customer}))
            if given := _billing(holder):
                found = _thing(
                    await self._v1.payment_methods.update_async(found["id"], {"billing_details": cast("Any", given)})
                )
        return _card(found)

    async def detach(self, method: str) -> None:
        """Forget a card; one that is not there is forgotten."""
        try:
            with _speaking():
                await self._v1.payment_methods.detach_async(method)
        except ProcessorRefused as error:
            if error.code not in {"resource_missing", "payment_method_unexpected_state"}:
                raise

    async def card(self, method: str) -> CardFacts:
        """Return what is known of a card."""
        with _speaking():
            return _card(_thing(await self._v1.payment_methods.retrieve_async(method)))

    async def card_page(self, customer: str, *, done: str, back: str) -> str:
        """Return the address of a page of Stripe's (Checkout) on which a card is typed and its bank asked."""
        with _speaking():
            made = await self._v1.checkout.sessions.create_async(
                {
                    "mode": "setup",
                    "customer": customer,
                    "allowed_payment_method_types": ["card"],
                    "success_url": f"{done}?page={{CHECKOUT_SESSION_ID}}",
                    "cancel_url": back,
                }
            )
        return made.url or ""

    async def card_of_page(self, customer: str, page_id: str) -> str:
        """Return the token of the card that was typed; of another's page, or where none was, `card_not_typed`."""
        with _speaking():
            found = _thing(await self._v1.checkout.sessions.retrieve_async(page_id, {"expand": ["setup_intent"]}))
        intent = _part(found, "setup_intent")
        method = _id(intent.get("payment_method"))
        if _id(found.get("customer")) != customer or intent.get("status") != "succeeded" or not method:
            raise ProcessorRefused("card_not_typed", "No card was given on that page. Begin again.")
        return method

    async def prepare(self, recharge_id: RechargeId, *, customer: str, method: str, amount: int, currency: str) -> str:
        """Make a PaymentIntent that nobody has confirmed: it takes no money."""
        with _speaking():
            made = await self._v1.payment_intents.create_async(
                {
                    "amount": _theirs(amount, currency),
                    "currency": currency.lower(),
                    "customer": customer,
                    "payment_method": method,
                    "allowed_payment_method_types": ["card"],
                    "metadata": {"recharge": str(recharge_id)},
                },
                {"idempotency_key": f"recharge-{recharge_id}"},
            )
        return made.id

    async def take(self, intent: str, *, method: str | None = None, is_alone: bool, back: str) -> Outcome:
        """Confirm a PaymentIntent: it succeeds once at most. What Stripe refuses, it is asked how it stands."""
        wanted: Thing = {"return_url": back, "off_session": is_alone, "expand": [*_WITH_COSTS]}
        if method:
            wanted["payment_method"] = method
        try:
            with _speaking():
                return _outcome(_thing(await self._v1.payment_intents.confirm_async(intent, cast("Any", wanted))))
        except ProcessorRefused:
            return await self.look(intent)

    async def look(self, intent: str) -> Outcome:
        """Return where a PaymentIntent stands."""
        with _speaking():
            return _outcome(_thing(await self._v1.payment_intents.retrieve_async(intent, {"expand": [*_WITH_COSTS]})))

    async def cancel(self, intent: str) -> Outcome:
        """Cancel a PaymentIntent, and return where it then stands: it may have been paid meanwhile."""
        try:
            with _speaking():
                return _outcome(_thing(await self._v1.payment_intents.cancel_async(intent)))
        except ProcessorRefused:
            return await self.look(intent)

    async def refund(self, intent: str, return_id: ReturnId, *, amount: int, currency: str) -> Refunded:
        """Give money back."""
        theirs = _theirs(amount, currency)
        with _speaking():
            made = await self._v1.refunds.create_async(
                {"payment_intent": intent, "amount": theirs, "metadata": {"return": str(return_id)}},
                {"idempotency_key": f"return-{return_id}"},
            )
        return _refunded(_thing(made))

    async def refunds(self, intent: str) -> list[Refunded]:
        """Return what was given back of a payment: a hundred at most, which is more than any has."""
        with _speaking():
            found = await self._v1.refunds.list_async({"payment_intent": intent, "limit": 100})
        return [_refunded(_thing(one)) for one in found.data]

    async def dispute(self, foreign_id: str) -> Disputed:
        """Return where a dispute stands."""
        with _speaking():
            found = _thing(await self._v1.disputes.retrieve_async(foreign_id))
        status = str(found["status"])
        is_taken = status not in _NOT_TAKEN and not status.startswith("warning_")
        moved = cast("list[Thing]", found.get("balance_transactions") or [])
        costs = tuple(cost for one in moved for cost in _costs(one))
        return Disputed(found["id"], _id(found.get("payment_intent")), _ours(found), is_taken, costs)

    def hear(self, body: bytes, signature: str) -> Called:
        """Read a call; Stripe's library checks its signature and its age."""
        try:
            return _called(_thing(self._client.construct_event(body, signature, self._secret, _TOLERANCE)))
        except stripe.SignatureVerificationError:
            message = "The call is not signed with this installation's webhook secret, or too old."
            raise ProcessorRefused("signature_wrong", message) from None
        except (ValueError, KeyError, AttributeError, TypeError):
            raise ProcessorRefused("call_unreadable", "The call is no event of Stripe's.") from None


@contextmanager
def _speaking() -> Generator[None]:
    """Tell a no from silence: after silence, nobody knows whether it was done."""
    try:
        yield
    except stripe.CardError as error:
        said = error.error
        code = str(getattr(said, "decline_code", None) or error.code or "card_declined")
        raise ProcessorRefused(code, error.user_message or "The card was declined.") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise ProcessorRefused("processor_login", "Stripe does not take CABLEGRAM_STRIPE_KEY.") from error
    except stripe.InvalidRequestError as error:
        if error.code == "lock_timeout":
            raise ProcessorSilent(str(error)) from error
        raise ProcessorRefused(error.code or "request_refused", error.user_message or "Stripe refused it.") from error
    except (stripe.StripeError, aiohttp.ClientError, OSError) as error:
        raise ProcessorSilent(type(error).__name__) from error


def _thing(said: Any) -> Thing:  # noqa: ANN401 - an object of the library's
    return said.to_dict()


def _part(thing: Thing, name: str) -> Thing:
    """Return what stands within, nothing where there is none."""
    found = thing.get(name)
    return cast("Thing", found) if isinstance(found, dict) else {}


def _id(said: object) -> str:
    """Return an id that stands alone or within the whole object, "" where there is none."""
    if isinstance(said, dict):
        return str(cast("Thing", said)["id"])
    return said if isinstance(said, str) else ""


def _outcome(intent: Thing) -> Outcome:
    verdict = _VERDICTS.get(str(intent["status"]), Verdict.WAITING)
    error = _part(intent, "last_payment_error")
    if verdict is Verdict.NEEDS_ACTION:
        leads = _part(_part(intent, "next_action"), "redirect_to_url")
        return Outcome(verdict, _CONFIRM, "The card's bank wants its holder to confirm this.", leads.get("url"))
    if verdict is Verdict.FAILED:
        code = str(error.get("decline_code") or error.get("code") or intent["status"])
        if error.get("code") == _CONFIRM and intent["status"] != "canceled":
            return Outcome(Verdict.NEEDS_ACTION, _CONFIRM, str(error.get("message") or ""))
        return Outcome(verdict, code, str(error.get("message") or "It was not paid."))
    return Outcome(verdict, costs=_costs(_part(_part(intent, "latest_charge"), "balance_transaction")))


def _costs(moved: Thing) -> tuple[Cost, ...]:
    """Return what Stripe keeps for a movement of its books ("balance transaction"), nothing where it keeps nothing."""
    if not moved.get("fee"):
        return ()
    currency = str(moved["currency"]).upper()
    micro = minor_to_micro(int(moved["fee"]), currency)
    return (Cost(str(moved["id"]), micro // 100 if currency in _IN_HUNDREDTHS else micro, currency),)


def _card(method: Thing) -> CardFacts:
    card = _part(method, "card")
    if method.get("type") != "card" or not card:
        raise ProcessorRefused("not_a_card", "That is no card. Only cards can be kept.")
    billing = _part(method, "billing_details")
    place = _part(billing, "address")
    lines = ", ".join(str(place[line]) for line in ("line1", "line2") if place.get(line))
    return CardFacts(
        method=method["id"],
        brand=str(card.get("brand") or "card"),
        last4=str(card["last4"]),
        expires=last_day(int(card["exp_year"]), int(card["exp_month"])),
        holder=Address(
            name=str(billing.get("name") or ""),
            address=lines,
            city=str(place.get("city") or ""),
            state=str(place.get("state") or ""),
            zip=str(place.get("postal_code") or ""),
            country=str(place.get("country") or card.get("country") or ""),
        ),
    )


def _billing(holder: Address) -> Thing:
    place = {
        "line1": holder.address,
        "city": holder.city,
        "state": holder.state,
        "postal_code": holder.zip,
        "country": holder.country,
    }
    given: Thing = {"name": holder.name} if holder.name else {}
    if any(place.values()):
        given["address"] = {name: value for name, value in place.items() if value}
    return given


def _refunded(refund: Thing) -> Refunded:
    ours = str(_part(refund, "metadata").get("return") or "")
    return Refunded(refund["id"], ours, _ours(refund), refund.get("status") in {"failed", "canceled"})


def _theirs(amount: int, currency: str) -> int:
    """Return minor units as Stripe counts them."""
    return amount * 100 if currency in _IN_HUNDREDTHS else amount


def _ours(thing: Thing) -> int:
    """Return the minor units of what Stripe tells, where it counts finer the next whole one."""
    amount = int(thing["amount"])
    return -(-amount // 100) if str(thing.get("currency") or "").upper() in _IN_HUNDREDTHS else amount


def _called(event: Thing) -> Called:
    """Say what an event is about; of kinds that mean nothing to us, only that it came."""
    about = _part(_part(event, "data"), "object")
    name, kind, what = event["id"], event["type"], about.get("object")
    if not isinstance(name, str) or not isinstance(kind, str):
        raise TypeError("an event has an id and a type")
    if what == "payment_intent":
        return Called(name, kind, intent=_id(about.get("id")))
    if what in {"charge", "refund"}:
        return Called(name, kind, intent=_id(about.get("payment_intent")))
    if what == "dispute":
        return Called(name, kind, dispute=_id(about.get("id")))
    if what == "payment_method":
        return Called(name, kind, method=_id(about.get("id")))
    return Called(name, kind)
