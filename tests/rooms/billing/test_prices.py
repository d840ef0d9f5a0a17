from __future__ import annotations

import asyncio

import pytest

from books import rows
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.billing import importing
from cablegram.billing.prices import Prices
from cablegram.billing.tariffs import TariffBook
from cablegram.kit.errors import InvalidInput, NotAllowed, TooLarge
from cablegram.runtime.runtime import Runtime

HEADER = b"prefix,country,name,price\n"
ANN = operator("Ann")


async def in_force(rt: Runtime, prices: Prices) -> TariffBook:
    async with rt.db.connection() as conn:
        return await prices.book(conn, now=rt.clock.now())


@pytest.mark.req("R16")
async def test_without_tariffs_no_number_has_a_price(rt: Runtime) -> None:
    book = await in_force(rt, Prices())
    assert len(book) == 0
    assert book.find("34600000118") is None


@pytest.mark.req("R16")
async def test_an_import_replaces_the_tariff_and_every_process_sees_it(rt: Runtime) -> None:
    here, there = Prices(), Prices()
    await importing.import_csv(rt, ANN, HEADER + b"34,ES,Spain,2\n1,US,United States,1\n")
    first = await in_force(rt, here)
    await in_force(rt, there)

    imported = await importing.import_csv(rt, ANN, HEADER + b"+34,es,Spain,2.5\n")

    assert (imported.prefixes, imported.countries, imported.revision) == (1, 1, first.revision + 1)
    for prices in (here, there):
        book = await in_force(rt, prices)
        assert [(tariff.prefix, tariff.country, tariff.price) for tariff in book.tariffs] == [("34", "ES", 2_500_000)]
    assert await rows(rt, "SELECT data->>'prefixes', data->>'by' FROM event ORDER BY id") == [
        ("2", "Ann"),
        ("1", "Ann"),
    ]


async def test_the_tariff_is_read_again_only_after_an_import(rt: Runtime) -> None:
    await importing.import_csv(rt, ANN, HEADER + b"34,ES,Spain,2\n")
    prices = Prices()
    book = await in_force(rt, prices)
    assert await in_force(rt, prices) is book

    await importing.import_csv(rt, ANN, HEADER + b"34,ES,Spain,2\n")
    assert await in_force(rt, prices) is not book


async def test_an_import_that_is_not_committed_yet_is_seen_by_nobody(rt: Runtime) -> None:
    await importing.import_csv(rt, ANN, HEADER + b"34,ES,Spain,2\n")
    prices = Prices()
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE tariff_revision SET revision = revision + 1")
        await conn.execute("DELETE FROM tariff")
        assert (await in_force(rt, prices)).find("34600") is not None
    assert (await in_force(rt, prices)).find("34600") is None


@pytest.mark.req("R16")
async def test_a_file_with_one_bad_line_changes_nothing(rt: Runtime) -> None:
    await importing.import_csv(rt, ANN, HEADER + b"34,ES,Spain,2\n")
    with pytest.raises(InvalidInput) as caught:
        await importing.import_csv(rt, ANN, HEADER + b"1,US,United States,1\n44,GB,United Kingdom,free\n")

    assert [fault.field for fault in caught.value.faults] == ["lines.3"]
    book = await in_force(rt, Prices())
    assert [tariff.prefix for tariff in book.tariffs] == ["34"]


async def test_a_file_beyond_ten_megabytes_is_not_read(rt: Runtime) -> None:
    with pytest.raises(TooLarge) as caught:
        await importing.import_csv(rt, ANN, bytes(10_000_001))
    assert caught.value.code == "tariff_file_too_large"


async def test_only_the_operator_imports_tariffs_and_readers_see_them(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await importing.import_csv(rt, who, HEADER + b"34,ES,Spain,2\n")
    assert len(await Prices().show(rt, who)) == 0
    with pytest.raises(NotAllowed):
        await Prices().show(rt, Principal(who.account_id, "key", frozenset({Scope.SEND})))


async def test_the_demo_tariff_is_taken_once_and_each_of_its_prices_says_that_it_is_one(rt: Runtime) -> None:
    imported = await importing.load_demo(rt)
    assert imported is not None
    assert imported.countries > 200
    book = await in_force(rt, Prices())
    assert book.is_demo
    assert all(tariff.is_demo for tariff in book.tariffs)
    assert await importing.load_demo(rt) is None


async def test_the_demo_tariff_never_takes_the_place_of_a_real_one(rt: Runtime) -> None:
    await importing.import_csv(rt, ANN, HEADER + b"34,ES,Spain,2\n")
    assert await importing.load_demo(rt) is None
    assert not (await in_force(rt, Prices())).is_demo


async def test_processes_that_start_together_load_the_demo_tariff_once(rt: Runtime) -> None:
    outcomes = await asyncio.gather(*(importing.load_demo(rt) for _ in range(4)))
    assert sum(outcome is not None for outcome in outcomes) == 1
