"""One of several senders for each message: the one the person talks with, one from there, whose turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.ids import SenderId
from cablegram.senders.choose import Chooser
from cablegram.senders.model import Kind, Usable

COUNTRIES = ["ES", "US", "FR"]


def sender(number: int, country: str = "", *, kind: Kind = Kind.NUMBER) -> Usable:
    return Usable(f"{number:09d}", kind=kind, country=country, id=SenderId(UUID(int=number)))


def reaches(one: Usable, country: str) -> bool:
    """Short codes stay at home; all others go everywhere."""
    return one.kind is not Kind.SHORT_CODE or one.country in {"", country}


def chosen(senders: list[Usable], wishes: Sequence[tuple[str, SenderId | None]]) -> list[Usable]:
    chooser = Chooser(senders, reaches=reaches)
    return [senders[chooser.choose(country, kept)] for country, kept in wishes]


several = st.lists(
    st.builds(
        sender,
        st.integers(1, 50),
        st.sampled_from(["", *COUNTRIES]),
        kind=st.sampled_from([Kind.NUMBER, Kind.SHORT_CODE]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.id,
)
wishes = st.lists(
    st.tuples(st.sampled_from(COUNTRIES), st.none() | st.integers(1, 50).map(lambda n: SenderId(UUID(int=n)))),
    max_size=60,
)


@pytest.mark.req("R102")
@pytest.mark.parametrize(("senders", "messages"), [(3, 300), (4, 10_000)])
def test_strangers_are_spread_evenly(senders: int, messages: int) -> None:
    found = Counter(one.id for one in chosen([sender(n + 1) for n in range(senders)], [("US", None)] * messages))
    assert set(found.values()) == {messages // senders}


@pytest.mark.req("R48")
def test_a_sender_of_the_destination_s_country_goes_before_all_others() -> None:
    spain, america, nowhere = sender(1, "ES"), sender(2, "US"), sender(3)
    assert chosen([nowhere, america, spain], [("ES", None)] * 3 + [("FR", None)] * 3) == [
        spain, spain, spain, nowhere, america, spain,
    ]  # fmt: skip


@pytest.mark.req("R48")
def test_a_person_keeps_the_sender_of_the_conversation_though_another_is_nearer_or_next() -> None:
    spain, america = sender(1, "ES"), sender(2, "US")
    assert chosen([spain, america], [("ES", america.id)] * 2 + [("ES", None)]) == [america, america, spain]


@pytest.mark.req("R65")
def test_a_short_code_is_chosen_at_home_alone_and_kept_nowhere_else() -> None:
    code, number = sender(1, "ES", kind=Kind.SHORT_CODE), sender(2, "US")
    assert chosen([code, number], [("ES", None), ("FR", None), ("FR", code.id)]) == [code, number, number]


def test_where_none_reaches_a_country_they_take_turns_for_the_rules_to_refuse() -> None:
    codes = [sender(1, "ES", kind=Kind.SHORT_CODE), sender(2, "FR", kind=Kind.SHORT_CODE)]
    assert chosen(codes, [("US", None)] * 4) == codes * 2


def test_of_no_senders_none_is_chosen() -> None:
    with pytest.raises(ValueError, match="of no senders"):
        Chooser([], reaches=reaches)


@pytest.mark.req("R49")
@given(several, wishes)
def test_what_is_chosen_is_kept_or_nearest_or_reaches_and_its_turn_had_come(
    senders: list[Usable], asked: list[tuple[str, SenderId | None]]
) -> None:
    last = {one.id: place - len(senders) for place, one in enumerate(senders)}
    by_id = {one.id: one for one in senders}
    for turn, (one, (country, kept)) in enumerate(zip(chosen(senders, asked), asked, strict=True)):
        assert one in senders
        if kept in by_id and reaches(by_id[kept], country):
            assert one.id == kept
        else:
            reaching = [each for each in senders if reaches(each, country)]
            best = [each for each in reaching if each.country == country] or reaching or senders
            assert one.id == min(best, key=lambda each: last[each.id]).id
        last[one.id] = turn


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True), st.integers(0, 200))
def test_shares_differ_by_one_at_most_where_nobody_is_known(numbers: list[int], messages: int) -> None:
    found = Counter(one.id for one in chosen([sender(number) for number in numbers], [("US", None)] * messages))
    shares = [found[SenderId(UUID(int=number))] for number in numbers]
    assert max(shares) - min(shares) <= 1
