from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cablegram.kit.ids import AccountId, CardId, RechargeId
from cablegram.payments.auto_model import Arm, AutoRecharge, Buy, GiveUp, Wait, give_up, over_cap, step
from cablegram.payments.model import Address, Card, Recharge, RechargeState

NOW = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
CROSSING = UUID(int=9)
WISH = AutoRecharge(
    AccountId(UUID(int=1)), True, 100, 1_000, None, None, None, True, None, 0, None, ""
)  # fmt: skip


def card(n: int, *, expires: date = date(2030, 12, 31)) -> Card:
    return Card(CardId(UUID(int=n)), WISH.account_id, f"pm_{n}", "visa", "4242", expires, Address(), n == 1, NOW)


def tried(n: int, state: RechargeState = RechargeState.FAILED, **said: str) -> Recharge:
    return Recharge(
        RechargeId(UUID(int=100 + n)), WISH.account_id, "stripe", CardId(UUID(int=n)), 1_000, 25, "EUR", state,
        said.get("reason", ""), said.get("explained", ""), "pi", True, None, True, CROSSING, "", "", "auto", NOW, None,
        0, 0,
    )  # fmt: skip


CARDS = [card(1), card(2)]


@pytest.mark.req("R25")
@pytest.mark.parametrize(
    ("wish", "balance", "before", "wanted"),
    [
        (WISH, 100, [], Wait()),
        (WISH, 99, [], Buy(CardId(UUID(int=1)), None)),
        (replace(WISH, is_armed=False), 99, [], Wait()),
        (replace(WISH, is_armed=False), 100, [], Arm()),
        (replace(WISH, failures=1, retry_at=NOW), 100, [], Arm()),
        (replace(WISH, failures=1, retry_at=NOW + timedelta(seconds=1)), 99, [], Wait()),
        (replace(WISH, failures=1, retry_at=NOW), 99, [], Buy(CardId(UUID(int=1)), None)),
        (replace(WISH, is_armed=False, crossing=CROSSING), 99, [tried(1)], Buy(CardId(UUID(int=2)), CROSSING)),
        (replace(WISH, is_armed=False, crossing=CROSSING), 150, [tried(1)], Arm()),
        (replace(WISH, is_armed=False, crossing=CROSSING), 99, [tried(1, RechargeState.UNKNOWN)], Wait()),
        (replace(WISH, is_armed=False, crossing=CROSSING), 99, [tried(1, RechargeState.NEEDS_ACTION)], Wait()),
    ],
)
def test_a_fall_is_dealt_with_card_after_card_and_once(
    wish: AutoRecharge, balance: int, before: list[Recharge], wanted: object
) -> None:
    assert step(wish, balance=balance, cards=CARDS, tried=before, now=NOW) == wanted


def test_why_nobody_pays_is_said_in_the_words_of_the_last_card() -> None:
    at_work = replace(WISH, is_armed=False, crossing=CROSSING)
    gone = card(1, expires=date(2026, 12, 30))
    for cards, before, why in (
        ([], [], "no_card"),
        ([gone], [], "card_expired"),
        (CARDS, [tried(1, reason="a"), tried(2, reason="expired_card", explained="No.")], "expired_card"),
        (CARDS, [tried(1), tried(2)], "card_declined"),
    ):
        end = step(at_work, balance=0, cards=cards, tried=before, now=NOW)
        assert isinstance(end, GiveUp)
        assert (end.why, end.is_news, end.retry_at) == (why, True, NOW + timedelta(hours=1))


@pytest.mark.parametrize("reason", ["processor_silent", "interrupted"])
def test_when_no_card_was_asked_none_is_to_blame_and_nobody_is_told(reason: str) -> None:
    at_work = replace(WISH, is_armed=False, crossing=CROSSING)
    end = step(at_work, balance=0, cards=CARDS, tried=[tried(1, reason=reason)], now=NOW)
    assert end == GiveUp(NOW + timedelta(minutes=5), is_news=False, why=reason, explained="", counts=False)


def test_it_is_told_once_and_tried_ever_more_seldom() -> None:
    waits = [give_up(replace(WISH, failures=n), "", "", now=NOW).retry_at - NOW for n in range(40)]
    assert [wait.total_seconds() / 3600 for wait in waits[:7]] == [1, 2, 4, 8, 16, 24, 24]
    assert waits[-1] == timedelta(days=1)
    assert not give_up(replace(WISH, failures=1), "", "", now=NOW).is_news


def test_a_limit_is_over_at_midnight_or_with_the_month() -> None:
    wish = replace(WISH, most_a_day=100, most_a_month=200)
    asked: dict[str, Any] = {"now": NOW}
    assert over_cap(wish, 50, today=50, month=150, **asked) is None
    assert over_cap(wish, 50, today=51, month=51, **asked) == (
        "the most for a day is reached",
        datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert over_cap(wish, 51, today=0, month=150, now=NOW.replace(month=1)) == (
        "the most for a month is reached",
        datetime(2026, 2, 1, tzinfo=UTC),
    )
    assert over_cap(WISH, 10**12, today=0, month=0, **asked) is None
