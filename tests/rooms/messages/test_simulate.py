from __future__ import annotations

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import importing
from cablegram.billing.prices import Prices
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import uuid7
from cablegram.kit.money import MICRO
from cablegram.library import shelf
from cablegram.messages.simulate import Simulated, simulate
from cablegram.runtime.runtime import Runtime

TARIFF = b"prefix,country,name,price\n34,ES,Spain,0.75\n346,ES,Spain mobile,0.9\n1,US,United States,1\n"


@pytest.fixture
async def prices(rt: Runtime) -> Prices:
    await importing.import_csv(rt, operator("tests"), TARIFF)
    return Prices()


async def of(rt: Runtime, who: Principal, prices: Prices, text: str, country: str | None = "es") -> Simulated:
    return await simulate(rt, who, text=text, country=country, prices=prices)


@pytest.mark.req("R45", "R17")
async def test_a_text_is_measured_cut_and_priced_by_the_countrys_usual_tariff(
    rt: Runtime, who: Principal, prices: Prices
) -> None:
    found = await of(rt, who, prices, "a" * 161)

    assert (found.encoding, found.segments, found.units, found.units_left, found.per_segment) == (
        "gsm0338", 2, 161, 145, 153,
    )  # fmt: skip
    assert [(part.units, part.size) for part in found.parts] == [(153, 153), (8, 153)]
    assert found.tariff is not None
    assert (found.tariff.prefix, found.price) == ("34", 2 * 750_000)
    assert found.offenders == ()
    assert found.problems == ()


@pytest.mark.req("R45")
async def test_characters_that_force_unicode_are_named_with_their_place(
    rt: Runtime, who: Principal, prices: Prices
) -> None:
    found = await of(rt, who, prices, "Привет")
    assert found.encoding == "ucs2"
    assert [(one.position, one.character) for one in found.offenders][:2] == [(0, "П"), (1, "р")]


@pytest.mark.req("R45")
async def test_a_saved_template_is_filled_in_first(rt: Runtime, who: Principal, prices: Prices) -> None:
    saved = await shelf.create(rt, who, name="hello", text="Hello {{ name }}, welcome")
    found = await simulate(rt, who, template_id=saved.id, variables={"name": "Inés"}, country="US", prices=prices)
    assert (found.text, found.price) == ("Hello Inés, welcome", MICRO)

    with pytest.raises(InvalidInput) as missing:
        await simulate(rt, who, template_id=saved.id, country="US", prices=prices)
    assert missing.value.code == "missing_variable"


@pytest.mark.req("R45")
async def test_what_would_be_refused_is_said_beside_the_measure(rt: Runtime, who: Principal, prices: Prices) -> None:
    short = await of(rt, who, prices, "Hey")
    assert (short.units, [problem.code for problem in short.problems]) == (3, ["text_too_short"])
    long = await of(rt, who, prices, "a" * 153 * 256)
    assert (long.segments, [problem.code for problem in long.problems]) == (256, ["text_too_long"])
    nowhere = await of(rt, who, prices, "Hello\0", "FR")
    assert [problem.code for problem in nowhere.problems] == ["bad_character", "no_tariff"]
    assert (nowhere.tariff, nowhere.price) == (None, None)


async def test_without_a_country_there_is_a_measure_and_no_price(rt: Runtime, who: Principal, prices: Prices) -> None:
    found = await of(rt, who, prices, "Hello there", None)
    assert (found.segments, found.price, found.problems) == (1, None, ())


async def test_nonsense_is_an_error_with_a_code(rt: Runtime, who: Principal, prices: Prices) -> None:
    for asked, code in (
        ({"country": "ES"}, "text_or_template"),
        ({"text": "Hello", "template_id": uuid7(), "country": "ES"}, "text_or_template"),
        ({"text": "Hello", "country": "Spain"}, "unknown_country"),
        ({"text": "Hello \ud83d", "country": "ES"}, "bad_character"),
    ):
        with pytest.raises(InvalidInput) as wrong:
            await simulate(rt, who, **asked, prices=prices)  # pyright: ignore[reportArgumentType] - what is wrong is meant
        assert wrong.value.code == code
    with pytest.raises(NotFound):
        await simulate(rt, who, template_id=uuid7(), country="ES", prices=prices)


async def test_another_accounts_template_is_not_found(rt: Runtime, who: Principal, prices: Prices) -> None:
    other = await make.account(rt)
    saved = await shelf.create(rt, other, name="secret", text="Hello from another account")
    with pytest.raises(NotFound):
        await simulate(rt, who, template_id=saved.id, country="US", prices=prices)


@pytest.mark.req("R45")
async def test_nothing_is_sent_or_charged(rt: Runtime, who: Principal, prices: Prices) -> None:
    await traffic.open_ways(rt)
    before = await rows(rt, "SELECT amount, last_seq FROM balance WHERE account_id = %s", who.account_id)
    await of(rt, who, prices, "Hello there")
    assert await rows(rt, "SELECT amount, last_seq FROM balance WHERE account_id = %s", who.account_id) == before
    assert await rows(rt, "SELECT count(*) FROM message") == [(0,)]
