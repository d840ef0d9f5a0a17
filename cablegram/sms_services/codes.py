"""The operator's stock of short codes (R67)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import ConnectorId, ShortCodeId, uuid7
from cablegram.numbers import countries
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import store
from cablegram.sms_services.model import ShortCode

_DIGITS = re.compile("[0-9]{5,6}")


async def add(
    rt: Runtime,
    who: Principal,
    *,
    country: str,
    digits: str,
    connector_ids: Sequence[ConnectorId] = (),
    note: str = "",
) -> ShortCode:
    """Put a short code into the stock, as the operator.

    Raises InvalidInput (`bad_short_code`, `unknown_country`), Conflict (`short_code_exists`).
    """
    who.needs(Scope.OPERATOR)
    if not _DIGITS.fullmatch(digits.strip()):
        message = f"A short code has 5 or 6 digits, not {digits[:20]!r}."
        raise InvalidInput("bad_short_code", message, faults=[Fault("digits", "bad_short_code", message)])
    new = ShortCode(
        ShortCodeId(uuid7()), home(country), digits.strip(), tuple(connector_ids), note.strip(), rt.clock.now()
    )
    async with rt.db.transaction() as conn:
        if not await store.insert_code(conn, new):
            raise Conflict("short_code_exists", f"The stock has {new.digits} in {new.country} already.")
        facts = {"digits": new.digits, "country": new.country, "by": who.name}
        await record(conn, [Event(Kind.SHORT_CODE_ADDED, None, new.id, facts)], now=new.created_at)
    return new


async def stock(rt: Runtime, who: Principal) -> list[tuple[ShortCode, int]]:
    """Return the stock, each code with how many services are on it."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.codes(conn)


async def remove(rt: Runtime, who: Principal, code_id: ShortCodeId) -> None:
    """Take a code out of the stock. Raises NotFound (`short_code_not_found`), Conflict (`short_code_in_use`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        code = await store.hold_code(conn, code_id)
        if code is None:
            raise NotFound("short_code_not_found", f"There is no short code {code_id} in the stock.")
        if await store.code_is_used(conn, code_id):
            message = f"{code.digits} has or had SMS services, whose people and evidence name it: it stays."
            raise Conflict("short_code_in_use", message)
        await store.delete_code(conn, code_id)
        facts = {"digits": code.digits, "country": code.country, "by": who.name}
        await record(conn, [Event(Kind.SHORT_CODE_REMOVED, None, code_id, facts)], now=rt.clock.now())


async def countries_with_codes(rt: Runtime, who: Principal) -> list[str]:
    """Return in which countries a service can be asked for."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.code_countries(conn)


def home(country: str) -> str:
    """Return a country's code in capitals. Raises InvalidInput (`unknown_country`)."""
    return countries.country(country.strip()).iso
