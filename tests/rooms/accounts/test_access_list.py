from __future__ import annotations

from datetime import timedelta

import pytest

import make
from cablegram.accounts import access_list, keys
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.access_list import Entry, read_entry
from cablegram.accounts.keyring import KeyRing
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed
from cablegram.runtime.runtime import Runtime

HERE = "203.0.113.7"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared, not bound


async def caller(rt: Runtime, who: Principal, clock: SetClock) -> Principal:
    """Return who calls with a new key, once what was changed is in force."""
    _, text = await keys.create(rt, who, name="program", scopes={Scope.SEND, Scope.ACCOUNT})
    clock.move(timedelta(seconds=6))
    return await KeyRing(rt).by_key(text)


@pytest.mark.req("R7")
async def test_an_account_begins_with_everywhere_ipv6_too(rt: Runtime, who: Principal, clock: SetClock) -> None:
    shown = await access_list.show(rt, who)
    assert (shown.entries, shown.is_open) == ([Entry(EVERYWHERE, 0, "")], True)
    program = await caller(rt, who, clock)
    assert program.networks is None  # nothing to look at
    for address in (HERE, "2001:db8::1", "nonsense"):
        access_list.check(program, address)


@pytest.mark.req("R7")
async def test_a_key_calls_from_the_list_and_from_nowhere_else(rt: Runtime, who: Principal, clock: SetClock) -> None:
    new = [
        read_entry("203.0.113.0", 24, "office"),
        read_entry("2001:db8::", 32, ""),
        read_entry("198.51.100.9", None, ""),
    ]
    await access_list.replace(rt, who, new, address=HERE)
    program = await caller(rt, who, clock)
    for address in (HERE, "::ffff:203.0.113.8", "2001:db8:1::5", "198.51.100.9"):
        access_list.check(program, address)
    for address in ("203.0.114.1", "2001:db9::1", "198.51.100.8", ""):
        with pytest.raises(NotAllowed) as caught:
            access_list.check(program, address)
        assert caught.value.code == "address_not_allowed"
    access_list.check(who, "203.0.114.1")  # whoever is at the panel is not bound
    assert (await access_list.show(rt, await make.account(rt))).is_open


@pytest.mark.req("R7")
async def test_an_empty_list_lets_no_key_in(rt: Runtime, who: Principal, clock: SetClock) -> None:
    await access_list.replace(rt, who, [], address=HERE)
    program = await caller(rt, who, clock)
    with pytest.raises(NotAllowed):
        access_list.check(program, HERE)


async def test_a_key_locks_itself_out_only_when_it_says_so_twice(rt: Runtime, who: Principal, clock: SetClock) -> None:
    program = await caller(rt, who, clock)
    with pytest.raises(Conflict) as caught:
        await access_list.replace(rt, program, [read_entry("198.51.100.0", 24, "")], address=HERE)
    assert caught.value.code == "would_lock_out"
    await access_list.replace(rt, program, [read_entry("198.51.100.0", 24, "")], address=HERE, force=True)
    assert not (await access_list.show(rt, who)).is_open


@pytest.mark.parametrize(
    ("ip", "netmask"),
    [("", None), ("203.0.113", 24), ("203.0.113.0", 33), ("203.0.113.0", -1), ("2001:db8::", 129), ("fe80::1%eth0", 64),
     ("::ffff:203.0.113.7", 128), ("example.com", None), ("0x7f.1", None)],
)  # fmt: skip
def test_what_is_no_network_is_refused(ip: str, netmask: int | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_entry(ip, netmask, "")
    assert caught.value.code == "bad_network"


def test_bits_behind_the_mask_are_dropped_and_one_address_is_meant_without_one() -> None:
    assert read_entry("203.0.113.77", 24, " office ") == Entry("203.0.113.0", 24, "office")
    assert read_entry("2001:db8::1", None, "") == Entry("2001:db8::1", 128, "")
