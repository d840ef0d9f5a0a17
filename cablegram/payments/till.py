"""Which processor this installation has: Stripe where a key is set; else none, and the operator enters payments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from cablegram.kit.errors import Refused, Unavailable
from cablegram.payments.port import Processor, ProcessorRefused, ProcessorSilent
from cablegram.runtime.settings import Settings

STRIPE = "stripe"
MANUAL = "manual"


def name_of(settings: Settings) -> str:
    """Return which processor is set up."""
    return STRIPE if settings.stripe_key else MANUAL


def takes_cards(settings: Settings) -> bool:
    """Tell whether cards can be taken."""
    return name_of(settings) == STRIPE


def need(settings: Settings) -> None:
    """Raise Refused (`cards_not_taken`) where no cards are taken."""
    if not takes_cards(settings):
        message = "This installation takes no cards. Pay the operator, who enters it; Billing says how."
        raise Refused("cards_not_taken", message)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Processor]:
    """Lend the processor for some calls. Raises Refused (`cards_not_taken`)."""
    need(settings)
    # Stripe's library takes a third of a second to load: only who has cards to charge waits for it, off the loop.
    module: Any = await asyncio.to_thread(import_module, "cablegram.payments.stripe_processor")
    async with module.opened(settings) as processor:
        yield processor


@asynccontextmanager
async def answering(settings: Settings) -> AsyncGenerator[Processor]:
    """Lend the processor to somebody who waits: its no is a refusal of ours, its silence is Unavailable.

    Raises Refused (`cards_not_taken`, `card_refused`), Unavailable (`processor_silent`).
    """
    try:
        async with opened(settings) as processor:
            yield processor
    except ProcessorRefused as error:
        raise Refused("card_refused", f"The payment processor said no: {error.message} ({error.code})") from error
    except ProcessorSilent as error:
        message = "The payment processor gives no answer. Nothing was paid; try again in a minute."
        raise Unavailable("processor_silent", message, retry_after=30) from error
