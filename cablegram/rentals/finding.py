"""What an account rents, as pages show it and as a file has it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit import csvio
from cablegram.kit.ids import SenderId
from cablegram.kit.money import micro_to_credits
from cablegram.rentals import ending, store
from cablegram.rentals.buying import digits_of
from cablegram.rentals.model import Price, Rental, State
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import NumberType

_AT_ONCE = 500
_COLUMNS = ("number", "country", "type", "state", "setup", "monthly", "rented_since", "next_charge", "ends_at")


async def page(
    rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50, with_ended: bool = False
) -> list[Rental]:
    """Return the numbers that the account rents, newest first; with those of before, where they are asked for."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_rentals(conn, who.account_id, after=after, limit=limit, with_ended=with_ended)


async def get(rt: Runtime, who: Principal, number: str) -> Rental:
    """Return an account's rental of a number, its last where it has ended. Raises NotFound (`number_not_rented`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.rental_of_number(conn, who.account_id, digits_of(number))
    if found is None:
        raise ending.not_rented(number)
    return found


async def of_senders(rt: Runtime, who: Principal, sender_ids: Sequence[SenderId]) -> dict[SenderId, Rental]:
    """Return what the account rents, by the senders behind which it stands."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.rentals_of_senders(conn, who.account_id, sender_ids)
    return {one.sender_id: one for one in found if one.sender_id}


async def prices(rt: Runtime, who: Principal) -> dict[tuple[str, NumberType], Price]:
    """Return what numbers cost the account, by country and type."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.prices(conn, who.account_id, None)


async def export_csv(rt: Runtime, who: Principal) -> AsyncIterator[bytes]:
    """Write what the account rents as CSV; prices in credits."""
    yield csvio.write([list(_COLUMNS)])
    after: UUID | None = None
    while found := await page(rt, who, after=after, limit=_AT_ONCE):
        yield csvio.write([_row(one) for one in found])
        after = found[-1].id


def _row(one: Rental) -> list[str]:
    return [
        f"+{one.number}",
        one.country,
        one.number_type.value,
        one.state.value,
        micro_to_credits(one.price.setup),
        micro_to_credits(one.price.monthly),
        one.began_at.isoformat(),
        one.next_at.isoformat() if one.next_at and not one.ends_at and one.state is not State.BUYING else "",
        one.ends_at.isoformat() if one.ends_at else "",
    ]
