from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cablegram.billing.tariffs import Tariff, TariffBook
from cablegram.campaigns.estimate import SAMPLES, WORST, Estimate
from cablegram.campaigns.foreseen import CountryForecast, Culprit, Forecast, Preview
from cablegram.kit.ids import AccountId, uuid7
from cablegram.messages.model import Draft, Refusal
from cablegram.text.encoding import Encoding
from cablegram.text.segments import measure

ACCOUNT = AccountId(uuid7())
BOOK = TariffBook(
    [
        Tariff("34", "ES", "Spain", 50, is_demo=False),
        Tariff("1", "US", "United States", 10, is_demo=False),
        Tariff("1212", "US", "United States", 20, is_demo=False),
    ],
    1,
)


def draft(country: str = "ES", segments: int = 1, price: int = 50, *, text: str = "Hello") -> Draft:
    return Draft(ACCOUNT, "34600000118", text, number="34600000118", country=country, segments=segments, price=price)


def refused(code: str) -> Draft:
    return Draft(ACCOUNT, "34600000118", "", refusal=Refusal(code, "no"))


DRAFTS = st.one_of(
    st.builds(draft, st.sampled_from(["ES", "US", "GB"]), st.integers(1, 3), st.integers(0, 99)),
    st.builds(refused, st.sampled_from(["no_tariff", "text_too_short"])),
)


def estimate(*slices: list[Draft]) -> Forecast:
    total = Estimate()
    for one in slices:
        total.add(one)
    return total.result(BOOK, balance=1_000)


def test_of_nobody_there_is_nothing_to_tell() -> None:
    assert estimate() == Forecast(balance=1_000)


def test_a_forecast_adds_up_people_segments_and_price() -> None:
    long = draft("US", 3, 60, text="long")
    told = estimate([draft(), long, refused("no_tariff")], [draft(), refused("no_tariff"), refused("text_too_short")])
    assert (told.recipients, told.accepted, told.segments, told.price) == (6, 3, 5, 160)
    assert (told.several_segments, told.balance) == (1, 1_000)
    assert list(told.skipped.items()) == [("no_tariff", 2), ("text_too_short", 1)]
    assert told.encodings == {Encoding.GSM0338: 3}
    assert told.countries == [CountryForecast("ES", 2, 2, 100, 50), CountryForecast("US", 1, 3, 60, None)]
    assert told.longest == Preview("34600000118", "long", Encoding.GSM0338, 3, 60)


def test_a_country_without_tariff_has_none_to_show() -> None:
    assert estimate([draft("GB", price=0)]).countries == [CountryForecast("GB", 1, 1, 0, None)]


@given(st.lists(DRAFTS, max_size=12), st.integers(0, 12))
def test_everybody_is_counted_once_wherever_the_slices_are_cut(drafts: list[Draft], cut: int) -> None:
    told = estimate(drafts[:cut], drafts[cut:])
    assert told == estimate(drafts)
    assert told.recipients == len(drafts) == told.accepted + sum(told.skipped.values())
    assert sum(one.people for one in told.countries) == told.accepted == sum(told.encodings.values())
    assert sum(one.price for one in told.countries) == told.price
    assert len(told.samples) == min(told.accepted, SAMPLES)


def test_where_messages_go_over_own_connectors_no_tariff_is_told() -> None:
    own = draft("US", price=3)
    own.is_own_way = True
    spain, america = estimate([draft("ES", price=50), own]).countries
    assert (spain.tariff, spain.price, america.tariff, america.price) == (50, 50, None, 3)


def unicode(text: str, *, price: int = 100, billed: int | None = None) -> Draft:
    measured = measure(text)
    return Draft(
        ACCOUNT, "34600000118", text, number="34600000118", country="ES", encoding=measured.encoding,
        segments=measured.segments, billed_segments=billed, price=price,
    )  # fmt: skip


LONG = "We open at nine and close when the last of you has gone home, so take your time and bring a friend along"


def test_the_dearest_texts_are_shown_dearest_first_and_of_equals_the_first() -> None:
    drafts = [draft("ES", 2 + n % 3, 10 * (n % 7), text=str(n)) for n in range(40)]
    drafts[5].number = "34600000119"
    told = estimate(drafts[:9], [*drafts[9:], draft(), refused("no_tariff")])
    expected = sorted(drafts, key=lambda one: (-one.price, -one.segments, drafts.index(one)))[:WORST]
    assert [(one.text, one.price) for one in told.worst] == [(one.text, one.price) for one in expected]


def test_who_gets_one_segment_is_none_of_the_dearest() -> None:
    assert estimate([draft(), draft()]).worst == []


def test_one_character_that_alone_makes_texts_dearer_is_named_with_what_it_costs() -> None:
    told = estimate(
        [
            unicode(f"{LONG} \u2019til late"),
            unicode(f"{LONG} \u2019til late \u2019"),
            unicode(f"{LONG} \u2019\u201d"),  # two that do it together
            unicode(f"{LONG} \u2026"),
            unicode("short \u2026"),  # one segment either way
        ]
    )
    assert told.culprits == [Culprit("\u2019", 2, 2, 100), Culprit("\u2026", 1, 1, 50)]


def test_where_the_account_pays_by_another_count_a_character_costs_segments_and_no_money() -> None:
    assert estimate([unicode(f"{LONG} \u2026", billed=1)]).culprits == [Culprit("\u2026", 1, 1, 0)]


def test_a_character_that_is_not_to_blame_is_not_named() -> None:
    assert estimate([unicode(LONG + " \u2026" + LONG * 3)]).culprits != []
    assert estimate([unicode("\u2026" * 80)]).culprits == [Culprit("\u2026", 1, 1, 50)]
    assert estimate([unicode(" x" * 60 + "\U0001f600" * 1)]).culprits == [Culprit("\U0001f600", 1, 1, 50)]
