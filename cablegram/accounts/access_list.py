"""From where an account's programs may call (R7): a list of addresses and networks, replaced as a whole.

It binds API keys and the logins of programs for stores.

An account begins with one entry, 0.0.0.0/0, which is everywhere, IPv6 too. An empty list lets no key in; whoever is at
the panel is not bound by it, and so can open it again (appendix C28). Keys are known for a few seconds, so a change is
in force everywhere after five.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from cablegram.accounts import standing_store
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.directory import no_such_account
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotAllowed
from cablegram.kit.names import read_note
from cablegram.kit.networks import Networks
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_ENTRIES = 200
_EVERYWHERE = ("0.0.0.0", 0)  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True)
class Entry:
    """One address, or a network where `netmask` (a prefix length) is smaller than the address is long."""

    ip: str
    netmask: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class AccessList:
    """The list of an account, and what is to be said of it."""

    entries: list[Entry]

    @property
    def is_open(self) -> bool:
        """Tell whether keys may call from everywhere."""
        return any((one.ip, one.netmask) == _EVERYWHERE for one in self.entries)


def read_entry(ip: str, netmask: int | None, description: str, *, field: str = "acl") -> Entry:
    """Read an entry. Without a netmask one address is meant; bits behind the mask are dropped.

    Raises InvalidInput (`bad_network`, `bad_name`).
    """
    try:
        address = ip_address(ip.strip())
    except ValueError:
        raise _bad(field, f"{ip[:50]!r} is no IP address such as 203.0.113.7 or 2001:db8::1.") from None
    if isinstance(address, IPv6Address) and (address.scope_id or address.ipv4_mapped):
        raise _bad(field, f"{ip[:50]!r} is written as no other machine sees it: give the plain address.")
    length = address.max_prefixlen if netmask is None else netmask
    if not 0 <= length <= address.max_prefixlen:
        message = f"{length} is no netmask of an address with {address.max_prefixlen} bits: give 0 to that."
        raise _bad(field, message)
    network = ip_network(f"{address}/{length}", strict=False)
    return Entry(str(network.network_address), length, read_note(description, field="description", most=200))


def networks_of(stored: Sequence[Mapping[str, Any]]) -> Networks | None:
    """Return from where keys may call; None: from everywhere, and nothing has to be looked at."""
    entries = [Entry(**one) for one in stored]
    if AccessList(entries).is_open:
        return None
    return Networks(ip_network(f"{one.ip}/{one.netmask}") for one in entries)


async def bind(conn: Conn, who: Principal) -> Principal:
    """Return a program that is known by other means than a key, bound as its account's keys are."""
    found = await standing_store.bounds(conn, who.account_id)
    if found is None:
        raise no_such_account(who.account_id)
    return dataclasses.replace(who, networks=networks_of(found[0]), is_suspended=found[1])


def check(who: Principal, address: str) -> None:
    """Raise NotAllowed (`address_not_allowed`) unless a program may call from an address."""
    if who.networks is not None and not who.networks.hold(address):
        message = (
            f"This account's API keys may not call from {address[:60]}. Add the address to its access list: in the "
            "panel under Developers, Access list."
        )
        raise NotAllowed("address_not_allowed", message)


async def show(rt: Runtime, who: Principal) -> AccessList:
    """Return the list of the account that asks."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.connection() as conn:
        stored = await standing_store.access_list(conn, who.account_id)
    if stored is None:
        raise no_such_account(who.account_id)
    return AccessList([Entry(**one) for one in stored])


async def replace(
    rt: Runtime, who: Principal, entries: Sequence[Entry], *, address: str, force: bool = False
) -> AccessList:
    """Put a list in the place of the one there was; `address` is where whoever asks comes from.

    Raises Conflict (`would_lock_out`) where a key could not call again from there, unless it says `force`; InvalidInput
    (`too_many_entries`).
    """
    who.needs(Scope.ACCOUNT)
    if len(entries) > MOST_ENTRIES:
        message = f"An access list has at most {MOST_ENTRIES} entries: put neighbors together as networks."
        raise InvalidInput("too_many_entries", message, faults=[Fault("acl", "too_many_entries", message)])
    new = AccessList(list(dict.fromkeys(entries)))
    stored = [asdict(one) for one in new.entries]
    after = networks_of(stored)
    if who.key_id is not None and not force and after is not None and not after.hold(address):
        message = (
            f"The new list does not hold {address[:60]}, from where you call: this key could not call again. Say "
            "`force` if that is meant; the panel can always change the list."
        )
        raise Conflict("would_lock_out", message)
    async with rt.db.transaction() as conn:
        if not await standing_store.put_access_list(conn, who.account_id, stored):
            raise no_such_account(who.account_id)
        facts = {"entries": len(new.entries), "is_open": new.is_open, "by": who.name}
        event = Event(Kind.ACCESS_LIST_CHANGED, who.account_id, who.account_id, facts)
        await record(conn, [event], now=rt.clock.now())
    return new


def _bad(field: str, message: str) -> InvalidInput:
    return InvalidInput("bad_network", message, faults=[Fault(field, "bad_network", message)])
